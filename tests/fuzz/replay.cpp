// Runs a fuzz target over files, or over all files of a folder: what libFuzzer does with seeds, for any compiler.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

void run(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    const std::vector<char> content((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    // A block of exactly its size, so that a sanitizer sees each byte read behind it.
    const auto bytes = std::make_unique<std::uint8_t[]>(content.size());
    std::copy(content.begin(), content.end(), bytes.get());
    // Should it abort, this is the last line.
    std::fprintf(stderr, "%s\n", path.c_str());
    LLVMFuzzerTestOneInput(bytes.get(), content.size());
}

int replay(int count, char** paths) {
    namespace fs = std::filesystem;
    int runs = 0;
    for (int i = 1; i < count; ++i) {
        if (!fs::is_directory(paths[i])) {
            run(paths[i]);
            ++runs;
            continue;
        }
        for (const auto& entry : fs::recursive_directory_iterator(paths[i])) {
            if (!entry.is_regular_file()) continue;
            run(entry.path());
            ++runs;
        }
    }
    std::fprintf(stderr, "%d seeds\n", runs);
    return runs > 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return replay(argc, argv);
    } catch (const std::exception& fault) {
        std::fprintf(stderr, "%s\n", fault.what());
        return 1;
    }
}
