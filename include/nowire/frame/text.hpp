#pragma once

#include <nowire/frame/require_cxx23.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

/// Text as bytes have it.
namespace nowire {

/// The first code point of `text`, which is not empty, and how many bytes it takes. Nothing and 1 where UTF-8 is broken
/// (RFC 3629: overlong forms, surrogates and what is above U+10FFFF included).
std::pair<std::optional<char32_t>, std::size_t> next_code_point(std::string_view text);

/// Whether all of it is UTF-8 (RFC 3629).
bool is_utf8(std::string_view text);
/// Whether no byte is above 0x7f.
bool is_ascii(std::string_view text);

/// Appends a code point that is not a surrogate and not above U+10FFFF.
void append_utf8(std::string& out, char32_t code);

/// Appends `text` in quotes as JSON has strings (RFC 8259 section 7) and MicroPython's json.dumps writes them: a
/// backslash before `"` and `\`; `\n`, `\r`, `\t`; other bytes below 0x20 as `\u00xx`; everything else as it is, 0x7f
/// and all of UTF-8 included.
void append_json_string(std::string& out, std::string_view text);

}  // namespace nowire
