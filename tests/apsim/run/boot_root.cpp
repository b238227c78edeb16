// SPDX-License-Identifier: LGPL-2.1-or-later
// Putting together what the simulated host boots from.  Each of the machine's file systems is the lower layer
// of an overlay whose upper layer is in memory; what cannot be one is shown read-only.
#include "run/boot_root.hpp"

#include <filesystem>
#include <fstream>
#include <random>
#include <set>
#include <sstream>
#include <vector>

#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "fuse/requests.hpp"
#include "run/boot_units.hpp"
#include "run/mounts.hpp"
#include "run/namespaces.hpp"

namespace apsim {

namespace stdfs = std::filesystem;

namespace {

const std::string layers = "/run/apsim/layers", root = layers + "/root";

Done<void> mount_at(const std::string& place, const char* type, unsigned long flags,
                    const std::string& options) {
    std::error_code error;
    stdfs::create_directories(place, error);
    if (::mount(type, place.c_str(), type, flags, options.c_str()) != 0)
        return failed(fmt::format("cannot mount {} on {}", type, place));
    return {};
}

Done<void> bind_onto(const std::string& from, const std::string& onto, unsigned long more = MS_REC) {
    if (::mount(from.c_str(), onto.c_str(), nullptr, MS_BIND | more, nullptr) != 0)
        return failed(fmt::format("cannot bind {} onto {}", from, onto));
    return {};
}

Done<void> bind_read_only(const std::string& from, const std::string& onto) {
    if (auto ok = bind_onto(from, onto, 0); !ok) return ok;
    if (::mount(nullptr, onto.c_str(), nullptr, MS_BIND | MS_REMOUNT | MS_RDONLY, nullptr) != 0)
        return failed(fmt::format("cannot make {} read-only", onto));
    return {};
}

/// In place of whatever was there; a link is replaced, not followed.
Done<void> put(const std::string& path, std::string_view text) {
    std::error_code error;
    stdfs::create_directories(stdfs::path(path).parent_path(), error);
    stdfs::remove(path, error);
    if (!(std::ofstream(path, std::ios::binary) << text).flush()) return failed("cannot write " + path);
    return {};
}

/// Runs steps until one fails.
template <class... Step>
Done<void> all_of(Step... step) {
    Done<void> result;
    (void)((result = step(), result.has_value()) && ...);
    return result;
}

/// Blanks and backslashes are octal in /proc/self/mounts.
std::string unescaped(const std::string& text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\' && i + 3 < text.size()) {
            out += static_cast<char>(std::stoi(text.substr(i + 1, 3), nullptr, 8));
            i += 3;
        } else {
            out += text[i];
        }
    }
    return out;
}

/// What the simulated host has its own of, or what is no storage.
bool is_ours(const std::string& place, const std::string& type) {
    static const std::set<std::string> no_storage{
        "proc",    "sysfs",    "devtmpfs", "devpts",    "cgroup",      "cgroup2",    "autofs",
        "debugfs", "tracefs",  "bpf",      "pstore",    "securityfs",  "efivarfs",   "mqueue",
        "nsfs",    "configfs", "fusectl",  "hugetlbfs", "binfmt_misc", "fuse.apsim", "rpc_pipefs"};
    for (const std::string own : {"/proc", "/sys", "/dev", "/run"})
        if (place == own || place.starts_with(own + "/")) return true;
    return no_storage.contains(type);
}

/// Where the machine has its file systems, parents first.
std::vector<std::string> storage() {
    std::ifstream mounts("/proc/self/mounts");
    std::set<std::string> places; // a parent's path sorts before its children's
    for (std::string line; std::getline(mounts, line);) {
        std::istringstream words(line);
        std::string device, place, type;
        words >> device >> place >> type;
        place = unescaped(place);
        if (!is_ours(place, type)) places.insert(place);
    }
    places.insert("/");
    return {places.begin(), places.end()};
}

