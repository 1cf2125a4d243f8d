#include "boards/node.hpp"

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <fstream>
#include <string_view>
#include <system_error>

namespace nowire::boards {

node::node(setup s) : setup_(std::move(s)) {
    std::filesystem::create_directories(setup_.folder);
    std::filesystem::permissions(setup_.folder, std::filesystem::perms::owner_all);
    forget_sleep();
}

void node::forget_sleep() const {
    std::filesystem::remove(rtc_file());
}

void node::start() {
    std::vector<std::pair<std::string, std::string>> environment = {
        {"NOWIRE_RADIO", "air:" + setup_.socket + "?name=" + setup_.name + "&mac=" + setup_.address.to_string() +
                             setup_.radio_parameters},
        {"NOWIRE_NAME", setup_.name},
        {"NOWIRE_STATE_DIR", setup_.folder.string()},
        {"NOWIRE_IDF_NVS", (setup_.folder / "nvs").string()},
        {"NOWIRE_IDF_RTC", rtc_file().string()}};
    environment.insert(environment.end(), setup_.environment.begin(), setup_.environment.end());
    if (setup_.seed) environment.emplace_back("NOWIRE_IDF_SEED", std::to_string(*setup_.seed));
    unique_descriptor its_end;
    if (setup_.wakes) {
        std::array<int, 2> ends{};
        if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
            throw std::system_error(errno, std::generic_category(), "socketpair");
        sleep_ = unique_descriptor(ends[0]);
        its_end = unique_descriptor(ends[1]);
        environment.emplace_back("NOWIRE_IDF_SLEEP", std::to_string(its_end.get()));
    }
    std::vector<std::string> arguments = {std::filesystem::absolute(setup_.program).string()};
    arguments.insert(arguments.end(), setup_.arguments.begin(), setup_.arguments.end());
    process_.reset();
    process_.emplace(
        boards::process::options{.arguments = arguments,
                                 .environment = environment,
                                 .error_file = {},
                                 .inherited = setup_.wakes ? std::vector<int>{its_end.get()} : std::vector<int>()});
}

bool node::wants_to_sleep() {
    if (!sleep_) return false;
    char byte = 0;
    const auto got = recv(sleep_.get(), &byte, sizeof byte, MSG_DONTWAIT);
    if (got == 0) sleep_ = unique_descriptor();
    return got > 0;
}

std::optional<time_point> node::wake_time() const {
    // Of what the program keeps there (src/idf/rtc_record.hpp) only these lines are ours.
    std::ifstream in(rtc_file());
    for (std::string line; std::getline(in, line) && line != "sleep forever";) {
        constexpr std::string_view word = "until ";
        if (!line.starts_with(word)) continue;
        duration::rep count = 0;
        const char* end = line.data() + line.size();
        const auto read = std::from_chars(line.data() + word.size(), end, count);
        if (read.ec != std::errc() || read.ptr != end || count < 0) return std::nullopt;
        return time_point(duration(count));
    }
    return std::nullopt;
}

}  // namespace nowire::boards
