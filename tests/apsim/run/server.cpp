// SPDX-License-Identifier: LGPL-2.1-or-later
// Starting and stopping the server.
#include "run/server.hpp"

#include <csignal>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "control/control_socket.hpp"
#include "fuse/filesystem.hpp"
#include "host/running_host.hpp"

namespace apsim {

Done<void> check_fuse_device() {
    const int fd = ::open("/dev/fuse", O_RDWR | O_CLOEXEC);
    if (fd >= 0) {
        ::close(fd);
        return {};
    }
    const int error = errno;
    if (error == EACCES)
        return failed("/dev/fuse is closed to this user (the package fuse3 opens it: mode 0666)", error);
    return failed("/dev/fuse cannot be opened (kernel without FUSE, or a container without the device)",
                  error);
}

namespace {

/// Tells the starter how it went: an empty text is success.
void report(int pipe, std::string_view text) {
    if (::write(pipe, text.data(), text.size()) < 0) ::_exit(1);
    ::close(pipe);
}

[[noreturn]] void serve(const Hardware& hardware, const RealSys& real, UdevMessages udev, int control,
                        const KernelOptions& kernel, int pipe) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::setsid(); // a Ctrl-C at the terminal is for the command
    RunningHost host(hardware, kernel.boot, real.placeholders());
    Filesystem filesystem(host, udev);
    host.set_audience(filesystem);
    if (kernel.timer) host.set_timer(true);
    const ControlSocket socket(host, control);
    if (!filesystem.mount("/sys")) {
        report(pipe, "cannot mount a FUSE file system on /sys");
        ::_exit(1);
    }
    report(pipe, {});
    ::_exit(filesystem.serve());
}

} // namespace

Done<pid_t> start_server(const Hardware& hardware, const RealSys& real, UdevMessages udev, int control,
                         const KernelOptions& kernel) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return failed("pipe");
    const pid_t pid = ::fork();
    if (pid < 0) return failed("fork");
    if (pid == 0) {
        ::close(ends[0]);
        serve(hardware, real, udev, control, kernel, ends[1]);
    }
    ::close(control);
    ::close(ends[1]);
    const auto text = read_to_the_end(ends[0]);
    if (text.empty()) return pid;
    stop_server(pid);
    return std::unexpected(text);
}

void stop_server(pid_t pid) {
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
}

} // namespace apsim
