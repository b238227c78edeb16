// SPDX-License-Identifier: LGPL-2.1-or-later
// apctl: the command. The verbs are in verbs/, one file each.
#include "app.hpp"
#include "libvirt/real_libvirt.hpp"
#include "proxy/bus_proxy.hpp"
#include "verbs/table.hpp"

#include <exception>
#include <iostream>

int main(int argc, char** argv) {
    try {
        auto console = ap::cli::real_console();
        ap::cli::BusProxy daemon;
        ap::cli::RealLibvirt libvirt;
        return ap::cli::run({argv + 1, argv + argc}, ap::cli::verb_list, console, daemon, libvirt);
    } catch (const std::exception& error) {
        std::cerr << "apctl: " << error.what() << "\n";
        return ap::row_of(ap::Fault::internal).exit_code;
    }
}
