# nowire_add_esp_idf_program(NAME PROJECT_DIR folder [IDF_VERSION version] [IDF_TARGET chip] [SET CONFIG_X=value...]
#                            [SANITIZE sanitizers]): a program of an ESP-IDF project, for test suites
#
# NAME becomes an executable target, built with all others and whenever something needs it; `add_test(... COMMAND NAME)`
# and $<TARGET_FILE:NAME> mean it. The project is configured and built by a CMake of its own in NAME.build, with nowire's
# IDF_PATH, so nothing of this project's flags is its own. The arguments are those of `nowire idf build`.

function(nowire_add_esp_idf_program name)
  cmake_parse_arguments(arg "" "PROJECT_DIR;IDF_VERSION;IDF_TARGET;SANITIZE" "SET" ${ARGN})
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "nowire_add_esp_idf_program(${name}): it has no argument ${arg_UNPARSED_ARGUMENTS}")
  endif()
  if(NOT arg_PROJECT_DIR)
    message(FATAL_ERROR "nowire_add_esp_idf_program(${name}): PROJECT_DIR, the ESP-IDF project's folder, is missing")
  endif()
  cmake_path(ABSOLUTE_PATH arg_PROJECT_DIR NORMALIZE)
  if(NOT EXISTS "${arg_PROJECT_DIR}/CMakeLists.txt")
    message(FATAL_ERROR "nowire_add_esp_idf_program(${name}): ${arg_PROJECT_DIR} has no CMakeLists.txt")
  endif()
  foreach(option IN LISTS arg_SET)
    if(NOT option MATCHES "^CONFIG_[A-Za-z0-9_]+=")
      message(FATAL_ERROR "nowire_add_esp_idf_program(${name}): SET ${option} is not like CONFIG_X=value")
    endif()
  endforeach()

  get_property(idf_path GLOBAL PROPERTY NOWIRE_IDF_PATH)
  get_property(package GLOBAL PROPERTY NOWIRE_IDF_PACKAGE)
  set(folder "${CMAKE_CURRENT_BINARY_DIR}/${name}.build")
  set(program "${CMAKE_CURRENT_BINARY_DIR}/${name}")
  list(JOIN arg_SET "\n" values)
  file(CONFIGURE OUTPUT "${folder}/set.config" CONTENT "@values@\n" @ONLY)
  set(version "")
  if(arg_IDF_VERSION)
    set(version "-DNOWIRE_IDF_VERSION=${arg_IDF_VERSION}")
  endif()
  add_custom_target(${name}_build ALL
    COMMAND "${CMAKE_COMMAND}" -E env "IDF_PATH=${idf_path}"
            "${CMAKE_COMMAND}" -S "${arg_PROJECT_DIR}" -B "${folder}" -G "${CMAKE_GENERATOR}" --log-level=WARNING
            "-Dnowire_DIR=${package}" "-DNOWIRE_IDF_SET_FILE=${folder}/set.config" "-DNOWIRE_IDF_OUTPUT=${program}"
            "-DNOWIRE_SANITIZE=${arg_SANITIZE}" "-DIDF_TARGET=${arg_IDF_TARGET}" ${version}
    COMMAND "${CMAKE_COMMAND}" -E env "IDF_PATH=${idf_path}" "${CMAKE_COMMAND}" --build "${folder}"
    BYPRODUCTS "${program}"
    COMMENT "Building the ESP-IDF program ${name}" VERBATIM)
  # Where nowire is built in the same build, it comes first.
  foreach(library nowire_idf nowire_idf_main nowire-air)
    if(TARGET ${library})
      add_dependencies(${name}_build ${library})
    endif()
  endforeach()
  add_executable(${name} IMPORTED GLOBAL)
  set_target_properties(${name} PROPERTIES IMPORTED_LOCATION "${program}")
  add_dependencies(${name} ${name}_build)
endfunction()
