// SPDX-License-Identifier: LGPL-2.1-or-later
// The table of faults, and the one line a person reads.
#include "core/error.hpp"

#include <array>

namespace ap {
namespace {

constexpr std::array fault_rows{
    FaultRow{Fault::invalid, "invalid", "org.apctl1.Error.Invalid", 2,
             "malformed or contradictory input; nothing changed"},
    FaultRow{Fault::not_found, "not_found", "org.apctl1.Error.NotFound", 3,
             "there is no such adapter, queue, matrix or job; nothing changed"},
    FaultRow{Fault::conflict, "conflict", "org.apctl1.Error.Conflict", 4,
             "somebody else holds it, or the host must keep it; nothing changed"},
    FaultRow{Fault::in_use, "in_use", "org.apctl1.Error.InUse", 5,
             "a running guest or the host's own programs need it and nothing said that they may lose it; nothing changed"},
    FaultRow{Fault::denied, "denied", "org.apctl1.Error.Denied", 6, "the caller may not do this; nothing changed"},
    FaultRow{Fault::kernel_refused, "kernel_refused", "org.apctl1.Error.KernelRefused", 7,
             "the kernel refused a step; what was done before it has been undone"},
    FaultRow{Fault::unreachable, "unreachable", "org.apctl1.Error.Unreachable", 8, "the daemon cannot be reached"},
    FaultRow{Fault::degraded, "degraded", "org.apctl1.Error.Degraded", 9,
             "an undo was incomplete; changes are refused until the host has been re-examined"},
    FaultRow{Fault::timed_out, "timed_out", "org.apctl1.Error.TimedOut", 11, "it did not end in time"},
    FaultRow{Fault::foreign_owner, "foreign_owner", "org.apctl1.Error.ForeignOwner", 12,
             "another program holds the lock or manages the AP bus; nothing changed"},
    FaultRow{Fault::stale_plan, "stale_plan", "org.apctl1.Error.StalePlan", 4,
             "the host is no longer the one the plan was made for; nothing changed"},
    FaultRow{Fault::no_ap_bus, "no_ap_bus", "org.apctl1.Error.NoApBus", 1,
             "this machine has no AP bus, or vfio_ap is not loaded"},
    FaultRow{Fault::host_io, "host_io", "org.apctl1.Error.HostIo", 1, "reading or writing a file of the host failed"},
    FaultRow{Fault::cancelled, "cancelled", "org.apctl1.Error.Cancelled", 1, "it was cancelled and has been undone"},
    FaultRow{Fault::internal, "internal", "org.apctl1.Error.Internal", 1, "a mistake in apctl itself; please report it"},
};

constexpr bool in_order_of_the_enum() {
    for (std::size_t i = 0; i < fault_rows.size(); ++i)
        if (static_cast<std::size_t>(fault_rows[i].fault) != i) return false;
    return fault_rows.back().fault == Fault::internal;
}
static_assert(in_order_of_the_enum(), "row_of() finds a row by its place");

} // namespace

std::span<const FaultRow> fault_table() { return fault_rows; }

const FaultRow& row_of(Fault fault) { return fault_rows.at(static_cast<std::size_t>(fault)); }

std::string to_string(const Error& error) {
    std::string out = error.subject;
    const auto append = [&out](std::string_view separator, std::string_view text) {
        if (text.empty()) return;
        if (!out.empty()) out += separator;
        out += text;
    };
    append(": ", error.reason);
    append("; ", error.remedy);
    return out;
}

} // namespace ap
