#pragma once

#include "idf/nvs_contents.hpp"

#include <expected>
#include <string>
#include <string_view>

namespace nowire::idf {

/// A partition's file:
///
///     nowire-nvs 1
///     namespace <name>                            in the order in which they were made
///     value <namespace> <key> <type> <value>      in the order in which they were written last
///     sum <CRC-32 of the lines before>
///
/// Names and strings have %XX for what is no visible ASCII character, types are u8 to i64, str and blob; numbers are
/// decimal, blobs hex.
std::string to_text(const nvs_contents& contents);

/// Errors: ESP_ERR_NVS_NEW_VERSION_FOUND: a later version of this format; ESP_ERR_NVS_NO_FREE_PAGES: anything that is
/// not, to the byte, what to_text() makes.
std::expected<nvs_contents, esp_err_t> nvs_contents_in(std::string_view text);

}  // namespace nowire::idf
