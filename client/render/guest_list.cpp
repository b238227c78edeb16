// SPDX-License-Identifier: LGPL-2.1-or-later
// A guest can have one matrix now and name another one for its next start; both are told.
#include "render/guest_list.hpp"

#include "core/parse.hpp"
#include "render/json.hpp"
#include "render/section.hpp"
#include "render/table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <vector>

namespace ap::cli {
namespace {

struct MatrixState {
    std::string text;
    Ink ink = Ink::plain;
};

/// As far as it matters to a guest that names it.
MatrixState state_of(const HostView& view, const Uuid& matrix) {
    if (const auto active = view.host.matrices.find(matrix); active != view.host.matrices.end())
        return active->second.in_use ? MatrixState{"in use", Ink::green} : MatrixState{"active", Ink::blue};
    if (view.wanted.definitions.contains(matrix)) return {"defined", Ink::dim};
    return {"none", Ink::red};
}

std::string sees(const HostView& view, const Uuid& matrix) {
    const auto active = view.host.matrices.find(matrix);
    return active == view.host.matrices.end() ? "" : describe(active->second.effective.queues());
}

/// `now`: of the matrix that the guest has, else of one that it has when it is started next.
std::vector<TableCell> row_of(const HostView& view, const Guest& guest, const Uuid& matrix, bool now) {
    const auto mdev = state_of(view, matrix);
    const TableCell state = now ? TableCell{guest.state, Ink::green} : guest.running ? TableCell{"next start", Ink::dim} : TableCell{guest.state};
    return {harmless(guest.name), state, guest.autostart ? "auto" : "manual", harmless(display_name(view.wanted, matrix)), {mdev.text, mdev.ink},
            now ? sees(view, matrix) : ""};
}

/// Matrices that somebody has open of whom libvirt knows nothing.
std::vector<Uuid> with_others(const HostView& view) {
    std::vector<Uuid> out;
    for (const auto& [uuid, matrix] : view.host.matrices)
        if (matrix.in_use && guest_with(view.guests, uuid) == nullptr) out.push_back(uuid);
    return out;
}

std::string holder_of(const ActiveMatrix& matrix) { return matrix.holder.empty() ? "somebody" : harmless(matrix.holder); }

std::string in_words(const Guest& guest, const Uuid& matrix) {
    const auto* when = guest.matrix == matrix ? "" : guest.running ? ", from its next start on" : "";
    return fmt::format("{} ({}{})", harmless(guest.name), guest.state, when);
}

std::vector<std::string> all_of(const HostView& view, const Uuid& matrix) {
    std::vector<std::string> out;
    for (const auto& guest : view.guests.guests)
        if (names(guest, matrix)) out.push_back(in_words(guest, matrix));
    return out;
}

Json uuid_or_null(const std::optional<Uuid>& uuid) { return uuid ? Json(to_string(*uuid)) : Json(nullptr); }

} // namespace

std::string guests_text(const HostView& view, const Look& look) {
    Table table({"guest", "state", "start", "matrix", "mdev", "sees"});
    for (const auto& guest : view.guests.guests) {
        if (guest.matrix) table.add(row_of(view, guest, *guest.matrix, true));
        if (guest.next_matrix && guest.next_matrix != guest.matrix) table.add(row_of(view, guest, *guest.next_matrix, false));
    }
    for (const auto& uuid : with_others(view))
        table.add({holder_of(view.host.matrices.at(uuid)), "has it open", "", harmless(display_name(view.wanted, uuid)), {"in use", Ink::green}, sees(view, uuid)});
    auto out = table.empty() ? "no guests\n" : table.text(look);
    if (!view.guests.trouble.empty())
        out += fact("libvirt", harmless(view.guests.trouble) + "; its guests are shown as they were known last, and new ones are not", look, Ink::yellow);
    return out;
}

Json json_of_guests(const HostView& view) {
    auto guests = Json::array(), others = Json::array();
    for (const auto& guest : view.guests.guests)
        guests.push_back({{"name", guest.name}, {"uuid", to_string(guest.uuid)}, {"state", guest.state}, {"running", guest.running},
                          {"autostart", guest.autostart}, {"matrix", uuid_or_null(guest.matrix)}, {"next_matrix", uuid_or_null(guest.next_matrix)}});
    for (const auto& uuid : with_others(view))
        others.push_back({{"holder", view.host.matrices.at(uuid).holder}, {"matrix", to_string(uuid)}});
    return {{"guests", std::move(guests)}, {"others", std::move(others)}, {"trouble", view.guests.trouble}};
}

std::string guests_of_text(const HostView& view, const Uuid& matrix, const Look& look) { return facts("Guests", all_of(view, matrix), look); }

std::string guests_in_words(const HostView& view, const Uuid& matrix) { return fmt::format("{}", fmt::join(all_of(view, matrix), ", ")); }

} // namespace ap::cli
