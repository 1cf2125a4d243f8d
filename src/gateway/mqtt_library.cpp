#include "gateway/mqtt_library.hpp"

#include <atomic>
#include <system_error>

namespace nowire::gateway {

namespace {

std::atomic<int> users = 0;

struct library {
    library() { mosquitto_lib_init(); }
    ~library() {
        if (users == 0) mosquitto_lib_cleanup();
    }
};

}  // namespace

void use_mosquitto() {
    static const library once;
}

mosquitto_user::mosquitto_user() {
    use_mosquitto();
    ++users;
}

mosquitto_user::~mosquitto_user() {
    --users;
}

std::string mosquitto_text(int code, int system_error) {
    if (code == MOSQ_ERR_ERRNO) return std::system_category().message(system_error);
    std::string text = mosquitto_strerror(code);
    while (text.ends_with('.'))
        text.pop_back();
    return text;
}

}  // namespace nowire::gateway
