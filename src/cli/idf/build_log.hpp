#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

/// What compilers and linkers say of an ESP-IDF project, read for what the project wants and nowire does not have.
namespace nowire::cli::idf {

struct build_places {
    std::filesystem::path project;  ///< its folder
    std::filesystem::path headers;  ///< nowire's headers for ESP-IDF programs; may be empty
    /// Where the compilers ran, for paths that they say relative to it, as ccache has them; may be empty.
    std::filesystem::path build{};
};

struct build_findings {
    std::vector<std::string> missing;  ///< what the project would need, a line each: "main/led.c:1 includes ..."
    std::vector<std::string> own;      ///< what compilers say of the project's own errors, as they say it
    std::size_t warnings = 0;
};

/// @param log  what ninja (or make) wrote, with messages in English.
build_findings read_build_log(std::string_view log, const build_places& places);

/// Whether a name looks like one of ESP-IDF's: esp_..., nvs_..., gpio_..., xTask..., ESP_..., portMAX_DELAY.
bool looks_like_esp_idf(std::string_view name);

}  // namespace nowire::cli::idf
