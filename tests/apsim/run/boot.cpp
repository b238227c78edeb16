// SPDX-License-Identifier: LGPL-2.1-or-later
// Starting systemd, watching it, ending it.
#include "run/boot.hpp"

#include <csignal>
#include <cstdlib>
#include <filesystem>

#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "run/boot_command.hpp"
#include "run/boot_root.hpp"
#include "run/boot_units.hpp"
#include "run/run.hpp"

namespace apsim {

namespace stdfs = std::filesystem;

namespace {

constexpr const char* systemd = "/lib/systemd/systemd";
constexpr int boot_limit_ms = 120'000;
constexpr int stop_signals[] = {SIGINT, SIGQUIT, SIGTERM, SIGHUP};

/// The host's console: what systemd says on it is kept for the case that it fails.
class Console {
  public:
    static Done<Console> make() {
        Console made;
        made.master_ = ::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
        if (made.master_ < 0 || ::grantpt(made.master_) != 0 || ::unlockpt(made.master_) != 0)
            return failed("cannot make a terminal for the console");
        return made;
    }

    int descriptor() const { return master_; }
    std::string path() const { return ::ptsname(master_); }
    const std::string& end() const { return end_; }

    void take() {
        char part[4096];
        const auto size = ::read(master_, part, sizeof part);
        if (size > 0) end_.append(part, static_cast<std::size_t>(size));
        if (end_.size() > kept) end_.erase(0, end_.size() - kept);
    }

