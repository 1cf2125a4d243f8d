#pragma once

#include <nowire/air/unique_descriptor.hpp>
#include <nowire/capture/writer.hpp>
#include <nowire/device/message.hpp>

#include <expected>
#include <memory>
#include <string>

namespace nowire::cli {

/// The pcapng file of `nowire listen -w`: a packet with radiotap header for each message, written at once.
///
/// A station hands over messages and not frames, so the frames are made again from them: addresses, sequence number,
/// random value, version and payload are those that came. An encrypted message is written opened, with a comment that
/// says so; the Duration field is 0.
class message_capture {
  public:
    /// @param path  "-" is stdout. A file has mode 0600. The error says what failed.
    static std::expected<std::unique_ptr<message_capture>, std::string> open(const std::string& path);

    /// @throws std::runtime_error where the file cannot take it: the text names file and reason.
    void add(const message& m, capture::timestamp time);

  private:
    message_capture(unique_descriptor file, std::string name);
    void write(std::span<const std::uint8_t> block) const;

    unique_descriptor file_;
    std::string name_;
    capture::pcapng_writer writer_;
};

}  // namespace nowire::cli
