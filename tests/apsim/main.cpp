// SPDX-License-Identifier: LGPL-2.1-or-later
// apsim: a simulated AP host.  Options, and nothing else.
#include <CLI/CLI.hpp>
#include <filesystem>
#include <fmt/format.h>

#include "control/client.hpp"
#include "control/requests.hpp"
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

/// How the kernel is to be, as words of the command line.
struct KernelWords {
    std::string version = "6.12", parameters, modules = "zcrypt_cex4,vfio_ap";
};

void add_kernel_options(CLI::App& run, KernelWords& kernel, bool& timer) {
    run.add_option("--kernel", kernel.version, "Kernel to behave as")
        ->check(CLI::IsMember({"6.8", "6.12", "6.19", "7.2"}))
        ->capture_default_str();
    run.add_option("--kernel-args", kernel.parameters,
                   "Kernel parameters: ap.apmask=, ap.aqmask=,\nap.domain=, ap.poll_thread=, ap.useirq=")
        ->type_name("TEXT");
    run.add_option("--modules", kernel.modules, "Modules loaded at the start, or none")
        ->type_name("LIST")
        ->capture_default_str();
    run.add_flag("--timer", timer, "Scan the bus every config_time seconds");
}

/// Complains about words that make no sense.
bool take_kernel(const KernelWords& kernel, apsim::Boot& boot) {
    boot.kernel = apsim::personality(kernel.version).value();
    for (const auto& ok : {apsim::take_kernel_parameters(boot, kernel.parameters),
                           apsim::take_modules(boot, kernel.modules)}) {
        if (ok) continue;
        fmt::print(stderr, "apsim: {}\n", ok.error());
        return false;
    }
    return true;
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
    KernelWords kernel;
    add_kernel_options(*run, kernel, options.kernel.timer);
    auto* boot =
        run->add_flag("--boot", options.boot, "Boot systemd first; the command is a unit\n(needs root)");
    run->add_option("--install", options.install,
                    "Put a tree of files, as meson install --destdir\nmakes it, over the machine's")
        ->type_name("DIR")
        ->check(CLI::ExistingDirectory)
        ->needs(boot);
    run->add_flag("--udevd", udevd, "A udevd will run inside: only the kernel's\nuevents are sent");
    run->add_option("command", options.command, "Command and arguments, after --")->required();
    run->positionals_at_end();

    std::vector<std::string> words;
    auto* ctl = app.add_subcommand("ctl", "Send a request to the control socket");
    ctl->prefix_command();
    ctl->footer("Requests and their fields (? may be left out), as apsim(1) tells them; as words:\n"
                "the request, the first field, --FIELD VALUE for the others; or one JSON object.\n" +
                apsim::request_help());
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
    if (!take_kernel(kernel, options.kernel.boot)) return 2;
    if (inside->parsed()) return apsim::run_offered_command();
    if (ctl->parsed()) return apsim::ctl(ctl->remaining());
    options.host_file = host_path(host);
    if (topology->parsed()) return apsim::print_topology(options.host_file);
    options.control = std::filesystem::absolute(options.control);
    options.udev = udevd || options.boot ? apsim::UdevMessages::udevds : apsim::UdevMessages::ours;
    return apsim::run(options);
}
