// A capture of any length is read, decoded and printed without a single allocation per frame.
#include "device/counting_new.hpp"
#include "vectors/vectors.hpp"

#include <nowire/capture/line.hpp>
#include <nowire/capture/reader.hpp>
#include <nowire/capture/writer.hpp>

#include <gtest/gtest.h>

namespace nowire::capture {
namespace {

/// Plain and of several elements; R1's flags promise an FCS that it does not have, which costs a second look.
void write_frames(pcapng_writer& writer, int rounds) {
    writer.add_interface({});
    writer.add_interface({.link_type = link_type::ieee802_11});
    for (int i = 0; i < rounds; ++i) {
        writer.write(0, timestamp(), test::load_vector("r1").data);
        for (const auto* name : {"r2", "r5", "s1"})
            writer.write(1, timestamp(), test::load_vector(name).data, {.comment = "comment"});
    }
}

key_ring r1_keys() {
    const auto& r1 = test::load_vector("r1");
    key_ring keys;
    keys.add(r1.header->a2, ccmp::key::derive(ccmp::pmk(r1.ccmp->pmk), ccmp::lmk(r1.ccmp->lmk)));
    return keys;
}

TEST(Allocation, NoneForAFrameOnceTheBuffersHaveGrown) {
    test::bytes file;
    pcapng_writer writer([&file](std::span<const std::uint8_t> b) { file.insert(file.end(), b.begin(), b.end()); });
    write_frames(writer, 100);
    reader r(file);
    decoder with(r1_keys());
    std::string lines;
    lines.reserve(1 << 20);

    std::size_t before = 0;
    std::size_t frames = 0;
    std::size_t opened = 0;
    for (;;) {
        if (frames == 8) before = test::allocations();
        const auto p = r.next();
        ASSERT_TRUE(p);
        if (!*p) break;
        ++frames;
        const auto d = with.decode(**p);
        opened += d.mic == mic_state::ok ? 1 : 0;
        append_json_line(lines, d);
        append_text_line(lines, d);
    }
    EXPECT_EQ(test::allocations() - before, 0U);
    EXPECT_EQ(frames, 400U);
    EXPECT_EQ(opened, 100U);
}

TEST(Allocation, NoneForAFrameThatIsWritten) {
    std::size_t written = 0;
    pcapng_writer writer([&written](std::span<const std::uint8_t> b) { written += b.size(); });
    write_frames(writer, 1);
    const auto& s1 = test::load_vector("s1");
    const auto before = test::allocations();
    for (int i = 0; i < 100; ++i)
        writer.write(1, timestamp(), s1.data, {.comment = "comment"});
    EXPECT_EQ(test::allocations() - before, 0U);
    EXPECT_GT(written, 100 * s1.data.size());
}

}  // namespace
}  // namespace nowire::capture