std::string escaped(const std::string& path) {
    std::string out;
    for (const char c : path) {
        if (c == '\\' || c == ':' || c == ',') out += '\\';
        out += c;
    }
    return out;
}

Done<void> mount_overlay(const std::string& place, std::size_t number) {
    const auto layer = fmt::format("{}/{}", layers, number);
    std::error_code error;
    stdfs::create_directories(layer + "/upper", error);
    stdfs::create_directories(layer + "/work", error);
    struct stat st {};
    // The upper layer's root is what the mounted root shows as owner and mode.
    if (::stat(place.c_str(), &st) == 0 && (::chmod((layer + "/upper").c_str(), st.st_mode & 07777) != 0 ||
                                            ::chown((layer + "/upper").c_str(), st.st_uid, st.st_gid) != 0))
        return failed("cannot set up a layer for " + place);
    return mount_at(place == "/" ? root : root + place, "overlay", 0,
                    fmt::format("lowerdir={},upperdir={}/upper,workdir={}/work", escaped(place), layer, layer));
}

/// A mount on top of a file, or of what an overlay cannot stand on, is shown as it is.
Done<void> show_storage() {
    std::size_t number = 0;
    for (const auto& place : storage()) {
        std::error_code error;
        if (place != "/" && !stdfs::exists(root + place, error)) continue; // beneath another mount
        const bool layered = stdfs::is_directory(place, error) && mount_overlay(place, number++).has_value();
        if (layered) continue;
        if (place == "/") return failed("cannot mount an overlay of the root file system");
        if (auto ok = bind_read_only(place, root + place); !ok) return ok;
    }
    return {};
}

/// A device node like the real one, but not the real one: udevd inside may change its mode.
Done<void> make_device(const std::string& name) {
    struct stat st {};
    if (::stat(("/dev/" + name).c_str(), &st) != 0) return {}; // this machine has no such device
    const auto node = root + "/dev/" + name;
    std::error_code error;
    stdfs::create_directories(stdfs::path(node).parent_path(), error);
    if (::mknod(node.c_str(), st.st_mode, st.st_rdev) != 0 || ::chmod(node.c_str(), st.st_mode & 0777) != 0)
        return failed("cannot create the device node " + node);
    return {};
}

Done<void> make_devices(const std::string& console) {
    const auto dev = root + "/dev";
    if (auto ok = mount_at(dev, "tmpfs", MS_NOSUID, "mode=755"); !ok) return ok;
    for (const char* name : {"null", "zero", "full", "random", "urandom", "tty", "fuse", "kvm", "net/tun"})
        if (auto ok = make_device(name); !ok) return ok;
    std::error_code error;
    for (const auto& [name, target] : {std::pair{"fd", "/proc/self/fd"},
                                       {"stdin", "/proc/self/fd/0"},
                                       {"stdout", "/proc/self/fd/1"},
                                       {"stderr", "/proc/self/fd/2"},
                                       {"ptmx", "pts/ptmx"}})
        stdfs::create_symlink(target, dev + "/" + name, error);
    stdfs::create_directory(dev + "/vfio", error);
    return all_of([&] { return mount_at(dev + "/pts", "devpts", MS_NOSUID | MS_NOEXEC,
                                        "newinstance,ptmxmode=0666,mode=620"); },
                  [&] { return mount_at(dev + "/shm", "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777"); },
                  [&] { return bind_onto(std::string("/sys/") + vfio_directory_name, dev + "/vfio"); },
                  [&] { return put(dev + "/console", ""); },
                  [&] { return bind_onto(console, dev + "/console"); });
}

