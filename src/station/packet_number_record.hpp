#pragma once

#include <nowire/ccmp/fingerprint.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace nowire {

/// The content of the file that keeps the packet numbers of `id` (station/packet_number_file.hpp), of which `next` is
/// the first that was not reserved yet.
std::string packet_number_record(const ccmp::fingerprint& id, std::uint64_t next);

/// The number in a record; nothing where that is not, to the byte, what packet_number_record() writes, or the number is
/// above ccmp::max_packet_number + 1.
std::optional<std::uint64_t> packet_number_in(std::string_view record, const ccmp::fingerprint& id);

}  // namespace nowire
