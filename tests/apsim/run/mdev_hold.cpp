// SPDX-License-Identifier: LGPL-2.1-or-later
// mdev-hold UUID [release]: a guest for the simulated host.
//
// The program of this name on the real kernel (tests/testbed/tools/mdev-hold.c) puts an mdev in use as QEMU
// does.  This one takes the same words and prints the same lines, as far as the simulated host has what they
// are about: it holds the mdev until its standard input ends; with "release", the kernel's wish to have the
// device back ends it too, like QEMU's hot unplug.
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

namespace {

/// Prints how a step went; ends the program if it failed.
long check(const char* what, long result) {
    if (result < 0) {
        std::printf("%s: %s\n", what, std::strerror(errno));
        std::exit(1);
    }
    std::printf("%s: ok\n", what);
    return result;
}

/// The path of the mdev's group.
std::string group_of(const std::string& uuid) {
    char link[256];
    const auto path = "/sys/bus/mdev/devices/" + uuid + "/iommu_group";
    const auto size = check("iommu_group", ::readlink(path.c_str(), link, sizeof link));
    const std::string target(link, static_cast<std::size_t>(size));
    return "/dev/vfio/" + target.substr(target.rfind('/') + 1);
}

int open_node(const char* what, const std::string& path) {
    return static_cast<int>(check(what, ::open(path.c_str(), O_RDWR | O_CLOEXEC)));
}

bool input_ended(short events) {
    char some[64];
    return events != 0 && ::read(STDIN_FILENO, some, sizeof some) <= 0;
}

/// Until the input ends or, with `release`, the kernel asks.
void hold(int group, bool release) {
    for (;;) {
        pollfd waits[] = {{group, POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}};
        if (::poll(waits, 2, -1) < 0) continue;
        std::uint64_t requests = 0;
        if (waits[0].revents != 0 && ::read(group, &requests, sizeof requests) > 0) {
            std::printf("device request from the kernel\n");
            if (release) return;
        }
        if (input_ended(waits[1].revents)) return;
    }
}

} // namespace

int main(int argc, char** argv) {
    std::setvbuf(stdout, nullptr, _IOLBF, 0);
    if (argc < 2) return 2;
    const auto path = group_of(argv[1]);
    open_node("open container", "/dev/vfio/vfio");
    const int group = open_node("open group", path);
    std::printf("holding\n");
    hold(group, argc > 2);
    check("close device", ::close(group));
    return 0;
}
