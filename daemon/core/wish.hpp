// SPDX-License-Identifier: LGPL-2.1-or-later
// A wish: one verb with its arguments, as it arrives from the command line or the bus, and what it makes of the wanted state.
#pragma once

#include "core/wanted.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ap {

enum class Verb { reserve, release, keep, unkeep, define, undefine, start, stop, modify, adopt, assign, unassign, convert, rollback, move, swap, drain, restore };

/// One row a verb: what it is called and which arguments it knows. Client, daemon and manual share it.
struct VerbRow {
    Verb verb;
    std::string_view name;
    std::string_view arguments; ///< blank separated keys; a trailing `!` marks a required one: "matrix! adapters domains"
    std::string_view summary;   ///< one line for help and manual
};
std::span<const VerbRow> verb_table();

/// Argument keys and their values, all text:
///   matrix      name or uuid (define, assign: a new name, or a uuid with `name`)
///   name        name for a new matrix that is given by uuid; modify, adopt: the new name
///   queues      APQN list "03.002f,04.0030-0032"                     (reserve, release, keep, unkeep)
///   adapters domains   id lists; their cross product for the pool verbs (`all` allowed); the whole for define/modify; what is
///               added by assign and taken away by unassign
///   control     id list, or "same" (as domains; the default of define/assign) or "none". Where modify or unassign say nothing of it,
///               control domains that were the same as the domains stay the same
///   add-adapters remove-adapters add-domains remove-domains add-control remove-control    (modify)
///   to          "masks", "overrides" or "auto": how queues get to vfio_ap        (convert)
///   from into   names or uuids: what leaves the one comes to the other; without lists all of it, and the one is stopped and undefined     (move)
///   matrices    names or uuids, at least two: the first gets what the second has, and so on, the last what the first has     (swap)
///   what        "adapters", "domains", or "adapters,domains": whole matrices, with their control domains     (swap)
///   without     names or uuids of matrices that do not get the adapter back     (restore)
///   forget      "yes": nobody gets it back     (restore)
///   job         number of a job of the past, whose changes are taken back; such a wish stands alone    (rollback)
///   autostart   "yes" | "no"                                              (define, assign, modify, adopt; default yes, for an adopted mdev no)
/// assign on an existing matrix extends and starts it; unassign without lists stops and undefines it, with lists takes these ids away.
/// adopt makes what is so the wish: the definition becomes what the mdev has, and active what runs.
/// drain takes adapters from every matrix that has them and from the reservations, and remembers from whom; restore gives them back.
/// A matrix that is only active (an mdev without a definition) is taken over first: its definition is written from the mdev.
using WishArguments = std::map<std::string, std::string>;

struct Wish {
    Verb verb{};
    std::string matrix{};              ///< name or uuid as given; empty for pool verbs
    std::optional<Uuid> uuid;          ///< chosen by the caller (define, assign), so that planning is repeatable
    std::optional<std::string> name;
    std::optional<QueueSet> queues;    ///< pool verbs
    std::optional<AdapterSet> adapters, add_adapters, remove_adapters;
    std::optional<DomainSet> domains, add_domains, remove_domains;
    std::optional<DomainSet> control, add_control, remove_control;
    bool control_same = false;         ///< control follows domains
    std::optional<bool> autostart;
    std::optional<BindChoice> binding{}; ///< convert
    std::optional<std::uint32_t> job{}; ///< rollback
    std::vector<std::string> matrices{}; ///< as given; move: from and into; swap: in their order; restore: those that do not get it back
    bool swap_adapters = false, swap_domains = false;
    bool forget = false; ///< restore
    /// A total order without meaning beyond being the same everywhere, so that wishes can be treated as a set.
    friend auto operator<=>(const Wish&, const Wish&) = default;
};

/// Unknown verb or key, missing argument, malformed value, contradiction: Fault::invalid, naming what was expected.
Result<Wish> parse_wish(std::string_view verb, const WishArguments& arguments);

/// All wishes together on top of `wanted`; none of them a rollback, which reverse() does. Wishes of one call are a set: they are folded in an order of their own
/// (verb, then matrix name), never in the order given; two wishes that contradict each other are refused.
/// A definition that is new gets `wish.uuid`, or a name-based uuid (RFC 4122 version 5 of the name), so the same wish gives the same matrix.
/// Returns every reason, not just the first.
std::expected<Wanted, std::vector<Error>> fold(const HostState& host, const Wanted& wanted, const std::vector<Wish>& wishes);

/// "web to db" for a move, "web, db" for a swap: the matrices as they were given; "" for a wish that is about one matrix or none.
std::string parties_in_words(const Wish& wish);

/// The matrices these wishes are about, as fold() finds them in the same state. The planner brings these to the wanted state even
/// where it did not change (start of a matrix whose mdev is gone, unassign of an mdev without a definition). Left out are those whose stopped definition is
/// only edited: that says nothing about an mdev somebody else made of it.
std::set<Uuid> matrices_named(const HostState& host, const Wanted& wanted, const std::vector<Wish>& wishes);

/// "30 is read as decimal (0x1e), which this host does not have; 0x30 exists": warnings for a person, may be empty.
std::vector<std::string> number_warnings(const HostState& host, std::string_view verb, const WishArguments& arguments);

} // namespace ap
