#pragma once

#include <nowire/capture/decode.hpp>

#include <expected>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace nowire::cli {

/// A line for each message, as `nowire listen --format` has it: text with fields in braces, "{time} {src} {rssi}".
/// `{{` and `}}` are braces. What is not known is printed as "-".
class message_format {
  public:
    /// The error says what is wrong and which fields there are.
    static std::expected<message_format, std::string> parse(std::string_view text);

    /// The names of the fields, with commas: for help and errors.
    static std::string field_names();

    /// Appends the line of `d`, with its line end.
    void append(std::string& out, const capture::decoded_frame& d) const;

  private:
    using writer = void (*)(std::string& out, const capture::decoded_frame& d);
    struct field {
        std::string_view name;
        writer write;
    };
    static const std::vector<field>& fields();

    std::vector<std::variant<std::string, writer>> parts_;
};

}  // namespace nowire::cli
