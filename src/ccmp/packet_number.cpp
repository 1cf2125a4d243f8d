#include <nowire/ccmp/packet_number.hpp>

#include <algorithm>

namespace nowire::ccmp {

std::expected<packet_number_block, std::string> memory_packet_number_store::reserve(const fingerprint& id,
                                                                                    std::uint64_t at_least,
                                                                                    std::uint64_t count) {
    const std::lock_guard lock(mutex_);
    auto& next = next_.try_emplace(id, 1).first->second;
    next = std::max(next, at_least);
    if (count == 0 || next > max_packet_number) return packet_number_block{};
    return packet_number_block{next++, 1};
}

packet_number_source::packet_number_source(const fingerprint& id, std::uint64_t seed, packet_number_store* store)
    : id_(id), store_(store), next_(std::max<std::uint64_t>(seed, 1)), end_(next_) {}

std::expected<std::uint64_t, error> packet_number_source::next() {
    if (next_ > max_packet_number) return std::unexpected(error::packet_numbers_exhausted);
    if (next_ == end_) {
        packet_number_block block{next_, max_packet_number - next_ + 1};
        if (store_ != nullptr) {
            auto reserved = store_->reserve(id_, next_, block_size);
            if (!reserved) {
                store_message_ = std::move(reserved.error());
                return std::unexpected(error::packet_number_store_failed);
            }
            block = *reserved;
        }
        if (block.count == 0) {
            next_ = end_ = max_packet_number + 1;
            return std::unexpected(error::packet_numbers_exhausted);
        }
        // A store that goes back or beyond 48 bits would break the promise that no nonce comes twice.
        if (block.first < next_ || block.first > max_packet_number ||
            block.count > max_packet_number - block.first + 1) {
            store_message_ = "the packet number store gave numbers that were not asked for";
            return std::unexpected(error::packet_number_store_failed);
        }
        store_message_.clear();
        next_ = block.first;
        end_ = block.first + block.count;
    }
    return next_++;
}

}  // namespace nowire::ccmp
