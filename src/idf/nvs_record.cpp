#include "idf/nvs_record.hpp"

#include "idf/text_record.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace nowire::idf {

namespace {

constexpr std::string_view kind = "nowire-nvs ";
constexpr std::string_view first_line = "nowire-nvs 1\n";

struct type_name {
    nvs_type_t type;
    std::string_view name;
};
constexpr auto type_names = std::to_array<type_name>({{NVS_TYPE_U8, "u8"},
                                                      {NVS_TYPE_I8, "i8"},
                                                      {NVS_TYPE_U16, "u16"},
                                                      {NVS_TYPE_I16, "i16"},
                                                      {NVS_TYPE_U32, "u32"},
                                                      {NVS_TYPE_I32, "i32"},
                                                      {NVS_TYPE_U64, "u64"},
                                                      {NVS_TYPE_I64, "i64"},
                                                      {NVS_TYPE_STR, "str"},
                                                      {NVS_TYPE_BLOB, "blob"}});

/// How many bytes a number's type has, which its value says.
std::size_t size_of(nvs_type_t type) {
    return type & 0x0f;
}

bool is_signed(nvs_type_t type) {
    return (type & 0x10) != 0;
}

std::string number_text(const nvs_value& value) {
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < value.bytes.size(); ++i)
        number |= std::uint64_t{value.bytes[i]} << (8 * i);
    if (!is_signed(value.type)) return std::to_string(number);
    const auto unused = 64 - 8 * value.bytes.size();
    return std::to_string(static_cast<std::int64_t>(number << unused) >> unused);
}

std::string value_text(const nvs_value& value) {
    if (value.type == NVS_TYPE_BLOB) return to_hex(value.bytes);
    if (value.type != NVS_TYPE_STR) return number_text(value);
    return to_word(std::string_view(reinterpret_cast<const char*>(value.bytes.data()), value.bytes.size() - 1));
}

std::optional<std::uint64_t> bits_in(std::string_view text, nvs_type_t type) {
    if (!is_signed(type)) return number_in<std::uint64_t>(text);
    const auto number = number_in<std::int64_t>(text);
    return number ? std::optional(static_cast<std::uint64_t>(*number)) : std::nullopt;
}

/// Bits that the type has not are left out; who compares with what would have been written sees it.
std::optional<std::vector<std::uint8_t>> number_bytes_in(std::string_view text, nvs_type_t type) {
    const auto bits = bits_in(text, type);
    if (!bits) return std::nullopt;
    std::vector<std::uint8_t> bytes(size_of(type));
    for (std::size_t i = 0; i < bytes.size(); ++i)
        bytes[i] = static_cast<std::uint8_t>(*bits >> (8 * i));
    return bytes;
}

std::optional<std::vector<std::uint8_t>> bytes_in(std::string_view text, nvs_type_t type) {
    if (type == NVS_TYPE_BLOB) return from_hex(text);
    if (type != NVS_TYPE_STR) return number_bytes_in(text, type);
    const auto string = from_word(text);
    if (!string || string->contains('\0')) return std::nullopt;
    std::vector<std::uint8_t> bytes(string->begin(), string->end());
    bytes.push_back(0);
    return bytes;
}

/// Adds what a line says. False where it is none of those that to_text() writes.
bool add_line(std::string_view line, nvs_contents& contents) {
    const auto what = take_until(' ', line);
    if (what == "namespace") {
        const auto name = from_word(line);
        return name && !contents.has_namespace(*name) && contents.add_namespace(*name) == ESP_OK;
    }
    const auto space_word = take_until(' ', line);
    const auto key_word = take_until(' ', line);
    const auto type_word = take_until(' ', line);
    if (what != "value" || !space_word || !key_word || !type_word) return false;
    const auto space = from_word(*space_word);
    const auto key = from_word(*key_word);
    const auto type = std::ranges::find(type_names, *type_word, &type_name::name);
    if (!space || !key || type == type_names.end() || !contents.has_namespace(*space)) return false;
    auto bytes = bytes_in(line, type->type);
    return bytes && contents.set(*space, *key, {type->type, std::move(*bytes)}) == ESP_OK;
}

}  // namespace

std::string to_text(const nvs_contents& contents) {
    std::string text(first_line);
    for (const auto& name : contents.namespaces())
        text += "namespace " + to_word(name) + "\n";
    for (const auto& item : contents.items()) {
        const auto type = std::ranges::find(type_names, item.value.type, &type_name::type);
        text += "value " + to_word(item.space) + " " + to_word(item.key) + " " + std::string(type->name) + " " +
                value_text(item.value) + "\n";
    }
    return sealed(std::move(text));
}

std::expected<nvs_contents, esp_err_t> nvs_contents_in(std::string_view text) {
    const auto damaged = std::unexpected(ESP_ERR_NVS_NO_FREE_PAGES);
    const auto body = unsealed(text);
    if (!body) return damaged;
    if (!body->starts_with(first_line))
        return std::unexpected(body->starts_with(kind) ? ESP_ERR_NVS_NEW_VERSION_FOUND : ESP_ERR_NVS_NO_FREE_PAGES);
    auto rest = body->substr(first_line.size());
    nvs_contents contents;
    while (!rest.empty()) {
        const auto line = take_until('\n', rest);
        if (!line || !add_line(*line, contents)) return damaged;
    }
    // What is well-formed and still not as it is written, a number with a zero before it for example.
    if (to_text(contents) != text) return damaged;
    return contents;
}

}  // namespace nowire::idf
