# What keeps a project from being built is collected, so that all of it is told at once, and is written to
# nowire-problems.txt in the build folder too, a paragraph each, for who shows it without CMake's words around it.

function(nowire_idf_begin_problems)
  file(REMOVE "${CMAKE_BINARY_DIR}/nowire-problems.txt")
endfunction()

# nowire_idf_problem(TEXT): the project cannot be built; the build is refused at nowire_idf_end_problems().
function(nowire_idf_problem text)
  file(APPEND "${CMAKE_BINARY_DIR}/nowire-problems.txt" "${text}\n")
  set_property(GLOBAL APPEND_STRING PROPERTY NOWIRE_IDF_PROBLEMS "${text}\n")
endfunction()

function(nowire_idf_end_problems)
  get_property(problems GLOBAL PROPERTY NOWIRE_IDF_PROBLEMS)
  if(problems)
    message(FATAL_ERROR "${problems}")
  endif()
endfunction()

# nowire_idf_refuse(TEXT): the project cannot be built, and nothing more can be found out.
function(nowire_idf_refuse text)
  nowire_idf_problem("${text}")
  nowire_idf_end_problems()
endfunction()

# nowire_idf_note(TEXT): worth knowing, should something be missing later.
function(nowire_idf_note text)
  message(STATUS "nowire: ${text}")
endfunction()

# nowire_idf_near(OUTPUT PATH): the path as one reads it, relative to the project.
function(nowire_idf_near output path)
  cmake_path(IS_PREFIX CMAKE_SOURCE_DIR "${path}" NORMALIZE inside)
  if(inside)
    cmake_path(RELATIVE_PATH path BASE_DIRECTORY "${CMAKE_SOURCE_DIR}")
  endif()
  set(${output} "${path}" PARENT_SCOPE)
endfunction()
