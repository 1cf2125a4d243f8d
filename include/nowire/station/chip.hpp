#pragma once

#include <nowire/radio/url.hpp>
#include <nowire/station/mailbox.hpp>

#include <expected>
#include <functional>
#include <memory>
#include <string_view>
#include <typeindex>
#include <typeinfo>
#include <vector>

namespace nowire {

/// How a chip is made.
struct chip_options {
    nowire::mailbox_options mailbox{};      ///< of its mailbox
    std::vector<radio_backend> backends{};  ///< the radios that its URL may name; empty: `air:` alone
    /// Where packet numbers are kept so that none is used twice (station_options::packet_numbers).
    ccmp::packet_number_store* packet_numbers = nullptr;
};

/// The chip that a Python-shaped program runs on: a device on a radio whose interfaces are down and whose ESP-NOW is
/// off, and what the faces (micropython/, pycom/) keep for it. Several chips may be in one process, each with an
/// address of its own.
///
/// Any thread may use it. Not to be used on both sides of a fork().
class chip {
  public:
    /// @param url  of its radio ("air:?name=kitchen"); empty: NOWIRE_RADIO, or "air:" without that.
    /// @throws std::system_error with open()'s errors.
    explicit chip(std::string_view url = {}, const chip_options& options = {});
    /// On a radio that is open already.
    /// @throws std::system_error where the system has no more descriptors or threads.
    explicit chip(std::unique_ptr<nowire::radio> on, const chip_options& options = {});
    /// Waits up to a second until what was sent has ended. Nobody may wait in it.
    ~chip();
    chip(const chip&) = delete;
    chip& operator=(const chip&) = delete;

    /// The same as the constructor, without exceptions. Errors are those of open_radio() and station::open().
    static std::expected<std::unique_ptr<chip>, error> open(std::string_view url = {},
                                                            const chip_options& options = {});

    /// The process's own, opened when first asked for, on the radio that NOWIRE_RADIO names. It is never destroyed;
    /// exit() waits up to a second until what was sent has ended.
    /// @throws std::system_error as the constructor does.
    static chip& standard();

    /// Its ESP-NOW.
    nowire::mailbox& mailbox();

    /// Says that a face uses ESP-NOW from now on: only one at a time can, as firmware has only one.
    /// @param face  what errors call it.
    /// @throws std::logic_error where another one does.
    void claim(std::string_view face);
    /// Ends what claim() began.
    void release();

    /// What a face keeps for this chip: the one object of that type, made with `Part(chip&)` when first asked for. It
    /// lives as long as the chip, and longer than its mailbox.
    template <class Part>
    Part& part() {
        return *static_cast<Part*>(
            find(typeid(Part), [this]() -> std::shared_ptr<void> { return std::make_shared<Part>(*this); }));
    }

  private:
    struct state;
    chip(std::unique_ptr<station> s, const chip_options& options);
    void* find(std::type_index type, const std::function<std::shared_ptr<void>()>& make);

    std::unique_ptr<state> state_;
};

}  // namespace nowire
