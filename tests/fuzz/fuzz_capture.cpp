// Any bytes as a capture file: read as a whole and piece by piece with the same result, every packet decoded and
// printed, and all of it written and read again.
#include "fuzz/check.hpp"

#include <nowire/capture/line.hpp>
#include <nowire/capture/reader.hpp>
#include <nowire/capture/writer.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace {

using namespace nowire;
using namespace nowire::capture;
using nowire::test::check;

using bytes = std::vector<std::uint8_t>;

struct copied_packet {
    bytes data;
    std::uint32_t original_length;
    capture::link_type link_type;
    std::optional<timestamp> time;
    std::string comment;
    std::uint64_t offset;

    friend bool operator==(const copied_packet&, const copied_packet&) = default;
};

struct content {
    std::vector<copied_packet> packets;
    std::optional<fault> end;
};

void take(content& c, const packet& p) {
    c.packets.push_back(
        {{p.bytes.begin(), p.bytes.end()}, p.original_length, p.link_type, p.time, std::string(p.comment), p.offset});
}

content read_whole(std::span<const std::uint8_t> file) {
    content c;
    reader r(file);
    for (;;) {
        const auto p = r.next();
        if (!p) {
            check(p.error().offset <= file.size() && p.error().to_string().starts_with("offset "));
            c.end = p.error().what;
            return c;
        }
        if (!*p) return c;
        take(c, **p);
    }
}

content read_in_pieces(std::span<const std::uint8_t> file, std::size_t piece) {
    content c;
    bytes buffer;
    std::size_t fed = 0;
    reader r({});
    for (;;) {
        const auto p = r.next();
        if (p && *p) {
            take(c, **p);
            continue;
        }
        if (fed == file.size() || (!p && p.error().what != fault::cut_short)) {
            if (!p) c.end = p.error().what;
            return c;
        }
        const auto more = file.subspan(fed, std::min(piece, file.size() - fed));
        bytes next(r.unread().begin(), r.unread().end());
        next.insert(next.end(), more.begin(), more.end());
        fed += more.size();
        buffer = std::move(next);
        r.refill(buffer);
    }
}

/// R1's key for everybody in R1, so that seeds made from it are opened.
decoder make_decoder() {
    const std::array<std::uint8_t, ccmp::key_size> zeros{};
    key_ring keys;
    keys.add(*mac_address::parse("24:0a:c4:1d:58:68"), ccmp::key::derive(ccmp::pmk(zeros), ccmp::lmk(zeros)));
    return decoder(std::move(keys));
}

void check_lines(const packet& p) {
    static auto with = make_decoder();
    const auto d = with.decode(p);
    check(!d.kind.empty());
    check(!d.espnow || (d.source && d.destination));
    if (d.payload) check(d.espnow && d.payload->size() <= p.bytes.size());
    std::string line;
    append_json_line(line, d);
    check(line.back() == '\n' && line.find('\n') == line.size() - 1 && nlohmann::json::accept(line));
    line.clear();
    append_text_line(line, d);
    const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
    check(std::find_if(line.begin(), line.end(), control) == line.end() - 1);
}

void check_rewritten(const content& c) {
    bytes file;
    pcapng_writer writer([&file](std::span<const std::uint8_t> b) { file.insert(file.end(), b.begin(), b.end()); });
    for (const auto& p : c.packets) {
        const auto interface = writer.add_interface({.link_type = p.link_type});
        writer.write(interface, p.time.value_or(timestamp()), p.data,
                     {.comment = p.comment, .original_length = p.original_length});
    }
    const auto again = read_whole(file);
    check(!again.end && again.packets.size() == c.packets.size());
    for (std::size_t i = 0; i < c.packets.size(); ++i) {
        const auto& before = c.packets[i];
        const auto& after = again.packets[i];
        check(after.data == before.data && after.original_length == before.original_length);
        check(static_cast<std::uint16_t>(after.link_type) == static_cast<std::uint16_t>(before.link_type));
        check(after.time == std::max(before.time.value_or(timestamp()), timestamp()));
        check(after.comment == before.comment);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::span file(data, size);
    const auto whole = read_whole(file);
    // A block is copied with each piece of it, so that pieces of one length would make long files slow.
    for (const std::size_t piece : {13 + size / 16, std::size_t{512}}) {
        const auto pieces = read_in_pieces(file, piece);
        check(pieces.packets == whole.packets && pieces.end == whole.end);
    }
    for (const auto& p : whole.packets)
        check_lines({.bytes = p.data,
                     .original_length = p.original_length,
                     .link_type = p.link_type,
                     .time = p.time,
                     .comment = p.comment});
    check_rewritten(whole);
    return 0;
}
