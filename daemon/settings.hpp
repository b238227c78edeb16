// SPDX-License-Identifier: LGPL-2.1-or-later
// What an administrator sets for the daemon: /etc/apctl/apctld.toml.
#pragma once

#include "core/policy.hpp"

#include <string>
#include <vector>

namespace ap {

struct Settings {
    Policy foreign_policy = Policy::report;  ///< "foreign-policy"
    std::string libvirt = "qemu:///system";  ///< "libvirt": the connection on which guests are asked for
    std::vector<std::string> problems{}; ///< a sentence for each thing that is not understood; its default holds
};
/// Read once, at the start. A file that is not there sets nothing.
Settings read_settings(const std::string& path);

} // namespace ap
