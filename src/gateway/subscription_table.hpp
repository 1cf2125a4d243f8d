#pragma once

#include <nowire/frame/mac_address.hpp>
#include <nowire/frame/time.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nowire::gateway {

/// Who subscribed to what, and what the broker must be asked for.
///
/// Of filters that cover one another only the widest is subscribed at the broker: its carrier. A message with the
/// retain flag set answers a SUBSCRIBE, so it goes only to the nodes for whose sake that was sent. Each SUBSCRIBE has a
/// number; a member remembers the one that fetches for it.
class subscription_table {
  public:
    explicit subscription_table(duration retained_window) : retained_window_(retained_window) {}

    /// @returns false if the filter is subscribed with another QoS, which stays; the node is added all the same.
    bool add(const mac_address& node, std::string_view filter, int qos);
    bool has(const mac_address& node, std::string_view filter) const;
    /// Takes the node out of everything.
    void remove(const mac_address& node);

    void broker_up();
    void broker_down();
    /// The answer to the last SUBSCRIBE of `filter`.
    void acknowledged(std::string_view filter, std::optional<int> granted, time_point now);

    struct route {
        bool known = false;              ///< some filter matches the topic
        std::vector<mac_address> nodes;  ///< who is to get the message, each once
    };
    route find(std::string_view topic, bool retained, time_point now);

    /// What the broker is to be asked for.
    struct change {
        std::string filter;
        std::optional<int> qos;  ///< nothing: unsubscribe
    };
    std::optional<change> next_change();

  private:
    struct entry {
        int qos = 0;  ///< of the first subscriber
        /// The number of the SUBSCRIBE that fetches retained messages for each node; 0: none does.
        std::map<mac_address, std::uint64_t> members;

        bool active = false;         ///< subscribed at the broker
        bool refused = false;        ///< by the broker, for this connection
        int asked_qos = 0;           ///< the highest it was asked for
        std::uint64_t pending = 0;   ///< the SUBSCRIBE that is not answered yet; 0: none
        std::uint64_t follow = 0;    ///< the one to send after that; 0: none
        std::uint64_t answered = 0;  ///< the last one that was answered, at this time:
        time_point answered_at;
    };
    using entries = std::map<std::string, entry, std::less<>>;

    entries::value_type& carrier_of(entries::value_type& e);
    std::uint64_t ask(entries::value_type& e, int qos);
    void emit(entries::value_type& e, std::uint64_t number);
    void leave_broker(entries::value_type& e);
    void settle();
    void collect(entries::value_type& e, bool retained, time_point now, route& r);

    duration retained_window_;
    entries entries_;
    /// Those of entries_ that have wildcards.
    std::map<std::string, entries::value_type*, std::less<>> wildcards_;
    std::deque<change> changes_;
    bool broker_up_ = false;
    std::uint64_t last_number_ = 0;
};

}  // namespace nowire::gateway
