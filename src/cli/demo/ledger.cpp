#include "cli/demo/ledger.hpp"

#include <algorithm>
#include <iterator>

namespace nowire::cli::demo {

namespace {

std::vector<std::uint64_t> missing(const std::set<std::uint64_t>& promised, const std::set<std::uint64_t>& seen) {
    std::vector<std::uint64_t> result;
    std::ranges::set_difference(promised, seen, std::back_inserter(result));
    return result;
}

std::string listed(const std::vector<std::uint64_t>& numbers) {
    std::string text;
    for (auto number : numbers)
        text += " #" + std::to_string(number);
    return text;
}

}  // namespace

void ledger::published(const std::string& device, std::uint64_t seq, bool acknowledged) {
    auto& book = books_[device];
    book.published.insert(seq);
    if (acknowledged) book.acknowledged.insert(seq);
}

void ledger::arrived(const std::string& device, std::uint64_t seq) {
    books_[device].arrived.insert(seq);
}

void ledger::commanded(const std::string& device, std::uint64_t seq) {
    books_[device].commands.insert(seq);
}

void ledger::obeyed(const std::string& device, std::uint64_t seq) {
    books_[device].obeyed.insert(seq);
}

ledger::account ledger::account_of(const std::string& device) const {
    const auto found = books_.find(device);
    if (found == books_.end()) return {};
    const auto& book = found->second;
    return {.published = book.published.size(),
            .acknowledged = book.acknowledged.size(),
            .arrived = book.arrived.size(),
            .commands = book.commands.size(),
            .obeyed = book.obeyed.size(),
            .lost_up = missing(book.acknowledged, book.arrived),
            .lost_down = missing(book.commands, book.obeyed)};
}

std::vector<std::string> ledger::faults(const std::vector<expectation>& expected) const {
    std::vector<std::string> result;
    for (const auto& [device, book] : books_) {
        const auto account = account_of(device);
        if (!account.lost_up.empty())
            result.push_back(device +
                             ": acknowledged by the gateway but never at the broker:" + listed(account.lost_up));
        if (!account.lost_down.empty())
            result.push_back(device +
                             ": acknowledged by the broker but never at the device:" + listed(account.lost_down));
    }
    for (const auto& [device, up, down] : expected) {
        const auto account = account_of(device);
        if (up && account.arrived == 0) result.push_back(device + ": nothing it published reached the broker");
        if (down && account.obeyed == 0) result.push_back(device + ": no command reached it");
    }
    return result;
}

}  // namespace nowire::cli::demo
