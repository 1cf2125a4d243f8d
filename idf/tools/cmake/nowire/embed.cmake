# Files that a program carries in itself, under the symbols that ESP-IDF's have: _binary_<name>_start, _binary_<name>_end
# and <name>_length.

# nowire_idf_embed(OUTPUT FILE TEXT|BINARY NAME): the C source that holds the file. Text ends with a zero byte.
function(nowire_idf_embed output file kind name)
  cmake_path(ABSOLUTE_PATH file NORMALIZE)
  cmake_path(IS_PREFIX CMAKE_BINARY_DIR "${file}" is_generated)
  if(NOT EXISTS "${file}" AND NOT is_generated)
    nowire_idf_near(near "${file}")
    nowire_idf_near(where "${CMAKE_CURRENT_LIST_FILE}")
    nowire_idf_refuse("${where} embeds ${near}, which is not there.")
  endif()
  string(MAKE_C_IDENTIFIER "${name}" symbol)
  string(REGEX REPLACE "([\\\\\"])" "\\\\\\1" quoted "${file}")
  set(zero "")
  if(kind STREQUAL "TEXT")
    set(zero "\"    .byte 0\\n\"\n")
  endif()
  set(source "${CMAKE_CURRENT_BINARY_DIR}/${symbol}_embedded.c")
  # The path stands in a string of the assembler's within one of C.
  string(REGEX REPLACE "([\\\\\"])" "\\\\\\1" quoted "${quoted}")
  file(CONFIGURE OUTPUT "${source}" @ONLY CONTENT [[
__asm__("    .section .rodata\n"
"    .balign 16\n"
"    .global _binary_@symbol@_start, _binary_@symbol@_end, @symbol@_length\n"
"_binary_@symbol@_start:\n"
"    .incbin \"@quoted@\"\n"
@zero@"_binary_@symbol@_end:\n"
"    .balign 8\n"
"@symbol@_length:\n"
"    .quad _binary_@symbol@_end - _binary_@symbol@_start\n"
"    .text\n");
]])
  set_property(SOURCE "${source}" APPEND PROPERTY OBJECT_DEPENDS "${file}")
  set(${output} "${source}" PARENT_SCOPE)
endfunction()

# target_add_binary_data(TARGET FILE TEXT|BINARY [RENAME_TO name] [DEPENDS target...])
function(target_add_binary_data target file kind)
  cmake_parse_arguments(arg "" "RENAME_TO" "DEPENDS" ${ARGN})
  if(NOT kind MATCHES "^(TEXT|BINARY)$")
    nowire_idf_refuse("target_add_binary_data(${target} ${file} ${kind}): the third argument is TEXT or BINARY.")
  endif()
  cmake_path(GET file FILENAME name)
  if(arg_RENAME_TO)
    set(name "${arg_RENAME_TO}")
  endif()
  nowire_idf_embed(source "${file}" ${kind} "${name}")
  target_sources(${target} PRIVATE "${source}")
  if(arg_DEPENDS)
    add_dependencies(${target} ${arg_DEPENDS})
  endif()
endfunction()
