// SPDX-License-Identifier: LGPL-2.1-or-later
// Finds or invents the identity of the matrix a wish is about.
#include "core/wish_target.hpp"

#include "core/wish_edit.hpp"
#include "core/wish_several.hpp"

namespace ap {
namespace {

/// The space of our name-based UUIDs; drawn once at random and never changed, or names would get other matrices.
constexpr Uuid matrix_names{{0xc9, 0x3f, 0x26, 0x12, 0xc7, 0xb1, 0x49, 0x35, 0x81, 0x3d, 0x99, 0xd9, 0x7c, 0x4b, 0x58, 0xa9}};

/// Defining a stopped matrix once more says nothing about an mdev that somebody else started from it.
bool only_defines_stopped(const Wish& wish, const Wanted& wanted, const Uuid& uuid) {
    const auto at = wanted.definitions.find(uuid);
    return wish.verb == Verb::define && at != wanted.definitions.end() && !at->second.active;
}

} // namespace

Targets::Targets(const HostState& host, const Wanted& wanted, const std::vector<Wish>& wishes) : host_(host), wanted_(wanted) {
    for (const auto& [uuid, definition] : wanted.definitions)
        if (!definition.name.empty()) by_name_.emplace(definition.name, uuid);
    for (const auto& wish : wishes)
        if (creates(wish.verb)) note_creation(wish);
}

void Targets::note_creation(const Wish& wish) {
    const auto given = parse_uuid(wish.matrix);
    const auto name = given ? wish.name.value_or("") : wish.matrix;
    if (by_name_.contains(name)) return;
    const auto uuid = given ? *given : for_new_name(wish);
    created_.insert(uuid);
    // Two wishes may give one name two UUIDs; the smaller one wins in any order.
    const auto [place, is_new] = new_.emplace(name, uuid);
    if (!is_new && uuid < place->second) place->second = uuid;
}

Result<Uuid> Targets::of(const Wish& wish) const {
    if (const auto uuid = parse_uuid(wish.matrix); uuid && (creates(wish.verb) || created_.contains(*uuid))) return *uuid;
    if (const auto found = by_name_.find(wish.matrix); found != by_name_.end()) return found->second;
    if (const auto found = new_.find(wish.matrix); found != new_.end()) return found->second;
    return find_matrix(host_, wanted_, wish.matrix);
}

Uuid Targets::for_new_name(const Wish& wish) const {
    if (wish.uuid) return *wish.uuid;
    // A renamed matrix may sit on the UUID of its old name; then the name is salted until it is free. An mdev with this UUID
    // and no definition is not in the way: it can only come from this very name.
    auto uuid = name_based_uuid(matrix_names, wish.matrix);
    for (std::string salted = wish.matrix + "/"; wanted_.definitions.contains(uuid); salted += "/")
        uuid = name_based_uuid(matrix_names, salted);
    return uuid;
}

std::set<Uuid> matrices_named(const HostState& host, const Wanted& wanted, const std::vector<Wish>& wishes) {
    const Targets targets(host, wanted, wishes);
    std::set<Uuid> out;
    const auto name = [&](const Wish& wish) {
        if (const auto uuid = targets.of(wish); uuid && !only_defines_stopped(wish, wanted, *uuid)) out.insert(*uuid);
    };
    for (const auto& wish : wishes) {
        if (is_about_a_matrix(wish.verb)) name(wish);
        if (!is_about_several(wish.verb)) continue;
        if (const auto parts = spread(host, wanted, targets, wish))
            for (const auto& part : *parts) name(part);
    }
    return out;
}

} // namespace ap
