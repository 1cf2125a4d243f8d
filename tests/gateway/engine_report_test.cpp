#include "gateway/engine_dialogue.hpp"

#include <gmock/gmock.h>

#include <stdexcept>
#include <string>

namespace nowire::gateway::test {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(Engine, ReportsJunkAsTheMicroPythonGatewayDoesAndAnswersNothing) {
    engine_dialogue d(with(quiet(), [](auto& o) { o.debug = true; }));
    d.broker(true);
    d.settle();
    d.at_broker();
    for (const auto* said : {"not json", R"(["bogus"])", R"(["a","b",false])", "[]", R"("abc")", "5", R"({"a":1})",
                             R"([["x"], 1])", R"(["w/x", 2])", R"(["a/#/b", 1])"})
        d.says(49, said);
    d.settle();
    EXPECT_THAT(d.heard_by(49), IsEmpty());
    const texts expected = {
        "gw_status 20/11/2026 21:41:11 Unformatted message bytearray(b'not json') from node 240ac4000031",
        "SUB allnodes 1",
        "gw_errors 20/11/2026 21:41:11 Warning: unknown command bogus from node 240ac4000031",
        "gw_errors 20/11/2026 21:41:11 Malformed message ['a', 'b', False] from node 240ac4000031",
        "gw_errors 20/11/2026 21:41:11 Malformed message [] from node 240ac4000031",
        "gw_errors 20/11/2026 21:41:11 Malformed message abc from node 240ac4000031",
        "gw_errors 20/11/2026 21:41:11 Malformed message 5 from node 240ac4000031",
        "gw_errors 20/11/2026 21:41:11 Malformed message {'a': 1} from node 240ac4000031",
        "gw_errors 20/11/2026 21:41:11 Malformed message [['x'], 1] from node 240ac4000031",
    };
    auto log = d.at_broker();
    ASSERT_GE(log.size(), expected.size());
    log.resize(expected.size());
    EXPECT_EQ(log, expected);
}

TEST(Engine, UnformattedMessagesRegisterNoNodeAndAreReportedOnlyInDebug) {
    engine_dialogue d(quiet());
    d.broker(true);
    d.settle();
    d.at_broker();
    d.says(1, "not json");
    d.says(1, "\xff\xff");
    d.settle();
    EXPECT_THAT(d.at_broker(), IsEmpty());
    EXPECT_THAT(d.engine.nodes(), IsEmpty());
}

TEST(Engine, ReportsTheBrokersComingAndGoing) {
    engine_dialogue d(with(quiet(), [](auto& o) { o.utc_offset = [](wall_time) { return 3600s; }; }));
    d.broker(true);
    EXPECT_THAT(d.at_broker(),
                ElementsAre("gw_status 20/11/2026 22:41:06 Gateway 240ac4aaaa01 connected to broker 127.0.0.1."));
    d.settle();
    d.broker(false);
    d.settle();
    EXPECT_THAT(d.at_broker(), IsEmpty());
    d.broker(true);
    EXPECT_THAT(d.at_broker(),
                ElementsAre("gw_status 20/11/2026 22:41:11 WiFi or broker is down.",
                            "gw_status 20/11/2026 22:41:16 Gateway 240ac4aaaa01 connected to broker 127.0.0.1."));
}

TEST(Engine, WritesDaysWithoutAndTimesWithLeadingZeros) {
    engine_dialogue d(quiet());
    d.wall = wall_time(1785547984s);  // 2026-08-01 01:33:04 UTC
    d.broker(true);
    EXPECT_THAT(d.at_broker(),
                ElementsAre("gw_status 1/8/2026 01:33:04 Gateway 240ac4aaaa01 connected to broker 127.0.0.1."));
}

TEST(Engine, WritesReportsAsJsonOnDemand) {
    engine_dialogue d(with(quiet(), [](auto& o) { o.format = status_format::json; }));
    d.broker(true);
    d.settle();
    d.at_broker();
    d.says(1, R"(["bo\"gus"])");
    EXPECT_THAT(d.at_broker(), Contains(R"(gw_errors {"time": "2026-11-20T21:41:11Z", "kind": "error", "text": )"
                                        R"("Warning: unknown command bo\"gus from node 240ac4000001"})"));
}

TEST(Engine, KeepsAFewReportsThroughAnOutage) {
    engine_dialogue d(with(quiet(), [](auto& o) { o.report_queue = 10; }));
    for (int i = 0; i < 1000; ++i)
        d.says(1, "[\"bogus" + std::to_string(i) + "\"]");
    EXPECT_LE(d.engine.unpublished(), 18U);
    EXPECT_EQ(d.engine.statistics().lost_reports + d.engine.unpublished(), 1000U);
    d.broker(true);
    EXPECT_THAT(d.at_broker(), Contains(testing::HasSubstr("bogus999")).Times(0));
    d.settle();
    EXPECT_THAT(d.at_broker(), Contains(testing::HasSubstr("bogus999")));
}

TEST(Engine, ReportsToItsOwnReadersDoNotBreedReports) {
    engine_dialogue d(with(quiet(), [](auto& o) {
        o.node_queue = 1;
        o.debug = true;
    }));
    d.broker(true);
    d.settle();
    d.at_broker();
    d.mqtt("gw_status", "nobody has it");
    d.settle();
    EXPECT_THAT(d.at_broker(), IsEmpty());
    d.says(1, R"(["gw_status", 0])");
    d.says(1, R"(["gw_errors", 0])");
    d.settle();
    d.at_broker();
    for (int i = 0; i < 3; ++i) {
        d.mqtt("gw_status", std::string(300, 'x'));
        d.mqtt("gw_errors", "\xff");
        d.mqtt("gw_status", "short");
    }
    d.settle();
    EXPECT_THAT(d.at_broker(), IsEmpty());
}

TEST(Engine, MutedReportsGoNowhere) {
    engine_dialogue d(mute());
    d.broker(true);
    d.says(1, R"(["bogus"])");
    d.mqtt("nobody", "x");
    d.settle();
    EXPECT_THAT(d.at_broker(), ElementsAre("SUB allnodes 1"));
}

TEST(Engine, RefusesOptionsThatCanNeverBeRight) {
    const auto fails = [](auto change) {
        EXPECT_THROW({ class engine e(with(quiet(), change)); }, std::invalid_argument);
    };
    fails([](auto& o) { o.errors->topic = "a/#"; });
    fails([](auto& o) { o.status->topic = ""; });
    fails([](auto& o) { o.all_nodes_topic = "+"; });
    fails([](auto& o) { o.publish_window = 0; });
    fails([](auto& o) { o.data_window = 0; });
    fails([](auto& o) { o.node_queue = 0; });
}

}  // namespace
}  // namespace nowire::gateway::test
