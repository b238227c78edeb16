// SPDX-License-Identifier: LGPL-2.1-or-later
// Which host a program is to work on.
#pragma once

#include <memory>
#include <string>

#include "host.hpp"

namespace contract {

/// The host around this process: the testbed's kernel or the mounted apsim.  Throws std::runtime_error when
/// there is neither.
std::unique_ptr<Host> host_here();

/// apsim's model as a kernel ("6.12") with boot arguments ("ap.apmask=0x0"), on a machine in the testbed's
/// language.  Throws std::runtime_error for
/// a kernel it does not know, and in a cross build, which has no apsim.
std::unique_ptr<Host> model_host(const std::string& topology, const std::string& kernel,
                                 const std::string& arguments = {});

} // namespace contract
