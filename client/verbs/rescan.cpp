// SPDX-License-Identifier: LGPL-2.1-or-later
// apctl rescan: has the daemon read everything anew. Not a planned change, so it has no preview and asks
// nothing.
#include "render/json.hpp"
#include "verbs/verbs.hpp"

#include <fmt/format.h>

namespace ap::cli {
namespace {

Answer<int> rescan(Session& session) {
    const auto generation = session.proxy.rescan();
    if (!generation) return std::unexpected(generation.error());
    if (session.options.json)
        session.say_json(envelope(*generation));
    else
        session.say(fmt::format("done: the host was read again, generation {}\n", *generation));
    return 0;
}

} // namespace

void add_rescan(Grammar& grammar) {
    grammar.commanding("rescan", "have the daemon read the host anew", rescan);
}

} // namespace ap::cli
