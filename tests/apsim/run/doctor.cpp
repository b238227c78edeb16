// SPDX-License-Identifier: LGPL-2.1-or-later
// Trying things out, each in a process of its own, as namespaces cannot be left.
#include "run/doctor.hpp"

#include <fcntl.h>
#include <functional>
#include <sys/wait.h>
#include <unistd.h>

#include "control/control_socket.hpp"
#include "run/boot.hpp"
#include "run/mounts.hpp"
#include "run/namespaces.hpp"
#include "run/run.hpp"
#include "run/server.hpp"

namespace apsim {

namespace {

constexpr const char* control_path = "/run/apsim/control";

/// Runs the trial in a child; its text comes back through a pipe, empty for success.
std::string tried(const std::function<Done<void>()>& trial) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return "no pipe";
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

Done<void> enter_with_directories() {
    if (auto ok = enter_namespaces(); !ok) return ok;
    if (auto ok = mount_private_run(); !ok) return ok;
    return mount_private_directories();
}

Done<void> try_uevents() {
    if (auto ok = enter_namespaces(); !ok) return ok;
    UeventSender sender(UdevMessages::ours);
    if (const int error = sender.send({"change", "/devices/ap", "ap", {}}))
        return failed("the kernel does not take uevents", error);
    return {};
}

/// A served /sys, and what is to be done with it.
Done<void> with_file_system(RealSys::Access access, const std::function<Done<void>()>& look) {
    const auto real = RealSys::prepare(access);
    if (!real) return std::unexpected(real.error());
    const auto control = listen_control(control_path);
    if (!control) return std::unexpected(control.error());
    const auto server = start_server({}, *real, UdevMessages::ours, *control);
    if (!server) return std::unexpected(server.error());
    auto result = real->reveal();
    if (result) result = look();
    stop_server(*server);
    return result;
}

/// The whole set-up, and one look at what it shows.
Done<void> try_file_system() {
    if (auto ok = enter_with_directories(); !ok) return ok;
    return with_file_system(RealSys::Access::as_it_is, [] {
        auto shown = show_vfio_directory();
        for (const char* path : {"/sys/bus/ap/apmask", "/dev/vfio/vfio"})
            if (shown && ::access(path, R_OK) != 0) shown = failed(path);
        return shown;
    });
}

Done<void> try_boot() {
    if (auto ok = check_boot(); !ok) return ok;
    const auto cgroup = BootCgroup::make();
    if (!cgroup) return std::unexpected(cgroup.error());
    if (auto ok = enter_namespaces(); !ok) return ok;
    if (auto ok = mount_private_run(); !ok) return ok;
    return with_file_system(RealSys::Access::read_only, [&]() -> Done<void> {
        if (boot({control_path, {}, {"true"}}, *cgroup) == 0) return {};
        return std::unexpected(std::string("the reason is above"));
    });
}

} // namespace

int doctor() {
    struct Trial {
        const char* what;
        std::function<Done<void>()> trial;
        bool needed = true; ///< for any simulated host
    };
    const Trial trials[] = {
        {"FUSE device", check_fuse_device},
        {::geteuid() == 0 ? "namespaces (as root)" : "namespaces (user namespace)", enter_namespaces},
        {"private directories", enter_with_directories},
        {"uevents", try_uevents},
        {"/sys and /dev/vfio", try_file_system},
        {"systemd inside (--boot)", try_boot, false}};
    bool all = true;
    for (const auto& [what, trial, needed] : trials) {
        const auto why_not = tried(trial);
        fmt::print("{:28} {}\n", what, why_not.empty() ? "ok" : "no: " + why_not);
        std::fflush(stdout);
        all &= why_not.empty() || !needed;
    }
    return all ? 0 : exit_missing;
}

} // namespace apsim
