// SPDX-License-Identifier: LGPL-2.1-or-later
// Choosing a host, in a cross build: only the testbed's kernel is there.
#include <stdexcept>

#include "host_here.hpp"
#include "testbed.hpp"

namespace contract {

std::unique_ptr<Host> host_here() {
    if (Testbed::here()) return std::make_unique<Testbed>();
    throw std::runtime_error("no AP host here: to be started in the testbed");
}

std::unique_ptr<Host> model_host(const std::string&, const std::string&, const std::string&) {
    throw std::runtime_error("a cross build has no model");
}

} // namespace contract
