#include <nowire/gateway/mqtt_options.hpp>

#include <cstring>

namespace nowire::gateway {

password& password::operator=(const password& other) {
    if (this != &other) {
        wipe();
        text_ = other.text_;
    }
    return *this;
}

password& password::operator=(password&& other) noexcept {
    if (this != &other) {
        wipe();
        text_ = other.text_;
        other.wipe();
    }
    return *this;
}

void password::wipe() {
    explicit_bzero(text_.data(), text_.size());
    text_.clear();
}

}  // namespace nowire::gateway
