// What somebody else's program does with nowire: a message crosses an air in this process.
#include <nowire/radio/simulation.hpp>
#include <nowire/station/station.hpp>
#include <nowire/version.hpp>

#include <cstdio>

int main() {
    nowire::simulation air;
    nowire::station ann(air.make_radio({.name = "ann"}).value());
    nowire::station bob(air.make_radio({.name = "bob"}).value());
    const auto sent = ann.send(bob.address(), "hello");
    std::printf("%s %s\n", nowire::version_text, sent ? std::string(to_string(sent->result)).c_str() : "not taken");
}
