// A pcap file of many frames: read, decoded and printed, against libpcap reading the same file and only counting; and
// decrypted, against OpenSSL's EVP decrypting as many bodies in memory.
#include "bare_ccm.hpp"
#include "measure.hpp"
#include "process.hpp"
#include "support/files.hpp"
#include "touch.hpp"

#include <nowire/capture/decode.hpp>
#include <nowire/capture/reader.hpp>
#include <nowire/capture/writer.hpp>
#include <nowire/frame/radiotap.hpp>

#include <fcntl.h>
#include <pcap/pcap.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace nowire::bench {
namespace {

constexpr std::size_t packet_size = 263;
constexpr std::array<std::uint8_t, 16> lmk = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
constexpr mac_address sender({2, 0, 0, 0, 0, 1});

ccmp::key make_key() {
    return ccmp::key::derive(ccmp::pmk::default_pmk(), ccmp::lmk(lmk));
}

std::size_t payload_size(bool encrypted) {
    static const auto radiotap_size = radiotap::build({.rate = 2, .channel_frequency = 2412, .signal = -40}).size();
    return packet_size - radiotap_size - frame::header_size - frame::action_prefix_size - frame::element_overhead -
           (encrypted ? ccmp::overhead : 0);
}

/// Writes packets of 263 bytes: radiotap and a frame with one element.
void write_capture(const std::string& path, std::uint64_t frames, bool encrypted) {
    std::ofstream file(path, std::ios::binary);
    capture::pcap_writer writer(
        [&](std::span<const std::uint8_t> b) {
            file.write(reinterpret_cast<const char*>(b.data()), static_cast<std::streamsize>(b.size()));
        },
        capture::link_type::ieee802_11_radiotap);
    auto key = make_key();
    const auto radiotap = radiotap::build({.rate = 2, .channel_frequency = 2412, .signal = -40});
    const std::vector<std::uint8_t> payload(payload_size(encrypted), 0x55);
    std::vector<std::uint8_t> body(frame::action_prefix_size + frame::element_overhead + payload.size());
    std::vector<std::uint8_t> packet(packet_size);
    std::ranges::copy(radiotap, packet.begin());
    const auto mpdu = std::span(packet).subspan(radiotap.size());
    for (std::uint64_t i = 0; i < frames; ++i) {
        const frame::management_header header{.a1 = mac_address({2, 0, 0, 0, 0, 2}),
                                              .a2 = sender,
                                              .sequence_control = static_cast<std::uint16_t>(i << 4)};
        bool made = frame::write_action(body, payload, {.version = frame::version::v1}).has_value();
        if (encrypted) {
            made = made && key.protect(mpdu, header, body, i + 1);
        } else {
            frame::write_header(mpdu.first<frame::header_size>(), header);
            std::ranges::copy(body, mpdu.begin() + frame::header_size);
        }
        if (!made) throw std::runtime_error("a frame cannot be made");
        writer.write(capture::timestamp(std::chrono::microseconds(i)), packet);
    }
    if (!file.flush()) throw std::runtime_error(path + ": cannot be written");
}

void expect(std::uint64_t found, std::uint64_t frames) {
    if (found != frames)
        throw std::runtime_error(std::to_string(found) + " of " + std::to_string(frames) + " frames are right");
}

/// Reads the file by pieces and decodes it; fields and payload are used.
std::uint64_t decode_file(const std::string& path, capture::decoder& decoder, bool encrypted) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), std::fclose);
    if (!file) throw std::runtime_error(path + ": cannot be opened");
    std::vector<std::uint8_t> buffer(std::size_t{1} << 18);
    std::setvbuf(file.get(), nullptr, _IONBF, 0);
    capture::reader reader({});
    std::uint64_t right = 0;
    std::uint64_t sum = 0;
    for (;;) {
        const auto next = reader.next();
        if (next && *next) {
            const auto d = decoder.decode(**next);
            if (d.payload) sum += touch(*d.payload);
            sum += d.sequence_number.value_or(0) + static_cast<std::uint64_t>(d.rssi.value_or(0));
            right += d.espnow && d.source == sender && (!encrypted || d.mic == capture::mic_state::ok) ? 1 : 0;
            continue;
        }
        const auto unread = reader.unread();
        std::ranges::copy(unread, buffer.begin());
        const auto kept = unread.size();
        const auto got = std::fread(buffer.data() + kept, 1, buffer.size() - kept, file.get());
        if (got == 0) break;
        reader.refill(std::span(buffer).first(kept + got));
    }
    keep(sum);
    return right;
}

