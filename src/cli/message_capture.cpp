#include "cli/message_capture.hpp"

#include <nowire/frame/action.hpp>
#include <nowire/frame/mpdu.hpp>
#include <nowire/frame/radiotap.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace nowire::cli {

namespace {

std::vector<std::uint8_t> radiotap_of(const message& m) {
    radiotap::header h;
    h.signal = m.rssi;
    h.noise = m.noise;
    h.flags = std::uint8_t{0};  // it has no FCS
    radiotap::set_channel_and_rate(h, m.on, m.rx_rate);
    return radiotap::build(h);
}

std::vector<std::uint8_t> mpdu_of(const message& m) {
    // Receivers take more than one version 1 element too; only version 2 can be written with so many.
    const bool v1 = m.version == 1 && m.payload.size() <= frame::max_payload_v1;
    const auto version = v1 ? frame::version::v1 : frame::version::v2;
    const auto body_size = frame::action_size(m.payload.size(), version).value_or(0);
    std::vector<std::uint8_t> mpdu(frame::header_size + body_size);
    frame::management_header header;
    header.a1 = m.destination;
    header.a2 = m.source;
    header.sequence_control = static_cast<std::uint16_t>(m.sequence_number << 4);
    frame::write_header(std::span(mpdu).first<frame::header_size>(), header);
    if (m.retry) frame::set_retry(std::span(mpdu).first<2>());
    if (!frame::write_action(std::span(mpdu).subspan(frame::header_size), m.payload,
                             {.version = version, .random = m.random}))
        throw std::length_error("a message of " + std::to_string(m.payload.size()) + " bytes fits into no frame");
    return mpdu;
}

}  // namespace

std::expected<std::unique_ptr<message_capture>, std::string> message_capture::open(const std::string& path) {
    const bool to_stdout = path == "-";
    const auto name = to_stdout ? std::string("stdout") : path;
    unique_descriptor file(to_stdout ? ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0)
                                     : ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (!file) return std::unexpected("cannot write to " + name + ": " + std::strerror(errno));
    if (::isatty(file.get()) != 0)
        return std::unexpected("a capture is not for a terminal; write it to a file or a pipe");
    return std::unique_ptr<message_capture>(new message_capture(std::move(file), name));
}

message_capture::message_capture(unique_descriptor file, std::string name)
    : file_(std::move(file)),
      name_(std::move(name)),
      writer_([this](std::span<const std::uint8_t> block) { write(block); }, {.application = "nowire listen"}) {
    writer_.add_interface({.name = "listen", .description = "ESP-NOW messages, their frames made again"});
}

void message_capture::write(std::span<const std::uint8_t> block) const {
    while (!block.empty()) {
        const auto n = ::write(file_.get(), block.data(), block.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) throw std::runtime_error("cannot write to " + name_ + ": " + std::strerror(errno));
        block = block.subspan(static_cast<std::size_t>(n));
    }
}

void message_capture::add(const message& m, capture::timestamp time) {
    auto bytes = radiotap_of(m);
    const auto mpdu = mpdu_of(m);
    bytes.insert(bytes.end(), mpdu.begin(), mpdu.end());
    writer_.write(0, time, bytes, {.comment = m.was_encrypted ? "came encrypted, written opened" : ""});
}

}  // namespace nowire::cli
