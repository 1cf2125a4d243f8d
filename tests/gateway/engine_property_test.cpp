#include "gateway/engine_dialogue.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <random>
#include <string>

namespace nowire::gateway::test {
namespace {

using namespace std::chrono_literals;

/// A stranger's bytes: rubbish, or a message of the protocol with something wrong in it.
std::string rubbish(std::mt19937& random) {
    static const std::string seeds[] = {R"(["ping"])",       R"(["aget"])",
                                        R"(["topic", 1])",   R"(["t", "payload", false, 1])",
                                        R"({"a": [1, {}]})", "[\"\\ud83d\\ude00\", \"é\", true, 0]"};
    auto text = seeds[random() % std::size(seeds)];
    switch (random() % 4) {
        case 0:
            text.resize(random() % 300);
            std::ranges::generate(text, [&] { return static_cast<char>(random()); });
            break;
        case 1:
            text.resize(random() % (text.size() + 1));
            break;
        case 2:
            for (int i = 0; i < 3; ++i)
                text[random() % text.size()] = static_cast<char>(random());
            break;
        default:
            text.insert(random() % text.size(), seeds[random() % std::size(seeds)]);
            break;
    }
    return text;
}

class EngineUnderFire : public testing::TestWithParam<unsigned> {};

TEST_P(EngineUnderFire, KeepsItsPromisesToNodesThatBehave) {
    std::mt19937 random(GetParam());
    engine_options options;
    options.status.reset();
    options.errors.reset();
    options.node_queue = 5;
    options.low_power = GetParam() % 2 == 0;
    engine_dialogue d(options);
    std::vector<std::string> published;
    std::vector<std::vector<std::string>> expected(4);
    bool up = false;
    for (int step = 0; step < 2000; ++step) {
        const int n = static_cast<int>(random() % 4);
        switch (random() % 10) {
            case 0:
                d.says(100 + static_cast<int>(random() % 50), rubbish(random));
                break;
            case 1:
                d.broker(up = !up);
                break;
            case 2:
                d.mqtt("allnodes", "queued " + std::to_string(step), random() % 2 == 0);
                break;
            case 3:
                d.mqtt("other/" + std::to_string(random() % 5), rubbish(random));
                break;
            case 4:
                d.broker_silent = random() % 2 == 0;
                break;
            case 5:
                d.says(n, R"(["ping"])");
                expected[static_cast<std::size_t>(n)].emplace_back(up ? "UP" : "DOWN");
                break;
            case 6:
                d.says(n, R"(["get"])");
                break;
            case 7:
                d.says(n, R"(["other/#", 0])");
                break;
            default:
                published.push_back("own " + std::to_string(step));
                d.says(n, "[\"own\", \"" + std::to_string(step) + "\", false, 1]");
                expected[static_cast<std::size_t>(n)].emplace_back("ACK");
        }
        // A node asks again only when it has its answer.
        d.run_for(std::chrono::milliseconds(20 + random() % 100));
    }
    d.broker_silent = false;
    if (up) d.broker(false);
    d.broker(true);
    d.settle();
    EXPECT_EQ(d.engine.unpublished(), 0U);
    for (std::size_t n = 0; n < 4; ++n) {
        auto answers = d.heard_by(static_cast<int>(n));
        std::erase_if(answers, [](const auto& text) { return text.starts_with('['); });
        EXPECT_EQ(answers, expected[n]);
    }
    // At the broker each one arrived, the first time in order; what was not acknowledged came again.
    std::vector<std::string> arrived;
    for (const auto& line : d.at_broker())
        if (line.starts_with("own ") && std::ranges::find(arrived, line) == arrived.end()) arrived.push_back(line);
    EXPECT_EQ(arrived, published);
}

INSTANTIATE_TEST_SUITE_P(Seeds, EngineUnderFire, testing::Range(0U, 10U));

}  // namespace
}  // namespace nowire::gateway::test
