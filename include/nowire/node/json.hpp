#pragma once

#include <nowire/frame/require_cxx23.hpp>

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// The JSON that nodes and gateway exchange: read strictly, written to the byte as MicroPython's json.dumps writes it.
namespace nowire::node::json {

struct value;
/// The values of a list, in their order.
using array = std::vector<value>;
/// Members in the order in which they came: keys[i] names values[i].
struct object {
    std::vector<std::string> keys;  ///< each once, in parsed ones
    std::vector<value> values;      ///< as many as keys
};

/// A number as it was written: "12", "-0.5e3".
struct number {
    std::string text;  ///< RFC 8259, section 6

    /// Its value, if it has neither point nor exponent and fits.
    std::optional<std::int64_t> integer() const;
    friend bool operator==(const number&, const number&) = default;
};

/// One JSON value. A string holds bytes: what is above 0x7f passes through unchecked, as MicroPython does it, so
/// whoever needs UTF-8 asks is_utf8().
struct value {
    /// null, true or false, number, string, list or object.
    std::variant<std::nullptr_t, bool, number, std::string, array, object> data;

    /// The string's bytes, or nullptr if it is none.
    const std::string* string() const { return std::get_if<std::string>(&data); }
    /// The list, or nullptr if it is none.
    const array* list() const { return std::get_if<array>(&data); }
};

/// What parse() takes at most.
struct limits {
    std::size_t bytes = 1490;  ///< the longest ESP-NOW message
    std::size_t depth = 8;     ///< lists and objects inside one another
};

/// Why a text is refused.
enum class reject : std::uint8_t {
    too_long,       ///< more bytes than allowed
    too_deep,       ///< more levels than allowed
    syntax,         ///< not RFC 8259: also raw control characters in strings and lone surrogates
    duplicate_key,  ///< an object has two members of one name
    trailing,       ///< something follows the value
};

/// Reads one value with blanks around it, by RFC 8259. Never reads outside `text`, whatever it holds. Errors: the first
/// `reject` that holds.
std::expected<value, reject> parse(std::string_view text, const limits& l = {});

/// How MicroPython's str() shows the value: "['a', 1, False]"; a string itself without quotes. Always ASCII, so that it
/// can stand in a status message whatever a stranger sent.
std::string python_text(const value& v);

/// How MicroPython's repr() shows bytes: "b'not json\\x00'".
std::string python_bytes(std::string_view bytes);

}  // namespace nowire::node::json
