// SPDX-License-Identifier: LGPL-2.1-or-later
// What apctl-boot.service runs once, before libvirt: it makes the host as it is wished, so that the guests that start with the host find their matrices.
#include "boot/host_at_boot.hpp"
#include "proxy/bus_proxy.hpp"

#include <cstdio>
#include <ctime>
#include <exception>

namespace {

/// The unit also runs when it is new on a machine that has been up for long, and libvirt is restarted.
bool machine_has_just_started() {
    timespec up{};
    return ::clock_gettime(CLOCK_BOOTTIME, &up) == 0 && up.tv_sec < 600;
}

} // namespace

int main() {
    try {
        ap::cli::BusProxy daemon;
        // Shorter than the unit's own time, so that the reason is told and not only that time was up.
        const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
        const auto complaints = ap::boot::restore_host(daemon, {.until = until, .just_started = machine_has_just_started()});
        for (const auto& complaint : complaints) std::fprintf(stderr, "apctl-boot: %s\n", complaint.c_str());
        return complaints.empty() ? 0 : 1;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "apctl-boot: %s\n", error.what());
        return 1;
    }
}
