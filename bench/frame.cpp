// Messages of 200 bytes decoded in memory, against reading the bytes of the same frames.
#include "device/counting_new.hpp"
#include "measure.hpp"
#include "touch.hpp"

#include <nowire/frame/action.hpp>
#include <nowire/frame/mpdu.hpp>

#include <array>
#include <stdexcept>
#include <vector>

namespace nowire::bench {
namespace {

constexpr std::size_t message_size = 200;
constexpr std::size_t frame_size =
    frame::header_size + frame::action_prefix_size + frame::element_overhead + message_size;
using one_frame = std::array<std::uint8_t, frame_size>;

std::vector<one_frame> make_frames() {
    std::vector<one_frame> frames(256);
    for (std::size_t i = 0; i < frames.size(); ++i) {
        auto bytes = std::span(frames[i]);
        const std::vector<std::uint8_t> message(message_size, static_cast<std::uint8_t>(i + 1));
        frame::write_header(bytes.first<frame::header_size>(),
                            {.a1 = mac_address::broadcast(), .a2 = mac_address({2, 0, 0, 0, 0, 1})});
        if (!frame::write_action(bytes.subspan(frame::header_size), message, {.version = frame::version::v1}))
            throw std::runtime_error("a message of 200 bytes makes no frame");
    }
    return frames;
}

std::uint64_t decode(std::span<const std::uint8_t> mpdu) {
    const auto header = frame::read_header(mpdu);
    const auto action = frame::parse_action(mpdu.subspan(frame::header_size));
    const auto payload = action ? action->contiguous_payload() : std::nullopt;
    if (!header || !payload || payload->size() != message_size) throw std::runtime_error("a frame is not read");
    return header->sequence_number() + touch(*payload);
}

void benchmark(const suite& s) {
    const auto frames = make_frames();
    const int passes = s.is_smoke() ? 1 : 4000;
    const auto each = [&](auto&& read) {
        const auto before = test::allocations();
        for (int pass = 0; pass < passes; ++pass)
            for (const auto& f : frames)
                keep(read(f));
        if (test::allocations() != before) throw std::runtime_error("reading frames allocates");
        return static_cast<std::uint64_t>(passes) * frames.size();
    };
    s.measure({.name = "frame: decode 200 bytes",
               .unit = "frames",
               .subject = [&] { return each(decode); },
               .baseline = [&] { return each(touch); },
               .ratio = 0.5});
}

}  // namespace
}  // namespace nowire::bench

int main(int count, char** arguments) {
    return nowire::bench::run(count, arguments, nowire::bench::benchmark);
}
