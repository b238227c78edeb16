// SPDX-License-Identifier: LGPL-2.1-or-later
// Errors as values. One table gives every kind of failure its D-Bus name, exit code and meaning.
#pragma once

#include <expected>
#include <span>
#include <string>
#include <string_view>

namespace ap {

/// The kinds of failure. The rows of fault_table() say what each means to a user.
enum class Fault {
    invalid,        ///< malformed or contradictory input
    not_found,      ///< no such adapter, queue, matrix, job
    conflict,       ///< the wish cannot be met: somebody else holds it, must-keep, masks; nothing changed
    in_use,         ///< a running guest or the host itself needs it and --disrupt was not given; nothing changed
    denied,         ///< the caller may not do this
    kernel_refused, ///< a write was refused; everything was undone
    unreachable,    ///< client only: the daemon cannot be reached
    degraded,       ///< undo was incomplete, or the daemon refuses changes because an earlier one was
    timed_out,
    foreign_owner,  ///< another program holds the lock or manages the AP bus
    stale_plan,     ///< the host is no longer the one the plan was made for; nothing changed
    no_ap_bus,      ///< this machine has no AP bus, or vfio_ap is not loaded
    host_io,        ///< reading or writing outside a job failed; errno is in the reason
    cancelled,
    internal,
};

struct FaultRow {
    Fault fault;
    std::string_view name;      ///< as in code and JSON: "kernel_refused"
    std::string_view dbus_name; ///< "org.apctl1.Error.KernelRefused"
    int exit_code;              ///< of apctl (design.md section 5)
    std::string_view meaning;   ///< one line for the manual
};
/// One row for every Fault, in their order.
std::span<const FaultRow> fault_table();
const FaultRow& row_of(Fault fault);

struct Error {
    Fault fault{};
    std::string subject{}; ///< the thing: "04.0005", "apmask", "web"; may be empty
    std::string reason{};  ///< what was wanted, what or who stood in the way
    std::string remedy{};  ///< the way out, as a command or a sentence; may be empty
    int errno_value = 0; ///< the kernel's errno, where there was one
    friend bool operator==(const Error&, const Error&) = default;
};
/// One line: "subject: reason; remedy".
std::string to_string(const Error& error);

template <class T>
using Result = std::expected<T, Error>;

} // namespace ap
