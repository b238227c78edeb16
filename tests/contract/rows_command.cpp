// SPDX-License-Identifier: LGPL-2.1-or-later
// Running and listing the rows.
#include "rows_command.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <sstream>
#include <stdexcept>

#include "host_here.hpp"
#include "runner.hpp"

namespace contract {

namespace {

struct Options {
    std::string model, results;
    std::optional<std::string> boot;
    std::set<std::string> only;
    bool steps = false; ///< show each before it is taken
};

std::set<std::string> ids_in(const std::string& list) {
    std::istringstream stream(list);
    std::set<std::string> ids;
    for (std::string id; std::getline(stream, id, ',');) ids.insert(id);
    return ids;
}

void take(Options& options, const std::string& word, const std::string& value) {
    if (word == "--model")
        options.model = value;
    else if (word == "--boot")
        options.boot = value;
    else if (word == "--results")
        options.results = value;
    else if (word == "--only")
        options.only = ids_in(value);
    else
        throw std::invalid_argument("unknown option " + word);
}

Options parse(const std::vector<std::string>& words) {
    Options options;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (words[i] == "--steps")
            options.steps = true;
        else if (i + 1 == words.size())
            throw std::invalid_argument(words[i] + " needs a value");
        else
            take(options, words[i], words[i + 1]), ++i;
    }
    return options;
}

void refuse_words(const std::vector<std::string>& words) {
    if (!words.empty()) throw std::invalid_argument("unknown option " + words[0]);
}

/// Boot arguments in the order of the table.
std::vector<std::string> boots_of_table() {
    std::vector<std::string> all{""};
    for (const auto& row : all_rows())
        if (std::find(all.begin(), all.end(), row.boot) == all.end()) all.push_back(row.boot);
    return all;
}

using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

File results_file(const std::string& path) {
    File file(path.empty() ? nullptr : std::fopen(path.c_str(), "ae"), std::fclose);
    if (!path.empty() && !file) throw std::runtime_error("cannot write " + path);
    return file;
}

/// At once: a kernel that hangs later must not take it along.
void print(std::FILE* out, const Result& result) {
    std::fprintf(out, "%s\t%s\t%s\n", result.id.c_str(), kind_name(result.kind).data(), result.text.c_str());
    std::fflush(out);
}

void announce(const Row& row, const Step& step) {
    std::fprintf(stderr, "%s: %s\n", row.id.c_str(), step.words.c_str());
}

/// The rows of one boot; how many there are of each kind of result is added to `count`.
std::string run(const Options& options, const std::string& boot, std::FILE* file, int (&count)[3]) {
    const auto host = options.model.empty() ? host_here() : model_host(machine_h(), options.model, boot);
    if (file != nullptr) std::fprintf(file, "host\t%s\n", host->name().c_str());
    const auto tell = [&](const Result& result) {
        ++count[static_cast<int>(result.kind)];
        if (result.kind == Result::Kind::differs) print(stdout, result);
        if (file != nullptr) print(file, result);
    };
    run_rows(*host, boot, options.only, {tell, options.steps ? announce : nullptr});
    return host->name();
}

} // namespace

int rows(const std::vector<std::string>& words) {
    const auto options = parse(words);
    const auto file = results_file(options.results);
    const auto start = std::chrono::steady_clock::now();
    const bool all = !options.model.empty() && !options.boot;
    std::string name;
    int count[3] = {};
    for (const auto& boot : all ? boots_of_table() : std::vector{options.boot.value_or("")})
        name = run(options, boot, file.get(), count);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    std::printf("%s: %d ok, %d differ, %d not here; %.1f s\n", name.c_str(), count[0], count[1], count[2],
                took.count());
    return count[1] == 0 ? 0 : 1;
}

int list(const std::vector<std::string>& words) {
    refuse_words(words);
    for (const auto& row : all_rows())
        std::printf("%s\t%s\t%s\t%s\n", row.id.c_str(), row.boot.c_str(), row.source.c_str(),
                    row.correction.c_str());
    return 0;
}

int boots(const std::vector<std::string>& words) {
    refuse_words(words);
    for (const auto& boot : boots_of_table()) std::printf("%s\n", boot.c_str());
    return 0;
}

int corrections(const std::vector<std::string>& words) {
    refuse_words(words);
    for (const auto& row : all_rows())
        if (!row.correction.empty()) std::printf("%s\t%s\n", row.id.c_str(), row.correction.c_str());
    return 0;
}

} // namespace contract
