/// Captures, as `nowire decode --json` prints them.

#include "abi/handle.hpp"

#include <nowire/capture/line.hpp>
#include <nowire/capture/reader.hpp>
#include <nowire/ccmp/secrets.hpp>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <memory>
#include <span>
#include <string>
#include <vector>

struct nowire_capture {
    std::vector<std::uint8_t> bytes;
    nowire::capture::reader reader;
    nowire::capture::key_ring keys;
    std::optional<nowire::capture::decoder> decoder;
    std::string line;  ///< that was not taken yet; empty: there is none

    explicit nowire_capture(std::vector<std::uint8_t> content) : bytes(std::move(content)), reader(bytes) {}
};

namespace {

using namespace nowire;

template <class Body>
std::int32_t call(const nowire_capture* capture, const Body& body) noexcept {
    return abi::guarded([&]() -> std::int32_t {
        if (capture == nullptr) return abi::failed(-EINVAL, "the capture is NULL");
        return body();
    });
}

}  // namespace

extern "C" {

int32_t nowire_capture_open(const char* file, nowire_capture** capture) {
    return abi::guarded([&]() -> std::int32_t {
        if (file == nullptr || capture == nullptr) return abi::failed(-EINVAL, "the file or the capture is NULL");
        std::ifstream in(file, std::ios::binary);
        std::vector<std::uint8_t> content{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
        if (!in.is_open() || in.bad()) return abi::failed(-EIO, std::string(file) + " cannot be read");
        *capture = std::make_unique<nowire_capture>(std::move(content)).release();
        return 0;
    });
}

void nowire_capture_close(nowire_capture* capture) {
    delete capture;
}

int32_t nowire_capture_add_key(nowire_capture* capture, const uint8_t* peer, const uint8_t* pmk, const uint8_t* lmk) {
    return call(capture, [&]() -> std::int32_t {
        if (peer == nullptr || lmk == nullptr) return abi::failed(-EINVAL, "the peer or its key is NULL");
        if (capture->decoder) return abi::failed(NOWIRE_ARGUMENT, "keys come before the first line is read");
        const ccmp::lmk local(std::span<const std::uint8_t, ccmp::key_size>(lmk, ccmp::key_size));
        const auto primary = pmk == nullptr
                                 ? ccmp::pmk::default_pmk()
                                 : ccmp::pmk(std::span<const std::uint8_t, ccmp::key_size>(pmk, ccmp::key_size));
        capture->keys.add(abi::address_of(peer), ccmp::key::derive(primary, local));
        return 0;
    });
}

int32_t nowire_capture_next(nowire_capture* capture, char* line, uint32_t room) {
    return call(capture, [&]() -> std::int32_t {
        if (!capture->decoder) capture->decoder.emplace(std::move(capture->keys));
        if (capture->line.empty()) {
            const auto packet = capture->reader.next();
            if (!packet) {
                // A hub that runs has not written more yet.
                if (packet.error().what == capture::fault::cut_short) return 0;
                return abi::failed(-EBADMSG, packet.error().to_string());
            }
            if (!*packet) return 0;
            capture::append_json_line(capture->line, capture->decoder->decode(**packet));
        }
        if (line != nullptr && capture->line.size() < room) {
            std::ranges::copy(capture->line, line);
            line[capture->line.size()] = '\0';
            const auto size = static_cast<std::int32_t>(capture->line.size());
            capture->line.clear();
            return size;
        }
        return abi::failed(NOWIRE_BUFFER_TOO_SMALL,
                           "the line has " + std::to_string(capture->line.size()) + " bytes and a zero");
    });
}
}
