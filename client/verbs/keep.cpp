// SPDX-License-Identifier: LGPL-2.1-or-later
// apctl keep: what the host must never lose. With --remove it is core's verb unkeep.
#include "change.hpp"
#include "verbs/verbs.hpp"
#include "verbs/wish_options.hpp"

namespace ap::cli {

void add_keep(Grammar& grammar) {
    auto options = std::make_shared<WishOptions>();
    auto remove = std::make_shared<bool>(false);
    const auto& row = row_of(Verb::keep);
    auto verb = grammar.changing(
        std::string(row.name), std::string(row.summary), [options, remove](Session& session) {
            return change(
                session, {{std::string(row_of(*remove ? Verb::unkeep : Verb::keep).name), options->given()}});
        });
    options->add(verb, Verb::keep);
    verb.flag("--remove", *remove, "let the host lose them again").example("apctl keep 05.0004");
}

} // namespace ap::cli
