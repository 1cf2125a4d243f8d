#include "gateway/mqtt_connection.hpp"

#include <boost/asio/post.hpp>
#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

namespace nowire::gateway {

namespace asio = boost::asio;
using asio::posix::descriptor_base;

namespace {

/// Whether libmosquitto would refuse the same again on any connection.
bool is_permanent(int code) {
    return code == MOSQ_ERR_INVAL || code == MOSQ_ERR_PAYLOAD_SIZE || code == MOSQ_ERR_OVERSIZE_PACKET ||
           code == MOSQ_ERR_MALFORMED_UTF8;
}

}  // namespace

/// What libmosquitto calls from inside its loop functions, and from mosquitto_publish(). The owner is told when those
/// have returned: what it then asks for is not asked from inside a callback.
struct mqtt_connection::callbacks {
    static mqtt_connection& of(void* user) { return *static_cast<mqtt_connection*>(user); }

    static void connected(mosquitto*, void* user, int code) {
        auto& c = of(user);
        if (code != 0) {
            c.refusal_ = std::string("the broker refuses us: ") + mosquitto_connack_string(code);
            return;
        }
        c.accepted_ = true;
        c.answer_until_.reset();
        c.news_.emplace_back([](owner& o) { o.on_accepted(); });
    }

    static void published(mosquitto*, void* user, int message) {
        auto& c = of(user);
        const auto found = c.publishing_.find(message);
        if (found == c.publishing_.end()) {
            if (c.in_publish_) c.early_.push_back(message);
            return;
        }
        c.news_.emplace_back([id = found->second](owner& o) { o.on_published(id); });
        c.publishing_.erase(found);
    }

    static void subscribed(mosquitto*, void* user, int message, int count, const int* granted) {
        auto& c = of(user);
        const auto found = c.subscribing_.find(message);
        if (found == c.subscribing_.end()) return;
        const bool taken = count == 1 && granted[0] >= 0 && granted[0] <= 2;
        const auto qos = taken ? std::optional(granted[0]) : std::nullopt;
        c.news_.emplace_back([filter = std::move(found->second), qos](owner& o) { o.on_subscribed(filter, qos); });
        c.subscribing_.erase(found);
    }

