# What ESP-IDF projects include. It makes project() read the project's components and build a Linux program out of them
# and nowire::idf, so that on an ordinary ESP-IDF project
#
#   IDF_PATH=.../nowire/idf cmake -B build && cmake --build build
#
# makes build/<project>. docs/esp-idf-build.md says what it understands. Variables of nowire's own:
#
#   NOWIRE_IDF_VERSION   the ESP-IDF to look like: 4.4, 5.0, ... 5.5 (the default), 6.0, or with a third number
#   NOWIRE_IDF_SET_FILE  file with lines CONFIG_X=value, which win over all others
#   NOWIRE_IDF_OUTPUT    the program to write, instead of one with the project's name in the build folder
#   NOWIRE_SANITIZE      sanitizers for the program: address, undefined
#   nowire_DIR           where nowire's CMake package is; without it, the one that this file belongs to
include_guard(GLOBAL)
cmake_minimum_required(VERSION 3.25)

set(NOWIRE_IDF_VERSION "5.5" CACHE STRING "The ESP-IDF version that the program is compiled for")
set(NOWIRE_IDF_SET_FILE "" CACHE FILEPATH "File with lines CONFIG_X=value, which win over all others")
set(NOWIRE_IDF_OUTPUT "" CACHE FILEPATH "The program to write")
set(NOWIRE_SANITIZE "" CACHE STRING "Sanitizers to build the program with")
set(nowire_idf_cmake "${CMAKE_CURRENT_LIST_DIR}/nowire")

foreach(part problems properties components manifest component kconfig embed library)
  include("${nowire_idf_cmake}/${part}.cmake")
endforeach()
include("${CMAKE_CURRENT_LIST_DIR}/version.cmake")
nowire_idf_begin_problems()

idf_build_set_property(IDF_PATH "$ENV{IDF_PATH}")
idf_build_set_property(PROJECT_DIR "${CMAKE_SOURCE_DIR}")
idf_build_set_property(BUILD_DIR "${CMAKE_BINARY_DIR}")
idf_build_set_property(CONFIG_DIR "${CMAKE_BINARY_DIR}/config")
idf_build_set_property(IDF_VER "v${IDF_VERSION_MAJOR}.${IDF_VERSION_MINOR}.${IDF_VERSION_PATCH}")
idf_build_set_property(COMPILE_DEFINITIONS "ESP_PLATFORM=1;_GNU_SOURCE")
idf_build_set_property(C_COMPILE_OPTIONS "-std=gnu17;-Werror=implicit-function-declaration")
idf_build_set_property(CXX_COMPILE_OPTIONS "-std=gnu++23")
# On the chip uint32_t is a long, so that programs print it with %lu.
idf_build_set_property(COMPILE_OPTIONS "-Wall;-Wextra;-Wno-format;-Wno-unused-parameter;-Wno-sign-compare")

# The first project() is the program's; others are those of libraries that bring their own CMakeLists.txt.
macro(project)
  _project(${ARGV})
  get_property(nowire_idf_begun GLOBAL PROPERTY NOWIRE_IDF_BEGUN)
  if(NOT nowire_idf_begun)
    set_property(GLOBAL PROPERTY NOWIRE_IDF_BEGUN TRUE)
    enable_language(C)
    enable_language(CXX)
    idf_build_set_property(PROJECT_NAME "${CMAKE_PROJECT_NAME}")
    nowire_idf_find_library()
    nowire_idf_find_values()
    nowire_idf_find_components()
    nowire_idf_configure()
    set(project_elf "${CMAKE_PROJECT_NAME}.elf")
    nowire_idf_add_components()
    nowire_idf_add_program("${project_elf}")
    nowire_idf_end_problems()
  endif()
endmacro()
