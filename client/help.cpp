// SPDX-License-Identifier: LGPL-2.1-or-later
// CLI11's own help with other words and another order.
#include "help.hpp"

#include "render/look.hpp"

#include <fmt/format.h>

namespace ap::cli {
namespace {

constexpr std::size_t line_width = 80;

std::string positions_of(const CLI::App& app) {
    std::string out;
    for (const auto* option : app.get_options([](const CLI::Option* o) { return o->get_positional(); })) {
        const auto more = option->get_items_expected_max() > 1 ? "..." : "";
        out += option->get_required() ? fmt::format(" {}{}", option->get_type_name(), more)
                                      : fmt::format(" [{}{}]", option->get_type_name(), more);
    }
    return out;
}

} // namespace

std::string Help::make_usage(const CLI::App* app, std::string name) const {
    const bool verbs = !app->get_subcommands([](const CLI::App*) { return true; }).empty();
    return fmt::format("Usage: {} [OPTION]...{}{}\n", name, positions_of(*app),
                       verbs ? " [VERB [ARGUMENT]...]" : "");
}

std::string Help::make_help(const CLI::App* app, std::string name, CLI::AppFormatMode mode) const {
    std::string out = make_description(app) + make_usage(app, std::move(name)) + make_positionals(app);
    for (const char* group : {"Options", "Options for changes", "Common options"}) {
        const auto options = app->get_options(
            [&](const CLI::Option* o) { return o->get_group() == group && o->nonpositional(); });
        if (!options.empty()) out += make_group(group, false, options);
    }
    const auto footer = make_footer(app);
    return out + make_subcommands(app, mode) + (footer.empty() ? "" : "\n" + footer);
}

std::string Help::make_option_opts(const CLI::Option* option) const {
    return option->get_positional() || option->get_type_size() == 0 ? "" : " " + option->get_type_name();
}

std::string Help::make_subcommand(const CLI::App* verb) const {
    const auto column = get_column_width();
    auto out = fmt::format("{:<{}}", "  " + verb->get_name(), column);
    for (const auto& line : wrap(verb->get_description(), line_width - column)) {
        out += line + "\n" + std::string(column, ' ');
    }
    out.erase(out.size() - column);
    return out;
}

std::string Help::make_option_name(const CLI::Option* option, bool is_positional) const {
    return is_positional ? option->get_type_name() : Formatter::make_option_name(option, false);
}

} // namespace ap::cli
