// SPDX-License-Identifier: LGPL-2.1-or-later
// Choosing a host, on the build machine.
#include "host_here.hpp"

#include <stdexcept>

#include "apsim_host.hpp"
#include "model_host.hpp"
#include "testbed.hpp"

namespace contract {

std::unique_ptr<Host> host_here() {
    if (ApsimHost::here()) return std::make_unique<ApsimHost>();
    if (Testbed::here()) return std::make_unique<Testbed>();
    throw std::runtime_error("no AP host here: to be started by `apsim run` or in the testbed");
}

std::unique_ptr<Host> model_host(const std::string& topology, const std::string& kernel,
                                 const std::string& arguments) {
    const auto personality = apsim::personality(kernel);
    if (!personality) throw std::runtime_error("apsim knows no kernel " + kernel);
    auto boot = apsim::boot_of(*personality);
    if (const auto taken = apsim::take_kernel_parameters(boot, arguments); !taken)
        throw std::runtime_error(taken.error());
    return std::make_unique<ModelHost>(topology, boot);
}

} // namespace contract
