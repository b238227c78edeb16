// SPDX-License-Identifier: LGPL-2.1-or-later
// Parses, runs the verb, and turns failures into lines and exit codes; nowhere else.
#include "app.hpp"

#include "core/quote.hpp"
#include "help.hpp"
#include "render/json.hpp"
#include "verbs/verbs.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <sstream>

namespace ap::cli {
namespace {

constexpr std::size_t longest_complaint = 300;

void complain(Console& console, const Failure& failure) {
    console.end_progress();
    for (const auto& line : failure.lines) console.err << "apctl: " << harmless(line) << "\n";
}

int give_up(Console& console, const Failure& failure) {
    complain(console, failure);
    return exit_code(failure);
}

/// CLI11 repeats arguments as they came, and adds lists of what was possible on further lines.
std::string one_line(std::string text) {
    std::ranges::replace(text, '\n', ' ');
    return harmless(text, longest_complaint);
}

Failure usage(const CLI::App& app, const CLI::ParseError& error) {
    if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr && app.get_subcommands().empty() &&
        !app.remaining().empty())
        return {
            Fault::invalid,
            {fmt::format("there is no verb {}; all verbs: apctl --help", quote(app.remaining().front()))}};
    return {Fault::invalid, {one_line(error.what())}};
}

void set_up(CLI::App& app, Options& options, Action& action, std::span<const AddVerb> verbs) {
    app.name("apctl");
    app.description("give crypto adapters (AP queues) to KVM guests; without a verb: status");
    app.require_subcommand(0, 1);
    app.formatter(std::make_shared<Help>());
    app.set_version_flag("--version", "apctl " APCTL_VERSION, "print the version");
    Grammar::add_common(app, options);
    app.get_option("--version")->group("Common options");
    app.footer("Lists: 3,5-7,0x2f; a bare number is decimal. Queues are hex: 03.002f.\nHelp for a verb: "
               "apctl VERB --help");
    action = status;
    Grammar grammar(app, options, action);
    for (const auto add : verbs) add(grammar);
}

} // namespace

int run(const std::vector<std::string>& arguments, std::span<const AddVerb> verbs, Console& console,
        Proxy& proxy, Libvirt& libvirt) {
    CLI::App app;
    Options options;
    Action action;
    set_up(app, options, action, verbs);
    try {
        // CLI11 takes them from the back.
        app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
    } catch (const CLI::Success& wanted) {
        std::ostringstream nowhere;
        return app.exit(wanted, console.out, nowhere);
    } catch (const CLI::ParseError& error) {
        return give_up(console, usage(app, error));
    }
    if (options.connect) libvirt.use(*options.connect);
    Session session{options, console, proxy, libvirt};
    const auto code = action(session);
    if (!code && options.json && !session.answered_in_json) console.out << print_line(json_of(code.error()));
    console.out.flush();
    if (!code) return give_up(console, code.error());
    if (!console.out) return give_up(console, {Fault::host_io, {"standard output cannot be written"}});
    return *code;
}

} // namespace ap::cli
