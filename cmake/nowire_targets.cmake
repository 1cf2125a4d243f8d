# How the folders of src/ become targets. Each is one library, nowire::<folder>, static or shared as BUILD_SHARED_LIBS
# says, which sees the public headers and links only what it names: a folder that uses something from a floor above it
# does not link.

add_library(nowire_options INTERFACE)
target_compile_features(nowire_options INTERFACE cxx_std_23)
# clang counts conversions of signedness to -Wconversion, g++ does not. g++ 12 takes a literal + a string for a copy onto
# itself (GCC bug 105651).
target_compile_options(nowire_options INTERFACE -Wall -Wextra -Wconversion
                                                $<$<CXX_COMPILER_ID:Clang>:-Wno-sign-conversion>
                                                $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
                                                $<$<BOOL:${NOWIRE_WERROR}>:-Werror>)
if(NOWIRE_SANITIZE)
  target_compile_options(nowire_options INTERFACE -fsanitize=${NOWIRE_SANITIZE} -fno-sanitize-recover=all
                                                  -fno-omit-frame-pointer)
  target_link_options(nowire_options INTERFACE -fsanitize=${NOWIRE_SANITIZE})
endif()

# The standard headers that most sources include, compiled once for all libraries where NOWIRE_PRECOMPILE asks for it.
# Only a build without it shows a source that does not include what it uses; and with optimisation or the thread sanitizer
# g++ 12 may warn, with it, of what is not so.
if(NOWIRE_PRECOMPILE)
  add_library(nowire_standard OBJECT "${PROJECT_SOURCE_DIR}/cmake/standard.cpp")
  target_link_libraries(nowire_standard PRIVATE nowire_options)
  set_target_properties(nowire_standard PROPERTIES POSITION_INDEPENDENT_CODE ON)
  target_precompile_headers(nowire_standard PRIVATE "${PROJECT_SOURCE_DIR}/cmake/standard.hpp")
endif()

# nowire_library(FOLDER SOURCES file... [HEADERS folder] [LINK public...] [PRIVATE_LINK private...]
#                [C_NAME name] [FIND "package arguments"...] [PRIVATE_FIND "package arguments"...] [PRIVATE_PKG_CONFIG module...])
#
# HEADERS is a folder of include/nowire/ whose headers are found by their names alone where this library is linked.
# C_NAME makes it a shared library of that name which shows nothing but the C functions that its src/<folder>/<name>.map
# lists, with a binary interface of its own: what it links is inside, and nobody's business.
# The last three are for who uses an installed nowire: what find_package() must find for LINK and PRIVATE_LINK, and the
# latter's names in pkg-config. What is private matters there only where the libraries are static.
function(nowire_library folder)
  cmake_parse_arguments(arg "" "HEADERS;C_NAME" "SOURCES;LINK;PRIVATE_LINK;FIND;PRIVATE_FIND;PRIVATE_PKG_CONFIG" ${ARGN})
  set(target nowire_${folder})
  if(arg_C_NAME)
    add_library(${target} SHARED ${arg_SOURCES})
  else()
    add_library(${target} ${arg_SOURCES})
  endif()
  add_library(nowire::${folder} ALIAS ${target})
  target_include_directories(${target} PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
                                              $<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/generated>
                                       PRIVATE "${PROJECT_SOURCE_DIR}/src")
  if(arg_HEADERS)
    target_include_directories(${target}
                               PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include/nowire/${arg_HEADERS}>
                                      $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/nowire/${arg_HEADERS}>)
  endif()
  target_compile_features(${target} PUBLIC cxx_std_23)
  target_link_libraries(${target} PUBLIC ${arg_LINK} PRIVATE ${arg_PRIVATE_LINK} $<BUILD_INTERFACE:nowire_options>)
  # libnowire.so has the libraries below it inside, also where these are static. Until 1.0 each minor version has a binary interface of its own.
  set_target_properties(${target} PROPERTIES VERSION ${PROJECT_VERSION}
                                             SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR}
                                             EXPORT_NAME ${folder}
                                             POSITION_INDEPENDENT_CODE ON
                                             LIBRARY_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}")
  if(NOWIRE_PRECOMPILE)
    target_precompile_headers(${target} REUSE_FROM nowire_standard)
  endif()

  if(arg_C_NAME)
    set(map "${CMAKE_CURRENT_SOURCE_DIR}/${arg_C_NAME}.map")
    set_target_properties(${target} PROPERTIES OUTPUT_NAME ${arg_C_NAME} SOVERSION 1 CXX_VISIBILITY_PRESET hidden
                                               VISIBILITY_INLINES_HIDDEN ON LINK_DEPENDS "${map}")
    target_link_options(${target} PRIVATE "LINKER:--version-script=${map}" LINKER:--no-undefined-version)
  endif()

  get_target_property(type ${target} TYPE)
  if(type STREQUAL "STATIC_LIBRARY")
    list(APPEND arg_FIND ${arg_PRIVATE_FIND})
  endif()
  set(below "")
  foreach(library IN LISTS arg_LINK)
    if(library MATCHES "^nowire::(.*)$")
      list(APPEND below ${CMAKE_MATCH_1})
    endif()
  endforeach()
  set_target_properties(${target} PROPERTIES NOWIRE_BELOW "${below}" NOWIRE_HEADERS "${arg_HEADERS}" NOWIRE_FIND "${arg_FIND}"
                                             NOWIRE_PRIVATE_PKG_CONFIG "${arg_PRIVATE_PKG_CONFIG}")
endfunction()

# What every test's compiler would read anew: GoogleTest's headers, compiled once. Tests themselves are not optimised:
# what takes their time is what they test, and the compiler.
function(nowire_test_base)
  add_library(nowire_test_base OBJECT "${PROJECT_SOURCE_DIR}/tests/test_base.cpp")
  target_compile_options(nowire_test_base PRIVATE -O0)
  target_link_libraries(nowire_test_base PRIVATE GTest::gmock nowire_options)
  target_precompile_headers(nowire_test_base PRIVATE <gmock/gmock.h> <gtest/gtest.h>)
endfunction()

# nowire_test(NAME SOURCES file... LINK library... [ENVIRONMENT variable...] [TIMEOUT seconds] [THREADS]): one GoogleTest
# program, each of its tests known to ctest. THREADS gives them the label of those that the thread sanitizer runs.
function(nowire_test name)
  cmake_parse_arguments(arg "THREADS" "TIMEOUT" "SOURCES;LINK;ENVIRONMENT" ${ARGN})
  set(labels "")
  if(arg_THREADS)
    set(labels LABELS threads)
  endif()
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 60)
  endif()
  add_executable(${name} ${arg_SOURCES})
  target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}/src" "${PROJECT_SOURCE_DIR}/tests")
  target_compile_definitions(${name} PRIVATE NOWIRE_TEST_DATA="${PROJECT_SOURCE_DIR}/tests")
  target_compile_options(${name} PRIVATE -O0)
  target_link_libraries(${name} PRIVATE ${arg_LINK} GTest::gmock_main nowire_options)
  target_precompile_headers(${name} REUSE_FROM nowire_test_base)
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST
                       PROPERTIES TIMEOUT ${arg_TIMEOUT} ${labels} ENVIRONMENT "${arg_ENVIRONMENT}")
endfunction()
