#include "cli/program.hpp"

#include <gtest/gtest.h>

namespace nowire::test {
namespace {

TEST(Demo, CrossesMessagesBothWaysAndLosesNothingAcknowledged) {
    const sandbox box;
    const auto pcap = (box.folder() / "demo.pcapng").string();
    const auto result = box.nowire({"demo", "--seconds", "6", "--pcap", pcap});
    EXPECT_EQ(result.status, 0) << result.out << result.err;
    EXPECT_NE(result.out.find("Nothing that was acknowledged got lost."), std::string::npos) << result.out;
    EXPECT_NE(result.out.find("\"This is the message\""), std::string::npos) << result.out;

    const auto decoded = box.nowire({"decode", pcap, "--json"});
    EXPECT_EQ(decoded.status, 0) << decoded.err;
    EXPECT_NE(decoded.out.find("\"encrypted\":true"), std::string::npos);
    EXPECT_NE(decoded.out.find("\"retry\":true"), std::string::npos);
}

TEST(Demo, EndsWithStatus1WhenAnAcknowledgedMessageIsMissing) {
    const sandbox box;
    const auto result =
        box.nowire({"demo", "--seconds", "4", "--pcap", (box.folder() / "demo.pcapng").string(), "--lose", "thermo#1"});
    EXPECT_EQ(result.status, 1) << result.out << result.err;
    EXPECT_NE(result.err.find("thermo: acknowledged by the gateway but never at the broker: #1"), std::string::npos)
        << result.err;
}

}  // namespace
}  // namespace nowire::test
