#include <nowire/frame/text.hpp>
#include <nowire/node/topic.hpp>

#include <algorithm>

namespace nowire::node {

namespace {

/// The levels of a topic, one after the other.
class levels {
  public:
    explicit levels(std::string_view text) : rest_(text) {}

    /// The next level; nothing behind the last.
    std::optional<std::string_view> next() {
        if (at_end_) return std::nullopt;
        const auto slash = rest_.find('/');
        const auto level = rest_.substr(0, slash);
        at_end_ = slash == std::string_view::npos;
        if (!at_end_) rest_.remove_prefix(slash + 1);
        return level;
    }

  private:
    std::string_view rest_;
    bool at_end_ = false;
};

std::optional<std::string_view> text_fault(std::string_view text) {
    if (text.empty()) return "it is empty";
    if (text.size() > 65535) return "it is longer than 65535 bytes";
    if (std::ranges::count(text, '/') > max_topic_slashes) return "it has more than 201 levels";
    while (!text.empty()) {
        const auto [code, size] = next_code_point(text);
        if (!code) return "it is not UTF-8";
        if (*code < 0x20 || (*code >= 0x7f && *code <= 0x9f)) return "it has a control character";
        if ((*code & 0xfffe) == 0xfffe || (*code >= 0xfdd0 && *code <= 0xfdef)) return "it has a Unicode non-character";
        text.remove_prefix(size);
    }
    return std::nullopt;
}

}  // namespace

std::optional<std::string_view> topic_fault(std::string_view topic) {
    if (has_wildcard(topic)) return "it has a wildcard";
    return text_fault(topic);
}

std::optional<std::string_view> filter_fault(std::string_view filter) {
    if (const auto fault = text_fault(filter)) return fault;
    levels all(filter);
    bool ended = false;
    while (const auto level = all.next()) {
        if (ended) return "# is not its last level";
        if (has_wildcard(*level) && level->size() != 1) return "a wildcard does not fill its level";
        ended = *level == "#";
    }
    return std::nullopt;
}

bool has_wildcard(std::string_view filter) {
    return filter.find_first_of("+#") != std::string_view::npos;
}

bool matches(std::string_view filter, std::string_view topic) {
    if (topic.starts_with('$') && (filter.starts_with('+') || filter.starts_with('#'))) return false;
    levels filter_levels(filter);
    levels topic_levels(topic);
    while (const auto wanted = filter_levels.next()) {
        if (*wanted == "#") return true;  // also where the topic has ended: "a/#" matches "a"
        const auto level = topic_levels.next();
        if (!level) return false;
        if (*wanted != "+" && *wanted != *level) return false;
    }
    return !topic_levels.next();
}

bool covers(std::string_view wide, std::string_view narrow) {
    if (narrow.starts_with('$') && (wide.starts_with('+') || wide.starts_with('#'))) return false;
    levels wide_levels(wide);
    levels narrow_levels(narrow);
    while (const auto level = wide_levels.next()) {
        if (*level == "#") return true;
        const auto other = narrow_levels.next();
        if (!other || *other == "#") return false;
        if (*level != "+" && *level != *other) return false;
    }
    return !narrow_levels.next();
}

}  // namespace nowire::node
