// SPDX-License-Identifier: LGPL-2.1-or-later
// Moving the hardware of the testbed's machine.
#include "testbed.hpp"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <fstream>
#include <poll.h>
#include <stdexcept>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "files.hpp"

namespace contract {

namespace {

const std::string topology_file = "/run/testbed/topology";
const std::string log_file = "/run/testbed/ap.log";

/// What the machine writes down from now on.
class MachineLog {
  public:
    MachineLog() : file_(log_file) { file_.seekg(0, std::ios::end); }

    /// Reads on until a line has this text.  The machine looks at its topology ten times a second; a log
    /// that stays silent is a broken machine.
    void wait_for(const std::string& text) {
        for (int tries = 0; tries < 3000; ++tries) {
            for (std::string line; next(line);) {
                if (line.find("not understood") != std::string::npos) throw std::runtime_error(line);
                if (line.find(text) != std::string::npos) return;
            }
            ::poll(nullptr, 0, 2); // a file of another machine: nothing tells when it grows
        }
        throw std::runtime_error(log_file + ": no \"" + text + "\" after a new topology");
    }

  private:
    /// A whole line; the rest of one that is being written stays for later.
    bool next(std::string& line) {
        file_.clear();
        const auto start = file_.tellg();
        if (std::getline(file_, line) && !file_.eof()) return true;
        file_.clear();
        file_.seekg(start);
        return false;
    }

    std::ifstream file_;
};

int modprobe(const std::string& name) {
    const auto command = "modprobe " + name + " >/dev/null 2>&1";
    const int status = std::system(command.c_str());
    return status == 0 ? 0 : EIO; // which errno it was, modprobe tells only in words
}

} // namespace

Testbed::Testbed() : kernel_log_(::open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC)) {
    if (kernel_log_ < 0) throw std::runtime_error(std::string("/dev/kmsg: ") + std::strerror(errno));
    ::lseek(kernel_log_, 0, SEEK_END);
}

Testbed::~Testbed() { ::close(kernel_log_); }

bool Testbed::here() { return ::access(log_file.c_str(), R_OK) == 0; }

std::string Testbed::name() const {
    utsname kernel;
    ::uname(&kernel);
    const std::string release = kernel.release;
    return "kernel " + release.substr(0, release.find_first_not_of("0123456789."));
}

/// msleep() counts ticks. A machine that had no processor for a while makes up for the missed ones at once,
/// and by any other clock a sleep may then be shorter than was asked for.
std::chrono::milliseconds Testbed::now() {
    struct timespec tick {};
    ::clock_gettime(CLOCK_MONOTONIC_COARSE, &tick);
    const auto time = std::chrono::seconds(tick.tv_sec) + std::chrono::nanoseconds(tick.tv_nsec);
    return std::chrono::duration_cast<std::chrono::milliseconds>(time);
}

std::vector<std::string> Testbed::messages() {
    std::vector<std::string> lines;
    char record[8192];
    for (;;) {
        const auto size = ::read(kernel_log_, record, sizeof record);
        if (size < 0 && errno == EPIPE) continue; // records were overwritten
        if (size <= 0) return lines;
        // "priority,number,time,flags;text", then continuation lines.
        const std::string_view text(record, static_cast<std::size_t>(size));
        const auto start = text.find(';') + 1;
        lines.emplace_back(text.substr(start, text.find('\n', start) - start));
    }
}

void Testbed::topology(const std::string& text) {
    MachineLog log;
    const auto beside = topology_file + ".new";
    std::ofstream(beside) << text;
    if (std::rename(beside.c_str(), topology_file.c_str()) != 0)
        throw std::runtime_error(topology_file + ": " + std::strerror(errno));
    log.wait_for("topology loaded");
    log.wait_for("configuration change event taken");
    log.wait_for("QCI"); // the scan that the event leads to has begun
}

namespace {

/// Passing uses of a module (the crypto API asks its cards now and then) end; a guest's does not.
void wait_until_unused(const std::string& module) {
    const auto file = "/sys/module/" + module + "/refcnt";
    for (int tries = 0; tries < 50; ++tries) {
        const auto count = read_all(file);
        if (!count || *count == "0\n") return;
        ::poll(nullptr, 0, 10);
    }
}

} // namespace

int Testbed::module(const std::string& name, bool load) {
    if (load) return modprobe(name);
    wait_until_unused(name);
    return ::syscall(SYS_delete_module, name.c_str(), O_NONBLOCK) == 0 ? 0 : errno;
}

} // namespace contract
