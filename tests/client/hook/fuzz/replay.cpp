// SPDX-License-Identifier: LGPL-2.1-or-later
// Gives a fuzz entry every file of the directories named, and what becomes of each when it is cut, when any byte of it is another one, and when it is told in another encoding.
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

void give(const std::string& text) { LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()); }

/// Two bytes a letter, with the mark that says so.
std::string widened(const std::string& text) {
    std::string wide("\xff\xfe");
    for (const char c : text) wide += {c, '\0'};
    return wide;
}

void replay(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    const std::string text(std::istreambuf_iterator<char>(file), {});
    give(text);
    give(widened(text));
    for (std::size_t at = 0; at < text.size(); ++at) {
        give(std::string(text, 0, at)); // of its own, so that a sanitizer sees who reads beyond
        for (const char wrong : {'\0', '\xff', '<', '&'}) {
            auto changed = text;
            changed[at] = wrong;
            give(changed);
        }
    }
}

} // namespace

int main(int argc, char** argv) {
    unsigned files = 0;
    for (int i = 1; i < argc; ++i)
        for (const auto& entry : std::filesystem::directory_iterator(argv[i])) {
            std::printf("%s\n", entry.path().c_str());
            std::fflush(stdout); // the last line is the one that did it
            replay(entry.path());
            ++files;
        }
    return files > 0 ? 0 : 1;
}
