#include "air/protocol_bytes.hpp"

#include <nowire/air/recording.hpp>
#include <nowire/frame/fcs.hpp>

#include <array>
#include <bit>
#include <cmath>

namespace nowire::air::recording {

namespace {

using protocol::body_reader;
using protocol::message_writer;

// Records have the form of the protocol's messages, whose types end far below.
enum type : std::uint8_t { type_setting = 128, type_link = 129, type_advanced = 130, type_asked = 131 };

constexpr std::size_t block_header_size = 8;
/// A block is made at the latest when it has so much.
constexpr std::size_t block_size = std::size_t{1} << 16;
constexpr std::uint8_t has_loss = 0x01;
constexpr std::uint8_t has_rssi = 0x02;

std::array<std::uint8_t, block_header_size> block_header(std::span<const std::uint8_t> content) {
    std::array<std::uint8_t, block_header_size> header{};
    const auto size = static_cast<std::uint32_t>(content.size());
    const auto sum = frame::fcs(content);
    for (unsigned i = 0; i < 4; ++i) {
        header[i] = static_cast<std::uint8_t>(size >> 8 * i);
        header[4 + i] = static_cast<std::uint8_t>(sum >> 8 * i);
    }
    return header;
}

void put(message_writer& out, double value) {
    out.put(std::bit_cast<std::uint64_t>(value));
}

double get_number(body_reader& in, double low, double high) {
    const auto value = std::bit_cast<double>(in.get<std::uint64_t>());
    const bool right = value >= low && value <= high;  // which no NaN is
    in.require(right);
    return right ? value : low;
}

void append(std::vector<std::uint8_t>& content, const medium_options& m) {
    message_writer out(content, type_setting);
    out.put(m.seed);
    put(out, m.loss);
    out.put(m.airtime).put(m.noise);
    for (const double part : {m.path.at_1m, m.path.exponent, m.path.shadowing})
        put(out, part);
    out.put(static_cast<std::uint32_t>(m.access.aifsn)).put(m.access.first_window).put(m.access.last_window);
    out.put(m.access.extended).put(m.leakage);
}

void append(std::vector<std::uint8_t>& content, const setting::set_link& l) {
    message_writer out(content, type_link);
    out.put(l.from).put(l.to);
    out.put(static_cast<std::uint8_t>((l.how.loss ? has_loss : 0) | (l.how.rssi ? has_rssi : 0)));
    put(out, l.how.loss.value_or(0));
    out.put(l.how.rssi.value_or(0));
}

medium_options read_options(body_reader& in) {
    medium_options m;
    m.seed = in.get<std::uint64_t>();
    m.loss = get_number(in, 0, 1);
    m.airtime = in.get_bool();
    m.noise = in.get<std::int8_t>();
    m.path.at_1m = get_number(in, -1000, 1000);
    m.path.exponent = get_number(in, 0, 100);
    m.path.shadowing = get_number(in, 0, 1000);
    m.access.aifsn = in.get<std::uint32_t>();
    m.access.first_window = in.get<std::uint32_t>();
    m.access.last_window = in.get<std::uint32_t>();
    in.require(m.access.aifsn <= 255 && m.access.first_window <= 65535 && m.access.last_window <= 65535);
    m.access.extended = in.get_bool();
    m.leakage = in.get_bool();
    return m;
}

setting::set_link read_link(body_reader& in) {
    setting::set_link l;
    l.from = in.get_address();
    l.to = in.get_address();
    const auto flags = in.get<std::uint8_t>();
    in.require(flags <= (has_loss | has_rssi));
    const auto loss = get_number(in, 0, 1);
    const auto rssi = in.get<std::int8_t>();
    if ((flags & has_loss) != 0) l.how.loss = loss;
    if ((flags & has_rssi) != 0) l.how.rssi = rssi;
    return l;
}

std::unexpected<damage> damaged(std::uint64_t offset, std::string text) {
    return std::unexpected(damage{.offset = offset, .is_cut = false, .text = std::move(text)});
}

std::unexpected<damage> cut(std::uint64_t offset) {
    return std::unexpected(damage{.offset = offset,
                                  .is_cut = true,
                                  .text = "the file ends within a block, whose air ended without finishing it"});
}

std::uint32_t number_at(std::span<const std::uint8_t> bytes, std::size_t at) {
    return body_reader(bytes.subspan(at, 4)).get<std::uint32_t>();
}

}  // namespace

writer::writer(sink to, const setting& how) : sink_(std::move(to)) {
    sink_({reinterpret_cast<const std::uint8_t*>(magic.data()), magic.size()});
    append(content_, how.medium);
    for (const auto& link : how.links)
        append(content_, link);
    write_block();
}

void writer::add(radio_id radio, const protocol::client_message& what) {
    add_advance();
    message_writer(content_, type_asked).put(static_cast<std::uint32_t>(radio));
    protocol::append(content_, what);
    if (content_.size() >= block_size) write_block();
}

void writer::flush() {
    add_advance();
    if (!content_.empty()) write_block();
}

void writer::add_advance() {
    if (!advanced_) return;
    message_writer(content_, type_advanced).put(advanced_->to);
    advanced_.reset();
}

void writer::write_block() {
    // One call, so that a file which is cut is cut between blocks wherever the system can do so.
    const auto header = block_header(content_);
    content_.insert(content_.begin(), header.begin(), header.end());
    sink_(content_);
    content_.clear();
}

std::string damage::to_string() const {
    return "offset " + std::to_string(offset) + ": " + text;
}

std::expected<reader, damage> reader::open(std::span<const std::uint8_t> file) {
    const std::string_view start(reinterpret_cast<const char*>(file.data()), std::min(file.size(), magic.size()));
    if (start != magic)
        return damaged(0, "this is no recording of an air, which begins with \"" +
                              std::string(magic.substr(0, magic.size() - 1)) + "\"");
    reader r(file);
    r.offset_ = magic.size();
    auto block = r.take_block();
    if (!block) return std::unexpected(block.error());
    const auto at = r.block_offset_ + block_header_size;
    for (bool first = true; !block->empty(); first = false) {
        const auto message = protocol::take_raw(*block);
        if (!message || message->type != (first ? type_setting : type_link))
            return damaged(at, "the first block does not say what the air was like");
        body_reader in(message->body);
        if (first)
            r.setting_.medium = read_options(in);
        else
            r.setting_.links.push_back(read_link(in));
        if (in.finish()) return damaged(at, "an air cannot be like this");
    }
    return r;
}

std::expected<std::span<const std::uint8_t>, damage> reader::take_block() {
    block_offset_ = offset_;
    const auto rest = file_.subspan(static_cast<std::size_t>(offset_));
    if (rest.size() < block_header_size) return cut(offset_);
    const auto given = number_at(rest, 0);
    if (given == 0 || given > block_limit)
        return damaged(offset_, "a block cannot have " + std::to_string(given) + " bytes; 1 to " +
                                    std::to_string(block_limit) + " are right");
    const auto size = static_cast<std::size_t>(given);
    if (rest.size() - block_header_size < size) return cut(offset_);
    const auto content = rest.subspan(block_header_size, size);
    if (number_at(rest, 4) != frame::fcs(content))
        return damaged(offset_, "the block's checksum is wrong: the file was changed or damaged");
    offset_ += block_header_size + size;
    return content;
}

std::expected<std::optional<record>, damage> reader::next() {
    if (block_.empty()) {
        if (offset_ == file_.size()) return std::nullopt;
        const auto block = take_block();
        if (!block) return std::unexpected(block.error());
        block_ = *block;
    }
    const auto at = offset_ - block_.size();
    auto rest = block_;
    const auto message = protocol::take_raw(rest);
    if (!message) return damaged(at, "a record is longer than its block");
    body_reader in(message->body);
    if (message->type == type_advanced) {
        const advanced r{in.get_time()};
        if (in.finish()) return damaged(at, "a time that cannot be");
        block_ = rest;
        return r;
    }
    asked r;
    r.radio = in.get<std::uint32_t>();
    if (message->type != type_asked || in.finish())
        return damaged(at, "a record of unknown type " + std::to_string(message->type));
    auto what = rest.empty() ? std::unexpected(protocol::decode_error{protocol::problem::truncated})
                             : protocol::take_client_message(rest);
    if (!what) return damaged(at, protocol::to_string(what.error()));
    r.what = *what;
    block_ = rest;
    return r;
}

}  // namespace nowire::air::recording
