// SPDX-License-Identifier: LGPL-2.1-or-later
// Mounting.  A single file system at /sys serves the simulated trees and placeholders for everything else;
// the real sysfs is bound onto the placeholders leaf by leaf, so that anything may appear later in the
// simulated part.
#include "run/mounts.hpp"

#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <sys/mount.h>
#include <sys/stat.h>

#include "fuse/requests.hpp"

namespace apsim {

namespace stdfs = std::filesystem;

namespace {

constexpr const char* scratch = "/run/apsim/scratch";
constexpr const char* real_sys = "/run/apsim/sys";

Done<void> make_directory(const std::string& path, unsigned mode = 0755) {
    if (::mkdir(path.c_str(), mode) != 0 && errno != EEXIST) return failed("cannot create " + path);
    return {};
}

Done<void> make_file(const std::string& path) {
    if (!std::ofstream(path, std::ios::app)) return failed("cannot create " + path);
    return {};
}

Done<void> mount_tmpfs(const std::string& path, unsigned mode) {
    if (::mount("tmpfs", path.c_str(), "tmpfs", MS_NOSUID | MS_NODEV,
                fmt::format("mode={:o}", mode).c_str()) != 0)
        return failed("cannot mount a tmpfs on " + path);
    return {};
}

Done<void> bind_mount(const std::string& from, const std::string& onto) {
    if (::mount(from.c_str(), onto.c_str(), nullptr, MS_BIND | MS_REC, nullptr) != 0)
        return failed(fmt::format("cannot bind {} onto {}", from, onto));
    return {};
}

/// One entry of a shadowed directory: links are copied, all else is bound.
Done<void> show_entry(const stdfs::directory_entry& entry, const std::string& place) {
    std::error_code error;
    if (entry.is_symlink(error)) {
        stdfs::copy_symlink(entry.path(), place, error);
        return error ? failed("cannot copy the link " + place, error.value()) : Done<void>{};
    }
    if (auto ok = entry.is_directory(error) ? make_directory(place) : make_file(place); !ok) return ok;
    return bind_mount(entry.path(), place);
}

/// Replaces a directory by a writable tmpfs with the same entries.
Done<void> shadow(const std::string& path) {
    if (auto ok = make_directory(scratch); !ok) return ok;
    if (auto ok = bind_mount(path, scratch); !ok) return ok;
    if (auto ok = mount_tmpfs(path, 0755); !ok) return ok;
    std::error_code error;
    for (const auto& entry : stdfs::directory_iterator(scratch, error))
        if (auto ok = show_entry(entry, path + "/" + entry.path().filename().string()); !ok) return ok;
    if (error) return failed("cannot list " + path, error.value());
    if (::umount2(scratch, MNT_DETACH) != 0) return failed("cannot unmount the scratch directory");
    return {};
}

} // namespace

Done<void> private_directory(const std::string& path) {
    std::error_code error;
    if (stdfs::is_directory(path, error)) return mount_tmpfs(path, 0755);
    if (auto ok = shadow(stdfs::path(path).parent_path()); !ok) return ok;
    return make_directory(path);
}

Done<void> show_vfio_directory() {
    static constexpr const char* place = "/dev/vfio";
    std::error_code error;
    if (!stdfs::is_directory(place, error)) {
        if (auto ok = shadow("/dev"); !ok) return ok;
        if (auto ok = make_directory(place); !ok) return ok;
    }
    return bind_mount(std::string("/sys/") + vfio_directory_name, place);
}

Done<void> mount_private_run() {
    if (auto ok = mount_tmpfs("/run", 0755); !ok) return ok;
    for (const char* path :
         {"/run/apsim", "/run/dbus", "/run/lock", "/run/udev", "/run/user", "/run/systemd"})
        if (auto ok = make_directory(path); !ok) return ok;
    // libudev takes its absence as "no udevd here" and keeps monitors silent.
    return make_file("/run/udev/control");
}

Done<void> make_definition_directories(const std::string& definitions) {
    for (const char* name : {"/matrix", "/scripts.d", "/scripts.d/callouts", "/scripts.d/notifiers"})
        if (auto ok = make_directory(definitions + name); !ok) return ok;
    return {};
}

namespace {

/// Directories of one parent, which is shadowed once if any of them is missing.
Done<void> private_directories(const std::string& parent, std::initializer_list<const char*> names) {
    std::error_code error;
    bool shadowed = false;
    for (const char* name : names) {
        const auto path = parent + "/" + name;
        if (stdfs::is_directory(path, error)) {
            if (auto ok = mount_tmpfs(path, 0755); !ok) return ok;
            continue;
        }
        if (!shadowed)
            if (auto ok = shadow(parent); !ok) return ok;
        shadowed = true;
        if (auto ok = make_directory(path); !ok) return ok;
    }
    return {};
}

} // namespace

Done<void> mount_private_directories() {
    // Where this host's administrator, and programs beside the daemon, say how queues shall be bound.
    if (auto ok = private_directories("/etc", {"mdevctl.d", "driverctl.d", "apctl", "libvirt"}); !ok) return ok;
    if (auto ok = private_directory("/etc/udev/rules.d"); !ok) return ok;
    if (auto ok = make_definition_directories("/etc/mdevctl.d"); !ok) return ok;
    // A libvirtd that runs here knows nothing of the machine's guests.
    for (const char* parent : {"/var/cache", "/var/log"})
        if (auto ok = private_directories(parent, {"libvirt"}); !ok) return ok;
    if (auto ok = private_directories("/var/lib", {"apctl", "libvirt"}); !ok) return ok;
    if (::chmod("/var/lib/apctl", 0700) != 0) return failed("cannot close /var/lib/apctl");
    return {};
}

namespace {

/// A sysfs mounted in a new network namespace shows that namespace's interfaces.  Where mounting one is
/// forbidden (some containers) the old one is bound: /sys/class/net then shows interfaces the namespace does
/// not have.
Done<void> mount_real_sys(RealSys::Access access) {
    if (auto ok = make_directory(real_sys); !ok) return ok;
    const unsigned long read_only = access == RealSys::Access::read_only ? MS_RDONLY : 0;
    if (::mount("sysfs", real_sys, "sysfs", MS_NOSUID | MS_NODEV | MS_NOEXEC | read_only, nullptr) != 0)
        return bind_mount("/sys", real_sys);
    std::error_code error;
    const auto cgroup = std::string(real_sys) + "/fs/cgroup";
    if (stdfs::is_directory("/sys/fs/cgroup", error) && stdfs::is_directory(cgroup, error))
        return bind_mount("/sys/fs/cgroup", cgroup);
    return {};
}

struct Skeleton {
    Dir dir;
    const char* path;
};
/// Directories of which the simulation owns some entries; the root comes first.
constexpr Skeleton skeletons[] = {{Dir::root, ""},
                                  {Dir::bus, "/bus"},
                                  {Dir::klass, "/class"},
                                  {Dir::devices, "/devices"},
                                  {Dir::kernel, "/kernel"},
                                  {Dir::module, "/module"},
                                  {Dir::devices_virtual, "/devices/virtual"}};

std::string skeleton_path(Dir dir) {
    for (const auto& skeleton : skeletons)
        if (skeleton.dir == dir) return skeleton.path;
    return {};
}

Placeholder placeholder(Dir parent, const stdfs::directory_entry& entry) {
    std::error_code error;
    const auto name = entry.path().filename().string();
    if (entry.is_symlink(error))
        return {parent, name, Placeholder::Kind::link, stdfs::read_symlink(entry.path(), error).string()};
    const auto kind = entry.is_directory(error) ? Placeholder::Kind::directory : Placeholder::Kind::file;
    return {parent, name, kind, {}};
}

} // namespace

Done<RealSys> RealSys::prepare(Access access) {
    if (auto ok = mount_real_sys(access); !ok) return std::unexpected(ok.error());
    RealSys real;
    for (const auto& skeleton : skeletons) {
        std::error_code error;
        for (const auto& entry : stdfs::directory_iterator(std::string(real_sys) + skeleton.path, error))
            if (!Tree::owns(skeleton.dir, entry.path().filename().string()))
                real.placeholders_.push_back(placeholder(skeleton.dir, entry));
        if (error) return failed(fmt::format("cannot list /sys{}", skeleton.path), error.value());
    }
    return real;
}

Done<void> RealSys::reveal() const {
    for (const auto& place : placeholders_) {
        if (place.kind == Placeholder::Kind::link) continue;
        const auto path = skeleton_path(place.parent) + "/" + place.name;
        if (auto ok = bind_mount(real_sys + path, "/sys" + path); !ok) return ok;
    }
    if (::umount2(real_sys, MNT_DETACH) != 0) return failed("cannot unmount the real sysfs");
    return {};
}

} // namespace apsim
