#include "station/files.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <stdexcept>
#include <system_error>

namespace nowire::test {

namespace fs = std::filesystem;

namespace {

void check(bool ok, const char* what) {
    if (!ok) throw std::system_error(errno, std::generic_category(), what);
}

}  // namespace

pid_t start_process(const std::function<void()>& work) {
    const pid_t child = ::fork();
    check(child >= 0, "fork");
    if (child != 0) return child;
    try {
        work();
    } catch (...) {
        ::_exit(1);
    }
    ::_exit(0);
}

bool finished_well(pid_t child) {
    int status = 0;
    check(::waitpid(child, &status, 0) == child, "waitpid");
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

std::string as_ordinary_user(const fs::path& folder, const std::function<std::string()>& work) {
    if (::geteuid() != 0) return work();
    constexpr uid_t nobody = 65534;
    check(::chown(folder.c_str(), nobody, nobody) == 0, "chown");
    std::array<int, 2> ends;
    check(::pipe(ends.data()) == 0, "pipe");
    const auto child = start_process([&] {
        check(::setgid(nobody) == 0 && ::setuid(nobody) == 0, "setuid");
        const auto text = work();
        check(::write(ends[1], text.data(), text.size()) == static_cast<ssize_t>(text.size()), "write");
    });
    ::close(ends[1]);
    std::string text;
    std::array<char, 512> buffer;
    for (ssize_t got = 0; (got = ::read(ends[0], buffer.data(), buffer.size())) > 0;)
        text.append(buffer.data(), static_cast<std::size_t>(got));
    ::close(ends[0]);
    if (!finished_well(child)) throw std::runtime_error("the process of the user nobody failed");
    return text;
}

}  // namespace nowire::test
