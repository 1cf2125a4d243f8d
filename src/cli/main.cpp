#include "cli/command.hpp"

#include <nowire/version.hpp>

#include <CLI/CLI.hpp>

#include <cstdio>
#include <exception>
#include <iostream>

namespace nowire::cli {

int fail(int status, const std::string& text) {
    std::cerr << "nowire: " << text << '\n';
    return status;
}

namespace {

constexpr const char* footer =
    R"(Exit status: 0 ok, 1 failed, 2 usage, 3 not acknowledged, 4 timeout, 5 radio, 6 unconfirmed.

Examples:
  nowire demo                                     sensors on a simulated air, a gateway and a broker
  nowire listen                                   hear what is sent on the local air
  nowire send ff:ff:ff:ff:ff:ff "hello"           say something to everybody on it
  nowire ping 24:0a:c4:1d:58:68                   how long messages take to one that runs listen --echo
  nowire decode capture.pcapng --keys keys.toml   ESP-NOW frames of a capture, decrypted
)";

int run(int argc, char** argv) {
    CLI::App app;
    app.description("ESP-NOW for every computer that is not an ESP32");
    app.name("nowire");
    app.footer(footer);
    app.set_version_flag("--version", std::string("nowire ") + version_text);
    app.require_subcommand(1);
    app.failure_message(CLI::FailureMessage::help);
    program p{.app = app, .run = {}};
    add_air(p);
    add_send(p);
    add_listen(p);
    add_ping(p);
    add_decode(p);
    add_gateway(p);
    add_node(p);
    add_demo(p);
    add_doctor(p);
    add_idf(p);
    add_micropython(p);
    add_pages(p);
    try {
        app.parse(argc, argv);
    } catch (const CLI::Success& done) {
        return app.exit(done);
    } catch (const CLI::ParseError& wrong) {
        std::cerr << "nowire: " << wrong.what() << "\nTry: nowire";
        for (const auto* command : app.get_subcommands())
            std::cerr << ' ' << command->get_name();
        std::cerr << " --help\n";
        return status_usage;
    }
    return p.run();
}

}  // namespace

}  // namespace nowire::cli

int main(int argc, char** argv) {
    try {
        const int status = nowire::cli::run(argc, argv);
        std::cout.flush();
        // A reader that went away ("nowire listen | head") is not worth a complaint; a full disk is.
        if (!std::cout && status == 0) return nowire::cli::fail(nowire::cli::status_failure, "cannot write to stdout");
        return status;
    } catch (const std::exception& e) {
        return nowire::cli::fail(nowire::cli::status_failure, e.what());
    }
}
