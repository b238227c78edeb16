// SPDX-License-Identifier: LGPL-2.1-or-later
// apsim: a simulated AP host.  Options, and nothing else.
#include <CLI/CLI.hpp>
#include <filesystem>

#include "control/client.hpp"
#include "run/boot_command.hpp"
#include "run/doctor.hpp"
#include "run/run.hpp"

namespace {

/// A host by file name, or by the name of one of the examples.
std::string host_path(const std::string& host) {
    std::error_code error;
    const auto example = std::string(APSIM_HOSTS) + "/" + host + ".toml";
    const bool plain = host.find('/') == std::string::npos && !host.ends_with(".toml");
    return plain && std::filesystem::exists(example, error) ? example : host;
}

} // namespace

int main(int argc, char** argv) {
    CLI::App app{
        "Simulated AP host: /sys as on an IBM Z with crypto adapters, in private\nnamespaces. See apsim(1).",
        "apsim"};
    app.require_subcommand(1);
    app.get_formatter()->column_width(26);

    apsim::RunOptions options;
    std::string host = "laptop";
    bool udevd = false;
    auto* run = app.add_subcommand("run", "Run a command inside a simulated host");
    run->get_formatter()->column_width(26);
    run->add_option("--host", host, "Host file, or laptop, z16, full")
        ->type_name("FILE")
        ->capture_default_str();
    run->add_option("--topology", options.topology, "Topology file of the testbed instead of a host\nfile")
        ->type_name("FILE");
    run->add_option("--control", options.control, "Path of the control socket")->type_name("PATH");
    auto* boot = run->add_flag("--boot", options.boot,
                               "Boot systemd first; the command is a unit\n(needs root)");
    run->add_option("--install", options.install, "Put a tree of files, as meson install --destdir\nmakes it, over the machine's")
        ->type_name("DIR")
        ->check(CLI::ExistingDirectory)
        ->needs(boot);
    run->add_flag("--udevd", udevd, "A udevd will run inside: only the kernel's\nuevents are sent");
    run->add_option("command", options.command, "Command and arguments, after --")->required();
    run->positionals_at_end();

    std::vector<std::string> words;
    auto* ctl = app.add_subcommand("ctl", "Send a request to the control socket");
    ctl->prefix_command();
    ctl->footer("Requests, as words or as one JSON object:\n"
                "  topology FILE\n"
                "  plug|unplug|checkstop|config ADAPTER   add-domain|remove-domain DOMAIN\n"
                "  guest-open|guest-close UUID            scan  state  log  trace\n"
                "  fail PATH --errno NAME [--nth N]       delay PATH --ms N   hold PATH\n"
                "  release [PATH]                         faults  clear-faults [ID]");
    auto* topology = app.add_subcommand("topology", "Print a host file in the testbed's language");
    topology->add_option("--host", host, "Host file, or laptop, z16, full")
        ->type_name("FILE")
        ->capture_default_str();
    auto* inside = app.add_subcommand("inside", "Run what --boot handed in")->group("");
    auto* doctor = app.add_subcommand("doctor", "Say what works on this machine and why not");

    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        const int code = app.exit(error);
        return code == 0 ? 0 : 2;
    }
    if (doctor->parsed()) return apsim::doctor();
    if (inside->parsed()) return apsim::run_offered_command();
    if (ctl->parsed()) return apsim::ctl(ctl->remaining());
    options.host_file = host_path(host);
    if (topology->parsed()) return apsim::print_topology(options.host_file);
    options.control = std::filesystem::absolute(options.control);
    options.udev = udevd || options.boot ? apsim::UdevMessages::udevds : apsim::UdevMessages::ours;
    return apsim::run(options);
}
