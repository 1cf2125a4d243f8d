# How the folders of src/ become targets. Each is one static library, nowire::<folder>, which sees the public headers
# and links only what it names: a folder that uses something from a floor above it does not link.

add_library(nowire_options INTERFACE)
target_compile_features(nowire_options INTERFACE cxx_std_23)
# clang counts conversions of signedness to -Wconversion, g++ does not.
target_compile_options(nowire_options INTERFACE -Wall -Wextra -Wconversion
                                                $<$<CXX_COMPILER_ID:Clang>:-Wno-sign-conversion>
                                                $<$<BOOL:${NOWIRE_WERROR}>:-Werror>)
if(NOWIRE_SANITIZE)
  target_compile_options(nowire_options INTERFACE -fsanitize=address,undefined -fno-sanitize-recover=all
                                                  -fno-omit-frame-pointer)
  target_link_options(nowire_options INTERFACE -fsanitize=address,undefined)
endif()

# nowire_library(FOLDER SOURCES file... [LINK public...] [PRIVATE_LINK private...])
function(nowire_library folder)
  cmake_parse_arguments(arg "" "" "SOURCES;LINK;PRIVATE_LINK" ${ARGN})
  string(REPLACE "/" "_" name "${folder}")
  add_library(nowire_${name} STATIC ${arg_SOURCES})
  add_library(nowire::${name} ALIAS nowire_${name})
  target_include_directories(nowire_${name} PUBLIC "${PROJECT_SOURCE_DIR}/include"
                             PRIVATE "${PROJECT_SOURCE_DIR}/src")
  target_compile_features(nowire_${name} PUBLIC cxx_std_23)
  target_link_libraries(nowire_${name} PUBLIC ${arg_LINK} PRIVATE ${arg_PRIVATE_LINK} $<BUILD_INTERFACE:nowire_options>)
endfunction()

# What every test's compiler would read anew: GoogleTest's headers, compiled once. Tests themselves are not optimised:
# what takes their time is what they test, and the compiler.
function(nowire_test_base)
  add_library(nowire_test_base OBJECT "${PROJECT_SOURCE_DIR}/tests/test_base.cpp")
  target_compile_options(nowire_test_base PRIVATE -O0)
  target_link_libraries(nowire_test_base PRIVATE GTest::gmock nowire_options)
  target_precompile_headers(nowire_test_base PRIVATE <gmock/gmock.h> <gtest/gtest.h>)
endfunction()

# nowire_test(NAME SOURCES file... LINK library...): one GoogleTest program, each of its tests known to ctest.
function(nowire_test name)
  cmake_parse_arguments(arg "" "TIMEOUT" "SOURCES;LINK;ENVIRONMENT" ${ARGN})
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
                       PROPERTIES TIMEOUT ${arg_TIMEOUT} ENVIRONMENT "${arg_ENVIRONMENT}")
endfunction()
