#include <nowire/frame/radiotap.hpp>

#include <algorithm>
#include <array>
#include <bit>

namespace nowire::radiotap {

namespace {

constexpr std::size_t fixed_size = 8;
constexpr std::uint32_t bit_radiotap_namespace = 29;
constexpr std::uint32_t bit_vendor_namespace = 30;
constexpr std::uint32_t bit_more_words = 31;
constexpr std::uint32_t field_bits = (1U << bit_radiotap_namespace) - 1;

struct field_extent {
    std::uint8_t align;
    std::uint8_t size;
};

// Alignment and size of the fields by their bit (radiotap.org, Defined Fields); {0, 0}: unknown here.
constexpr std::array<field_extent, 29> extents = {{
    {8, 8},   // TSFT
    {1, 1},   // flags
    {1, 1},   // rate
    {2, 4},   // channel
    {2, 2},   // FHSS
    {1, 1},   // dBm antenna signal
    {1, 1},   // dBm antenna noise
    {2, 2},   // lock quality
    {2, 2},   // TX attenuation
    {2, 2},   // dB TX attenuation
    {1, 1},   // dBm TX power
    {1, 1},   // antenna
    {1, 1},   // dB antenna signal
    {1, 1},   // dB antenna noise
    {2, 2},   // RX flags
    {2, 2},   // TX flags
    {1, 1},   // RTS retries
    {1, 1},   // data retries
    {4, 8},   // XChannel
    {1, 3},   // MCS
    {4, 8},   // A-MPDU status
    {2, 12},  // VHT
    {8, 12},  // timestamp
    {2, 12},  // HE
    {2, 12},  // HE-MU
    {2, 6},   // HE-MU other user
    {1, 1},   // zero-length PSDU
    {2, 4},   // L-SIG
    {0, 0},   // TLVs
}};

std::uint16_t u16(std::span<const std::uint8_t> b, std::size_t at) {
    return static_cast<std::uint16_t>(b[at] | b[at + 1] << 8);
}
std::uint32_t u32(std::span<const std::uint8_t> b, std::size_t at) {
    return static_cast<std::uint32_t>(u16(b, at)) | static_cast<std::uint32_t>(u16(b, at + 2)) << 16;
}

/// Appends little-endian fields, each aligned as radiotap wants it.
class writer {
  public:
    explicit writer(std::vector<std::uint8_t>& out) : out_(out) {}

    void write(field f, std::uint64_t value, std::size_t size) {
        const auto bit = static_cast<std::size_t>(f);
        while (out_.size() % extents[bit].align != 0)
            out_.push_back(0);
        for (std::size_t i = 0; i < size; ++i)
            out_.push_back(static_cast<std::uint8_t>(value >> (8 * i) & 0xff));
        present_ |= 1U << bit;
    }
    std::uint32_t present() const { return present_; }

