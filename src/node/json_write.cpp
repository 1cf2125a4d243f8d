#include <nowire/frame/text.hpp>
#include <nowire/node/json.hpp>

namespace nowire::node::json {

namespace {

constexpr char hex_digits[] = "0123456789abcdef";

void append_hex(std::string& out, char32_t code, int digits) {
    for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4)
        out += hex_digits[code >> shift & 0xf];
}

/// The escapes that Python's repr of str and of bytes share. @returns false if `code` needs another one.
bool append_common(std::string& out, char32_t code, char quote) {
    if (code == static_cast<char32_t>(quote) || code == U'\\') {
        out += '\\';
        out += static_cast<char>(code);
    } else if (code >= 0x20 && code <= 0x7e) {
        out += static_cast<char>(code);
    } else if (code == U'\n') {
        out += "\\n";
    } else if (code == U'\r') {
        out += "\\r";
    } else if (code == U'\t') {
        out += "\\t";
    } else {
        return false;
    }
    return true;
}

void append_byte_escape(std::string& out, char32_t code) {
    out += "\\x";
    append_hex(out, code & 0xff, 2);
}

void append_escaped(std::string& out, std::string_view text, char quote) {
    while (!text.empty()) {
        const auto [code, size] = next_code_point(text);
        if (!code) {
            append_byte_escape(out, static_cast<unsigned char>(text.front()));
        } else if (append_common(out, *code, quote)) {
        } else if (*code < 0x100) {
            append_byte_escape(out, *code);
        } else if (*code < 0x10000) {
            out += "\\u";
            append_hex(out, *code, 4);
        } else {
            out += "\\U";
            append_hex(out, *code, 8);
        }
        text.remove_prefix(size);
    }
}

char quote_for(std::string_view text) {
    return text.contains('\'') && !text.contains('"') ? '"' : '\'';
}

void append_repr(std::string& out, const value& v);

struct repr_of {
    std::string& out;

    void operator()(std::nullptr_t) const { out += "None"; }
    void operator()(bool b) const { out += b ? "True" : "False"; }
    void operator()(const number& n) const { out += n.text; }
    void operator()(const std::string& s) const {
        const char quote = quote_for(s);
        out += quote;
        append_escaped(out, s, quote);
        out += quote;
    }
    void operator()(const array& list) const {
        out += '[';
        for (bool first = true; const auto& item : list) {
            if (!first) out += ", ";
            first = false;
            append_repr(out, item);
        }
        out += ']';
    }
    void operator()(const object& members) const {
        out += '{';
        for (std::size_t i = 0; i < members.keys.size(); ++i) {
            if (i > 0) out += ", ";
            (*this)(members.keys[i]);
            out += ": ";
            append_repr(out, members.values[i]);
        }
        out += '}';
    }
};

void append_repr(std::string& out, const value& v) {
    std::visit(repr_of{out}, v.data);
}

}  // namespace

std::string python_text(const value& v) {
    std::string out;
    if (const auto* s = v.string()) {
        append_escaped(out, *s, '\\');  // no quote to escape
    } else {
        append_repr(out, v);
    }
    return out;
}

std::string python_bytes(std::string_view bytes) {
    const char quote = quote_for(bytes);
    std::string out = "b";
    out += quote;
    for (const char c : bytes)
        if (!append_common(out, static_cast<unsigned char>(c), quote))
            append_byte_escape(out, static_cast<unsigned char>(c));
    out += quote;
    return out;
}

}  // namespace nowire::node::json