std::uint64_t count_by_libpcap(const std::string& path) {
    std::array<char, PCAP_ERRBUF_SIZE> error{};
    const std::unique_ptr<pcap_t, void (*)(pcap_t*)> file(pcap_open_offline(path.c_str(), error.data()), pcap_close);
    if (!file) throw std::runtime_error(error.data());
    std::uint64_t count = 0;
    pcap_pkthdr* header = nullptr;
    const std::uint8_t* bytes = nullptr;
    while (pcap_next_ex(file.get(), &header, &bytes) == 1)
        ++count;
    return count;
}

/// Runs `nowire decode --json` to /dev/null.
void print_json(const std::string& path) {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    std::string program = NOWIRE_PROGRAM;
    std::string command = "decode";
    std::string json = "--json";
    std::string file = path;
    const std::array<char*, 5> arguments = {program.data(), command.data(), json.data(), file.data(), nullptr};
    pid_t child = -1;
    const int failed = ::posix_spawn(&child, program.c_str(), &actions, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    int status = 0;
    if (failed != 0 || ::waitpid(child, &status, 0) != child || status != 0)
        throw std::runtime_error(program + " decode failed");
}

void benchmark_plain(const suite& s, const test::temporary_folder& folder) {
    const std::uint64_t frames = s.is_smoke() ? 2000 : 2000000;
    const auto path = (folder / "plain.pcap").string();
    write_capture(path, frames, false);
    capture::decoder decoder;
    const auto libpcap = [&] {
        expect(count_by_libpcap(path), frames);
        return frames;
    };
    s.measure({.name = "decode: library, pcap file",
               .unit = "frames",
               .subject =
                   [&] {
                       expect(decode_file(path, decoder, false), frames);
                       return frames;
                   },
               .baseline = libpcap,
               .ratio = 1.5});
    s.measure({.name = "decode: nowire decode --json",
               .unit = "frames",
               .subject =
                   [&] {
                       print_json(path);
                       return frames;
                   },
               .baseline = libpcap,
               .ratio = 0.1,
               .rate = 1e6});
}

void benchmark_encrypted(const suite& s, const test::temporary_folder& folder) {
    const std::uint64_t frames = s.is_smoke() ? 1000 : 200000;
    const auto path = (folder / "encrypted.pcap").string();
    write_capture(path, frames, true);
    capture::key_ring keys;
    keys.add(sender, make_key());
    capture::decoder decoder(std::move(keys));

    const auto key = make_key();
    const std::array<std::uint8_t, 13> nonce{};
    const std::array<std::uint8_t, 22> aad{};
    const std::vector<std::uint8_t> body(frame::action_prefix_size + frame::element_overhead + payload_size(true),
                                         0x55);
    std::vector<std::uint8_t> closed(body.size() + bare_ccm::mic_size);
    std::vector<std::uint8_t> opened(body.size());
    bare_ccm(key.bytes(), true).encrypt(nonce, aad, body, closed.data());
    bare_ccm decrypting(key.bytes(), false);
    s.measure({.name = "decode: encrypted pcap file",
               .unit = "frames",
               .subject =
                   [&] {
                       expect(decode_file(path, decoder, true), frames);
                       return frames;
                   },
               .baseline =
                   [&] {
                       for (std::uint64_t i = 0; i < frames; ++i) {
                           decrypting.decrypt(nonce, aad, closed, opened.data());
                           keep(touch(opened));
                       }
                       return frames;
                   },
               .ratio = 0.8});
}

void benchmark(const suite& s) {
    const test::temporary_folder folder;
    benchmark_plain(s, folder);
    benchmark_encrypted(s, folder);
}

}  // namespace
}  // namespace nowire::bench

int main(int count, char** arguments) {
    return nowire::bench::run(count, arguments, nowire::bench::benchmark);
}
