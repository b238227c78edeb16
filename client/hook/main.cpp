// SPDX-License-Identifier: LGPL-2.1-or-later
// libvirt's hook for guests with a matrix. libvirt runs it for every guest and every operation, with the guest's XML on its input; its exit status decides whether the
// guest starts, and what it says on its error output is told to who wanted that. It never calls libvirt, which waits for it.
#include "hook/operations.hpp"
#include "proxy/bus_proxy.hpp"

#include <chrono>
#include <csignal>
#include <cstdio>
#include <exception>
#include <string>
#include <unistd.h>

namespace {

constexpr auto policy_file = "/etc/apctl/libvirt-hook.toml";
constexpr auto taken_directory = "/run/apctl/guests";

int say(const std::string& text) {
    std::fprintf(stderr, "apctl: %s\n", text.c_str());
    return 1;
}

/// libvirt writes all of it before it waits for us.
std::string read_input() {
    std::string text;
    char part[65536];
    for (ssize_t n = 0; (n = ::read(STDIN_FILENO, part, sizeof part)) > 0;)
        if (text.size() <= ap::largest_guest_xml) text.append(part, static_cast<std::size_t>(n));
    return text;
}

/// What the signal says at the deadline, and the exit status. Made before, since a signal may allocate nothing.
std::string late;
int status_when_late = 1;
void end_late(int) {
    [[maybe_unused]] const auto written = ::write(STDERR_FILENO, late.data(), late.size()); // if not, the status has to do
    ::_exit(status_when_late);
}
/// Whatever it is that does not answer, after this time there is an answer.
void end_after(std::chrono::seconds time, int status) {
    status_when_late = status;
    late = "apctl: apctld has not answered within " + std::to_string(time.count()) + " s; see: systemctl status apctld\n";
    std::signal(SIGALRM, end_late);
    ::alarm(static_cast<unsigned>(time.count()));
}

int answer(const ap::cli::Answer<void>& done, bool start_anyway) {
    if (done) return 0;
    for (const auto& line : done.error().lines) say(line);
    return start_anyway && done.error().fault == ap::Fault::unreachable ? 0 : 1;
}

int run(const std::string& operation) {
    const auto xml = read_input();
    const bool starts = operation == "prepare";
    if (!starts && operation != "release") return 0;
    // What was detached while the guest ran is no longer in its XML, but may still be taken.
    if (!ap::may_have_matrices(xml) && (starts || !ap::hook::Taken::by_anybody(taken_directory))) return 0;
    const auto guest = ap::read_guest_xml(xml);
    if (!guest) return say(to_string(guest.error()));
    const ap::hook::Taken taken(taken_directory, guest->uuid);
    if (starts ? guest->matrices.empty() : taken.matrices().empty()) return 0;
    const auto policy = ap::hook::read_policy_file(policy_file);
    if (!policy) return say(to_string(policy.error()));
    const bool start_anyway = starts && policy->start_without_daemon;
    end_after(policy->deadline, start_anyway ? 0 : 1);
    const auto until = std::chrono::steady_clock::now() + policy->deadline;
    ap::cli::BusProxy daemon;
    return answer(starts ? prepare(daemon, *guest, *policy, taken, until) : release(daemon, *policy, taken, until), start_anyway);
}

} // namespace

int main(int argc, char** argv) {
    if (argc < 3) {
        std::fprintf(stderr, "usage: %s GUEST OPERATION [SUB-OPERATION [EXTRA]], as libvirt calls its hooks: man apctl-libvirt-hook\n", argv[0]);
        return 2;
    }
    try {
        return run(argv[2]);
    } catch (const std::exception& error) {
        return say(error.what());
    }
}