  private:
    std::vector<std::uint8_t>& out_;
    std::uint32_t present_ = 0;
};

}  // namespace

std::string_view to_string(error e) {
    switch (e) {
        case error::too_short:
            return "radiotap header is cut short";
        case error::wrong_version:
            return "radiotap version is not 0";
        case error::bad_length:
            return "radiotap length does not hold its fields";
    }
    return "?";
}

std::expected<layout, error> layout::of(std::span<const std::uint8_t> bytes) {
    if (bytes.size() < fixed_size) return std::unexpected(error::too_short);
    if (bytes[0] != 0) return std::unexpected(error::wrong_version);
    const std::size_t size = u16(bytes, 2);
    if (size < fixed_size) return std::unexpected(error::bad_length);
    if (bytes.size() < size) return std::unexpected(error::too_short);
    const auto b = bytes.first(size);

    std::size_t words_end = fixed_size;
    while ((u32(b, words_end - 4) >> bit_more_words & 1) != 0) {
        words_end += 4;
        if (words_end > size) return std::unexpected(error::bad_length);
    }

    layout found;
    found.size_ = static_cast<std::uint16_t>(size);
    found.first_word_ = u32(b, 4);
    found.more_words_ = static_cast<std::uint16_t>((words_end - fixed_size) / 4);
    for (std::size_t i = 0; i < std::min<std::size_t>(found.more_words_, found.more_.size()); ++i)
        found.more_[i] = u32(b, fixed_size + 4 * i);

    std::size_t at = words_end;
    for (std::size_t word_at = 4; word_at < words_end; word_at += 4) {
        const std::uint32_t word = u32(b, word_at);
        for (std::uint32_t bits = word & field_bits; bits != 0; bits &= bits - 1) {
            const auto bit = static_cast<std::size_t>(std::countr_zero(bits));
            const auto extent = extents[bit];
            if (extent.size == 0) return found;
            at = (at + extent.align - 1) & ~std::size_t{extent.align - 1U};  // a power of two
            if (at + extent.size > size) return std::unexpected(error::bad_length);
            if (bit < found.offsets_.size() && found.offsets_[bit] == 0)
                found.offsets_[bit] = static_cast<std::uint16_t>(at);
            at += extent.size;
        }
        // Only behind bit 29 do the numbers start again at 0. The fields of a vendor (bit 30), and those that radiotap
        // may number 32 and up one day, have no sizes known here: what follows them cannot be found.
        if ((word >> bit_radiotap_namespace & 1) == 0 || (word >> bit_vendor_namespace & 1) != 0) break;
    }
    return found;
}

header layout::read(std::span<const std::uint8_t> bytes) const {
    header h{.tsft = number<std::uint64_t>(field::tsft, bytes),
             .flags = number<std::uint8_t>(field::flags, bytes),
             .rate = number<std::uint8_t>(field::rate, bytes),
             .channel_frequency = number<std::uint16_t>(field::channel, bytes),
             .signal = number<std::int8_t>(field::signal, bytes),
             .noise = number<std::int8_t>(field::noise, bytes),
             .tx_power = number<std::int8_t>(field::tx_power, bytes),
             .antenna = number<std::uint8_t>(field::antenna, bytes),
             .rx_flags = number<std::uint16_t>(field::rx_flags, bytes),
             .tx_flags = number<std::uint16_t>(field::tx_flags, bytes),
             .data_retries = number<std::uint8_t>(field::data_retries, bytes),
             .mcs = mcs(bytes)};
    // Behind the frequency, in the same field.
    if (const auto both = number<std::uint32_t>(field::channel, bytes))
        h.channel_flags = static_cast<std::uint16_t>(*both >> 16);
    return h;
}

std::expected<parsed, error> parse(std::span<const std::uint8_t> bytes) {
    const auto found = layout::of(bytes);
    if (!found) return std::unexpected(found.error());
    return parsed{.fields = found->read(bytes), .size = found->size()};
}

std::vector<std::uint8_t> build(const header& fields) {
    std::vector<std::uint8_t> out(fixed_size, 0);
    writer w(out);
    if (fields.tsft) w.write(field::tsft, *fields.tsft, 8);
    if (fields.flags) w.write(field::flags, *fields.flags, 1);
    if (fields.rate) w.write(field::rate, *fields.rate, 1);
    if (fields.channel_frequency)
        w.write(field::channel,
                *fields.channel_frequency | static_cast<std::uint32_t>(fields.channel_flags.value_or(0)) << 16, 4);
    if (fields.signal) w.write(field::signal, static_cast<std::uint8_t>(*fields.signal), 1);
    if (fields.noise) w.write(field::noise, static_cast<std::uint8_t>(*fields.noise), 1);
    if (fields.tx_power) w.write(field::tx_power, static_cast<std::uint8_t>(*fields.tx_power), 1);
    if (fields.antenna) w.write(field::antenna, *fields.antenna, 1);
    if (fields.rx_flags) w.write(field::rx_flags, *fields.rx_flags, 2);
    if (fields.tx_flags) w.write(field::tx_flags, *fields.tx_flags, 2);
    if (fields.data_retries) w.write(field::data_retries, *fields.data_retries, 1);
    if (fields.mcs)
        w.write(field::mcs,
                fields.mcs->known | static_cast<std::uint32_t>(fields.mcs->flags) << 8 |
                    static_cast<std::uint32_t>(fields.mcs->index) << 16,
                3);
    out[2] = static_cast<std::uint8_t>(out.size() & 0xff);
    out[3] = static_cast<std::uint8_t>(out.size() >> 8);
    for (std::size_t i = 0; i < 4; ++i)
        out[4 + i] = static_cast<std::uint8_t>(w.present() >> (8 * i) & 0xff);
    return out;
}

}  // namespace nowire::radiotap
