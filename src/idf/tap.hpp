#pragma once

#include "radio/decorator.hpp"

#include <functional>
#include <utility>

namespace nowire::idf {

/// A radio with somebody who listens to everything that it hears.
class tap final : public radio_decorator {
  public:
    using listener = std::function<void(std::span<const std::uint8_t> mpdu, const rx_info& info)>;

    using radio_decorator::radio_decorator;

    /// Told of every frame before the station is; an empty one: nobody.
    void listen(listener l) { listener_ = std::move(l); }

  private:
    void on_receive(std::span<const std::uint8_t> mpdu, const rx_info& info) override {
        if (listener_) listener_(mpdu, info);
        radio_decorator::on_receive(mpdu, info);
    }

    listener listener_;
};

}  // namespace nowire::idf
