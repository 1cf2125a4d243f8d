#pragma once

#include <nowire/frame/channel.hpp>
#include <nowire/frame/mac_address.hpp>
#include <nowire/radio/url.hpp>

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nowire {

/// Reads the parameters of a radio's URL, one call for each that the backend knows, and finish() at the end:
///
///     url_reader read(url);
///     const auto name = read.text("name");
///     const auto on = read.channel("channel").value_or(channel());
///     if (auto ok = read.finish(); !ok) return std::unexpected(ok.error());
///
/// Each call returns nothing where the parameter is not given or is wrong. The first wrong value, or else the first
/// parameter that no call asked for, is what finish() returns, with what would be right in its text. Not thread-safe.
class url_reader {
  public:
    /// `url` must outlive the reader.
    explicit url_reader(const radio_url& url) : url_(url) {}

    /// Any text, as it is after its %XX are read.
    std::optional<std::string> text(std::string_view key);
    /// A unicast address that is not zero, in any form that mac_address::parse() reads.
    std::optional<mac_address> mac(std::string_view key);
    /// A channel by its number.
    std::optional<nowire::channel> channel(std::string_view key);
    /// A decimal number from `low` to `high`, without unit.
    std::optional<double> number(std::string_view key, double low, double high);
    /// yes, on, true or 1; no, off, false or 0.
    std::optional<bool> flag(std::string_view key);

    /// bad_url: what was wrong first.
    std::expected<void, error> finish() const;

  private:
    const std::string* find(std::string_view key);
    void wrong(std::string_view key, std::string_view value, std::string_view right);

    const radio_url& url_;
    std::vector<std::string> known_;
    std::optional<std::string> problem_;
};

}  // namespace nowire
