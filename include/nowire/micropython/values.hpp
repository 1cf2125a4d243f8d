#pragma once

#include <nowire/station/bytes_like.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <type_traits>

/// What stands for Python's values in arguments and results.
namespace nowire::micropython {

/// Python's None, where an argument or a result may be that.
inline constexpr std::nullopt_t None = std::nullopt;

/// An int of Python's: whatever integer type has it, True and False too, but no float. Value type.
struct integer {
    /// From any integer.
    template <std::integral Number>
    constexpr integer(Number n)  // NOLINT(google-explicit-constructor)
        : value(static_cast<std::int64_t>(n)) {}

    std::int64_t value;  ///< the number
};

/// An argument that is None, or an integer: a timeout in milliseconds, a channel, an interface.
using maybe_integer = std::optional<integer>;

/// An argument that is None, something false, or bytes. It owns nothing. Value type.
class maybe_bytes {
  public:
    /// None.
    maybe_bytes(std::nullopt_t) {}  // NOLINT(google-explicit-constructor)
    /// True or False: no bytes, but false says something where "nothing" is a value.
    template <std::same_as<bool> Bool>
    maybe_bytes(Bool flag)  // NOLINT(google-explicit-constructor)
        : kind_(flag ? kind::other : kind::falsy) {}
    /// Bytes.
    template <class Bytes>
    requires(std::is_constructible_v<bytes_like, const Bytes&> && !std::same_as<Bytes, bool>)
        maybe_bytes(const Bytes& bytes)  // NOLINT(google-explicit-constructor)
        : kind_(kind::bytes), bytes_(bytes) {}

    /// Whether it is None.
    bool is_none() const { return kind_ == kind::none; }
    /// Whether Python calls it false: None, False and b''.
    bool is_false() const { return kind_ == kind::none || kind_ == kind::falsy || (has_bytes() && bytes_.size() == 0); }
    /// Whether it is bytes.
    bool has_bytes() const { return kind_ == kind::bytes; }
    /// The bytes; none where it is something else.
    const bytes_like& bytes() const { return bytes_; }

  private:
    enum class kind : std::uint8_t { none, falsy, other, bytes };
    kind kind_ = kind::none;
    bytes_like bytes_{std::string_view()};
};

/// A bytearray that never grows: its size goes up to what was allocated when it was made. Not thread-safe.
class bytearray {
  public:
    /// Zeros.
    explicit bytearray(std::size_t size)
        : data_(std::make_unique<std::uint8_t[]>(size)), size_(size), capacity_(size) {}

    /// The first byte.
    std::uint8_t* data() { return data_.get(); }
    /// The same to look at.
    const std::uint8_t* data() const { return data_.get(); }
    /// Bytes that count.
    std::size_t size() const { return size_; }
    /// Bytes that were allocated.
    std::size_t capacity() const { return capacity_; }
    /// Its first byte.
    const std::uint8_t* begin() const { return data_.get(); }
    /// Behind its last byte.
    const std::uint8_t* end() const { return data_.get() + size_; }
    /// How many bytes count from now on, at most capacity(). What they are stays.
    void resize(std::size_t size) { size_ = size < capacity_ ? size : capacity_; }
    /// The bytes as text.
    std::string_view text() const { return {reinterpret_cast<const char*>(data_.get()), size_}; }

    friend bool operator==(const bytearray& a, std::string_view b) { return a.text() == b; }
    friend std::ostream& operator<<(std::ostream& to, const bytearray& it) { return to << it.text(); }

  private:
    std::unique_ptr<std::uint8_t[]> data_;
    std::size_t size_;
    std::size_t capacity_;
};

/// `[mac, msg]` of its own, or (None, None).
struct received {
    const mac_address* mac = nullptr;  ///< the key of peers_table(); nullptr: nothing came
    std::string msg;                   ///< empty where nothing came
    /// Whether a message came.
    explicit operator bool() const { return mac != nullptr; }
};

/// `[mac, msg]` whose msg is the same object each time, or (None, None).
struct borrowed {
    const mac_address* mac = nullptr;  ///< the key of peers_table(); nullptr: nothing came
    const bytearray* msg = nullptr;    ///< valid until the next message is read; nullptr: nothing came
    /// Whether a message came.
    explicit operator bool() const { return mac != nullptr; }
};

}  // namespace nowire::micropython
