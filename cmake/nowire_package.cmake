# Debian packages, by scripts/package: "nowire", the program; "libnowire-dev"; and, where the libraries are shared,
# "libnowire<version>".
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME nowire)
set(CPACK_PACKAGE_VENDOR nowire)
set(CPACK_PACKAGE_CONTACT "The nowire maintainers <maintainers@nowire.invalid>")
set(CPACK_PACKAGE_VERSION "${PROJECT_VERSION}")
set(CPACK_STRIP_FILES ON)
set(CPACK_VERBATIM_VARIABLES ON)
# Each package has a description of its own, whose first line stands for it; this would stand above.
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "")
set(CPACK_NOWIRE_CHANGELOG "${PROJECT_SOURCE_DIR}/CHANGELOG.md")
set(CPACK_PRE_BUILD_SCRIPTS "${PROJECT_SOURCE_DIR}/cmake/debian/files.cmake")
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_GROUPING IGNORE)
set(CPACK_COMPONENTS_ALL program development)

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS "${PROJECT_BINARY_DIR}")

set(full_version "${PROJECT_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE}")
set(CPACK_COMPONENT_PROGRAM_DESCRIPTION "${PROJECT_DESCRIPTION}
The program nowire: a simulated air, send, listen, ping, decode, a gateway to
MQTT and its nodes, and doctor.")
set(CPACK_DEBIAN_PROGRAM_PACKAGE_NAME nowire)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SUGGESTS "mosquitto, libnowire-dev, python3")

set(CPACK_COMPONENT_DEVELOPMENT_DESCRIPTION "ESP-NOW in C++ and C (development files)
Headers and libraries for programs in C++23 that speak ESP-NOW.")
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libnowire-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
# The last four are what ESP-IDF projects are built with.
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SUGGESTS
    "libboost1.81-dev | libboost-dev (>= 1.81), cmake, g++, ninja-build, python3-kconfiglib")

if(BUILD_SHARED_LIBS)
  set(library_package "libnowire${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR}")
  list(APPEND CPACK_COMPONENTS_ALL libraries)
  set(CPACK_COMPONENT_LIBRARIES_DESCRIPTION "ESP-NOW in C++ and C (shared libraries)
What programs that are linked to libnowire need to run.")
  set(CPACK_DEBIAN_LIBRARIES_PACKAGE_NAME ${library_package})
  set(CPACK_DEBIAN_LIBRARIES_PACKAGE_SECTION libs)
  set(CPACK_DEBIAN_LIBRARIES_PACKAGE_SHLIBDEPS ON)
  # Packages of others that link them depend on this one by themselves.
  set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
  set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS_POLICY ">=")
  set(CPACK_DEBIAN_LIBRARIES_PACKAGE_CONTROL_EXTRA "${PROJECT_SOURCE_DIR}/cmake/debian/triggers")
  # Simulated airs are started from the program's package.
  set(CPACK_DEBIAN_LIBRARIES_PACKAGE_RECOMMENDS nowire)
  set(CPACK_DEBIAN_PROGRAM_PACKAGE_DEPENDS "${library_package} (= ${full_version})")
  set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS "${library_package} (= ${full_version})")
else()
  set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS "libssl-dev, libtomlplusplus-dev")
  set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_RECOMMENDS "nowire (= ${full_version}), libmosquitto-dev")
endif()

foreach(package nowire libnowire-dev ${library_package})
  set(component program)
  if(package STREQUAL "libnowire-dev")
    set(component development)
  elseif(package STREQUAL "${library_package}")
    set(component libraries)
  endif()
  install(FILES "${PROJECT_SOURCE_DIR}/cmake/debian/copyright" COMPONENT ${component} EXCLUDE_FROM_ALL
          DESTINATION "${CMAKE_INSTALL_DATADIR}/doc/${package}")
endforeach()

include(CPack)
