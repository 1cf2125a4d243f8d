#include "station/files.hpp"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <system_error>

namespace nowire::test {

namespace fs = std::filesystem;

namespace {

void check(bool ok, const char* what) {
    if (!ok) throw std::system_error(errno, std::generic_category(), what);
}

}  // namespace

temporary_folder::temporary_folder() {
    auto name = (fs::temp_directory_path() / "nowire-test-XXXXXX").string();
    check(::mkdtemp(name.data()) != nullptr, "mkdtemp");
    path_ = name;
}

temporary_folder::~temporary_folder() {
    std::error_code ignored;
    for (auto at = fs::recursive_directory_iterator(path_, ignored); !ignored && at != fs::end(at);
         at.increment(ignored))
        if (at->is_directory(ignored) && !at->is_symlink(ignored)) ::chmod(at->path().c_str(), 0700);
    fs::remove_all(path_, ignored);
}

std::string read_text(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) throw std::runtime_error("cannot read " + path.string());
    return {std::istreambuf_iterator<char>(file), {}};
}

void write_text(const fs::path& path, std::string_view text, mode_t mode) {
    std::ofstream file(path, std::ios::binary);
    file.write(text.data(), static_cast<std::streamsize>(text.size()));
    file.close();
    if (!file) throw std::runtime_error("cannot write " + path.string());
    check(::chmod(path.c_str(), mode) == 0, "chmod");
}

mode_t mode_of(const fs::path& path) {
    struct stat status {};
    check(::lstat(path.c_str(), &status) == 0, "lstat");
    return status.st_mode & 07777;
}

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
