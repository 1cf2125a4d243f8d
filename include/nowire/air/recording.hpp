#pragma once

#include <nowire/air/medium.hpp>
#include <nowire/air/protocol.hpp>

#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

/// What came into an air and when: enough to have the same frames at the same times again, without those who sent them.
///
/// A recording is a file: the line "nowire-air-recording 1\n", then blocks, integers little-endian:
///
///     bytes of the content (4) | CRC-32 of the content (4) | content
///
/// The first block is what the air was like; each other one is records. A reader takes whole blocks and nothing else.
namespace nowire::air::recording {

inline constexpr std::string_view magic = "nowire-air-recording 1\n";  ///< the first bytes of a recording
/// No block is longer, in bytes; that of the first bounds the table of links, at ten million.
inline constexpr std::size_t block_limit = std::size_t{1} << 28;

/// What an air is like, beside its radios.
struct setting {
    medium_options medium;  ///< seed, losses and physics
    /// As medium::set_link() is given them, in that order.
    struct set_link {
        mac_address from;  ///< the station address of who sends
        mac_address to;    ///< the station address of who receives
        link how;          ///< loss and RSSI of that direction
    };
    std::vector<set_link> links;  ///< in the order in which they were set
};

/// The medium was advanced to this time.
struct advanced {
    time_point to;  ///< on the air's clock
};

/// A radio was asked for something, after all that stands before it: `hello` is its coming, `bye` its going, and the
/// others are what the protocol means by them. Spans point into what was read.
struct asked {
    /// Its radio_id on the medium that was recorded; any where a link is set, which is nobody's own.
    std::uint32_t radio = 0;
    protocol::client_message what;  ///< as it came
};

/// One thing that came into an air.
using record = std::variant<advanced, asked>;

/// Collects records and makes blocks of them. Several advances with nothing between them are one, since a medium comes
/// to the same by one step as by many. Not thread-safe.
class writer {
  public:
    /// Takes the bytes of the file, whole blocks, as they are made.
    using sink = std::function<void(std::span<const std::uint8_t>)>;

    /// Hands the start of the file to `to` at once: what the air is like. What `to` throws comes out of the call that
    /// made the block.
    writer(sink to, const setting& how);

    /// Takes the place of an advance with nothing behind it.
    void add(advanced r) { advanced_ = r; }
    /// Makes a block as soon as there is enough for one.
    void add(radio_id radio, const protocol::client_message& what);
    /// Makes a block of what was added since the last call, if anything was.
    void flush();

  private:
    void add_advance();
    void write_block();

    sink sink_;
    std::optional<advanced> advanced_;
    std::vector<std::uint8_t> content_;
};

/// Where a recording cannot be read on, and why.
struct damage {
    std::uint64_t offset = 0;  ///< bytes from the beginning of the file to the block or header that is meant
    /// The file ends within a block, as it does where the air was killed; what stands before is whole.
    bool is_cut = false;
    std::string text;  ///< what is there, and what would be right

    /// "offset 120: ..."
    std::string to_string() const;
};

/// Reads a recording that is in memory. Not thread-safe; the bytes must outlive it.
class reader {
  public:
    /// Errors: damage, where the bytes do not begin as a recording does.
    static std::expected<reader, damage> open(std::span<const std::uint8_t> file);

    /// What the air was like.
    const recording::setting& setting() const { return setting_; }
    /// The next record; nothing at the end.
    /// Errors: damage. There is no way on behind one: the same comes again.
    std::expected<std::optional<record>, damage> next();
    /// Bytes of the file that were read.
    std::uint64_t offset() const { return offset_; }

  private:
    explicit reader(std::span<const std::uint8_t> file) : file_(file) {}
    std::expected<std::span<const std::uint8_t>, damage> take_block();

    std::span<const std::uint8_t> file_;
    std::uint64_t offset_ = 0;             ///< behind the block that is read now
    std::uint64_t block_offset_ = 0;       ///< of that block
    std::span<const std::uint8_t> block_;  ///< what is left of it
    recording::setting setting_;
};

/// A medium that does what a recording says. Not thread-safe.
class replay {
  public:
    /// A medium as it was before the first record.
    explicit replay(const recording::setting& how);

    /// For an observer and statistics.
    air::medium& medium() { return medium_; }
    /// Does what one record says. Errors: what cannot have happened, such as a request of a radio that never came.
    /// @throws std::logic_error if called from the observer.
    std::expected<void, std::string> apply(const record& r);

  private:
    struct deaf final : medium_listener {
        void on_receive(std::span<const std::uint8_t>, const rx_info&) override {}
        void on_transmit_done(const tx_done&) override {}
    };

    std::expected<void, std::string> apply(const asked& r);

    deaf nobody_;
    air::medium medium_;
    std::unordered_map<std::uint32_t, radio_id> radios_;
};

}  // namespace nowire::air::recording
