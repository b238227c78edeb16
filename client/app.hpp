// SPDX-License-Identifier: LGPL-2.1-or-later
// From arguments to an exit code.
#pragma once

#include "console.hpp"
#include "grammar.hpp"
#include "libvirt/libvirt.hpp"
#include "proxy/proxy.hpp"

#include <span>
#include <string>
#include <vector>

namespace ap::cli {

/// Runs one command line (without the program's name). Errors go to console.err, one line for each reason.
int run(const std::vector<std::string>& arguments, std::span<const AddVerb> verbs, Console& console,
        Proxy& proxy, Libvirt& libvirt);

} // namespace ap::cli
