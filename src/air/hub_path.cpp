#include <nowire/air/hub_path.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace nowire::air {

namespace {

std::unexpected<error> unusable(const std::string& folder, const std::string& what) {
    return std::unexpected(error{errc::radio, "the folder " + folder + " for the air's socket " + what});
}

/// What XDG_RUNTIME_DIR says, unless it is another user's, as it may be after su or sudo.
std::string runtime_folder() {
    const char* folder = std::getenv("XDG_RUNTIME_DIR");
    struct stat found {};
    if (folder == nullptr || folder[0] != '/' || ::stat(folder, &found) != 0) return {};
    return S_ISDIR(found.st_mode) && found.st_uid == ::geteuid() ? folder : "";
}

}  // namespace

std::expected<std::string, error> private_folder() {
    const auto runtime = runtime_folder();
    auto folder = runtime.empty() ? "/tmp/nowire-" + std::to_string(::geteuid()) : runtime + "/nowire";
    if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
        return unusable(folder, std::string("cannot be made: ") + std::strerror(errno));

    // lstat: a link that somebody planted in /tmp is not followed.
    struct stat found {};
    if (::lstat(folder.c_str(), &found) != 0)
        return unusable(folder, std::string("cannot be looked at: ") + std::strerror(errno));
    if (!S_ISDIR(found.st_mode)) return unusable(folder, "is not a folder; remove it");
    if (found.st_uid != ::geteuid())
        return unusable(folder, "belongs to user " + std::to_string(found.st_uid) +
                                    "; have it removed, or set XDG_RUNTIME_DIR to a folder of your own");
    if ((found.st_mode & 077) != 0) return unusable(folder, "is open to others; chmod 700 it, or remove it");
    return folder;
}

std::expected<std::string, error> default_socket() {
    auto folder = private_folder();
    if (!folder) return folder;
    return *folder + "/air";
}

std::expected<sockaddr_un, error> socket_address(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.empty() || path.size() >= sizeof address.sun_path || path.find('\0') != std::string::npos)
        return std::unexpected(error{errc::argument, "the socket path \"" + path + "\" must have 1 to " +
                                                         std::to_string(sizeof address.sun_path - 1) + " bytes"});
    path.copy(address.sun_path, path.size());
    return address;
}

}  // namespace nowire::air
