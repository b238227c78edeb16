// SPDX-License-Identifier: LGPL-2.1-or-later
// Entering namespaces.
#include "run/namespaces.hpp"

#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <unistd.h>

namespace apsim {

Done<void> write_file(const std::string& path, std::string_view text) {
    const int fd = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
    if (fd < 0) return failed(path);
    const auto written = ::write(fd, text.data(), text.size());
    const int error = errno;
    ::close(fd);
    if (written != static_cast<ssize_t>(text.size())) return failed(path, error);
    return {};
}

namespace {

Done<void> map_ids(uid_t uid, gid_t gid) {
    if (auto ok = write_file("/proc/self/setgroups", "deny"); !ok) return ok;
    if (auto ok = write_file("/proc/self/uid_map", fmt::format("0 {} 1", uid)); !ok) return ok;
    return write_file("/proc/self/gid_map", fmt::format("0 {} 1", gid));
}

Done<void> raise_loopback() {
    const int fd = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return failed("socket");
    ifreq request{};
    std::strncpy(request.ifr_name, "lo", IFNAMSIZ - 1);
    request.ifr_flags = IFF_UP | IFF_RUNNING;
    const int result = ::ioctl(fd, SIOCSIFFLAGS, &request);
    const int error = errno;
    ::close(fd);
    if (result != 0) return failed("cannot raise the loopback interface", error);
    return {};
}

} // namespace

Done<void> enter_namespaces() {
    const auto uid = ::geteuid();
    const auto gid = ::getegid();
    const bool root = uid == 0;
    if (::unshare(CLONE_NEWNS | CLONE_NEWNET | (root ? 0 : CLONE_NEWUSER)) != 0)
        return failed(
            root
                ? "cannot make mount and network namespaces (CAP_SYS_ADMIN is needed)"
                : "cannot make a user namespace (forbidden by the kernel's or the distribution's settings?)");
    if (!root)
        if (auto ok = map_ids(uid, gid); !ok) return ok;
    if (::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
        return failed("cannot make mounts private");
    return raise_loopback();
}

} // namespace apsim
