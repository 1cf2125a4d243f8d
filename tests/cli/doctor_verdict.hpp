#pragma once

#include "cli/program.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

/// What `nowire doctor --json` says, and whom it can say something of.
namespace nowire::test {

inline constexpr const char* kitchen = "02:00:00:00:00:10";
inline constexpr const char* garden = "02:00:00:00:00:20";

struct verdict {
    int status = -1;
    std::vector<nlohmann::json> findings;
    std::string out;

    /// The texts of a check's findings in this state.
    std::vector<std::string> texts(const std::string& check, const std::string& state) const {
        std::vector<std::string> all;
        for (const auto& f : findings)
            if (f["check"] == check && f["state"] == state) all.push_back(f["text"]);
        return all;
    }
    std::size_t count(const std::string& state) const {
        return static_cast<std::size_t>(
            std::ranges::count_if(findings, [&](const nlohmann::json& f) { return f["state"] == state; }));
    }
};

inline verdict read(const sandbox::result& result) {
    verdict v{.status = result.status, .findings = {}, .out = result.out + result.err};
    std::istringstream in(result.out);
    for (std::string line; std::getline(in, line);)
        v.findings.push_back(nlohmann::json::parse(line));
    return v;
}

inline verdict doctor(const sandbox& box, std::vector<std::string> more = {}) {
    std::vector<std::string> arguments = {"doctor", "--json"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return read(box.nowire(arguments));
}

}  // namespace nowire::test
