// SPDX-License-Identifier: LGPL-2.1-or-later
// apctl swap: matrices exchange what they have; what, is said by flags.
#include "change.hpp"
#include "verbs/verbs.hpp"
#include "verbs/wish_options.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace ap::cli {
namespace {

struct Swap {
    std::vector<std::string> matrices;
    bool adapters = false, domains = false;
};

Answer<int> swap(Session& session, const Swap& said) {
    if (!said.adapters && !said.domains) return fail(Fault::invalid, "swap what? --adapters, --domains, or both for whole matrices");
    const auto* what = !said.domains ? "adapters" : !said.adapters ? "domains" : "adapters,domains";
    return change(session, {{"swap", {{"matrices", fmt::format("{}", fmt::join(said.matrices, ","))}, {"what", what}}}});
}

} // namespace

void add_swap(Grammar& grammar) {
    const auto& row = row_of(Verb::swap);
    auto said = std::make_shared<Swap>();
    grammar.changing(std::string(row.name), std::string(row.summary), [said](Session& session) { return swap(session, *said); })
        .positions("matrix", said->matrices, "MATRIX", "matrices or guests; each gets what the next one has")
        .flag("--adapters", said->adapters, "exchange their adapters")
        .flag("--domains", said->domains, "exchange their domains")
        .example("apctl swap web db --domains");
}

} // namespace ap::cli
