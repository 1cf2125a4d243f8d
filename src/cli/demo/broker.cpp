#include "cli/demo/broker.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <fstream>

namespace nowire::cli::demo {

namespace {

using namespace std::chrono_literals;

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

/// A port that nobody listens on at this moment; 0 if there is none.
std::uint16_t free_port() {
    const int s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (s < 0) return 0;
    auto address = loopback(0);
    socklen_t size = sizeof address;
    const bool bound = bind(s, reinterpret_cast<const sockaddr*>(&address), size) == 0 &&
                       getsockname(s, reinterpret_cast<sockaddr*>(&address), &size) == 0;
    close(s);
    return bound ? ntohs(address.sin_port) : std::uint16_t{0};
}

bool takes_connections(std::uint16_t port) {
    const int s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (s < 0) return false;
    const auto address = loopback(port);
    const bool connected = connect(s, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    close(s);
    return connected;
}

/// Where Debian puts the broker, which is not on an ordinary user's PATH.
std::string mosquitto_program() {
    for (const char* path : {"/usr/sbin/mosquitto", "/usr/local/sbin/mosquitto"})
        if (access(path, X_OK) == 0) return path;
    return "mosquitto";
}

void write_configuration(const std::filesystem::path& file, std::uint16_t port) {
    std::ofstream out(file);
    out << "listener " << port << " 127.0.0.1\nallow_anonymous true\npersistence false\nlog_dest stderr\n";
    // Started by root it would become the user "mosquitto", whom the demo's private folder keeps out.
    if (geteuid() == 0) out << "user root\n";
}

}  // namespace

std::expected<broker, std::string> broker::start(const std::filesystem::path& folder) {
    const auto configuration = folder / "mosquitto.conf";
    const auto log = folder / "mosquitto.log";
    for (int attempt = 0; attempt < 5; ++attempt) {
        const auto port = free_port();
        if (port == 0) return std::unexpected("no free TCP port on 127.0.0.1");
        write_configuration(configuration, port);
        boards::process server({.arguments = {mosquitto_program(), "-c", configuration.string()},
                                .environment = {},
                                .error_file = log.string()});
        const auto deadline = std::chrono::steady_clock::now() + 10s;
        while (!server.status() && std::chrono::steady_clock::now() < deadline) {
            // Somebody else's server may have taken the port: then ours ends at once, for it cannot listen.
            if (takes_connections(port) && !server.wait(std::chrono::steady_clock::now() + 100ms))
                return broker{std::move(server), port};
            server.wait(std::chrono::steady_clock::now() + 20ms);
        }
        if (server.status() == 127) return std::unexpected("mosquitto is not installed: apt-get install mosquitto");
    }
    return std::unexpected("mosquitto does not start: see " + log.string());
}

}  // namespace nowire::cli::demo
