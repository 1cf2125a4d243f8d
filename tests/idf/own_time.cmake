# cmake -D NM=nm -D LIBRARIES=a,b,... -P own_time.cmake: fails where nowire's own code calls what the linker redirects to
# the air's clock in programs that are linked to nowire::idf_main. What waits for real time there must use something
# else, as poll() is. Processor time is not redirected.
set(redirected clock_nanosleep clock_settime gettimeofday nanosleep settimeofday sleep thrd_sleep time timespec_get usleep)
string(REPLACE "," ";" libraries "${LIBRARIES}")
set(found "")
foreach(library IN LISTS libraries)
  execute_process(COMMAND "${NM}" -A -u "${library}" OUTPUT_VARIABLE undefined COMMAND_ERROR_IS_FATAL ANY)
  foreach(name IN LISTS redirected)
    string(REGEX MATCHALL "[^\n]* U ${name}(@[^\n]*)?\n" calls "${undefined}")
    string(APPEND found ${calls})
  endforeach()
  string(REGEX MATCHALL "[^\n]* U clock_gettime\n" calls "${undefined}")
  list(FILTER calls EXCLUDE REGEX ":scheduler\\.cpp\\.o:")
  string(APPEND found ${calls})
endforeach()
if(found)
  message(FATAL_ERROR "redirected in programs:\n${found}")
endif()
