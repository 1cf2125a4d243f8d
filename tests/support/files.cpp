#include "support/files.hpp"

#include <sys/stat.h>

#include <cerrno>
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

template <class container>
container read(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) throw std::runtime_error("cannot read " + path.string());
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace

temporary_folder::temporary_folder() {
    // Whatever TMPDIR says: the address of a socket in it must be short.
    std::string name = "/tmp/nowire-test-XXXXXX";
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

std::string content_of(const fs::path& file) {
    return read<std::string>(file);
}

std::vector<std::uint8_t> bytes_in(const fs::path& file) {
    return read<std::vector<std::uint8_t>>(file);
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

}  // namespace nowire::test
