#include "cli/documented_block.hpp"
#include "support/files.hpp"
#include "vectors/vectors.hpp"

#include <nowire/capture/writer.hpp>

#include <gtest/gtest.h>

#include <filesystem>

namespace nowire::test {
namespace {

namespace fs = std::filesystem;

std::vector<documented_block> all_blocks() {
    const fs::path root = NOWIRE_SOURCE;
    std::vector<fs::path> documents = {root / "README.md"};
    for (const auto& entry : fs::directory_iterator(root / "docs"))
        if (entry.path().extension() == ".md") documents.push_back(entry.path());
    std::vector<documented_block> all;
    for (const auto& document : documents) {
        const auto blocks = read_blocks(fs::relative(document, root).string(), content_of(document));
        all.insert(all.end(), blocks.begin(), blocks.end());
    }
    return all;
}

/// A capture with one frame.
std::string capture_file() {
    std::string bytes;
    capture::pcapng_writer writer([&](std::span<const std::uint8_t> more) { bytes.append(more.begin(), more.end()); });
    const auto interface = writer.add_interface({.link_type = capture::link_type::ieee802_11});
    writer.write(interface, capture::timestamp(), load_vector("r2").data);
    return bytes;
}

/// The files that documents speak of.
std::vector<std::pair<std::string, std::string>> files() {
    return {{"demo.pcapng", capture_file()},
            {"capture.pcapng", capture_file()},
            {"keys.toml", "[lmk]\n\"24:0a:c4:1d:58:68\" = \"0123456789abcdef\"\n"}};
}

TEST(Docs, EveryBlockOfCommandsRunsOrSaysWhyNot) {
    std::size_t run = 0;
    for (const auto& block : all_blocks()) {
        SCOPED_TRACE(block.place);
        if (block.not_run) {
            EXPECT_FALSE(block.not_run->empty()) << "a block that is not run says why";
            continue;
        }
        EXPECT_EQ(run_block(block, files()), "");
        ++run;
    }
    EXPECT_GE(run, 5U) << "blocks are found where they are";
}

TEST(Docs, ABlockIsFoundHoweverItIsWritten) {
    const auto blocks =
        read_blocks("page.md",
                    "Text\n\n    nowire listen\n    more\n\n    other: text\n\n```cpp\nnowire x\n```\n\n"
                    "<!-- not run: a synopsis -->\n\n    nowire air [--socket PATH]\n\nText\n\n"
                    "<!-- not run: -->\n```sh\nls\n```\n<!-- run with a broker -->\n```sh\ntrue\n```\n"
                    "- a list\n    nowire is a word here\n");
    ASSERT_EQ(blocks.size(), 4U);
    EXPECT_EQ(blocks[0].place, "page.md:3");
    EXPECT_EQ(blocks[0].lines, (std::vector<std::string>{"nowire listen", "more"}));
    EXPECT_FALSE(blocks[0].not_run);
    EXPECT_EQ(blocks[1].not_run, "a synopsis");
    EXPECT_EQ(blocks[2].not_run, "");
    EXPECT_FALSE(blocks[3].not_run);
    EXPECT_TRUE(blocks[3].needs_broker);
}

TEST(Docs, ABlockThatFailsIsTold) {
    const auto said = [](std::vector<std::string> lines) {
        return run_block({.place = "", .lines = std::move(lines), .not_run = {}}, {});
    };
    EXPECT_EQ(said({"nowire --version", "build/release/nowire fly # status 2"}), "");
    EXPECT_NE(said({"nowire fly"}), "");
    EXPECT_NE(said({"nowire --version # status 2"}), "");
    EXPECT_NE(said({"nowire listen --radio carrier-pigeon: &", "while nowire air status; do :; done", "true"}), "");
}

}  // namespace
}  // namespace nowire::test