  private:
    static constexpr std::size_t kept = 16384;
    int master_ = -1;
    std::string end_;
};

/// Programs and control socket where the inner side has them.
Done<void> share(const std::string& control) {
    const auto shared = std::string(shared_directory);
    std::error_code error;
    stdfs::create_directories(shared + "/bin", error);
    const auto programs = stdfs::read_symlink("/proc/self/exe", error).parent_path();
    for (const std::string name : {"apsim", "mdev-hold"}) {
        const auto from = (programs / name).string();
        const auto onto = shared + "/bin/" + name;
        if (::mknod(onto.c_str(), S_IFREG | 0755, 0) != 0 ||
            ::mount(from.c_str(), onto.c_str(), nullptr, MS_BIND, nullptr) != 0)
            return failed("cannot share " + from);
    }
    const auto socket = shared + "/control";
    if (::mknod(socket.c_str(), S_IFREG | 0600, 0) != 0 ||
        ::mount(control.c_str(), socket.c_str(), nullptr, MS_BIND, nullptr) != 0)
        return failed("cannot share " + control);
    return {};
}

Done<void> become_init(const BootOptions& options, const BootCgroup& cgroup, const std::string& console) {
    if (auto ok = cgroup.join(); !ok) return ok;
    if (::unshare(CLONE_NEWCGROUP | CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC) != 0)
        return failed("cannot make namespaces to boot in");
    if (::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
        return failed("cannot make mounts private");
    if (::sethostname("apsim", 5) != 0) return failed("cannot set the host name");
    if (auto ok = enter_root({console, options.install}); !ok) return ok;
    // Modules, clock and power are the machine's.
    for (const unsigned long capability : {CAP_SYS_MODULE, CAP_SYS_TIME, CAP_SYS_BOOT})
        if (::prctl(PR_CAPBSET_DROP, capability) != 0) return failed("cannot drop a capability");
    ::setsid();
    const int terminal = ::open("/dev/console", O_RDWR);
    if (terminal < 0) return failed("/dev/console");
    for (const int descriptor : {0, 1, 2}) ::dup2(terminal, descriptor);
    if (terminal > 2) ::close(terminal);
    const char* arguments[] = {systemd, "--system", "--unit=apsim.target", "--show-status=no",
                               "--log-level=notice", nullptr};
    const char* environment[] = {"container=apsim", "SYSTEMD_DEVICE_VERIFY_SYSFS=0",
                                 "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                                 nullptr};
    ::execve(systemd, const_cast<char**>(arguments), const_cast<char**>(environment));
    return failed(systemd);
}

/// What the process needs that becomes systemd.
struct Init {
    const BootOptions& options;
    const BootCgroup& cgroup;
    const std::string& console;
    int complaints; ///< a pipe
};

int init_process(void* argument) {
    const auto& init = *static_cast<const Init*>(argument);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    const auto result = become_init(init.options, init.cgroup, init.console);
    (void)!::write(init.complaints, result.error().data(), result.error().size());
    ::_exit(1);
}

/// Process 1 of a new pid namespace; it ends when we do.  The namespace is made with it: after an unshare() by
/// us, nothing that starts processes would work here any more once that one has ended.
Done<pid_t> start_init(const BootOptions& options, const BootCgroup& cgroup, const std::string& console) {
    alignas(16) static char stack[1 << 18];
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return failed("pipe");
    Init init{options, cgroup, console, ends[1]};
    const pid_t pid = ::clone(init_process, stack + sizeof stack, CLONE_NEWPID | SIGCHLD, &init);
    if (pid < 0) return failed("cannot make a pid namespace");
    ::close(ends[1]);
    const auto why = read_to_the_end(ends[0]);
    if (why.empty()) return pid;
    ::waitpid(pid, nullptr, 0);
    return std::unexpected(why);
}

/// Signals that are to be read instead of acting.
int watched_signals() {
    sigset_t signals;
    ::sigemptyset(&signals);
    for (const int signal : stop_signals) ::sigaddset(&signals, signal);
    ::sigaddset(&signals, SIGCHLD);
    ::sigprocmask(SIG_BLOCK, &signals, nullptr);
    return ::signalfd(-1, &signals, SFD_CLOEXEC);
}

/// Until there is an exit status.  Errors: why there will be none.
Done<int> watch(CommandOffer& offer, Console& console, int signals, pid_t init) {
    bool started = false;
    for (;;) {
        pollfd waits[] = {{offer.descriptor(), POLLIN, 0}, {console.descriptor(), POLLIN, 0}, {signals, POLLIN, 0}};
        const int ready = ::poll(waits, 3, started ? -1 : boot_limit_ms);
        if (ready == 0) return std::unexpected(std::string("the command was not reached within two minutes"));
        if (waits[1].revents != 0) console.take();
        if (waits[0].revents != 0) {
            const auto status = offer.proceed();
            if (!status) return std::unexpected(status.error());
            if (*status) return **status;
            started = true;
        }
        if (waits[2].revents == 0) continue;
        signalfd_siginfo info{};
        if (::read(signals, &info, sizeof info) != sizeof info) continue;
        if (info.ssi_signo != SIGCHLD) return 128 + static_cast<int>(info.ssi_signo);
        if (::waitpid(init, nullptr, WNOHANG) == init)
            return std::unexpected(std::string("systemd ended before the command"));
    }
}

int give_up(int status, const std::string& why, const std::string& console = {}) {
    fmt::print(stderr, "apsim: {}: {}\n{}", status == exit_no_boot ? "the simulated host went down" : "skip",
               why, console);
    return status;
}

} // namespace

Done<void> check_boot() {
    if (::geteuid() != 0) return std::unexpected(std::string("--boot needs root"));
    if (::access(systemd, X_OK) != 0) return failed(systemd);
    return {};
}

int boot(const BootOptions& options, const BootCgroup& cgroup) {
    if (auto ok = share(options.control); !ok) return give_up(exit_missing, ok.error());
    auto offer = CommandOffer::make(options.command);
    if (!offer) return give_up(exit_missing, offer.error());
    auto console = Console::make();
    if (!console) return give_up(exit_missing, console.error());
    const int signals = watched_signals();
    const auto init = start_init(options, cgroup, console->path());
    if (!init) return give_up(exit_missing, init.error());
    const auto status = watch(*offer, *console, signals, *init);
    // The namespace's processes all end with its first.  It is not waited for: who hangs in a write of the
    // simulated host can only end when the server does.
    ::kill(*init, SIGKILL);
    if (!status) return give_up(exit_no_boot, status.error(), console->end());
    return *status;
}

} // namespace apsim
