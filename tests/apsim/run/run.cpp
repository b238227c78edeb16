// SPDX-License-Identifier: LGPL-2.1-or-later
// Setting up a simulated host, running a command in it, and leaving nothing behind.
#include "run/run.hpp"

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "control/control_socket.hpp"
#include "host_file.hpp"
#include "model/topology_text.hpp"
#include "run/boot.hpp"
#include "run/command.hpp"
#include "run/mounts.hpp"
#include "run/namespaces.hpp"
#include "run/server.hpp"

namespace apsim {

namespace {

constexpr int exit_usage = 2;

volatile sig_atomic_t command_pid = 0;

void pass_on(int signal) {
    if (command_pid > 0) ::kill(command_pid, signal);
}

[[noreturn]] void become(const RunOptions& options) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (const int signal : {SIGINT, SIGQUIT, SIGTERM, SIGHUP}) ::signal(signal, SIG_DFL);
    std::error_code error;
    const auto ours = std::filesystem::read_symlink("/proc/self/exe", error).parent_path();
    become_command(options.command, options.control, ours.string());
}

/// Waits for the command; other children, which came to us as their parents ended, are only reaped.
int wait_for(pid_t pid) {
    for (;;) {
        int status = 0;
        const pid_t ended = ::waitpid(-1, &status, 0);
        if (ended < 0 && errno != EINTR) return 1;
        if (ended == pid) return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    }
}

/// Ends what the command left running: all our children, their children once they are ours, and so on.
void end_leftovers() {
    for (;;) {
        std::ifstream children(fmt::format("/proc/self/task/{}/children", ::getpid()));
        for (pid_t child = 0; children >> child;) ::kill(child, SIGKILL);
        if (::waitpid(-1, nullptr, 0) < 0 && errno == ECHILD) return;
    }
}

int run_command(const RunOptions& options) {
    ::signal(SIGINT, SIG_IGN);
    ::signal(SIGQUIT, SIG_IGN);
    ::signal(SIGTERM, pass_on);
    ::signal(SIGHUP, pass_on);
    const pid_t pid = ::fork();
    if (pid < 0) return 1;
    if (pid == 0) become(options);
    command_pid = pid;
    const int status = wait_for(pid);
    command_pid = 0;
    return status;
}

/// The server's process id; what stands in the way is a missing capability of this machine.
Done<pid_t> set_up(const RunOptions& options, const Hardware& hardware, int control) {
    const auto real =
        RealSys::prepare(options.boot ? RealSys::Access::read_only : RealSys::Access::as_it_is);
    if (!real) return std::unexpected(real.error());
    const auto server = start_server(hardware, *real, options.udev, control, options.kernel);
    if (!server) return server;
    if (auto ok = real->reveal(); !ok) return std::unexpected(ok.error());
    // A host that boots gets a /dev of its own.
    if (auto ok = options.boot ? Done<void>{} : show_vfio_directory(); !ok)
        return std::unexpected(ok.error());
    return server;
}

Done<void> enter(const RunOptions& options) {
    if (auto ok = check_fuse_device(); !ok) return ok;
    if (auto ok = enter_namespaces(); !ok) return ok;
    if (auto ok = mount_private_run(); !ok) return ok;
    return options.boot ? Done<void>{} : mount_private_directories();
}

int give_up(int status, std::string_view why) {
    fmt::print(stderr, "apsim: {}{}\n", status == exit_missing ? "skip: " : "", why);
    return status;
}

} // namespace

namespace {

/// In the simulated host that is set up, and until nothing of it is left.
int run_inside(const RunOptions& options, std::optional<BootCgroup>& cgroup, pid_t server) {
    const int status = cgroup ? boot({options.control, options.install, options.command}, *cgroup)
                              : run_command(options);
    // The server first: who hangs in a write of the simulated host can be ended only once its connection is
    // gone.
    stop_server(server);
    cgroup.reset();
    end_leftovers();
    ::unlink(options.control.c_str()); // it may lie outside the private directories
    return status;
}

} // namespace

int run(const RunOptions& options) {
    const auto hardware =
        options.topology.empty() ? read_host_file(options.host_file) : read_topology_file(options.topology);
    if (!hardware) return give_up(exit_usage, hardware.error());
    std::optional<BootCgroup> cgroup;
    if (options.boot) {
        if (const auto ok = check_boot(); !ok) return give_up(exit_missing, ok.error());
        auto made = BootCgroup::make();
        if (!made) return give_up(exit_missing, made.error());
        cgroup.emplace(std::move(*made));
    }
    if (const auto ok = enter(options); !ok) return give_up(exit_missing, ok.error());
    const auto control = listen_control(options.control);
    if (!control) return give_up(exit_usage, control.error());
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
    const auto server = set_up(options, *hardware, *control);
    if (!server) return give_up(exit_missing, server.error());
    return run_inside(options, cgroup, *server);
}

int print_topology(const std::string& host_file) {
    const auto hardware = read_host_file(host_file);
    if (!hardware) return give_up(exit_usage, hardware.error());
    fmt::print("{}", topology_text(*hardware));
    return 0;
}

} // namespace apsim
