// SPDX-License-Identifier: LGPL-2.1-or-later
// Running rows on a host.
#pragma once

#include <functional>
#include <set>
#include <string>

#include "rows.hpp"

namespace contract {

struct Result {
    enum class Kind { ok, differs, not_here } kind;
    std::string id;
    std::string text; ///< what differs, or why it is not here
};

/// "ok", "differs", "not here".
std::string_view kind_name(Result::Kind);

/// Which features the host has.  vfio_ap is loaded for that, a temporary mdev shows what mdevs have.
std::set<Feature> detect(Host&);

struct Listener {
    std::function<void(const Result&)> tell;
    std::function<void(const Row&, const Step&)> before; ///< each step; may be empty
};

/// Runs the rows whose boot arguments are `boot`; with `only` not empty, those of these ids.  A row of
/// another boot is left out, not "not here".
void run_rows(Host&, const std::string& boot, const std::set<std::string>& only, const Listener&);

} // namespace contract
