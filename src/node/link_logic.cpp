#include <nowire/frame/text.hpp>
#include <nowire/node/link_logic.hpp>
#include <nowire/node/topic.hpp>

#include <stdexcept>

namespace nowire::node {

namespace {

error refusal(std::string text) {
    return {errc::argument, std::move(text)};
}

std::string in_quotes(std::string_view text) {
    std::string out(1, '"');
    return out.append(text).append(1, '"');
}

std::optional<std::string> length_fault(const std::string& encoded, std::size_t limit) {
    if (encoded.size() <= limit) return std::nullopt;
    return "the message takes " + std::to_string(encoded.size()) + " bytes, of which the gateway can take " +
           std::to_string(limit) + ": topic and text must be shorter";
}

}  // namespace

std::string_view to_string(outcome o) {
    switch (o) {
        case outcome::ok:
            return "ok";
        case outcome::broker_out:
            return "broker_out";
        case outcome::esp_fail:
            return "esp_fail";
        case outcome::pub_fail:
            return "pub_fail";
        case outcome::no_reply:
            return "no_reply";
        case outcome::unconfirmed:
            return "unconfirmed";
    }
    return "unknown";
}

link_logic::link_logic(link_options options) : options_(options) {
    if (options_.gateway.is_zero() || options_.gateway.is_group())
        throw std::system_error(make_error_code(errc::argument), "the gateway's address is zero or a group");
}

std::expected<std::string, error> link_logic::publish(const publication& p) {
    const auto refuse = [](std::string text) { return std::unexpected(refusal(std::move(text))); };
    if (const auto fault = topic_fault(p.topic))
        return refuse("cannot publish to the topic " + in_quotes(p.topic) + ": " + std::string(*fault));
    if (p.qos != 0 && p.qos != 1) return refuse("QoS is 0 or 1, not " + std::to_string(p.qos));
    if (!is_utf8(p.payload)) return refuse("the text is not UTF-8: the gateway's protocol carries text only");
    if (options_.ascii_only && !(is_ascii(p.topic) && is_ascii(p.payload)))
        return refuse(
            "the message is not ASCII: the MicroPython gateway would lose its broker over it; allow it if the gateway "
            "is another one");
    auto encoded = encode(uplink(p));
    if (auto fault = length_fault(encoded, options_.payload_limit)) return refuse(std::move(*fault));
    begin(request::publish);
    return encoded;
}

std::optional<error> link_logic::fault_of(const subscription& s) const {
    if (const auto fault = filter_fault(s.filter))
        return refusal("cannot subscribe to " + in_quotes(s.filter) + ": " + std::string(*fault));
    if (s.qos != 0 && s.qos != 1) return refusal("QoS is 0 or 1, not " + std::to_string(s.qos));
    if (options_.ascii_only && !is_ascii(s.filter))
        return refusal("the topic is not ASCII: the MicroPython gateway would lose its broker over it");
    if (auto fault = length_fault(encode(uplink(s)), options_.payload_limit)) return refusal(std::move(*fault));
    return std::nullopt;
}

std::expected<std::string, error> link_logic::subscribe(const subscription& s) {
    if (auto fault = fault_of(s)) return std::unexpected(std::move(*fault));
    begin(request::subscribe);
    return encode(uplink(s));
}

std::string link_logic::ask(command c) {
    switch (c) {
        case command::ping:
            begin(request::ping);
            break;
        case command::get:
            begin(request::get);
            break;
        case command::aget:
            begin(request::aget);
            break;
        case command::ask_channel:
            begin(request::ask_channel);
            reported_channel_.reset();
            break;
    }
    return encode(uplink(c));
}

void link_logic::begin(request r) {
    if (busy()) throw std::logic_error("link_logic: a request is running already");
    running_ = r;
    confirmed_ = false;
    aget_answered_ = false;
    deadline_.reset();
}

void link_logic::end(outcome o) {
    running_ = request::none;
    result_ = o;
    deadline_.reset();
}

void link_logic::sent(tx_status status, time_point now) {
    if (!busy()) return;  // the answer came before the radio's report
    confirmed_ = confirmed_ || status == tx_status::acked;
    if (!confirmed_ && (status == tx_status::not_acked || status == tx_status::not_sent)) return end(outcome::esp_fail);
    if (running_ == request::subscribe) return end(confirmed_ ? outcome::ok : outcome::unconfirmed);
    deadline_ = now + timeout();
}

duration link_logic::timeout() const {
    return running_ == request::get || aget_answered_ ? options_.silence : options_.reply_timeout;
}

bool link_logic::is_gateway(const mac_address& address) const {
    return address == options_.gateway || address == options_.gateway.plus(1) || address.plus(1) == options_.gateway;
}

bool link_logic::receive(const message& m, time_point now) {
    if (!is_gateway(m.source)) return false;
    auto parsed = parse_downlink(m.payload);
    if (!parsed) {
        ++strays_;
        return true;
    }
    if (auto* subscribed = std::get_if<delivery>(&*parsed)) {
        queue_.push_back(std::move(*subscribed));
        if (queue_.size() > options_.queue_limit) {
            queue_.pop_front();
            ++dropped_;
        }
        // It is as good as the radio's acknowledgement.
        if (running_ == request::get || running_ == request::aget) confirmed_ = true;
    } else if (const auto* on = std::get_if<channel>(&*parsed)) {
        if (running_ == request::ask_channel) {
            reported_channel_ = *on;
            end(outcome::ok);
        } else {
            ++strays_;
        }
    } else if (!take_word(std::get<word>(*parsed))) {
        ++strays_;
    }
    // More may follow whatever came.
    if (deadline_) deadline_ = now + timeout();
    return true;
}

/// @returns false if the word answers nothing: it belongs to a request that is over, or is a late ACK.
bool link_logic::take_word(word w) {
    if (running_ == request::publish) {
        if (w == word::ack) return end(outcome::ok), true;
        if (w == word::nak) return end(outcome::broker_out), true;
        if (w == word::bad) return end(outcome::pub_fail), true;
    } else if (running_ == request::ping) {
        if (w == word::up) return end(outcome::ok), true;
        if (w == word::down) return end(outcome::broker_out), true;
    } else if (running_ == request::aget && (w == word::up || w == word::down)) {
        // The queue follows; what the broker is like says the outcome when that is over.
        result_ = w == word::up ? outcome::ok : outcome::broker_out;
        aget_answered_ = true;
        return true;
    }
    return false;
}

void link_logic::advance(time_point now) {
    if (!deadline_ || now < *deadline_) return;
    if (running_ == request::get && confirmed_) return end(outcome::ok);
    if (running_ == request::aget && aget_answered_) return end(result_);
    end(confirmed_ ? outcome::no_reply : outcome::unconfirmed);
}

std::optional<delivery> link_logic::next() {
    if (queue_.empty()) return std::nullopt;
    auto first = std::move(queue_.front());
    queue_.pop_front();
    return first;
}

}  // namespace nowire::node
