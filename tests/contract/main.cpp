// SPDX-License-Identifier: LGPL-2.1-or-later
// contract: what the kernel does, held against the host around this process.
#include <algorithm>
#include <cstdio>
#include <stdexcept>
#include <string_view>

#include "fuzz/command.hpp"
#include "rows_command.hpp"

namespace {

constexpr const char* usage =
    "usage: contract rows [--model KERNEL] [--boot ARGUMENTS] [--only ID,ID...] [--results FILE] [--steps]\n"
    "       contract list | boots | corrections\n"
    "       contract generate --seed NUMBER --episodes NUMBER --operations NUMBER\n"
    "       contract play [--model KERNEL] [--log FILE] EPISODES...\n";

struct Command {
    std::string_view name;
    int (*run)(const std::vector<std::string>& words);
};

constexpr Command commands[] = {{"rows", contract::rows},         {"list", contract::list},
                                {"boots", contract::boots},       {"corrections", contract::corrections},
                                {"generate", contract::generate}, {"play", contract::play}};

} // namespace

int main(int argc, char** argv) {
    try {
        const auto* command =
            std::ranges::find(commands, argc > 1 ? argv[1] : std::string_view(), &Command::name);
        if (command != std::end(commands)) return command->run({argv + 2, argv + argc});
        std::fputs(usage, stderr);
    } catch (const std::invalid_argument& bad) {
        std::fprintf(stderr, "contract: %s\n%s", bad.what(), usage);
    } catch (const std::exception& trouble) {
        std::fprintf(stderr, "contract: %s\n", trouble.what());
        return 1;
    }
    return 2;
}
