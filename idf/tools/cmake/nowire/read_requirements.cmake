# cmake -DLISTING=... -DANSWER=... -P: runs each component's CMakeLists.txt up to idf_component_register() and writes down
# what it says there.

set(answer "")
# What components look at before they register themselves.
macro(idf_build_get_property variable property)
  set(${variable} "")
  if("${property}" STREQUAL "IDF_TARGET")
    set(${variable} "${IDF_TARGET}")
  elseif("${property}" STREQUAL "IDF_PATH")
    set(${variable} "$ENV{IDF_PATH}")
  elseif("${property}" MATCHES "^(PROJECT_DIR|PROJECT_NAME|BUILD_DIR)$")
    set(${variable} "${${property}}")
  endif()
endmacro()
foreach(command idf_build_set_property idf_component_get_property idf_component_set_property)
  cmake_language(EVAL CODE "macro(${command})\nendmacro()")
endforeach()

macro(nowire_idf_note_requirements public private)
  string(APPEND answer "idf_component_set_property([==[${component}]==] REQUIRES \"${public}\")\n")
  string(APPEND answer "idf_component_set_property([==[${component}]==] PRIV_REQUIRES \"${private}\")\n")
  string(APPEND answer "idf_component_set_property([==[${component}]==] KCONFIG_FILES \"${arg_KCONFIG}\")\n")
  string(APPEND answer
         "idf_component_set_property([==[${component}]==] KCONFIG_PROJBUILD_FILES \"${arg_KCONFIG_PROJBUILD}\")\n")
  set(answer "${answer}" PARENT_SCOPE)
endmacro()
macro(idf_component_register)
  cmake_parse_arguments(arg "WHOLE_ARCHIVE" "KCONFIG;KCONFIG_PROJBUILD" 
                        "SRCS;SRC_DIRS;EXCLUDE_SRCS;INCLUDE_DIRS;PRIV_INCLUDE_DIRS;REQUIRES;PRIV_REQUIRES;\
REQUIRED_IDF_TARGETS;LDFRAGMENTS;EMBED_FILES;EMBED_TXTFILES" ${ARGN})
  nowire_idf_note_requirements("${arg_REQUIRES}" "${arg_PRIV_REQUIRES}")
  return()
endmacro()
# The form of ESP-IDF 3, with variables.
macro(register_component)
  nowire_idf_note_requirements("${COMPONENT_REQUIRES}" "${COMPONENT_PRIV_REQUIRES}")
  return()
endmacro()
macro(register_config_only_component)
  register_component()
endmacro()

function(nowire_idf_read component folder)
  set(COMPONENT_DIR "${folder}")
  set(COMPONENT_PATH "${folder}")
  set(COMPONENT_NAME "${component}")
  set(CMAKE_CURRENT_SOURCE_DIR "${folder}")
  set(CMAKE_CURRENT_LIST_DIR "${folder}")
  set(CMAKE_BUILD_EARLY_EXPANSION TRUE)
  include("${folder}/CMakeLists.txt")
endfunction()

include("${LISTING}")
file(WRITE "${ANSWER}" "${answer}")
