#include "testing/reporting.hpp"

#include <cstdio>
#include <cstdlib>
#include <utility>

namespace nowire::testing {

namespace {

reporter& the_reporter() {
    static reporter r;
    return r;
}

}  // namespace

void set_reporter(reporter r) {
    the_reporter() = std::move(r);
}

void report(const std::string& text, bool is_unwinding) {
    if (the_reporter().fail) return the_reporter().fail(text);
    std::fprintf(stderr, "nowire: %s\n", text.c_str());
    // What is being thrown makes the test fail.
    if (is_unwinding) return;
    std::fprintf(stderr, "nowire: no test framework is told (nowire::testing::set_reporter), so this program ends\n");
    std::abort();
}

bool has_test_failed() {
    return the_reporter().has_failed && the_reporter().has_failed();
}

}  // namespace nowire::testing
