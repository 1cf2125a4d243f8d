#include "radio/nearest.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

namespace nowire {

namespace {

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Levenshtein distance, one row of the table at a time.
std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        auto diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const auto replaced = diagonal + (lower(a[i]) == lower(b[j]) ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
        }
    }
    return row.back();
}

}  // namespace

std::optional<std::string> nearest(std::string_view text, std::span<const std::string> candidates) {
    std::optional<std::string> best;
    std::size_t least = 0;
    for (const auto& candidate : candidates) {
        const bool abbreviated = !text.empty() && candidate.starts_with(text);
        const auto distance = abbreviated ? 1 : edit_distance(text, candidate);
        if (distance > std::max<std::size_t>(1, candidate.size() / 3)) continue;
        if (!best || distance < least) {
            best = candidate;
            least = distance;
        }
    }
    return best;
}

std::string list_of(std::span<const std::string> words) {
    std::string out;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (i > 0) out += i + 1 == words.size() ? " and " : ", ";
        out += words[i];
    }
    return out;
}

}  // namespace nowire
