// SPDX-License-Identifier: LGPL-2.1-or-later
// apctl xml MATRIX: what goes into the guest's domain XML.
#include "guests.hpp"
#include "render/json.hpp"
#include "verbs/verbs.hpp"

namespace ap::cli {
namespace {

Answer<int> xml(Session& session, const std::string& name) {
    const auto view = session.proxy.host();
    if (!view) return std::unexpected(view.error());
    const auto uuid = find_matrix_or_guest(session, *view, name);
    if (!uuid) return std::unexpected(uuid.error());
    auto text = session.proxy.hostdev_xml(*uuid);
    if (!text) return std::unexpected(text.error());
    if (!text->ends_with('\n')) *text += "\n";
    if (session.options.json) {
        auto out = envelope(*view);
        out["xml"] = Json::array({{{"uuid", to_string(*uuid)}, {"hostdev", *text}}});
        session.say_json(out);
    } else {
        session.say(*text);
    }
    return 0;
}

} // namespace

void add_xml(Grammar& grammar) {
    auto name = std::make_shared<std::string>();
    grammar
        .looking("xml", "print the hostdev element of a matrix", [name](Session& s) { return xml(s, *name); })
        .position("matrix", *name, "MATRIX", "name or uuid of the matrix, or its guest")
        .example("apctl xml web");
}

} // namespace ap::cli
