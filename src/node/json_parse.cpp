#include <nowire/frame/text.hpp>
#include <nowire/node/json.hpp>

#include <algorithm>
#include <charconv>

namespace nowire::node::json {

namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// Reads one text from left to right. The first thing wrong is kept; every read after it fails at once.
class reader {
  public:
    reader(std::string_view text, std::size_t depth) : text_(text), depth_(depth) {}

    std::expected<value, reject> read() {
        value v;
        skip_blanks();
        if (!read_value(v, 0)) return std::unexpected(wrong_);
        skip_blanks();
        if (at_ != text_.size()) return std::unexpected(reject::trailing);
        return v;
    }

  private:
    bool fail(reject r) {
        wrong_ = r;
        return false;
    }

    bool at_end() const { return at_ == text_.size(); }

    void skip_blanks() {
        while (!at_end() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' || text_[at_] == '\r'))
            ++at_;
    }

    bool take(char c) {
        if (at_end() || text_[at_] != c) return false;
        ++at_;
        return true;
    }

    bool take(std::string_view word) {
        if (!text_.substr(at_).starts_with(word)) return false;
        at_ += word.size();
        return true;
    }

    bool read_value(value& v, std::size_t level) {
        if (take('"')) return read_string(v.data.emplace<std::string>());
        if (take('[')) return level < depth_ ? read_array(v.data.emplace<array>(), level + 1) : fail(reject::too_deep);
        if (take('{'))
            return level < depth_ ? read_object(v.data.emplace<object>(), level + 1) : fail(reject::too_deep);
        if (take("null")) return true;
        if (take("true")) return v.data.emplace<bool>(true), true;
        if (take("false")) return v.data.emplace<bool>(false), true;
        return read_number(v.data.emplace<number>());
    }

    bool read_array(array& list, std::size_t level) {
        skip_blanks();
        if (take(']')) return true;
        while (true) {
            skip_blanks();
            if (!read_value(list.emplace_back(), level)) return false;
            skip_blanks();
            if (take(']')) return true;
            if (!take(',')) return fail(reject::syntax);
        }
    }

    bool read_object(object& members, std::size_t level) {
        skip_blanks();
        if (take('}')) return true;
        while (true) {
            skip_blanks();
            std::string key;
            if (!take('"')) return fail(reject::syntax);
            if (!read_string(key)) return false;
            if (std::ranges::find(members.keys, key) != members.keys.end()) return fail(reject::duplicate_key);
            members.keys.push_back(std::move(key));
            skip_blanks();
            if (!take(':')) return fail(reject::syntax);
            skip_blanks();
            if (!read_value(members.values.emplace_back(), level)) return false;
            skip_blanks();
            if (take('}')) return true;
            if (!take(',')) return fail(reject::syntax);
        }
    }

    bool skip_digits() {
        const auto start = at_;
        while (!at_end() && is_digit(text_[at_]))
            ++at_;
        return at_ != start;
    }

    bool read_number(number& n) {
        const auto start = at_;
        take('-');
        if (!take('0') && !skip_digits()) return fail(reject::syntax);
        if (take('.') && !skip_digits()) return fail(reject::syntax);
        if (take('e') || take('E')) {
            if (!take('+')) take('-');
            if (!skip_digits()) return fail(reject::syntax);
        }
        n.text = text_.substr(start, at_ - start);
        return true;
    }

    /// The rest of a string whose opening quote is read.
    bool read_string(std::string& out) {
        while (!at_end()) {
            const char c = text_[at_++];
            if (c == '"') return true;
            if (static_cast<unsigned char>(c) < 0x20) return fail(reject::syntax);
            if (c != '\\') {
                out += c;
            } else if (!read_escape(out)) {
                return fail(reject::syntax);
            }
        }
        return fail(reject::syntax);
    }

    bool read_escape(std::string& out) {
        if (at_end()) return false;
        constexpr std::string_view letters = "\"\\/bfnrt";
        constexpr std::string_view meanings = "\"\\/\b\f\n\r\t";
        const char c = text_[at_++];
        if (c != 'u') {
            const auto which = letters.find(c);
            if (which == std::string_view::npos) return false;
            out += meanings[which];
            return true;
        }
        auto code = read_hex4();
        if (!code || (*code >= 0xdc00 && *code <= 0xdfff)) return false;
        if (*code >= 0xd800 && *code <= 0xdbff) {
            if (!take("\\u")) return false;
            const auto low = read_hex4();
            if (!low || *low < 0xdc00 || *low > 0xdfff) return false;
            code = 0x10000 + ((*code - 0xd800) << 10) + (*low - 0xdc00);
        }
        append_utf8(out, *code);
        return true;
    }

    std::optional<char32_t> read_hex4() {
        const auto digits = text_.substr(at_, 4);
        unsigned code = 0;
        const auto [end, wrong] = std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
        if (digits.size() != 4 || wrong != std::errc() || end != digits.data() + 4) return std::nullopt;
        at_ += 4;
        return code;
    }

    std::string_view text_;
    std::size_t depth_;
    std::size_t at_ = 0;
    reject wrong_ = reject::syntax;
};

}  // namespace

std::optional<std::int64_t> number::integer() const {
    std::int64_t result = 0;
    const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), result);
    if (wrong != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return result;
}

std::expected<value, reject> parse(std::string_view text, const limits& l) {
    if (text.size() > l.bytes) return std::unexpected(reject::too_long);
    return reader(text, l.depth).read();
}

}  // namespace nowire::node::json
