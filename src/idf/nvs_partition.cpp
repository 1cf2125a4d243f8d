#include "idf/nvs_partition.hpp"

#include "idf/console.hpp"
#include "idf/nvs_record.hpp"
#include "idf/state_file.hpp"
#include "idf/text_record.hpp"

#include <nowire/radio/url_reader.hpp>
#include <nowire/station/packet_number_file.hpp>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

namespace nowire::idf {

namespace {

namespace fs = std::filesystem;

/// More than a full partition can need.
constexpr std::size_t file_limit = 1 << 20;

/// Where the partitions' files are, and the lock on them, which is held until the process ends.
struct nvs_place {
    fs::path file;  ///< of the default partition
    unique_descriptor lock;
};

std::expected<unique_descriptor, esp_err_t> lock_of(const fs::path& file) {
    auto lock_file = file;
    lock_file += ".lock";
    auto lock = try_lock(lock_file);
    if (lock) return std::move(*lock);
    complain(lock.error());
    return std::unexpected(ESP_FAIL);
}

/// A chip that somebody has named has this file and no other.
std::expected<nvs_place, esp_err_t> place_at(fs::path file) {
    auto lock = lock_of(file);
    if (!lock) return std::unexpected(lock.error());
    if (!*lock) {
        complain("another process uses this NVS partition", file.string(),
                 "give each a name of its own in NOWIRE_RADIO or NOWIRE_NAME, or a file in NOWIRE_IDF_NVS");
        return std::unexpected(ESP_FAIL);
    }
    return nvs_place{std::move(file), std::move(*lock)};
}

/// One of several runs of a program that nobody has named has the first file that is free.
std::expected<nvs_place, esp_err_t> first_free_place(const fs::path& file) {
    for (int number = 1;; ++number) {
        auto numbered = file;
        if (number > 1) numbered += std::string(".").append(std::to_string(number));
        auto lock = lock_of(numbered);
        if (!lock) return std::unexpected(lock.error());
        if (*lock) return nvs_place{std::move(numbered), std::move(*lock)};
    }
}

/// The name that somebody gave this chip: `name` of the URL in NOWIRE_RADIO, or else NOWIRE_NAME; empty where neither
/// is. Who opens the radio tells what is wrong with the URL.
std::string given_name() {
    if (const char* text = std::getenv("NOWIRE_RADIO"); text != nullptr)
        if (const auto url = radio_url::parse(text))
            if (auto name = url_reader(*url).text("name"); name && !name->empty()) return std::move(*name);
    const char* name = std::getenv("NOWIRE_NAME");
    return name != nullptr ? name : "";
}

/// A name may have characters that a file's may not.
std::string file_name(std::string_view name) {
    auto word = to_word(name);
    for (std::size_t at = 0; (at = word.find('/', at)) != std::string::npos;)
        word.replace(at, 1, "%2f");
    if (word.starts_with('.')) word.replace(0, 1, "%2e");
    return word;
}

std::expected<nvs_place, esp_err_t> find_place() {
    if (const char* file = std::getenv("NOWIRE_IDF_NVS"); file != nullptr && *file != '\0') return place_at(file);
    const auto folder = default_state_folder();
    if (!folder) {
        complain(folder.error().text);
        return std::unexpected(ESP_FAIL);
    }
    const auto name = given_name();
    if (name.empty()) return first_free_place(*folder / "nvs" / file_name(::program_invocation_short_name));
    return place_at(*folder / "nvs" / file_name(name));
}

bool is_label(std::string_view label) {
    const auto is_one_of_a_label = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    };
    return !label.empty() && label.size() < NVS_PART_NAME_MAX_SIZE && std::ranges::all_of(label, is_one_of_a_label);
}

}  // namespace

nvs_partition* nvs_store::find(std::string_view label) {
    const auto found = partitions.find(label);
    return found != partitions.end() ? &found->second : nullptr;
}

nvs_store& nvs() {
    // Never destroyed, since threads may outlive main().
    static auto& store = *new nvs_store();
    return store;
}

std::expected<fs::path, esp_err_t> nvs_file_of(std::string_view label) {
    static std::optional<nvs_place> place;
    if (!is_label(label)) return std::unexpected(ESP_ERR_NOT_FOUND);
    if (!place) {
        auto found = find_place();
        if (!found) return std::unexpected(found.error());
        place = std::move(*found);
    }
    auto file = place->file;
    if (label != NVS_DEFAULT_PART_NAME) file += std::string(".").append(label);
    return file;
}

std::expected<nvs_partition, esp_err_t> read_nvs_partition(const fs::path& file) {
    const auto text = read_state_file(file, file_limit);
    if (!text) {
        complain(text.error());
        return std::unexpected(ESP_FAIL);
    }
    if (!*text) return nvs_partition{file, {}};
    auto contents = nvs_contents_in(**text);
    if (!contents) {
        complain(contents.error() == ESP_ERR_NVS_NEW_VERSION_FOUND ? "a later nowire wrote this NVS partition"
                                                                   : "this NVS partition is damaged",
                 file.string(), "nvs_flash_erase() or rm makes an empty one");
        return std::unexpected(contents.error());
    }
    return nvs_partition{file, std::move(*contents)};
}

esp_err_t nvs_partition::commit() const {
    const auto written = replace_state_file(file, to_text(contents));
    if (written) return ESP_OK;
    complain(written.error());
    return ESP_FAIL;
}

}  // namespace nowire::idf
