#pragma once

#include <nowire/ccmp/packet_number.hpp>
#include <nowire/device/errc.hpp>

#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <string>

namespace nowire {

/// The folder for what must outlive a process: $NOWIRE_STATE_DIR, else $XDG_STATE_HOME/nowire, else
/// ~/.local/state/nowire (XDG Base Directory Specification 0.8). It need not exist.
/// packet_numbers: NOWIRE_STATE_DIR is a relative path, or none of the three is an absolute one. An empty variable
/// counts as none, and XDG_STATE_HOME does too where it is relative.
std::expected<std::filesystem::path, error> default_state_folder();

/// Remembers packet numbers in the folder `packet-numbers` of a state folder, in one file for each (key, A2):
///
///     packet-numbers/            0700, of the user who runs this
///         lock                   held with flock() while a file is read and replaced
///         <fingerprint>.pn       0600: "nowire-packet-numbers 1 <fingerprint> <next number> <CRC-32>", in hex
///
/// A file is replaced by a new one that was synced to the disk before, and the folder is synced before a number is
/// given out: processes, kill -9 and a loss of power cannot make a number come twice. A damaged file is an error and
/// not a new start. Holds no descriptor between calls, so it may be used by several threads and on both sides of a
/// fork().
class file_packet_number_store final : public ccmp::packet_number_store {
  public:
    /// Makes the folders that are missing (0700), and finds out whether files can be written there.
    /// packet_numbers: they cannot, or the folder belongs to somebody else or is open to others; the text says which
    /// path and what would be right.
    static std::expected<std::unique_ptr<file_packet_number_store>, error> open(
        const std::filesystem::path& state_folder);

    /// The same in default_state_folder(). Errors are those of both.
    static std::expected<std::unique_ptr<file_packet_number_store>, error> open();

    /// As ccmp::packet_number_store has it. Takes as long as the disk needs to sync, and up to 2 s where another
    /// process holds the lock. Errors: the folder or file cannot be read, written or locked, or is damaged; the text
    /// says which and what would be right.
    std::expected<ccmp::packet_number_block, std::string> reserve(const ccmp::fingerprint& id, std::uint64_t at_least,
                                                                  std::uint64_t count) override;

    /// The file of `id`; it exists from the first reserve() on.
    std::filesystem::path file_of(const ccmp::fingerprint& id) const;

  private:
    explicit file_packet_number_store(std::filesystem::path folder) : folder_(std::move(folder)) {}

    std::filesystem::path folder_;
};

}  // namespace nowire
