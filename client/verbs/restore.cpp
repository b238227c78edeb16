// SPDX-License-Identifier: LGPL-2.1-or-later
// apctl restore: a drained adapter goes back to those that had it.
#include "change.hpp"
#include "verbs/verbs.hpp"
#include "verbs/wish_options.hpp"

namespace ap::cli {
namespace {

struct Restore {
    std::string adapters;
    std::optional<std::string> without;
    bool forget = false;
};

Answer<int> restore(Session& session, const Restore& said) {
    WishArguments arguments{{"adapters", said.adapters}};
    if (said.without) arguments["without"] = *said.without;
    if (said.forget) arguments["forget"] = "yes";
    return change(session, {{"restore", arguments}});
}

} // namespace

void add_restore(Grammar& grammar) {
    const auto& row = row_of(Verb::restore);
    auto said = std::make_shared<Restore>();
    grammar.changing(std::string(row.name), std::string(row.summary), [said](Session& session) { return restore(session, *said); })
        .position("adapters", said->adapters, "LIST", "adapters: 3,5-7,0xa")
        .option("--without", said->without, "MATRICES", "do not give it back to these: web,db")
        .flag("--forget", said->forget, "give it back to nobody")
        .example("apctl restore 4");
}

} // namespace ap::cli
