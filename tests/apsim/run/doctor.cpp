// SPDX-License-Identifier: LGPL-2.1-or-later
// Trying things out, each in a process of its own, as namespaces cannot be left.
#include "run/doctor.hpp"

#include <functional>
#include <sys/wait.h>
#include <unistd.h>

#include "control/control_socket.hpp"
#include "run/mounts.hpp"
#include "run/namespaces.hpp"
#include "run/run.hpp"
#include "run/server.hpp"

namespace apsim {

namespace {

/// Runs the trial in a child; its text comes back through a pipe, empty for success.
std::string tried(const std::function<Done<void>()>& trial) {
    int ends[2];
    if (::pipe(ends) != 0) return "no pipe";
    const pid_t pid = ::fork();
    if (pid < 0) return "no process";
    if (pid == 0) {
        const auto result = trial();
        const auto text = result ? std::string() : result.error();
        ::_exit(::write(ends[1], text.data(), text.size()) == static_cast<ssize_t>(text.size()) ? 0 : 1);
    }
    ::close(ends[1]);
    const auto text = read_to_the_end(ends[0]);
    int status = 0;
    ::waitpid(pid, &status, 0);
    return text.empty() && status != 0 ? "the trial ended without a result" : text;
}

Done<void> try_private_directories() {
    if (auto ok = enter_namespaces(); !ok) return ok;
    return mount_private_directories();
}

Done<void> try_uevents() {
    if (auto ok = enter_namespaces(); !ok) return ok;
    UeventSender sender(UdevMessages::ours);
    if (const int error = sender.send({"change", "/devices/ap", "ap", {}}))
        return failed("the kernel does not take uevents", error);
    return {};
}

/// The whole set-up, and one look at what it shows.
Done<void> try_file_system() {
    if (auto ok = enter_namespaces(); !ok) return ok;
    if (auto ok = mount_private_directories(); !ok) return ok;
    const auto real = RealSys::prepare();
    if (!real) return std::unexpected(real.error());
    const auto control = listen_control("/run/apsim/control");
    if (!control) return std::unexpected(control.error());
    const auto server = start_server({}, *real, UdevMessages::ours, *control);
    if (!server) return std::unexpected(server.error());
    auto shown = real->reveal();
    if (shown) shown = show_vfio_directory();
    for (const char* path : {"/sys/bus/ap/apmask", "/dev/vfio/vfio"})
        if (shown && ::access(path, R_OK) != 0) shown = failed(path);
    stop_server(*server);
    return shown;
}

} // namespace

int doctor() {
    struct Trial {
        const char* what;
        std::function<Done<void>()> trial;
    };
    const Trial trials[] = {
        {"FUSE device", check_fuse_device},
        {::geteuid() == 0 ? "namespaces (as root)" : "namespaces (user namespace)", enter_namespaces},
        {"private directories", try_private_directories},
        {"uevents", try_uevents},
        {"/sys and /dev/vfio", try_file_system}};
    bool all = true;
    for (const auto& [what, trial] : trials) {
        const auto why_not = tried(trial);
        fmt::print("{:28} {}\n", what, why_not.empty() ? "ok" : "no: " + why_not);
        all &= why_not.empty();
    }
    return all ? 0 : exit_missing;
}

} // namespace apsim
