#include "cli/checks.hpp"

#include "cli/arguments.hpp"

#include <nowire/frame/mac_address.hpp>

#include <string>

namespace nowire::cli {

CLI::Validator is_mac() {
    return {[](std::string& text) { return mac_address::parse(text) ? std::string() : no_mac_address(text); }, "MAC"};
}

CLI::Validator is_hex() {
    return {[](std::string& text) {
                return from_hex(text) ? std::string()
                                      : "\"" + text + "\" is no hex: write two hex digits a byte, for example 0a1b2c";
            },
            "HEX"};
}

}  // namespace nowire::cli
