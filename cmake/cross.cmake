# A toolchain file: builds with one of Debian's cross compilers against the system in NOWIRE_SYSROOT, and runs what it
# built with qemu-user. scripts/test-cross makes such a system. NOWIRE_CROSS is the machine as compilers name it, for
# example aarch64-linux-gnu.
foreach(name IN ITEMS NOWIRE_SYSROOT NOWIRE_CROSS)
  if(NOT DEFINED ${name})
    set(${name} "$ENV{${name}}")
  endif()
  list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES ${name})
endforeach()
string(REGEX REPLACE "-.*" "" CMAKE_SYSTEM_PROCESSOR "${NOWIRE_CROSS}")
string(REGEX REPLACE "i.86" "i386" emulated "${CMAKE_SYSTEM_PROCESSOR}")

set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_LIBRARY_ARCHITECTURE "${NOWIRE_CROSS}")
if(emulated STREQUAL "i386")
  set(CMAKE_LIBRARY_ARCHITECTURE i386-linux-gnu)
endif()
set(CMAKE_C_COMPILER ${NOWIRE_CROSS}-gcc-12)
set(CMAKE_CXX_COMPILER ${NOWIRE_CROSS}-g++-12)
set(CMAKE_SYSROOT "${NOWIRE_SYSROOT}")
if(emulated STREQUAL "i386" AND CMAKE_HOST_SYSTEM_PROCESSOR STREQUAL "x86_64")
  # Linux runs those as they are, and qemu-i386 gets signals of threads wrong.
  set(libraries "${NOWIRE_SYSROOT}/lib/i386-linux-gnu:${NOWIRE_SYSROOT}/usr/lib/i386-linux-gnu")
  set(CMAKE_EXE_LINKER_FLAGS_INIT
      "-Wl,--dynamic-linker=${NOWIRE_SYSROOT}/lib/ld-linux.so.2 -Wl,--disable-new-dtags -Wl,-rpath,${libraries}")
else()
  set(CMAKE_CROSSCOMPILING_EMULATOR qemu-${emulated} -L "${NOWIRE_SYSROOT}")
endif()

set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
