#pragma once

#include <nowire/air/recording.hpp>
#include <nowire/device/errc.hpp>

#include <expected>
#include <string_view>
#include <vector>

namespace nowire::air {

/// Reads a table of links, a line each, as an air is given it:
///
///     # from             to                 what
///     02:4e:57:00:00:10  02:4e:57:00:00:20  loss=0.3 rssi=-71
///     02:4e:57:00:00:20  02:4e:57:00:00:10  loss=1
///
/// The addresses are those of stations. `loss` is a probability of 0 to 1, `rssi` dBm of -128 to 127 at the receiver;
/// what is not given is as the air has it otherwise. A link that is given twice is an error, and so is one to itself.
/// @param name  what errors call the file.
/// bad_file: what is wrong, and what would be right, behind the name and the line.
std::expected<std::vector<recording::setting::set_link>, error> parse_link_file(std::string_view text,
                                                                                std::string_view name);

}  // namespace nowire::air
