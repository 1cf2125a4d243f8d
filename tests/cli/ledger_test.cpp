#include "cli/demo/ledger.hpp"

#include <gmock/gmock.h>

namespace nowire::cli::demo {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(Ledger, FindsNoFaultWhereAllThatWasAcknowledgedArrived) {
    ledger books;
    books.published("lamp", 0, true);
    books.published("lamp", 1, false);  // not acknowledged: may be lost
    books.arrived("lamp", 0);
    books.commanded("lamp", 0);
    books.obeyed("lamp", 0);
    EXPECT_THAT(books.faults({{.device = "lamp", .up = true, .down = true}}), IsEmpty());
}

TEST(Ledger, NamesAPublicationThatWasAcknowledgedAndNeverArrived) {
    ledger books;
    books.published("thermo", 0, true);
    books.published("thermo", 1, true);
    books.arrived("thermo", 0);
    EXPECT_THAT(books.faults({}),
                ElementsAre(HasSubstr("thermo: acknowledged by the gateway but never at the broker: #1")));
}

TEST(Ledger, NamesACommandThatWasAcknowledgedAndNeverObeyed) {
    ledger books;
    books.commanded("lamp", 7);
    EXPECT_THAT(books.faults({}),
                ElementsAre(HasSubstr("lamp: acknowledged by the broker but never at the device: #7")));
}

TEST(Ledger, MissesADeviceThatCrossedNothing) {
    ledger books;
    books.published("thermo", 0, false);
    EXPECT_THAT(books.faults({{.device = "thermo"}, {.device = "lamp", .up = false, .down = true}}),
                ElementsAre(HasSubstr("thermo: nothing it published"), HasSubstr("lamp: no command")));
}

TEST(Ledger, CountsAMessageThatCameTwiceOnce) {
    ledger books;
    books.published("thermo", 3, true);
    books.arrived("thermo", 3);
    books.arrived("thermo", 3);
    EXPECT_EQ(books.account_of("thermo").arrived, 1U);
}

}  // namespace
}  // namespace nowire::cli::demo
