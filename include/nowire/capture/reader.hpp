#pragma once

#include <nowire/capture/packet.hpp>

#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace nowire::capture {

/// What is wrong with a file.
enum class fault : std::uint8_t {
    not_a_capture,      ///< it starts neither as pcap nor as pcapng
    unknown_version,    ///< of the file format: not pcap 2.x, not pcapng 1.x
    cut_short,          ///< it ends in the middle of a record or block
    record_too_long,    ///< a pcap record has more than max_packet_size bytes
    bad_block_length,   ///< a pcapng block's length is too small for its type, no multiple of 4, or over max_block_size
    lengths_differ,     ///< the length at the end of a pcapng block is not the one at its start
    bad_byte_order,     ///< a section's byte-order magic is none
    packet_overruns,    ///< a packet is longer than its block
    option_overruns,    ///< an option is longer than its block
    unknown_interface,  ///< a packet names an interface that its section does not have
};

/// Where a file cannot be read on, and why.
struct damage {
    fault what{};                ///< which rule is broken
    std::uint64_t offset = 0;    ///< bytes, of the record or block within the file
    std::uint64_t found = 0;     ///< the number that is wrong, where there is one
    std::uint64_t possible = 0;  ///< what it would have to be, or its limit

    /// A sentence: "offset 4711: the record has 70000 bytes, more than the 262144 ...".
    std::string to_string() const;
};

/// One interface of a section of a pcapng file, or the only one of a pcap file.
struct interface_info {
    capture::link_type link_type{};  ///< what its packets start with
    std::uint32_t snap_length = 0;   ///< bytes; 0: no limit
    std::string name;                ///< empty: not given
    std::string description;         ///< empty: not given
};

/// Reads pcap (microseconds and nanoseconds) and pcapng (several sections, interfaces of mixed link types, if_tsresol,
/// if_tsoffset; enhanced, simple and the obsolete packet blocks; others are skipped) in either byte order.
///
/// The file may be there as a whole, or come piece by piece: when next() says "end" or "cut short" and there is more,
/// hand it on with refill(). Reading a packet allocates nothing. A reader belongs to one thread.
///
/// Sources: draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng.
class reader {
  public:
    /// Bytes. Blocks of a pcapng file that are longer are taken for damage (Wireshark's limit).
    static constexpr std::size_t max_block_size = 16 * 1024 * 1024;

    /// @param bytes  the file, or its beginning; must outlive its use here and the packets.
    explicit reader(std::span<const std::uint8_t> bytes) : rest_(bytes) {}

    /// The next packet; nothing at the end of the bytes, if that is the end of a record or block (no bytes at all are
    /// cut_short). After damage, the same damage again. Errors: the `fault` that damage::what names.
    std::expected<std::optional<packet>, damage> next();

    /// The bytes that next() has not used: what a refill must begin with.
    std::span<const std::uint8_t> unread() const { return rest_; }

    /// Goes on reading in `bytes`, which begin with what unread() has and go on where the former bytes ended. Packets
    /// read before lose their bytes where the caller takes the memory away.
    void refill(std::span<const std::uint8_t> bytes);

    /// The offset of unread() within the file.
    std::uint64_t offset() const { return offset_; }

    /// The interfaces of the section that is being read, in the order of their index.
    const std::vector<interface_info>& interfaces() const { return interfaces_; }

  private:
    enum class format : std::uint8_t { unknown, pcap, pcapng };
    /// How an interface counts time.
    struct ticks {
        std::uint8_t resolution = 6;  ///< as if_tsresol has it
        std::int64_t offset = 0;      ///< seconds
        std::optional<unsigned> fcs_length;
    };
    using result = std::expected<std::optional<packet>, damage>;
    struct block;

    std::unexpected<damage> damaged(fault what, std::uint64_t found = 0, std::uint64_t possible = 0);
    void consume(std::size_t size);
    std::expected<void, damage> read_start();
    std::expected<void, damage> read_pcap_header(bool nanoseconds);
    std::size_t record_size() const;
    result no_record();
    result take_record(std::size_t size);
    result next_block();
    std::expected<block, damage> read_block_frame();
    std::expected<void, damage> read_section(const block& b);
    std::expected<void, damage> read_interface(const block& b);
    std::expected<packet, damage> read_enhanced_packet(const block& b);
    std::expected<packet, damage> read_simple_packet(const block& b);
    std::expected<packet, damage> read_obsolete_packet(const block& b);
    std::expected<packet, damage> read_packet_data(const block& b, std::uint32_t interface, std::uint64_t time,
                                                   std::uint32_t captured);
    std::expected<void, damage> read_packet_options(const block& b, std::size_t at, packet& p);

    std::span<const std::uint8_t> rest_;
    std::uint64_t offset_ = 0;
    format format_ = format::unknown;
    bool big_endian_ = false;
    std::vector<interface_info> interfaces_;
    std::vector<ticks> ticks_;
    std::optional<damage> damage_;
};

}  // namespace nowire::capture
