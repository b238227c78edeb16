// SPDX-License-Identifier: LGPL-2.1-or-later
// apctl grid: the host as a picture.
#include "core/parse.hpp"
#include "render/grid_text.hpp"
#include "render/json.hpp"
#include "render/status.hpp"
#include "verbs/verbs.hpp"

#include <map>

namespace ap::cli {
namespace {

struct GridOptions {
    std::optional<std::string> adapters, domains;
    std::string fold = "auto";
};

struct Part {
    AdapterSet adapters = AdapterSet::all();
    DomainSet domains = DomainSet::all();
};

Answer<Part> read_part(const GridOptions& options) {
    Part out;
    if (options.adapters) {
        const auto adapters = parse_adapters(*options.adapters);
        if (!adapters) return fail(adapters.error());
        out.adapters = *adapters;
    }
    if (options.domains) {
        const auto domains = parse_domains(*options.domains);
        if (!domains) return fail(domains.error());
        out.domains = *domains;
    }
    return out;
}

Fold fold_of(const std::string& word) {
    if (word == "always") return Fold::always;
    return word == "never" ? Fold::never : Fold::automatic;
}

Answer<int> grid(Session& session, const GridOptions& options) {
    const auto part = read_part(options);
    if (!part) return std::unexpected(part.error());
    const auto view = session.proxy.host();
    if (!view) return std::unexpected(view.error());
    const auto cells = make_grid(*view, part->adapters, part->domains);
    if (session.options.json) {
        auto out = envelope(*view);
        out["grid"] = json_of(cells, *view);
        session.say_json(out);
    } else if (!view->host.bus_present) {
        session.say(no_bus_text(*view));
    } else {
        session.say(grid_text(*view, cells, fold_of(options.fold), session.look()));
    }
    return 0;
}

} // namespace

void add_grid(Grammar& grammar) {
    auto options = std::make_shared<GridOptions>();
    grammar
        .listing("grid", "draw adapters x domains, a cell for each queue",
                 [options](Session& s) { return grid(s, *options); })
        .option("--adapters", options->adapters, "LIST", "only these adapters")
        .option("--domains", options->domains, "LIST", "only these domains")
        .choice("--fold", options->fold, {"auto", "always", "never"},
                "equal neighbours: auto, always or never");
}

} // namespace ap::cli
