# What cmake --install puts where: the libraries with their headers, a CMake package and pkg-config files, so that
# others can build on them, and the program with its pages. CMake's components are "program", "libraries" (what a program
# that is linked to shared libraries needs to run) and "development".
include(CMakePackageConfigHelpers)

set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/nowire")
set(pkg_config_dir "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
set(generated "${PROJECT_BINARY_DIR}/generated/install")
file(RELATIVE_PATH prefix_from_pkg_config "/prefix/${pkg_config_dir}" "/prefix")
string(REGEX REPLACE "/$" "" prefix_from_pkg_config "${prefix_from_pkg_config}")

set(libraries ${nowire_folders})
list(REMOVE_ITEM libraries cli)
set(requirements "")
foreach(folder IN LISTS libraries)
  set(targets nowire_${folder})
  if(TARGET nowire_${folder}_main)
    list(APPEND targets nowire_${folder}_main)
  endif()
  install(TARGETS ${targets} EXPORT nowire-${folder}
          LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT libraries NAMELINK_COMPONENT development
          ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT development
          INCLUDES DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
  install(EXPORT nowire-${folder} NAMESPACE nowire:: FILE nowire-${folder}.cmake DESTINATION "${package_dir}"
          COMPONENT development)
  get_target_property(headers nowire_${folder} NOWIRE_HEADERS)
  set(pkg_config_headers "")
  if(headers)
    set(pkg_config_headers " -I\${includedir}/nowire/${headers}")
  else()
    set(headers ${folder})
  endif()
  install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/nowire/${headers}" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/nowire"
          COMPONENT development)

  get_target_property(below nowire_${folder} NOWIRE_BELOW)
  get_target_property(find nowire_${folder} NOWIRE_FIND)
  list(JOIN below " " below_words)
  string(APPEND requirements "set(nowire_below_${folder} ${below_words})\n")
  set(quoted "")
  foreach(package IN LISTS find)
    string(APPEND quoted " \"${package}\"")
  endforeach()
  string(APPEND requirements "set(nowire_find_${folder}${quoted})\n")

  # Static libraries hide nothing from who links them, so what they use is required like what stands below them. With
  # shared ones it is not even named: pkg-config looks for the modules of Requires.private too.
  get_target_property(private nowire_${folder} NOWIRE_PRIVATE_PKG_CONFIG)
  get_target_property(type nowire_${folder} TYPE)
  list(TRANSFORM below PREPEND "nowire-" OUTPUT_VARIABLE required)
  if(type STREQUAL "STATIC_LIBRARY")
    list(APPEND required ${private})
  endif()
  list(JOIN required ", " pkg_config_requires)
  get_target_property(output_name nowire_${folder} OUTPUT_NAME)
  if(NOT output_name)
    set(output_name nowire_${folder})
  endif()
  configure_file("${PROJECT_SOURCE_DIR}/cmake/nowire.pc.in" "${generated}/nowire-${folder}.pc" @ONLY)
  install(FILES "${generated}/nowire-${folder}.pc" DESTINATION "${pkg_config_dir}" COMPONENT development)
endforeach()

set(idf_path "${CMAKE_INSTALL_DATADIR}/nowire/idf")
configure_package_config_file(cmake/nowire-config.cmake.in "${generated}/nowire-config.cmake"
                              INSTALL_DESTINATION "${package_dir}" PATH_VARS idf_path NO_SET_AND_CHECK_MACRO
                              NO_CHECK_REQUIRED_COMPONENTS_MACRO)
# Until 1.0 a minor version may change anything.
write_basic_package_version_file("${generated}/nowire-config-version.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${generated}/nowire-config.cmake" "${generated}/nowire-config-version.cmake"
              "${PROJECT_SOURCE_DIR}/cmake/FindMosquitto.cmake"
        DESTINATION "${package_dir}" COMPONENT development)
install(FILES "${PROJECT_BINARY_DIR}/generated/nowire/version.hpp" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/nowire"
        COMPONENT development)

# nowire's IDF_PATH, and what builds ESP-IDF projects with it.
if(NOWIRE_WITH_IDF)
  install(DIRECTORY "${PROJECT_SOURCE_DIR}/idf" DESTINATION "${CMAKE_INSTALL_DATADIR}/nowire" COMPONENT development
          PATTERN __pycache__ EXCLUDE)
  install(FILES "${PROJECT_SOURCE_DIR}/cmake/nowire_esp_idf.cmake" DESTINATION "${package_dir}" COMPONENT development)
endif()

install(TARGETS nowire-air RUNTIME DESTINATION "${CMAKE_INSTALL_LIBEXECDIR}/nowire" COMPONENT program)
if(NOWIRE_WITH_PROGRAM)
  install(TARGETS nowire RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}" COMPONENT program)
  if(TARGET nowire_pages)
    install(DIRECTORY "${PROJECT_BINARY_DIR}/man/" DESTINATION "${CMAKE_INSTALL_MANDIR}/man1" COMPONENT program)
    install(FILES "${PROJECT_BINARY_DIR}/completions/nowire.bash" RENAME nowire COMPONENT program
            DESTINATION "${CMAKE_INSTALL_DATADIR}/bash-completion/completions")
    install(FILES "${PROJECT_BINARY_DIR}/completions/nowire.fish" COMPONENT program
            DESTINATION "${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d")
    # Debian's zsh looks for what packages bring where no other system does.
    set(zsh_dir site-functions)
    if(CMAKE_INSTALL_PREFIX STREQUAL "/usr" AND EXISTS /etc/debian_version)
      set(zsh_dir vendor-completions)
    endif()
    install(FILES "${PROJECT_BINARY_DIR}/completions/_nowire" COMPONENT program
            DESTINATION "${CMAKE_INSTALL_DATADIR}/zsh/${zsh_dir}")
  endif()
endif()
