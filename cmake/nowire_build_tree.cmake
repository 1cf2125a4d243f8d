# What makes a build folder an IDF_PATH's surroundings, so that ESP-IDF projects can be built on what was just compiled:
# idf/, nowire's IDF_PATH, beside the programs, and in generated/package the CMake package that it looks for.
include(CMakePackageConfigHelpers)
set(package "${PROJECT_BINARY_DIR}/generated/package")
set(libraries "")
set(text "# Written by nowire's build: its libraries where they were built.\n")

# Those that programs and their tests stand on, and what these look for.
set(open idf testing)
while(open)
  list(POP_FRONT open folder)
  if(NOT nowire_${folder} IN_LIST libraries)
    list(APPEND libraries nowire_${folder})
    get_target_property(below nowire_${folder} NOWIRE_BELOW)
    get_target_property(find nowire_${folder} NOWIRE_FIND)
    list(APPEND open ${below})
    foreach(package_arguments IN LISTS find)
      string(APPEND text "find_package(${package_arguments} QUIET)\n")
    endforeach()
  endif()
endwhile()
export(TARGETS ${libraries} nowire_idf_main nowire_options NAMESPACE nowire:: FILE "${package}/nowire-targets.cmake")
string(APPEND text "include(\"\${CMAKE_CURRENT_LIST_DIR}/nowire-targets.cmake\")\n"
                   "set(nowire_idf_FOUND TRUE)\nset(nowire_testing_FOUND TRUE)\n"
                   "set_property(GLOBAL PROPERTY NOWIRE_IDF_PATH [==[${PROJECT_BINARY_DIR}/idf]==])\n"
                   "set_property(GLOBAL PROPERTY NOWIRE_IDF_PACKAGE [==[${package}]==])\n"
                   "set_property(GLOBAL PROPERTY NOWIRE_BUILT_WITH \"${NOWIRE_SANITIZE}\")\n"
                   "include([==[${PROJECT_SOURCE_DIR}/cmake/nowire_esp_idf.cmake]==])\n")
file(WRITE "${package}/nowire-config.cmake" "${text}")
write_basic_package_version_file("${package}/nowire-config-version.cmake" COMPATIBILITY SameMinorVersion)
file(CREATE_LINK "${PROJECT_SOURCE_DIR}/idf" "${PROJECT_BINARY_DIR}/idf" SYMBOLIC)

# For those that have nowire's sources in their own tree.
set_property(GLOBAL PROPERTY NOWIRE_IDF_PATH "${PROJECT_BINARY_DIR}/idf")
set_property(GLOBAL PROPERTY NOWIRE_IDF_PACKAGE "${package}")
set_property(GLOBAL PROPERTY NOWIRE_BUILT_WITH "${NOWIRE_SANITIZE}")
include(nowire_esp_idf)
