#include <nowire/radio/identity.hpp>

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace nowire {

TEST(MacFromName, IsTheSameOnEveryMachineAndInEveryVersion) {
    EXPECT_EQ(mac_from_name("kitchen").to_string(), "a6:dd:c0:23:1d:74");
    EXPECT_EQ(mac_from_name("gateway").to_string(), "96:e6:3a:35:96:b0");
}

TEST(MacFromName, IsAUnicastThatIsLocallyAdministeredAndLeavesRoomForTheSoftAp) {
    std::set<mac_address> taken;
    for (int i = 0; i < 2000; ++i) {
        const auto mac = mac_from_name("node " + std::to_string(i));
        EXPECT_TRUE(mac.is_locally_administered());
        EXPECT_FALSE(mac.is_group());
        EXPECT_TRUE(taken.insert(mac).second);
        EXPECT_TRUE(taken.insert(mac.plus(1)).second) << "the SoftAP";
    }
}

}  // namespace nowire
