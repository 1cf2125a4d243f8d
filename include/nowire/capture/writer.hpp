#pragma once

#include <nowire/capture/packet.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nowire::capture {

/// Takes the bytes of a file as they are made; they are valid during the call. Each call is a whole header, record or
/// block, so that who reads the file while it grows sees no halves if each call is one write. What it throws comes out
/// of the writer's call.
using sink = std::function<void(std::span<const std::uint8_t>)>;

/// Writes a pcap file of one link type, little-endian. The constructor writes the file's header. Belongs to one thread.
class pcap_writer {
  public:
    /// What the fractions of the times count.
    enum class resolution : std::uint8_t {
        microseconds,  ///< magic number 0xa1b2c3d4
        nanoseconds,   ///< magic number 0xa1b23c4d
    };

    /// @param to  is called at once, with the file's header, and by each write().
    pcap_writer(sink to, link_type type, resolution r = resolution::nanoseconds);

    /// @param time             the format has unsigned 32-bit seconds: times outside are brought to its ends.
    /// @param original_length  where `bytes` are only the beginning of a packet: its length.
    /// @throws std::length_error if there are more than max_packet_size bytes.
    void write(timestamp time, std::span<const std::uint8_t> bytes, std::optional<std::uint32_t> original_length = {});

  private:
    sink sink_;
    resolution resolution_;
    std::vector<std::uint8_t> buffer_;
};

/// What a section of a pcapng file says about itself; empty texts are left out.
struct section_options {
    std::string hardware = {};          ///< shb_hardware
    std::string operating_system = {};  ///< shb_os
    std::string application = {};       ///< shb_userappl: what writes the file
    std::string comment = {};           ///< UTF-8, for people
};

/// What an interface of a pcapng file is; empty texts are left out.
struct interface_options {
    capture::link_type link_type = link_type::ieee802_11_radiotap;  ///< what its packets start with
    std::string name = {};                                          ///< if_name: "wlan1"
    std::string description = {};                                   ///< if_description
    std::string comment = {};                                       ///< UTF-8, for people
    std::uint32_t snap_length = 0;                                  ///< bytes; 0: no limit
};

/// What is noted with a packet.
struct packet_options {
    std::string_view comment = {};                      ///< UTF-8, for people; empty: none
    std::optional<std::uint32_t> original_length = {};  ///< bytes, where only the beginning is given
};

/// Writes a pcapng file of one section, little-endian, with any number of interfaces of any link types; times have
/// nanoseconds (if_tsresol 9). The constructor writes the section's header. Belongs to one thread.
class pcapng_writer {
  public:
    /// @throws std::length_error if a text has more than 65535 bytes, the most an option holds.
    explicit pcapng_writer(sink to, const section_options& options = {});

    /// @returns the index by which write() knows the interface; interfaces may be added between packets.
    /// @throws std::length_error as the constructor does.
    std::uint32_t add_interface(const interface_options& options);

    /// @param time  before 1970 is taken for 1970: the format has no sign.
    /// @throws std::out_of_range if there is no such interface, std::length_error if there are more than
    /// max_packet_size bytes, or too many in the comment.
    void write(std::uint32_t interface, timestamp time, std::span<const std::uint8_t> bytes,
               const packet_options& options = {});

  private:
    void begin(std::uint32_t type);
    void option(std::uint16_t code, std::string_view text);
    void end_of_options();
    void finish();

    sink sink_;
    std::uint32_t interfaces_ = 0;
    std::vector<std::uint8_t> buffer_;
};

}  // namespace nowire::capture
