#include "gateway/node_table.hpp"

#include <algorithm>
#include <functional>
#include <string_view>

namespace nowire::gateway {

bool is_repetition(node_state& n, const message& m, duration window) {
    const std::string_view bytes(reinterpret_cast<const char*>(m.payload.data()), m.payload.size());
    const auto hash = std::hash<std::string_view>()(bytes);
    const bool known = std::ranges::any_of(n.recent, [&](const auto& f) {
        return f && f->sequence_number == m.sequence_number && f->random == m.random && f->hash == hash &&
               m.time - f->time <= window;
    });
    if (known) return true;
    n.recent[n.next_recent] = node_state::fingerprint{m.sequence_number, m.random, hash, m.time};
    n.next_recent = (n.next_recent + 1) % n.recent.size();
    return false;
}

}  // namespace nowire::gateway
