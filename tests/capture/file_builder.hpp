#pragma once

#include "vectors/vectors.hpp"

#include <nowire/capture/reader.hpp>

#include <cstdint>
#include <string_view>

/// Builds capture files by hand, in either byte order, so that reader and writer are not judged by each other.
namespace nowire::capture {

class file_builder {
  public:
    explicit file_builder(bool big_endian) : big_endian_(big_endian) {}

    file_builder& u8(std::uint64_t value) { return number(value, 1); }
    file_builder& u16(std::uint64_t value) { return number(value, 2); }
    file_builder& u32(std::uint64_t value) { return number(value, 4); }
    file_builder& u64(std::uint64_t value) { return number(value, 8); }
    file_builder& raw(std::span<const std::uint8_t> data) {
        bytes_.insert(bytes_.end(), data.begin(), data.end());
        return *this;
    }
    file_builder& text(std::string_view data) {
        return raw({reinterpret_cast<const std::uint8_t*>(data.data()), data.size()});
    }
    file_builder& pad() {
        while (bytes_.size() % 4 != 0)
            bytes_.push_back(0);
        return *this;
    }
    file_builder& option(std::uint16_t code, std::string_view value) {
        return u16(code).u16(value.size()).text(value).pad();
    }
    /// A block of that type around the body that another builder made.
    file_builder& block(std::uint32_t type, const file_builder& body) {
        auto padded = body.bytes_;
        padded.resize((padded.size() + 3) / 4 * 4);
        return u32(type).u32(padded.size() + 12).raw(padded).u32(padded.size() + 12);
    }
    /// A builder of the same byte order, for a block's body.
    file_builder body() const { return file_builder(big_endian_); }

    file_builder& section() { return block(0x0a0d0d0a, body().u32(0x1a2b3c4d).u16(1).u16(0).u64(0xffffffffffffffff)); }
    file_builder& interface(std::uint16_t link_type, std::uint32_t snap_length = 0) {
        return block(1, body().u16(link_type).u16(0).u32(snap_length));
    }
    file_builder& enhanced(std::uint32_t interface, std::uint64_t time, std::string_view data) {
        return block(
            6,
            body().u32(interface).u32(time >> 32).u32(time & 0xffffffff).u32(data.size()).u32(data.size()).text(data));
    }
    file_builder& pcap_header(std::uint32_t magic, std::uint32_t link_type, std::uint32_t snap_length = 65535) {
        return u32(magic).u16(2).u16(4).u32(0).u32(0).u32(snap_length).u32(link_type);
    }
    file_builder& record(std::uint32_t seconds, std::uint32_t fraction, std::string_view data) {
        return u32(seconds).u32(fraction).u32(data.size()).u32(data.size()).text(data);
    }

    const test::bytes& bytes() const { return bytes_; }
    std::size_t size() const { return bytes_.size(); }

  private:
    file_builder& number(std::uint64_t value, int size) {
        for (int i = 0; i < size; ++i) {
            const int shift = 8 * (big_endian_ ? size - 1 - i : i);
            bytes_.push_back(static_cast<std::uint8_t>(value >> shift & 0xff));
        }
        return *this;
    }

    bool big_endian_;
    test::bytes bytes_;
};

inline std::string_view text_of(const packet& p) {
    return {reinterpret_cast<const char*>(p.bytes.data()), p.bytes.size()};
}

/// All packets of a file, and what ended it.
struct file_content {
    std::vector<packet> packets;
    std::optional<damage> fault;
};

inline file_content read_all(reader& r) {
    file_content content;
    for (;;) {
        const auto p = r.next();
        if (!p) {
            content.fault = p.error();
            return content;
        }
        if (!*p) return content;
        content.packets.push_back(**p);
    }
}

inline file_content read_all(std::span<const std::uint8_t> file) {
    reader r(file);
    return read_all(r);
}

}  // namespace nowire::capture
