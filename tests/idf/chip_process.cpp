#include "idf/chip_process.hpp"

#include "idf/chip.hpp"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <utility>

namespace nowire::test {

namespace {

constexpr int aborted = -6;

std::string joined() {
    std::string all;
    for (const auto& each : notes())
        all += (all.empty() ? "" : " ") + each;
    return all;
}

}  // namespace

std::vector<std::string>& notes() {
    static auto& all = *new std::vector<std::string>();
    return all;
}

void note(const std::string& what) {
    const idf::call c;
    notes().push_back(what);
}

void note_time(const std::string& what) {
    idf::call c;
    const auto since_boot = c.now() - c.chip().began();
    const auto whole = std::chrono::floor<std::chrono::microseconds>(since_boot);
    const auto rest = since_boot - whole;
    notes().push_back(what + "@" + std::to_string(whole.count()) +
                      (rest.count() == 0 ? "" : " and " + std::to_string(rest.count()) + " ns"));
}

void wait_for(std::chrono::nanoseconds length) {
    idf::call c;
    c.block(nullptr, c.now() + length);
}

void be_chip(const std::string& radio, const std::function<void()>& program) {
    ::setenv("NOWIRE_RADIO", radio.c_str(), 1);
    auto& c = idf::chip::get();
    {
        const driver::lock held(c.driver());
        c.tasks().start("main", 1, program);
    }
    c.wait_for_end();
}

int Chip::run_chip(const std::function<void()>& program, std::vector<std::string> air) {
    const hub_process hub(folder_ / "air", std::move(air));
    const auto output = folder_ / "output";
    const auto errors = folder_ / "errors";
    child_process process([&](int to) {
        if (std::freopen(output.c_str(), "w", stdout) == nullptr ||
            std::freopen(errors.c_str(), "w", stderr) == nullptr)
            return 1;
        std::setvbuf(stderr, nullptr, _IONBF, 0);
        be_chip("air:" + hub.socket() + "?name=chip", program);
        report(to, joined());
        std::fflush(stdout);
        return 0;
    });
    noted_ = process.line();
    const int status = process.wait();
    output_ = content_of(output);
    errors_ = content_of(errors);
    return status;
}

std::string Chip::run(const std::function<void()>& program, std::vector<std::string> air) {
    EXPECT_EQ(run_chip(program, std::move(air)), 0) << errors_;
    return noted_;
}

std::string Chip::run_until_abort(const std::function<void()>& program) {
    return run_chip(program, {"--speed", "max"}) == aborted ? errors_ : "";
}

}  // namespace nowire::test
