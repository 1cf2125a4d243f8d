#pragma once

#include <nowire/device/errc.hpp>

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

/// ESP-NOW as MicroPython's programs know it (docs/micropython.md).
namespace nowire::micropython {

/// MicroPython's OSError. Value type.
class os_error : public std::runtime_error {
  public:
    /// `OSError(number,)`, as of ETIMEDOUT (110).
    explicit os_error(int number);
    /// `OSError(number, 'name')`, as of ESP_ERR_ESPNOW_NOT_INIT (-12389).
    os_error(int number, std::string_view name);
    /// What a failure of nowire is: ESP-IDF's number, negative, with its name, for those that ESP-IDF has; a number of
    /// errno and the text for the others (docs/micropython.md has the table).
    static os_error from(const error& failed);

    /// The first argument.
    int number() const { return number_; }
    /// The second one; empty: there is none.
    const std::string& name() const { return name_; }

  private:
    int number_;
    std::string name_;
};

/// MicroPython's ValueError; what() is its text. Value type.
class value_error : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// MicroPython's TypeError, as far as C++ does not refuse to compile what raises it there. Value type.
class type_error : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

}  // namespace nowire::micropython
