// Any bytes as a recording of an air: as a file, and, since checksums keep nearly all of that out, as the content of
// its blocks. What is read is played, and what was recorded of that reads the same.
#include "fuzz/check.hpp"

#include <nowire/air/recording.hpp>
#include <nowire/frame/fcs.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace {

using namespace nowire::air;
using nowire::test::check;

using bytes = std::vector<std::uint8_t>;

void put(bytes& file, std::uint32_t value) {
    for (unsigned i = 0; i < 4; ++i)
        file.push_back(static_cast<std::uint8_t>(value >> 8 * i));
}

/// A recording whose first block is right and whose second has this content.
bytes file_with(std::span<const std::uint8_t> content) {
    bytes file;
    const recording::writer start([&file](auto more) { file.insert(file.end(), more.begin(), more.end()); }, {});
    if (content.empty()) return file;
    put(file, static_cast<std::uint32_t>(content.size()));
    put(file, nowire::frame::fcs(content));
    file.insert(file.end(), content.begin(), content.end());
    return file;
}

void play(std::span<const std::uint8_t> file) {
    auto reader = recording::reader::open(file);
    if (!reader) {
        check(reader.error().offset <= file.size() && !reader.error().text.empty());
        return;
    }
    bytes copied;
    recording::writer copy([&copied](auto more) { copied.insert(copied.end(), more.begin(), more.end()); },
                           reader->setting());
    recording::replay air(reader->setting());
    while (true) {
        const auto record = reader->next();
        if (!record) {
            check(record.error().offset <= file.size() && record.error().to_string().starts_with("offset "));
            check(reader->next().error().offset == record.error().offset);
            break;
        }
        if (!*record) break;
        if (const auto* asked = std::get_if<recording::asked>(&**record))
            copy.add(radio_id{asked->radio}, asked->what);
        else
            copy.add(std::get<recording::advanced>(**record));
        const auto before = air.medium().now();
        if (!air.apply(**record)) break;
        check(air.medium().now() >= before);
    }
    copy.flush();
    auto again = recording::reader::open(copied);
    check(again.has_value());
    for (auto record = again->next(); *record; record = again->next())
        check(record.has_value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::span input(data, size);
    play(input);
    play(file_with(input));
    return 0;
}
