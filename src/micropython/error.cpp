#include <nowire/micropython/error.hpp>

#include <cerrno>

namespace nowire::micropython {

os_error::os_error(int number) : std::runtime_error("OSError(" + std::to_string(number) + ",)"), number_(number) {}

os_error::os_error(int number, std::string_view name)
    : std::runtime_error("OSError(" + std::to_string(number) + ", '" + std::string(name) + "')"),
      number_(number),
      name_(name) {}

os_error os_error::from(const error& failed) {
    if (const auto name = esp_idf_name(failed.code); !name.empty()) return {-static_cast<int>(failed.code), name};
    switch (failed.code) {
        case errc::timeout:
            return os_error(ETIMEDOUT);
        case errc::radio:
            return {ENETDOWN, failed.text};
        case errc::refused:
            return {EADDRINUSE, failed.text};
        case errc::closed:
            return {EBADF, failed.text};
        case errc::interrupted:
            return os_error(EINTR);
        case errc::forked:
            return {ECHILD, failed.text};
        default:
            return {EIO, failed.text};
    }
}

}  // namespace nowire::micropython