    static void received(mosquitto*, void* user, const mosquitto_message* m) {
        const std::string_view payload(static_cast<const char*>(m->payload), static_cast<std::size_t>(m->payloadlen));
        of(user).news_.emplace_back([topic = std::string(m->topic), text = std::string(payload),
                                     retained = m->retain](owner& o) { o.on_message(topic, text, retained); });
    }
};

mqtt_connection::mqtt_connection(const asio::any_io_executor& executor, mosquitto_ptr m, owner& who)
    : mosquitto_(std::move(m)), owner_(&who), socket_(executor), second_(executor) {
    mosquitto_user_data_set(mosquitto_.get(), this);
    mosquitto_connect_callback_set(mosquitto_.get(), callbacks::connected);
    mosquitto_publish_callback_set(mosquitto_.get(), callbacks::published);
    mosquitto_subscribe_callback_set(mosquitto_.get(), callbacks::subscribed);
    mosquitto_message_callback_set(mosquitto_.get(), callbacks::received);
}

mqtt_connection::~mqtt_connection() = default;

void mqtt_connection::start(std::chrono::milliseconds answer_timeout) {
    const int own = fcntl(mosquitto_socket(mosquitto_.get()), F_DUPFD_CLOEXEC, 0);
    if (own < 0) {
        const auto why = std::system_category().message(errno);
        asio::post(socket_.get_executor(), [self = shared_from_this(), why] { self->end(why); });
        return;
    }
    socket_.assign(own);
    answer_until_ = asio::steady_timer::clock_type::now() + answer_timeout;
    watch_read();
    watch_write();
    watch_time();
}

void mqtt_connection::detach(bool goodbye) {
    owner_ = nullptr;
    if (ended_) return;
    ended_ = true;
    if (goodbye && accepted_) mosquitto_disconnect(mosquitto_.get());
    socket_.close();
    second_.cancel();
}

void mqtt_connection::watch_read() {
    socket_.async_wait(descriptor_base::wait_read,
                       [self = shared_from_this()](const boost::system::error_code& failed) {
                           if (failed || self->ended_) return;
                           self->after(mosquitto_loop_read(self->mosquitto_.get(), 1));
                           if (!self->ended_) self->watch_read();
                       });
}

/// Waits for room in the socket, if libmosquitto has something left to write.
void mqtt_connection::watch_write() {
    if (ended_ || writing_ || !mosquitto_want_write(mosquitto_.get())) return;
    writing_ = true;
    socket_.async_wait(descriptor_base::wait_write,
                       [self = shared_from_this()](const boost::system::error_code& failed) {
                           self->writing_ = false;
                           if (failed || self->ended_) return;
                           self->after(mosquitto_loop_write(self->mosquitto_.get(), 1));
                       });
}

/// Keepalive, once a second.
void mqtt_connection::watch_time() {
    second_.expires_after(std::chrono::seconds(1));
    if (answer_until_) second_.expires_at(std::min(second_.expiry(), *answer_until_));
    second_.async_wait([self = shared_from_this()](const boost::system::error_code& failed) {
        if (failed || self->ended_) return;
        if (self->answer_until_ && asio::steady_timer::clock_type::now() >= *self->answer_until_)
            return self->end("the broker does not answer");
        self->after(mosquitto_loop_misc(self->mosquitto_.get()));
        if (!self->ended_) self->watch_time();
    });
}

/// To be called after each of libmosquitto's loop functions with what that returned.
void mqtt_connection::after(int code) {
    const int system_error = errno;
    tell_news();
    if (ended_) return;
    if (code == MOSQ_ERR_SUCCESS) return watch_write();
    end(refusal_.empty() ? mosquitto_text(code, system_error) : refusal_);
}

void mqtt_connection::end(const std::string& why) {
    if (ended_) return;
    ended_ = true;
    socket_.close();
    second_.cancel();
    if (auto* who = std::exchange(owner_, nullptr)) who->on_ended(why);
}

void mqtt_connection::publish(const gateway::publish& what) {
    if (ended_ || !accepted_) return;
    int message = 0;
    in_publish_ = true;
    const int code =
        mosquitto_publish(mosquitto_.get(), &message, what.topic.c_str(), static_cast<int>(what.payload.size()),
                          what.payload.data(), what.qos, what.retain);
    const int system_error = errno;
    in_publish_ = false;
    const bool early = std::ranges::find(early_, message) != early_.end();
    early_.clear();
    if (is_permanent(code)) {
        news_.emplace_back(
            [id = what.id, why = mosquitto_text(code, system_error)](owner& o) { o.on_publish_failed(id, why); });
    } else if (code != MOSQ_ERR_SUCCESS) {
        // The connection is lost.
        asio::post(socket_.get_executor(),
                   [self = shared_from_this(), why = mosquitto_text(code, system_error)] { self->end(why); });
    } else if (early) {
        news_.emplace_back([id = what.id](owner& o) { o.on_published(id); });
    } else {
        publishing_.emplace(message, what.id);
    }
    tell_news_later();
    watch_write();
}

/// Has the owner told of the news from the executor, since it is the owner who calls now.
void mqtt_connection::tell_news_later() {
    if (news_.empty() || std::exchange(will_tell_, true)) return;
    asio::post(socket_.get_executor(), [self = shared_from_this()] {
        self->will_tell_ = false;
        self->tell_news();
    });
}

void mqtt_connection::tell_news() {
    // Being told, the owner may make news, or detach.
    for (const auto& each : std::exchange(news_, {}))
        if (owner_) each(*owner_);
}

void mqtt_connection::subscribe(const gateway::subscribe& what) {
    if (ended_ || !accepted_) return;
    int message = 0;
    const int code = mosquitto_subscribe(mosquitto_.get(), &message, what.filter.c_str(), what.qos);
    if (code == MOSQ_ERR_SUCCESS) {
        subscribing_.emplace(message, what.filter);
        tell_news_later();
        return watch_write();
    }
    // What is lost with the connection is asked for again by the owner; what libmosquitto refuses never will be
    // granted.
    if (!is_permanent(code)) return;
    news_.emplace_back([filter = what.filter](owner& o) { o.on_subscribed(filter, std::nullopt); });
    tell_news_later();
}

void mqtt_connection::unsubscribe(const gateway::unsubscribe& what) {
    if (ended_ || !accepted_) return;
    mosquitto_unsubscribe(mosquitto_.get(), nullptr, what.filter.c_str());
    tell_news_later();
    watch_write();
}

}  // namespace nowire::gateway