/// The kernel's settings are the machine's, except those of the network, whose namespace is ours.
Done<void> mount_proc() {
    const auto proc = root + "/proc";
    return all_of([&] { return mount_at(proc, "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, ""); },
                  [&] { return bind_onto(proc + "/sys/net", proc + "/sys/net"); },
                  [&] { return bind_onto(proc + "/sys", proc + "/sys"); },
                  [&] {
                      const auto sys = proc + "/sys";
                      return ::mount(nullptr, sys.c_str(), nullptr, MS_BIND | MS_REMOUNT | MS_RDONLY, nullptr)
                                 ? failed("cannot make /proc/sys read-only")
                                 : Done<void>{};
                  },
                  [&] {
                      const auto sysrq = proc + "/sysrq-trigger"; // not in every kernel
                      return ::access(sysrq.c_str(), F_OK) == 0 ? bind_read_only(sysrq, sysrq) : Done<void>{};
                  });
}

/// The simulated /sys, with the cgroup that we are in as the root of its hierarchy.
Done<void> mount_sys() {
    const auto cgroup = root + "/sys/fs/cgroup";
    if (auto ok = bind_onto("/sys", root + "/sys"); !ok) return ok;
    while (::umount2(cgroup.c_str(), MNT_DETACH) == 0) {}
    return mount_at(cgroup, "cgroup2", MS_NOSUID | MS_NODEV | MS_NOEXEC, "");
}

Done<void> mount_run() {
    const auto run = root + "/run";
    if (auto ok = mount_at(run, "tmpfs", MS_NOSUID | MS_NODEV, "mode=755"); !ok) return ok;
    std::error_code error;
    for (const char* name : {"/apsim", "/lock"}) stdfs::create_directory(run + name, error);
    // systemd takes its absence, where /dev is no devtmpfs, as "no udevd here" and never hears of devices; the
    // socket comes in its place.
    if (auto ok = put(run + "/udev/control", ""); !ok) return ok;
    return bind_onto(shared_directory, run + "/apsim");
}

/// What the product and its neighbours keep is not the machine's.
Done<void> mount_state() {
    const auto definitions = root + "/etc/mdevctl.d";
    return all_of([&] { return mount_at(definitions, "tmpfs", 0, "mode=755"); },
                  [&] { return make_definition_directories(definitions); },
                  [&] { return mount_at(root + "/var/lib/apctl", "tmpfs", 0, "mode=700"); });
}

std::string machine_id() {
    std::random_device random;
    return fmt::format("{:08x}{:08x}{:08x}{:08x}\n", random(), random(), random(), random());
}

/// What of the machine's set-up is not for the simulated host: its name, its disks, the units it has enabled.
Done<void> write_settings() {
    const auto etc = root + "/etc";
    if (auto ok = mount_at(etc + "/systemd/system", "tmpfs", 0, "mode=755"); !ok) return ok;
    for (const auto& [path, text] : boot_files())
        if (auto ok = put(root + path, text); !ok) return ok;
    std::error_code error;
    for (const auto& unit : masked_units())
        stdfs::create_symlink("/dev/null", etc + "/systemd/system/" + unit, error);
    return all_of([&] { return put(etc + "/machine-id", machine_id()); },
                  [&] { return put(etc + "/hostname", "apsim\n"); }, [&] { return put(etc + "/fstab", ""); },
                  [&] { return put(etc + "/crypttab", ""); });
}

Done<void> put_install(const std::string& tree) {
    if (tree.empty()) return {};
    std::error_code error;
    constexpr auto how = stdfs::copy_options::recursive | stdfs::copy_options::overwrite_existing |
                         stdfs::copy_options::copy_symlinks;
    stdfs::copy(tree, root, how, error);
    return error ? failed("cannot install from " + tree, error.value()) : Done<void>{};
}

Done<void> change_root() {
    if (::chdir(root.c_str()) != 0 || ::syscall(SYS_pivot_root, ".", ".") != 0 ||
        ::umount2(".", MNT_DETACH) != 0 || ::chdir("/") != 0)
        return failed("cannot change the root directory");
    return {};
}

} // namespace

Done<void> enter_root(const BootRoot& wanted) {
    return all_of([] { return mount_at(layers, "tmpfs", 0, "mode=755"); }, show_storage, mount_state,
                  write_settings, [&] { return put_install(wanted.install); }, mount_proc, mount_sys, mount_run,
                  [&] { return make_devices(wanted.console); }, change_root);
}

} // namespace apsim
