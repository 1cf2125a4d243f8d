# The version that NOWIRE_IDF_VERSION asks for, in the variables in which ESP-IDF has it.
include_guard(GLOBAL)

if(NOT DEFINED NOWIRE_IDF_VERSION)
  set(NOWIRE_IDF_VERSION "5.5")
endif()
if(NOT NOWIRE_IDF_VERSION MATCHES "^v?([0-9]+)\\.([0-9]+)(\\.([0-9]+))?$")
  message(FATAL_ERROR "\"${NOWIRE_IDF_VERSION}\" is no version of ESP-IDF; 5.5 and 5.4.1 are")
endif()
set(IDF_VERSION_MAJOR ${CMAKE_MATCH_1})
set(IDF_VERSION_MINOR ${CMAKE_MATCH_2})
set(IDF_VERSION_PATCH 0)
if(CMAKE_MATCH_4)
  set(IDF_VERSION_PATCH ${CMAKE_MATCH_4})
endif()
set(ENV{IDF_VERSION} "${IDF_VERSION_MAJOR}.${IDF_VERSION_MINOR}.${IDF_VERSION_PATCH}")
# As ESP_IDF_VERSION_VAL() has it.
math(EXPR nowire_idf_version_number
     "(${IDF_VERSION_MAJOR} << 16) | (${IDF_VERSION_MINOR} << 8) | ${IDF_VERSION_PATCH}")
