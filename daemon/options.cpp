// SPDX-License-Identifier: LGPL-2.1-or-later
// Command line of apctld.
#include "options.hpp"

#include <CLI/CLI.hpp>

#include <iostream>

namespace ap {

std::variant<Options, ExitStatus> read_options(int argc, char** argv) {
    Options options;
    CLI::App app("Gives crypto adapters of IBM Z to KVM guests; serves org.apctl1 on the bus.", "apctld");
    app.set_version_flag("--version", APCTL_VERSION);
    app.get_formatter()->column_width(26);
    app.add_option("--root", options.root, "read the host below DIR (/)")->type_name("DIR")->check(CLI::ExistingDirectory);
    app.add_option("--state-dir", options.state_dir, "database (/var/lib/apctl)")->type_name("DIR");
    app.add_option("--definitions-dir", options.definitions_dir, "definitions (/etc/mdevctl.d/matrix)")->type_name("DIR");
    app.add_option("--config", options.config, "settings (/etc/apctl/apctld.toml)")->type_name("FILE");
    app.add_option("--bus", options.bus, "system (default), session or a D-Bus address")->type_name("BUS");
    try {
        app.parse(argc, argv);
    } catch (const CLI::Success& e) { // help and version
        return ExitStatus{app.exit(e)};
    } catch (const CLI::ParseError& e) {
        std::cerr << "apctld: " << e.what() << "; see apctld --help\n";
        return ExitStatus{2};
    }
    return options;
}

} // namespace ap
