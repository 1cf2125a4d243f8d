#include "cli/demo/observer.hpp"

#include <mosquitto.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <condition_variable>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace nowire::cli::demo {

namespace {

using key = std::pair<std::string, std::uint64_t>;

/// The device of "demo/<device>/data", or nothing.
std::optional<std::string> device_of(std::string_view topic) {
    constexpr std::string_view before = "demo/";
    constexpr std::string_view behind = "/data";
    if (!topic.starts_with(before) || !topic.ends_with(behind) || topic.size() <= before.size() + behind.size())
        return std::nullopt;
    return std::string(topic.substr(before.size(), topic.size() - before.size() - behind.size()));
}

}  // namespace

struct observer::client {
    mosquitto* handle = nullptr;
    mutable std::mutex mutex;
    std::condition_variable subscribed_or_not;
    bool subscribed = false;
    std::ofstream log;
    std::string lose;
    std::set<key> arrived;
    std::map<int, key> commands;  // by message id, until the broker's PUBACK
    std::set<int> early_acks;     // a PUBACK may overtake the return of mosquitto_publish()
    std::map<std::string, std::uint64_t> next_command;

    void write(const char* event, const key& what) {
        log << nlohmann::json{{"event", event}, {"device", what.first}, {"seq", what.second}}.dump() << '\n'
            << std::flush;
    }

    static void on_connect(mosquitto* handle, void*, int refused) {
        if (refused == 0) mosquitto_subscribe(handle, nullptr, "demo/+/data", 1);
    }

    static void on_subscribe(mosquitto*, void* self, int, int, const int*) {
        auto& c = *static_cast<client*>(self);
        const std::lock_guard lock(c.mutex);
        c.subscribed = true;
        c.subscribed_or_not.notify_all();
    }

    static void on_message(mosquitto*, void* self, const mosquitto_message* m) {
        auto& c = *static_cast<client*>(self);
        const auto device = device_of(m->topic);
        const auto* text = static_cast<const char*>(m->payload);
        const auto body = nlohmann::json::parse(text, text + m->payloadlen, nullptr, false);
        if (!device || !body.is_object() || !body.contains("seq") || !body["seq"].is_number_unsigned()) return;
        const key what{*device, body["seq"].get<std::uint64_t>()};
        if (c.lose == what.first + "#" + std::to_string(what.second)) return;
        const std::lock_guard lock(c.mutex);
        c.arrived.insert(what);
        c.write("arrived", what);
    }

    static void on_publish(mosquitto*, void* self, int id) {
        auto& c = *static_cast<client*>(self);
        const std::lock_guard lock(c.mutex);
        if (const auto node = c.commands.extract(id))
            c.write("commanded", node.mapped());
        else
            c.early_acks.insert(id);
    }
};

observer::observer(std::uint16_t port, const std::string& log_file, std::string lose)
    : client_(std::make_unique<client>()) {
    mosquitto_lib_init();
    client_->log.open(log_file);
    client_->lose = std::move(lose);
    client_->handle = mosquitto_new(nullptr, true, client_.get());
    if (client_->handle == nullptr) throw std::runtime_error("no memory for an MQTT client");
    mosquitto_connect_callback_set(client_->handle, client::on_connect);
    mosquitto_subscribe_callback_set(client_->handle, client::on_subscribe);
    mosquitto_message_callback_set(client_->handle, client::on_message);
    mosquitto_publish_callback_set(client_->handle, client::on_publish);
    const int refused = mosquitto_connect(client_->handle, "127.0.0.1", port, 30);
    if (refused != MOSQ_ERR_SUCCESS || mosquitto_loop_start(client_->handle) != MOSQ_ERR_SUCCESS) {
        mosquitto_destroy(client_->handle);
        throw std::runtime_error(std::string("the demo's broker does not answer: ") + mosquitto_strerror(refused));
    }
}

observer::~observer() {
    mosquitto_disconnect(client_->handle);
    mosquitto_loop_stop(client_->handle, false);
    mosquitto_destroy(client_->handle);
    mosquitto_lib_cleanup();
}

bool observer::wait_until_ready() {
    std::unique_lock lock(client_->mutex);
    return client_->subscribed_or_not.wait_for(lock, std::chrono::seconds(10), [this] { return client_->subscribed; });
}

void observer::hello(const std::string& device) {
    constexpr std::string_view body = R"({"hello": true})";
    mosquitto_publish(client_->handle, nullptr, ("demo/" + device + "/set").c_str(), static_cast<int>(body.size()),
                      body.data(), 0, false);
}

void observer::command(const std::string& device, const std::string& text) {
    const std::lock_guard lock(client_->mutex);
    const key what{device, client_->next_command[device]++};
    const auto body = nlohmann::json{{"seq", what.second}, {"text", text}}.dump();
    int id = 0;
    if (mosquitto_publish(client_->handle, &id, ("demo/" + device + "/set").c_str(), static_cast<int>(body.size()),
                          body.data(), 1, false) != MOSQ_ERR_SUCCESS)
        return;
    if (client_->early_acks.erase(id) != 0)
        client_->write("commanded", what);
    else
        client_->commands.emplace(id, what);
}

bool observer::has(const std::string& device, std::uint64_t seq) const {
    const std::lock_guard lock(client_->mutex);
    return client_->arrived.contains({device, seq});
}

}  // namespace nowire::cli::demo
