// SPDX-License-Identifier: LGPL-2.1-or-later
// Reading and writing episodes.
#include "fuzz/episode.hpp"

#include <array>
#include <cstdio>
#include <optional>
#include <sstream>
#include <stdexcept>

#include "fuzz/literal.hpp"
#include "scene.hpp"

namespace contract {

namespace {

using Kind = Operation::Kind;

struct Verb {
    std::string_view word;
    Kind kind;
};

constexpr std::array<Verb, 8> verbs{{{"write", Kind::write},
                                     {"read", Kind::read},
                                     {"hardware", Kind::hardware},
                                     {"open", Kind::open},
                                     {"close", Kind::close},
                                     {"kill", Kind::kill},
                                     {"load", Kind::load},
                                     {"unload", Kind::unload}}};

const std::string m3 = "33333333-3333-4333-8333-333333333333";

/// The first word; `text` keeps the rest.
std::string take_word(std::string_view& text) {
    const auto end = std::min(text.find(' '), text.size());
    const std::string word(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    return word;
}

Operation parse_operation(std::string_view line) {
    const auto word = take_word(line);
    for (const auto& verb : verbs) {
        if (verb.word != word) continue;
        if (verb.kind == Kind::hardware) return {verb.kind, std::string(line)};
        Operation operation{verb.kind, take_word(line)};
        if (operation.name.empty()) throw std::runtime_error(word + " what?");
        if (verb.kind == Kind::write)
            operation.bytes = parse_literal(line);
        else if (!line.empty())
            throw std::runtime_error("too many words");
        return operation;
    }
    throw std::runtime_error("unknown word " + word);
}

void add_line(std::vector<Episode>& episodes, std::string_view line) {
    auto rest = line;
    const auto word = take_word(rest);
    if (word == "episode") {
        episodes.push_back({std::string(rest), {}, {}});
        return;
    }
    if (episodes.empty()) throw std::runtime_error("before the first episode");
    auto& episode = episodes.back();
    if (word == "machine")
        episode.machine.emplace_back(rest);
    else
        episode.operations.push_back(parse_operation(line));
}

/// What a line of the machine replaces: "usage", "adapter 3", "queue 5.4".
std::string key_of(const std::string& line) {
    std::istringstream words(line);
    std::string first, second;
    words >> first >> second;
    return first == "adapter" || first == "queue" ? first + ' ' + second : first;
}

} // namespace

std::vector<Episode> parse_episodes(std::string_view text) {
    std::vector<Episode> episodes;
    std::istringstream lines{std::string(text)};
    int number = 0;
    for (std::string line; std::getline(lines, line);) {
        ++number;
        if (line.empty() || line.starts_with('#')) continue;
        try {
            add_line(episodes, line);
        } catch (const std::runtime_error& trouble) {
            throw std::runtime_error("line " + std::to_string(number) + ": " + trouble.what());
        }
    }
    return episodes;
}

std::string text_of(const Operation& operation) {
    std::string text;
    for (const auto& verb : verbs)
        if (verb.kind == operation.kind) text = verb.word;
    text += ' ' + operation.name;
    if (operation.kind == Kind::write) text += ' ' + literal(operation.bytes);
    return text;
}

std::string text_of(const Episode& episode) {
    std::string text = "episode " + episode.name + '\n';
    for (const auto& line : episode.machine) text += "machine " + line + '\n';
    for (const auto& operation : episode.operations) text += text_of(operation) + '\n';
    return text;
}

MachineLines::MachineLines() {
    for (const auto* line :
         {"max-adapter 63", "max-domain 84", "features apsc apxa qact rc8a", "usage 4,0x47", "control 4,0x47",
          "adapter 3 type=CEX7 mode=cca", "adapter 5 type=CEX7 mode=cca"})
        apply(line);
}

void MachineLines::apply(const std::string& line) {
    if (line.starts_with("no "))
        lines_.erase(key_of(line.substr(3)));
    else
        lines_[key_of(line)] = line;
}

std::string MachineLines::text() const {
    std::string text;
    for (const auto& [key, line] : lines_) text += line + '\n';
    return text;
}

std::string uuid_of(const std::string& name) {
    return name == "M1" ? m1 : name == "M2" ? m2 : name == "M3" ? m3 : name;
}

std::string file_of(const std::string& name) {
    if (name.starts_with("M3/")) return "/sys/devices/vfio_ap/matrix/" + m3 + name.substr(2);
    return path_of(name);
}

} // namespace contract
