// SPDX-License-Identifier: LGPL-2.1-or-later
// How verbs are added to the command line. A verb's file says its name, its options and what it does; the
// options that all verbs share come from here. The parser (CLI11) stays behind it.
#pragma once

#include "session.hpp"

#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace ap::cli {

/// What a verb does: the exit code, or a failure, which becomes text and exit code in one place.
using Action = std::function<Answer<int>(Session&)>;

/// The words after one verb. What they fill must live as long as the verb's action, which therefore keeps it.
class Syntax {
  public:
    explicit Syntax(CLI::App& app) : app_(app) {}
    Syntax& position(const std::string& name, std::string& into, const std::string& placeholder,
                     const std::string& text);
    Syntax& positions(const std::string& name, std::vector<std::string>& into, const std::string& placeholder,
                      const std::string& text);
    /// As positions(), and none at all will do.
    Syntax& optional_positions(const std::string& name, std::vector<std::string>& into,
                               const std::string& placeholder, const std::string& text);
    Syntax& flag(const std::string& names, bool& into, const std::string& text);
    /// Set also when the value is empty: `--adapters ""` is something to refuse, not nothing.
    Syntax& option(const std::string& name, std::optional<std::string>& into, const std::string& placeholder,
                   const std::string& text);
    Syntax& required(const std::string& name, std::optional<std::string>& into,
                     const std::string& placeholder, const std::string& text);
    Syntax& number(const std::string& name, std::optional<std::uint32_t>& into,
                   const std::string& placeholder, const std::string& text);
    Syntax& choice(const std::string& name, std::string& into, std::initializer_list<const char*> words,
                   const std::string& text);
    /// One line below the help.
    Syntax& example(const std::string& text);
    /// Another verb may follow; without one the action runs.
    Syntax& verbs_below();
    [[nodiscard]] CLI::App& app() const { return app_; }

  private:
    CLI::App& app_;
};

class Grammar {
  public:
    Grammar(CLI::App& parent, Options& options, Action& chosen)
        : parent_(parent), options_(options), chosen_(chosen) {}
    /// The grammar of verbs below another one, as in `list queues`.
    [[nodiscard]] Grammar below(const Syntax& verb) const { return {verb.app(), options_, chosen_}; }
    /// The grammar below `plan`: the same changing verbs, which only ever show their plan.
    [[nodiscard]] Grammar planning(const Syntax& plan) const;

    Syntax looking(const std::string& name, const std::string& summary, Action action);
    /// A looking verb that prints a table.
    Syntax listing(const std::string& name, const std::string& summary, Action action);
    Syntax changing(const std::string& name, const std::string& summary, Action action);
    /// Changes something, but is no plan: nothing to preview or to ask.
    Syntax commanding(const std::string& name, const std::string& summary, Action action);

    /// Options every verb has.
    static void add_common(CLI::App& verb, Options& options);

  private:
    CLI::App& add(const std::string& name, const std::string& summary, const char* group, Action action);
    CLI::App& parent_;
    Options& options_;
    Action& chosen_;
    bool only_plans_ = false;
};

/// One verb: adds itself.
using AddVerb = void (*)(Grammar&);

} // namespace ap::cli
