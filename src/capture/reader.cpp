#include "capture/byte_order.hpp"
#include "capture/pcap_format.hpp"
#include "capture/timestamp.hpp"

#include <nowire/capture/reader.hpp>

#include <algorithm>

namespace nowire::capture {

namespace {

/// The options behind the fixed part of a block, one by one.
struct option {
    std::uint16_t code = option_end;
    std::span<const std::uint8_t> value;

    std::string_view text() const { return {reinterpret_cast<const char*>(value.data()), value.size()}; }
};

/// Takes the next option off `rest`; option_end where there are no more, nothing if it is longer than the rest.
std::optional<option> take_option(std::span<const std::uint8_t>& rest, bool big_endian) {
    if (rest.size() < 4) return option{};
    const auto code = read_u16(rest, 0, big_endian);
    const std::size_t size = read_u16(rest, 2, big_endian);
    if (code == option_end) return option{};
    if (rest.size() - 4 < size) return std::nullopt;
    const option taken{code, rest.subspan(4, size)};
    rest = rest.subspan(std::min(rest.size(), 4 + padded(size)));
    return taken;
}

// The four bits of an enhanced packet's flags that give the length of the FCS in bytes; 0: not given.
unsigned fcs_length_of_flags(std::uint32_t flags) {
    return flags >> 5 & 0xf;
}

// The specification says bits, its example and other programs say bytes: both can only mean these.
std::optional<unsigned> fcs_length_of_option(std::uint8_t value) {
    if (value == 4 || value == 32) return 4;
    return std::nullopt;
}

}  // namespace

/// A pcapng block whose extent has been checked.
struct reader::block {
    std::uint32_t type = 0;
    std::span<const std::uint8_t> body;
    std::size_t size = 0;
};

std::unexpected<damage> reader::damaged(fault what, std::uint64_t found, std::uint64_t possible) {
    const damage d{what, offset_, found, possible};
    // More bytes can heal this one.
    if (what != fault::cut_short) damage_ = d;
    return std::unexpected(d);
}

void reader::consume(std::size_t size) {
    rest_ = rest_.subspan(size);
    offset_ += size;
}

void reader::refill(std::span<const std::uint8_t> bytes) {
    rest_ = bytes;
}

reader::result reader::next() {
    if (damage_) return std::unexpected(*damage_);
    if (format_ == format::unknown) {
        if (const auto start = read_start(); !start) return std::unexpected(start.error());
    }
    if (format_ == format::pcapng) return next_block();
    const auto size = record_size();
    return size != 0 ? take_record(size) : no_record();
}

std::expected<void, damage> reader::read_start() {
    if (rest_.size() < 4) return damaged(fault::cut_short, rest_.size(), 4);
    for (const bool big : {false, true}) {
        const auto magic = read_u32(rest_, 0, big);
        big_endian_ = big;
        if (magic == magic_microseconds || magic == magic_nanoseconds)
            return read_pcap_header(magic == magic_nanoseconds);
    }
    if (read_u32(rest_, 0) != block_section) return damaged(fault::not_a_capture, read_u32(rest_, 0, true));
    format_ = format::pcapng;
    return {};
}

std::expected<void, damage> reader::read_pcap_header(bool nanoseconds) {
    if (rest_.size() < pcap_header_size) return damaged(fault::cut_short, rest_.size(), pcap_header_size);
    const auto major = read_u16(rest_, 4, big_endian_);
    if (major != 2) return damaged(fault::unknown_version, major, 2);
    // The upper half of the link type: bit 26 says that bits 31 to 28 have the length of the FCS in units of 16 bits.
    const auto type = read_u32(rest_, 20, big_endian_);
    ticks t{.resolution = nanoseconds ? std::uint8_t{9} : std::uint8_t{6}, .offset = 0, .fcs_length = {}};
    if ((type >> 26 & 1) != 0) t.fcs_length = (type >> 28) * 2;
    ticks_ = {t};
    interfaces_ = {{.link_type = static_cast<link_type>(type & 0xffff),
                    .snap_length = read_u32(rest_, 16, big_endian_),
                    .name = {},
                    .description = {}}};
    format_ = format::pcap;
    consume(pcap_header_size);
    return {};
}

/// The size of the record that rest_ starts with; 0: there is none, or not all of it.
std::size_t reader::record_size() const {
    if (rest_.size() < record_header_size) return 0;
    const std::size_t captured = read_u32(rest_, 8, big_endian_);
    const auto size = record_header_size + captured;
    return captured <= max_packet_size && size <= rest_.size() ? size : 0;
}

/// Why there is no whole record, or nothing at the end.
reader::result reader::no_record() {
    if (rest_.empty()) return std::nullopt;
    if (rest_.size() < record_header_size) return damaged(fault::cut_short, rest_.size(), record_header_size);
    const std::size_t captured = read_u32(rest_, 8, big_endian_);
    if (captured > max_packet_size) return damaged(fault::record_too_long, captured, max_packet_size);
    return damaged(fault::cut_short, rest_.size(), record_header_size + captured);
}

/// The record of so many bytes that rest_ starts with.
reader::result reader::take_record(std::size_t size) {
    const std::chrono::seconds seconds(read_u32(rest_, 0, big_endian_));
    const std::uint64_t fraction = read_u32(rest_, 4, big_endian_);
    const auto& t = ticks_.front();
    // The one variable that is returned is made where the caller has it: to copy a packet takes longer than to read it.
    result read(std::in_place, std::in_place);
    auto& p = **read;
    p.bytes = {rest_.data() + record_header_size, size - record_header_size};
    p.original_length = read_u32(rest_, 12, big_endian_);
    p.link_type = interfaces_.front().link_type;
    p.time = timestamp(seconds + std::chrono::nanoseconds(t.resolution == 9 ? fraction : fraction * 1000));
    p.fcs_length = t.fcs_length;
    p.offset = offset_;
    consume(size);
    return read;
}

reader::result reader::next_block() {
    while (!rest_.empty()) {
        const auto b = read_block_frame();
        if (!b) return std::unexpected(b.error());
        std::expected<std::optional<packet>, damage> read = std::nullopt;
        const auto take = [&read](const std::expected<packet, damage>& p) {
            read = p ? result(*p) : result(std::unexpected(p.error()));
        };
        const auto check = [&read](const std::expected<void, damage>& done) {
            if (!done) read = std::unexpected(done.error());
        };
        switch (b->type) {
            case block_section:
                check(read_section(*b));
                break;
            case block_interface:
                check(read_interface(*b));
                break;
            case block_enhanced_packet:
                take(read_enhanced_packet(*b));
                break;
            case block_simple_packet:
                take(read_simple_packet(*b));
                break;
            case block_obsolete_packet:
                take(read_obsolete_packet(*b));
                break;
            default:
                break;
        }
        if (!read) return read;
        consume(b->size);
        if (*read) return read;
    }
    return std::nullopt;
}

std::expected<reader::block, damage> reader::read_block_frame() {
    if (rest_.size() < block_overhead) return damaged(fault::cut_short, rest_.size(), block_overhead);
    if (read_u32(rest_, 0) == block_section) {
        const auto magic = read_u32(rest_, 8);
        if (magic != byte_order_magic && magic != std::byteswap(byte_order_magic))
            return damaged(fault::bad_byte_order, magic, byte_order_magic);
        big_endian_ = magic != byte_order_magic;
    }
    const std::size_t size = read_u32(rest_, 4, big_endian_);
    if (size < block_overhead || size % 4 != 0 || size > max_block_size)
        return damaged(fault::bad_block_length, size, max_block_size);
    if (rest_.size() < size) return damaged(fault::cut_short, rest_.size(), size);
    const auto behind = read_u32(rest_, size - 4, big_endian_);
    if (behind != size) return damaged(fault::lengths_differ, behind, size);
    return block{read_u32(rest_, 0, big_endian_), rest_.subspan(8, size - block_overhead), size};
}

std::expected<void, damage> reader::read_section(const block& b) {
    if (b.body.size() < 16) return damaged(fault::bad_block_length, b.size, 16 + block_overhead);
    const auto major = read_u16(b.body, 4, big_endian_);
    if (major != 1) return damaged(fault::unknown_version, major, 1);
    interfaces_.clear();
    ticks_.clear();
    return {};
}

std::expected<void, damage> reader::read_interface(const block& b) {
    if (b.body.size() < 8) return damaged(fault::bad_block_length, b.size, 8 + block_overhead);
    interface_info info{.link_type = static_cast<link_type>(read_u16(b.body, 0, big_endian_)),
                        .snap_length = read_u32(b.body, 4, big_endian_),
                        .name = {},
                        .description = {}};
    ticks t;
    auto rest = b.body.subspan(8);
    for (;;) {
        const auto taken = take_option(rest, big_endian_);
        if (!taken) return damaged(fault::option_overruns);
        if (taken->code == option_end) break;
        if (taken->code == option_interface_name) info.name = taken->text();
        if (taken->code == option_interface_description) info.description = taken->text();
        if (taken->code == option_interface_resolution && taken->value.size() == 1) t.resolution = taken->value[0];
        if (taken->code == option_interface_fcs_length && taken->value.size() == 1)
            t.fcs_length = fcs_length_of_option(taken->value[0]);
        if (taken->code == option_interface_time_offset && taken->value.size() == 8)
            t.offset = static_cast<std::int64_t>(read_u64(taken->value, 0, big_endian_));
    }
    interfaces_.push_back(std::move(info));
    ticks_.push_back(t);
    return {};
}

std::expected<packet, damage> reader::read_enhanced_packet(const block& b) {
    if (b.body.size() < 20) return damaged(fault::bad_block_length, b.size, 20 + block_overhead);
    const std::uint64_t time_high = read_u32(b.body, 4, big_endian_);
    return read_packet_data(b, read_u32(b.body, 0, big_endian_), time_high << 32 | read_u32(b.body, 8, big_endian_),
                            read_u32(b.body, 12, big_endian_));
}

// The same layout as the enhanced one, but that two bytes of the interface's index count drops.
std::expected<packet, damage> reader::read_obsolete_packet(const block& b) {
    if (b.body.size() < 20) return damaged(fault::bad_block_length, b.size, 20 + block_overhead);
    const std::uint64_t time_high = read_u32(b.body, 4, big_endian_);
    return read_packet_data(b, read_u16(b.body, 0, big_endian_), time_high << 32 | read_u32(b.body, 8, big_endian_),
                            read_u32(b.body, 12, big_endian_));
}

std::expected<packet, damage> reader::read_packet_data(const block& b, std::uint32_t interface, std::uint64_t time,
                                                       std::uint32_t captured) {
    constexpr std::size_t data_at = 20;
    if (interface >= interfaces_.size()) return damaged(fault::unknown_interface, interface, interfaces_.size());
    const auto room = b.body.size() - data_at;
    if (captured > room) return damaged(fault::packet_overruns, captured, room);
    const auto& t = ticks_[interface];
    packet p{.bytes = b.body.subspan(data_at, captured),
             .original_length = read_u32(b.body, 16, big_endian_),
             .link_type = interfaces_[interface].link_type,
             .time = to_timestamp(time, t.resolution, t.offset),
             .interface = interface,
             .fcs_length = t.fcs_length,
             .comment = {},
             .offset = offset_};
    const auto options_at = data_at + padded(captured);
    if (options_at < b.body.size()) {
        if (const auto read = read_packet_options(b, options_at, p); !read) return std::unexpected(read.error());
    }
    return p;
}

std::expected<void, damage> reader::read_packet_options(const block& b, std::size_t at, packet& p) {
    auto rest = b.body.subspan(at);
    for (;;) {
        const auto taken = take_option(rest, big_endian_);
        if (!taken) return damaged(fault::option_overruns);
        if (taken->code == option_end) return {};
        if (taken->code == option_comment && p.comment.empty()) p.comment = taken->text();
        if (taken->code == option_packet_flags && taken->value.size() == 4) {
            const auto length = fcs_length_of_flags(read_u32(taken->value, 0, big_endian_));
            if (length != 0) p.fcs_length = length;
        }
    }
}

std::expected<packet, damage> reader::read_simple_packet(const block& b) {
    if (b.body.size() < 4) return damaged(fault::bad_block_length, b.size, 4 + block_overhead);
    if (interfaces_.empty()) return damaged(fault::unknown_interface, 0, 0);
    const auto& info = interfaces_.front();
    const auto original = read_u32(b.body, 0, big_endian_);
    const auto captured = info.snap_length == 0 ? original : std::min(original, info.snap_length);
    const auto room = b.body.size() - 4;
    if (captured > room) return damaged(fault::packet_overruns, captured, room);
    return packet{.bytes = b.body.subspan(4, captured),
                  .original_length = original,
                  .link_type = info.link_type,
                  .time = {},
                  .interface = 0,
                  .fcs_length = ticks_.front().fcs_length,
                  .comment = {},
                  .offset = offset_};
}

std::string damage::to_string() const {
    const auto number = [](std::uint64_t n) { return std::to_string(n); };
    std::string text = "offset " + number(offset) + ": ";
    switch (what) {
        case fault::not_a_capture:
            return text + "neither pcap nor pcapng starts like this";
        case fault::unknown_version:
            return text + "version " + number(found) + " of the file format is not known, only " + number(possible);
        case fault::cut_short:
            return text + "the file ends after " + number(found) + " of " + number(possible) + " bytes";
        case fault::record_too_long:
            return text + "the record has " + number(found) + " bytes, more than the " + number(possible) +
                   " that are possible";
        case fault::bad_block_length:
            return text + "the block cannot have a length of " + number(found) + " bytes";
        case fault::lengths_differ:
            return text + "the block's length is " + number(possible) + " at its start and " + number(found) +
                   " at its end";
        case fault::bad_byte_order:
            return text + "the section's byte-order magic is none";
        case fault::packet_overruns:
            return text + "the packet has " + number(found) + " bytes, its block has room for " + number(possible);
        case fault::option_overruns:
            return text + "an option is longer than its block";
        case fault::unknown_interface:
            return text + "the packet is of interface " + number(found) + ", the section has " + number(possible);
    }
    return text + "?";
}

}  // namespace nowire::capture
