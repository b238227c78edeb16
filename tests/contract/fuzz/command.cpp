// SPDX-License-Identifier: LGPL-2.1-or-later
// The words `generate` and `play` of the program.
#include "fuzz/command.hpp"

#include <cstdio>
#include <fstream>
#include <map>
#include <memory>
#include <sstream>
#include <stdexcept>

#include "fuzz/generator.hpp"
#include "fuzz/player.hpp"
#include "host_here.hpp"

namespace contract {

namespace {

std::string content_of(const std::string& file) {
    std::ifstream stream(file);
    std::ostringstream text;
    text << stream.rdbuf();
    if (!stream) throw std::runtime_error("cannot read " + file);
    return text.str();
}

std::vector<Episode> episodes_in(const std::string& file) {
    try {
        return parse_episodes(content_of(file));
    } catch (const std::runtime_error& trouble) {
        throw std::runtime_error(file + ": " + trouble.what());
    }
}

} // namespace

int play(const std::vector<std::string>& words) {
    std::string model;
    std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(nullptr, std::fclose);
    std::vector<Episode> episodes;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const bool option = words[i] == "--model" || words[i] == "--log";
        if (option && i + 1 == words.size()) throw std::invalid_argument(words[i] + " needs a value");
        if (words[i] == "--model") {
            model = words[++i];
        } else if (words[i] == "--log") {
            file.reset(std::fopen(words[++i].c_str(), "we"));
            if (!file) throw std::runtime_error("cannot write " + words[i]);
        } else {
            for (auto& episode : episodes_in(words[i])) episodes.push_back(std::move(episode));
        }
    }
    std::FILE* log = file ? file.get() : stdout;
    const auto tell = [log](const std::string& line) { std::fprintf(log, "%s\n", line.c_str()); };
    auto host = model.empty() ? host_here() : nullptr;
    for (const auto& episode : episodes) {
        // A model is booted in no time.
        if (!model.empty()) host = model_host(MachineLines().text(), model);
        try {
            Player(*host, tell).play(episode);
        } catch (const HostSpoilt& spoilt) {
            std::fprintf(stderr, "contract: before episode %s: %s\n", episode.name.c_str(), spoilt.what());
            return 3;
        }
        std::fflush(log); // a kernel that ends itself ends only its episode's log
    }
    return 0;
}

int generate(const std::vector<std::string>& words) {
    std::map<std::string, unsigned long> numbers{{"--seed", 1}, {"--episodes", 20}, {"--operations", 50}};
    for (std::size_t i = 0; i < words.size(); i += 2) {
        if (!numbers.contains(words[i])) throw std::invalid_argument("unknown option " + words[i]);
        if (i + 1 == words.size()) throw std::invalid_argument(words[i] + " needs a value");
        numbers[words[i]] = std::stoul(words[i + 1]);
    }
    const auto seed = numbers["--seed"];
    for (unsigned long i = 0; i < numbers["--episodes"]; ++i) {
        // Each stands for itself, however many there are.
        Generator generator(seed << 20 ^ i);
        const auto episode = generator.episode("seed-" + std::to_string(seed) + '-' + std::to_string(i),
                                               static_cast<unsigned>(numbers["--operations"]));
        std::fputs(text_of(episode).c_str(), stdout);
    }
    return 0;
}

} // namespace contract
