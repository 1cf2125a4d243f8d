#pragma once

#include <nowire/device/errc.hpp>

#include <sys/socket.h>
#include <sys/un.h>

#include <expected>
#include <string>

/// Where the sockets of airs live.
namespace nowire::air {

/// The folder of this user's airs: `$XDG_RUNTIME_DIR/nowire` where that variable names a folder of the user's, else
/// `/tmp/nowire-<uid>`. Made if it is not there.
/// radio: it cannot be made, or somebody else made it, or others may look into it (the text says which).
std::expected<std::string, error> private_folder();

/// The socket of the air that `air:` means: "air" in private_folder(). Errors are those of private_folder().
std::expected<std::string, error> default_socket();

/// `path` as the address of a Unix socket. argument: empty, or longer than the 107 bytes that such an address holds.
std::expected<sockaddr_un, error> socket_address(const std::string& path);

}  // namespace nowire::air
