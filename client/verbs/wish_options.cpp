// SPDX-License-Identifier: LGPL-2.1-or-later
// One row an argument; the verbs' own tables say which they take.
#include "verbs/wish_options.hpp"

#include "change.hpp"

#include <algorithm>
#include <array>
#include <sstream>

namespace ap::cli {
namespace {

struct ArgumentRow {
    std::string_view key, placeholder, explanation;
};
constexpr std::array argument_rows{
    ArgumentRow{"matrix", "MATRIX", "name or uuid of the matrix, or its guest"},
    ArgumentRow{"queues", "QUEUES", "queues, hex: 03.002f,04.0030-0032"},
    ArgumentRow{"to", "WAY", "masks, overrides or auto"},
    ArgumentRow{"from", "FROM", "matrix, or guest, that gives"},
    ArgumentRow{"into", "TO", "matrix, or guest, that gets it"},
    ArgumentRow{"name", "NAME", "its name, where MATRIX is a uuid"},
    ArgumentRow{"adapters", "LIST", "adapters: 3,5-7,0xa"},
    ArgumentRow{"domains", "LIST", "domains: 4,0x2f"},
    ArgumentRow{"control", "LIST", "control domains; or: same, none"},
    ArgumentRow{"autostart", "YES|NO", "start it with the host"},
    ArgumentRow{"add-adapters", "LIST", "adapters it gets"},
    ArgumentRow{"remove-adapters", "LIST", "adapters it loses"},
    ArgumentRow{"add-domains", "LIST", "domains it gets"},
    ArgumentRow{"remove-domains", "LIST", "domains it loses"},
    ArgumentRow{"add-control", "LIST", "control domains it gets"},
    ArgumentRow{"remove-control", "LIST", "control domains it loses"},
};

/// A key that only core knows is still an option, with nothing to explain it; a test looks for that.
ArgumentRow explained(Verb verb, std::string_view key) {
    if (verb == Verb::move && key == "control") return {key, "LIST", "control domains: 4,0x2f"};
    const auto found = std::ranges::find(argument_rows, key, &ArgumentRow::key);
    return found != argument_rows.end() ? *found : ArgumentRow{key, "TEXT", ""};
}

bool positional(Verb verb, std::string_view key) {
    constexpr std::array positions{"matrix", "queues", "to", "from", "into"};
    return std::ranges::find(positions, key) != positions.end() || (verb == Verb::drain && key == "adapters");
}

} // namespace

const VerbRow& row_of(Verb verb) { return *std::ranges::find(verb_table(), verb, &VerbRow::verb); }

void WishOptions::add(Syntax& syntax, Verb verb) {
    std::istringstream keys{std::string(row_of(verb).arguments)};
    for (std::string key; keys >> key;) {
        const bool required = key.ends_with('!');
        if (required) key.pop_back();
        const auto row = explained(verb, key);
        const auto name = positional(verb, key) ? key : "--" + key;
        const std::string placeholder(row.placeholder), text(row.explanation);
        // The map's values stay where they are, whatever is added later.
        auto& into = values_[key];
        if (required)
            syntax.required(name, into, placeholder, text);
        else
            syntax.option(name, into, placeholder, text);
    }
}

WishArguments WishOptions::given() const {
    WishArguments out;
    for (const auto& [key, value] : values_)
        if (value) out.emplace(key, *value);
    return out;
}

Syntax add_wish(Grammar& grammar, Verb verb, const std::string& example, std::shared_ptr<const GuestWish> target) {
    const auto& row = row_of(verb);
    auto options = std::make_shared<WishOptions>();
    auto syntax = grammar.changing(std::string(row.name), std::string(row.summary),
                                   [options, target, name = std::string(row.name)](Session& session) {
                                       return change(session, {{name, options->given()}}, *target);
                                   });
    options->add(syntax, verb);
    return syntax.example("apctl " + example);
}

void add_wish_for_each(Grammar& grammar, Verb verb, const std::string& example) {
    const auto& row = row_of(verb);
    auto matrices = std::make_shared<std::vector<std::string>>();
    const auto act = [matrices, name = std::string(row.name)](Session& session) {
        std::vector<WireWish> wishes;
        for (const auto& matrix : *matrices) wishes.push_back({name, {{"matrix", matrix}}});
        return change(session, wishes);
    };
    grammar.changing(std::string(row.name), std::string(row.summary), act)
        .positions("matrix", *matrices, "MATRIX", "names or uuids, or their guests")
        .example("apctl " + example);
}

} // namespace ap::cli
