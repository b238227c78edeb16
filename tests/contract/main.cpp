// SPDX-License-Identifier: LGPL-2.1-or-later
// contract: what the kernel does, held against the host around this process.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string_view>
#include <vector>

#include "fuzz/command.hpp"
#include "host_here.hpp"
#include "runner.hpp"

namespace contract {

namespace {

constexpr std::string_view usage =
    "usage: contract rows [--model KERNEL] [--boot ARGUMENTS] [--only ID,ID...] [--results FILE]\n           "
    "          [--steps yes]\n"
    "       contract generate --seed NUMBER --episodes NUMBER --operations NUMBER\n"
    "       contract play [--model KERNEL] [--log FILE] EPISODES...\n";

struct Options {
    std::string model, boot, results;
    std::set<std::string> only;
    bool steps = false; ///< show each before it is taken
};

std::set<std::string> ids_in(const std::string& list) {
    std::istringstream stream(list);
    std::set<std::string> ids;
    for (std::string id; std::getline(stream, id, ',');) ids.insert(id);
    return ids;
}

Options parse(int count, char** words) {
    Options options;
    for (int i = 0; i < count; i += 2) {
        const std::string_view word = words[i];
        if (i + 1 == count) throw std::invalid_argument(std::string(word) + " needs a value");
        const std::string value = words[i + 1];
        if (word == "--model")
            options.model = value;
        else if (word == "--boot")
            options.boot = value;
        else if (word == "--results")
            options.results = value;
        else if (word == "--steps")
            options.steps = value == "yes";
        else if (word == "--only")
            options.only = ids_in(value);
        else
            throw std::invalid_argument("unknown option " + std::string(word));
    }
    return options;
}

using Closer = int (*)(std::FILE*);

/// At once: a kernel that hangs later must not take it along.
void print(std::FILE* out, const Result& result) {
    std::fprintf(out, "%s\t%s\t%s\n", result.id.c_str(), kind_name(result.kind).data(), result.text.c_str());
    std::fflush(out);
}

void announce(const Row& row, const Step& step) {
    std::fprintf(stderr, "%s: %s\n", row.id.c_str(), step.words.c_str());
}

int rows(const Options& options) {
    const auto host =
        options.model.empty() ? host_here() : model_host(machine_h(), options.model, options.boot);
    std::unique_ptr<std::FILE, Closer> file(nullptr, std::fclose);
    if (!options.results.empty()) {
        file.reset(std::fopen(options.results.c_str(), "ae"));
        if (!file) throw std::runtime_error("cannot write " + options.results);
    }
    int count[3] = {};
    const auto start = std::chrono::steady_clock::now();
    const auto tell = [&](const Result& result) {
        ++count[static_cast<int>(result.kind)];
        if (result.kind != Result::Kind::ok) print(stdout, result);
        if (file) print(file.get(), result);
    };
    run_rows(*host, options.boot, options.only, {tell, options.steps ? announce : nullptr});
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    std::printf("%s: %d ok, %d differ, %d not here; %.1f s\n", host->name().c_str(), count[0], count[1],
                count[2], took.count());
    return count[1] == 0 ? 0 : 1;
}

} // namespace

} // namespace contract

int main(int argc, char** argv) {
    try {
        if (argc >= 2 && std::string_view(argv[1]) == "rows")
            return contract::rows(contract::parse(argc - 2, argv + 2));
        const std::vector<std::string> words(argv + std::min(argc, 2), argv + argc);
        if (argc >= 2 && std::string_view(argv[1]) == "generate") return contract::generate(words);
        if (argc >= 2 && std::string_view(argv[1]) == "play") return contract::play(words);
        std::fputs(contract::usage.data(), stderr);
    } catch (const std::invalid_argument& bad) {
        std::fprintf(stderr, "contract: %s\n%s", bad.what(), contract::usage.data());
    } catch (const std::exception& trouble) {
        std::fprintf(stderr, "contract: %s\n", trouble.what());
        return 1;
    }
    return 2;
}
