// SPDX-License-Identifier: LGPL-2.1-or-later
// Options shared by verbs. Texts are short, so that help fits 80 columns.
#include "grammar.hpp"

#include <CLI/CLI.hpp>

#include <charconv>

namespace ap::cli {
namespace {

constexpr auto looking_group = "Verbs that look";
constexpr auto changing_group = "Verbs that change";

/// CLI11 makes an empty value of an optional "nothing"; a function sees it as it is.
CLI::Option& text_option(CLI::App& app, const std::string& name, std::optional<std::string>& into,
                         const std::string& placeholder, const std::string& text) {
    return *app.add_option_function<std::string>(
                   name, [&into](const std::string& value) { into = value; }, text)
                ->type_name(placeholder);
}

/// CLI11's own check of ranges lets "nan" pass.
double patience(double seconds) {
    constexpr double longest = 1e6;
    if (seconds >= 0 && seconds <= longest) return seconds;
    throw CLI::ValidationError("--wait", "expected seconds, 0 to 1000000");
}

struct Bounds {
    std::uint32_t shortest, longest; ///< seconds
    const char* expected;
};

/// "60", "60s", "5m", "2h" in seconds.
std::uint32_t seconds_in(const char* option, std::string_view text, const Bounds& bounds) {
    std::uint32_t number = 0;
    const auto [unit, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const std::string_view rest(unit, text.data() + text.size());
    const std::uint32_t factor = rest.empty() || rest == "s" ? 1 : rest == "m" ? 60 : rest == "h" ? 3600 : 0;
    if (error == std::errc{} && factor != 0 && number >= bounds.shortest && number <= bounds.longest / factor)
        return number * factor;
    throw CLI::ValidationError(option, bounds.expected);
}

constexpr Bounds to_confirm{1, 86400, "expected a time like 60, 60s, 5m or 2h, 1 s to 24 h"};
/// The daemon's own bounds, and its reason for them (engine/job.hpp).
constexpr Bounds to_drain{0, 60, "expected a time like 5, 5s or 1m, 0 to 60 s"};

} // namespace

Syntax& Syntax::position(const std::string& name, std::string& into, const std::string& placeholder,
                         const std::string& text) {
    app_.add_option(name, into, text)->required()->type_name(placeholder);
    return *this;
}

Syntax& Syntax::positions(const std::string& name, std::vector<std::string>& into,
                          const std::string& placeholder, const std::string& text) {
    app_.add_option(name, into, text)->required()->type_name(placeholder);
    return *this;
}

Syntax& Syntax::optional_positions(const std::string& name, std::vector<std::string>& into,
                                   const std::string& placeholder, const std::string& text) {
    app_.add_option(name, into, text)->type_name(placeholder);
    return *this;
}

Syntax& Syntax::flag(const std::string& names, bool& into, const std::string& text) {
    app_.add_flag(names, into, text);
    return *this;
}

Syntax& Syntax::option(const std::string& name, std::optional<std::string>& into,
                       const std::string& placeholder, const std::string& text) {
    text_option(app_, name, into, placeholder, text);
    return *this;
}

Syntax& Syntax::required(const std::string& name, std::optional<std::string>& into,
                         const std::string& placeholder, const std::string& text) {
    text_option(app_, name, into, placeholder, text).required();
    return *this;
}

Syntax& Syntax::number(const std::string& name, std::optional<std::uint32_t>& into,
                       const std::string& placeholder, const std::string& text) {
    app_.add_option_function<std::uint32_t>(
            name, [&into](const std::uint32_t& value) { into = value; }, text)
        ->type_name(placeholder);
    return *this;
}

Syntax& Syntax::choice(const std::string& name, std::string& into, std::initializer_list<const char*> words,
                       const std::string& text) {
    app_.add_option(name, into, text)
        ->type_name("WHEN")
        ->check(CLI::IsMember(std::vector<std::string>(words.begin(), words.end())).description(""));
    return *this;
}

Syntax& Syntax::example(const std::string& text) {
    app_.footer("Example: " + text);
    return *this;
}

Syntax& Syntax::verbs_below() {
    app_.require_subcommand(0, 1);
    return *this;
}

Grammar Grammar::planning(const Syntax& plan) const {
    Grammar out(plan.app(), options_, chosen_);
    out.only_plans_ = true;
    return out;
}

Syntax Grammar::looking(const std::string& name, const std::string& summary, Action action) {
    return Syntax(add(name, summary, looking_group, std::move(action)));
}

Syntax Grammar::listing(const std::string& name, const std::string& summary, Action action) {
    auto verb = looking(name, summary, std::move(action));
    return verb.flag("--no-headings", options_.no_headings, "leave out the headings");
}

Syntax Grammar::commanding(const std::string& name, const std::string& summary, Action action) {
    return Syntax(add(name, summary, changing_group, std::move(action)));
}

Syntax Grammar::changing(const std::string& name, const std::string& summary, Action action) {
    auto& verb = add(name, summary, changing_group, std::move(action));
    constexpr auto group = "Options for changes";
    verb.add_flag("--disrupt", options_.disrupt, "a guest, or the host, may lose what it needs")->group(group);
    verb.add_flag("-v,--verbose", options_.verbose, "show the single steps, too")->group(group);
    if (only_plans_) return Syntax(verb);
    verb.add_flag("-y,--yes", options_.yes, "do not ask")->group(group);
    verb.add_flag("-n,--dry-run", options_.dry_run, "show the plan, change nothing")->group(group);
    const auto time_option = [&](const char* flag, std::optional<std::uint32_t>& into, const Bounds& bounds, const char* help) {
        verb.add_option_function<std::string>(flag, [&into, flag, bounds](const std::string& time) { into = seconds_in(flag, time, bounds); }, help)
            ->type_name("TIME")
            ->group(group);
    };
    time_option("--confirm-within", options_.confirm_within, to_confirm, "take it back then unless confirmed");
    time_option("--drain-timeout", options_.drain_timeout, to_drain, "wait so long for the host's requests (5s)");
    verb.add_option_function<double>(
            "--wait", [&o = options_](const double& seconds) { o.wait = patience(seconds); },
            "wait no longer for the job; it goes on")
        ->type_name("SECONDS")
        ->group(group);
    return Syntax(verb);
}

void Grammar::add_common(CLI::App& verb, Options& options) {
    constexpr auto group = "Common options";
    verb.set_help_flag("-h,--help", "show this help")->group(group);
    verb.add_flag("--json", options.json, "print JSON")->group(group);
    verb.add_flag("-q,--quiet", options.quiet, "print errors only")->group(group);
    verb.add_option("--color", options.color, "auto, always or never")
        ->type_name("WHEN")
        ->check(CLI::IsMember(std::vector<std::string>{"auto", "always", "never"}).description(""))
        ->group(group);
    verb.add_option_function<std::string>(
            "--connect", [&options](const std::string& uri) {
                if (uri.empty()) throw CLI::ValidationError("--connect", "expected the URI of a libvirt, as qemu:///system");
                options.connect = uri;
            },
            "ask this libvirt about guests")
        ->type_name("URI")
        ->group(group);
    verb.add_flag_callback(
            "--no-color", [&options] { options.color = "never"; }, "the same as --color never")
        ->group(group);
}

CLI::App& Grammar::add(const std::string& name, const std::string& summary, const char* group,
                       Action action) {
    auto& verb = *parent_.add_subcommand(name, summary)->group(group);
    add_common(verb, options_);
    // Of verbs within verbs only the innermost is meant.
    verb.callback([this_action = std::move(action), &chosen = chosen_, &options = options_,
                   planned = only_plans_, &verb] {
        if (!verb.get_subcommands().empty()) return;
        options.dry_run = options.dry_run || planned;
        chosen = this_action;
    });
    return verb;
}

} // namespace ap::cli
