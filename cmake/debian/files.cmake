# What Debian's policy wants of a package's files, for those that CPack has collected: manual pages compressed (section
# 12.1), and a changelog of the package (section 12.7). CPack runs it before it makes the packages.
#
# CPACK_PACKAGE_VERSION, CPACK_DEBIAN_PACKAGE_RELEASE and CPACK_PACKAGE_CONTACT go into the changelog; its date is
# SOURCE_DATE_EPOCH's where that is set.

function(compress)
  execute_process(COMMAND gzip --best --no-name -- ${ARGN} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

# A folder for each package.
file(GLOB pages "${CPACK_TEMPORARY_DIRECTORY}/*/usr/share/man/man1/*.1")
file(GLOB licenses "${CPACK_TEMPORARY_DIRECTORY}/*/usr/share/doc/*/copyright")
if(NOT pages OR NOT licenses)
  message(FATAL_ERROR "${CPACK_TEMPORARY_DIRECTORY} has not the files that CPack would have put there")
endif()
compress(${pages})

string(TIMESTAMP date "%a, %d %b %Y %H:%M:%S +0000" UTC)
foreach(license IN LISTS licenses)
  cmake_path(GET license PARENT_PATH folder)
  file(WRITE "${folder}/changelog.Debian" "nowire (${CPACK_PACKAGE_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE}) unstable; urgency=medium

  * Built from nowire's own sources; what has changed is in changelog.gz.

 -- ${CPACK_PACKAGE_CONTACT}  ${date}
")
  file(COPY_FILE "${CPACK_NOWIRE_CHANGELOG}" "${folder}/changelog")
  compress("${folder}/changelog.Debian" "${folder}/changelog")
endforeach()
