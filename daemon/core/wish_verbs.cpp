// SPDX-License-Identifier: LGPL-2.1-or-later
// The table of verbs.
#include "core/wish.hpp"

#include <array>

namespace ap {
namespace {

constexpr std::array verbs{
    VerbRow{Verb::reserve, "reserve", "queues adapters domains", "move queues into the guest pool"},
    VerbRow{Verb::release, "release", "queues adapters domains", "give queues back to the host"},
    VerbRow{Verb::keep, "keep", "queues adapters domains", "name queues that the host must never lose"},
    VerbRow{Verb::unkeep, "unkeep", "queues adapters domains", "let the host lose queues it had to keep"},
    VerbRow{Verb::define, "define", "matrix! name adapters! domains! control autostart", "define a matrix without starting it"},
    VerbRow{Verb::undefine, "undefine", "matrix!", "forget the definition of a stopped matrix"},
    VerbRow{Verb::start, "start", "matrix!", "make a defined matrix active"},
    VerbRow{Verb::stop, "stop", "matrix!", "remove the mdev of a matrix, keep its definition"},
    VerbRow{Verb::modify, "modify",
            "matrix! name adapters domains control add-adapters remove-adapters add-domains remove-domains add-control "
            "remove-control autostart",
            "change a matrix, active or not"},
    VerbRow{Verb::adopt, "adopt", "matrix! name autostart", "take over a matrix as it is, whoever made or changed it"},
    VerbRow{Verb::assign, "assign", "matrix! name adapters domains control autostart",
            "give queues to a matrix; define and start it when it is new"},
    VerbRow{Verb::unassign, "unassign", "matrix! adapters domains control",
            "take ids from a matrix; without any, stop and undefine it"},
    VerbRow{Verb::move, "move", "from! into! adapters domains control", "let one matrix have what another one has"},
    VerbRow{Verb::swap, "swap", "matrices! what!", "exchange adapters or domains between matrices"},
    VerbRow{Verb::drain, "drain", "adapters!", "take an adapter from all matrices until it is restored"},
    VerbRow{Verb::restore, "restore", "adapters! without forget", "give a drained adapter back to those that had it"},
    VerbRow{Verb::convert, "convert", "to!", "bind queues by masks, by overrides, or as the kernel offers (auto)"},
    VerbRow{Verb::rollback, "rollback", "job!", "take back what a job of the past changed"},
};

} // namespace

std::span<const VerbRow> verb_table() { return verbs; }

} // namespace ap
