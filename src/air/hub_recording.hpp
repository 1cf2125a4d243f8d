#pragma once

#include <nowire/air/recording.hpp>
#include <nowire/air/unique_descriptor.hpp>
#include <nowire/device/errc.hpp>

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>

namespace nowire::air {

/// The file (mode 0600) that keeps what comes into a hub. Not thread-safe.
class hub_recording {
  public:
    /// bad_file: it cannot be written, or is no regular file: a reader that stalls would stop the air.
    static std::expected<std::unique_ptr<hub_recording>, error> open(const std::string& path,
                                                                     const recording::setting& how);

    /// To be called after each time that the medium was advanced.
    void advanced(time_point to) { writer_.add(recording::advanced{to}); }
    void asked(radio_id radio, const protocol::client_message& what) { writer_.add(radio, what); }
    /// Writes what has been added.
    /// @returns what a person should know, once: that nothing is recorded any more, and why.
    std::optional<std::string> flush();

  private:
    hub_recording(unique_descriptor file, std::string name, const recording::setting& how);
    void write(std::span<const std::uint8_t> bytes);

    unique_descriptor file_;
    std::string name_;
    std::optional<std::string> trouble_;
    bool stopped_ = false;
    recording::writer writer_;
};

}  // namespace nowire::air
