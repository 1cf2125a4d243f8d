#include "capture/byte_order.hpp"
#include "capture/pcap_format.hpp"

#include <nowire/capture/writer.hpp>

#include <algorithm>
#include <array>
#include <limits>
#include <stdexcept>
#include <utility>

namespace nowire::capture {

namespace {

void check_size(std::span<const std::uint8_t> bytes) {
    if (bytes.size() > max_packet_size)
        throw std::length_error("a packet of a capture file has at most " + std::to_string(max_packet_size) +
                                " bytes, not " + std::to_string(bytes.size()));
}

void append(std::vector<std::uint8_t>& out, std::span<const std::uint8_t> bytes) {
    out.insert(out.end(), bytes.begin(), bytes.end());
}

void pad(std::vector<std::uint8_t>& out) {
    out.resize(padded(out.size()), 0);
}

}  // namespace

pcap_writer::pcap_writer(sink to, link_type type, resolution r) : sink_(std::move(to)), resolution_(r) {
    append_u32(buffer_, r == resolution::nanoseconds ? magic_nanoseconds : magic_microseconds);
    append_u16(buffer_, 2);  // version 2.4
    append_u16(buffer_, 4);
    append_u32(buffer_, 0);  // time zone and accuracy: always 0
    append_u32(buffer_, 0);
    append_u32(buffer_, max_packet_size);
    append_u32(buffer_, static_cast<std::uint32_t>(type));
    sink_(buffer_);
}

void pcap_writer::write(timestamp time, std::span<const std::uint8_t> bytes,
                        std::optional<std::uint32_t> original_length) {
    check_size(bytes);
    const timestamp last{std::chrono::seconds(std::numeric_limits<std::uint32_t>::max())};
    const auto since_1970 = std::clamp(time, timestamp(), last).time_since_epoch();
    const auto seconds = std::chrono::floor<std::chrono::seconds>(since_1970);
    const auto ns = (since_1970 - seconds).count();
    const auto size = static_cast<std::uint32_t>(bytes.size());
    buffer_.clear();
    append_u32(buffer_, static_cast<std::uint32_t>(seconds.count()));
    append_u32(buffer_, static_cast<std::uint32_t>(resolution_ == resolution::nanoseconds ? ns : ns / 1000));
    append_u32(buffer_, size);
    append_u32(buffer_, original_length.value_or(size));
    append(buffer_, bytes);
    sink_(buffer_);
}

pcapng_writer::pcapng_writer(sink to, const section_options& options) : sink_(std::move(to)) {
    begin(block_section);
    append_u32(buffer_, byte_order_magic);
    append_u16(buffer_, 1);  // version 1.0
    append_u16(buffer_, 0);
    append_u32(buffer_, 0xffffffff);  // the section's length is not known
    append_u32(buffer_, 0xffffffff);
    option(option_section_hardware, options.hardware);
    option(option_section_os, options.operating_system);
    option(option_section_application, options.application);
    option(option_comment, options.comment);
    end_of_options();
    finish();
}

std::uint32_t pcapng_writer::add_interface(const interface_options& options) {
    begin(block_interface);
    append_u16(buffer_, static_cast<std::uint16_t>(options.link_type));
    append_u16(buffer_, 0);
    append_u32(buffer_, options.snap_length);
    option(option_interface_name, options.name);
    option(option_interface_description, options.description);
    option(option_comment, options.comment);
    append_u16(buffer_, option_interface_resolution);
    append_u16(buffer_, 1);
    buffer_.push_back(9);
    pad(buffer_);
    end_of_options();
    finish();
    return interfaces_++;
}

void pcapng_writer::write(std::uint32_t interface, timestamp time, std::span<const std::uint8_t> bytes,
                          const packet_options& options) {
    if (interface >= interfaces_)
        throw std::out_of_range("there is no interface " + std::to_string(interface) + ", only " +
                                std::to_string(interfaces_));
    check_size(bytes);
    const auto ns = static_cast<std::uint64_t>(std::max(time, timestamp()).time_since_epoch().count());
    const auto size = static_cast<std::uint32_t>(bytes.size());
    begin(block_enhanced_packet);
    append_u32(buffer_, interface);
    append_u32(buffer_, static_cast<std::uint32_t>(ns >> 32));
    append_u32(buffer_, static_cast<std::uint32_t>(ns & 0xffffffff));
    append_u32(buffer_, size);
    append_u32(buffer_, options.original_length.value_or(size));
    append(buffer_, bytes);
    pad(buffer_);
    if (!options.comment.empty()) {
        option(option_comment, options.comment);
        end_of_options();
    }
    finish();
}

void pcapng_writer::begin(std::uint32_t type) {
    buffer_.clear();
    append_u32(buffer_, type);
    append_u32(buffer_, 0);  // the length, which finish() fills in
}

void pcapng_writer::option(std::uint16_t code, std::string_view text) {
    if (text.empty()) return;
    if (text.size() > std::numeric_limits<std::uint16_t>::max())
        throw std::length_error("a text in a pcapng file has at most 65535 bytes, not " + std::to_string(text.size()));
    append_u16(buffer_, code);
    append_u16(buffer_, static_cast<std::uint16_t>(text.size()));
    buffer_.insert(buffer_.end(), text.begin(), text.end());
    pad(buffer_);
}

void pcapng_writer::end_of_options() {
    append_u32(buffer_, option_end);
}

void pcapng_writer::finish() {
    const auto size = static_cast<std::uint32_t>(buffer_.size() + 4);
    append_u32(buffer_, size);
    for (std::size_t i = 0; i < 4; ++i)
        buffer_[4 + i] = static_cast<std::uint8_t>(size >> (8 * i) & 0xff);
    sink_(buffer_);
}

}  // namespace nowire::capture
