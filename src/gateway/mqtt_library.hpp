#pragma once

#include <mosquitto.h>

#include <memory>
#include <string>

namespace nowire::gateway {

struct free_mosquitto {
    void operator()(mosquitto* m) const { mosquitto_destroy(m); }
};
using mosquitto_ptr = std::unique_ptr<mosquitto, free_mosquitto>;

/// Initialises libmosquitto when called first. It is cleaned up at the program's end, unless a helper thread still uses
/// it then.
void use_mosquitto();

/// As long as it lives, libmosquitto is not cleaned up.
class mosquitto_user {
  public:
    mosquitto_user();
    ~mosquitto_user();
    mosquitto_user(const mosquitto_user&) = delete;
    mosquitto_user& operator=(const mosquitto_user&) = delete;
};

/// What went wrong, in words. @param system_error  errno of the call that returned `code`.
std::string mosquitto_text(int code, int system_error);

}  // namespace nowire::gateway
