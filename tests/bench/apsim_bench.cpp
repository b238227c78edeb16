// SPDX-License-Identifier: LGPL-2.1-or-later
// What the simulated host's /sys costs at 256 x 256 queues, beside a tmpfs with the same names and beside the real sysfs.
// To be run by `apsim run --host full`, as the first to look at it: the first pass over a name is the cold one.
#include "bench.hpp"

#include <array>
#include <dirent.h>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <functional>
#include <libudev.h>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

namespace {

namespace fs = std::filesystem;

const std::string mirror = "/run/mirror"; // a tmpfs of the simulated host's own
constexpr int passes = 5;

std::string queue(unsigned adapter, unsigned domain) { return fmt::format("{:02x}.{:04x}", adapter, domain); }
std::string bus_path(const std::string& root, unsigned adapter, unsigned domain) {
    return fmt::format("{}/bus/ap/devices/{}", root, queue(adapter, domain));
}
std::string device_path(const std::string& root, unsigned adapter, unsigned domain) {
    return fmt::format("{}/devices/ap/card{:02x}/{}", root, adapter, queue(adapter, domain));
}

/// Directories, links and one attribute for every queue, as apsim has them.
void make_mirror() {
    fs::create_directories(mirror + "/bus/ap/devices");
    for (unsigned a = 0; a < 256; ++a)
        for (unsigned d = 0; d < 256; ++d) {
            auto device = device_path(mirror, a, d);
            fs::create_directories(device);
            fs::create_symlink(fmt::format("../../../devices/ap/card{:02x}/{}", a, queue(a, d)), bus_path(mirror, a, d));
            fs::create_symlink("../../../../bus/ap/drivers/cex4queue", device + "/driver");
            std::ofstream(device + "/config") << "1\n";
        }
}

void look(const std::string& path) {
    struct stat st {};
    if (::lstat(path.c_str(), &st) != 0) throw std::runtime_error(path);
}
void follow(const std::string& path) {
    char target[256];
    if (::readlink(path.c_str(), target, sizeof target) < 0) throw std::runtime_error(path);
}
void read(const std::string& path) {
    char text[64];
    int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0 || ::read(fd, text, sizeof text) < 0) throw std::runtime_error(path);
    ::close(fd);
}
void list(const std::string& path) {
    auto* directory = ::opendir(path.c_str());
    while (::readdir(directory) != nullptr) {}
    ::closedir(directory);
}

using Path = std::string (*)(const std::string&, unsigned, unsigned);

/// A row of the table: what is done with a queue's path.
struct Row {
    const char* what;
    Path path;
    const char* file;
    void (*act)(const std::string&);
    const char *real, *real_file; ///< a directory of real devices and a file in each, for the same
};
constexpr std::array rows{
    Row{"lstat", bus_path, "", look, "/sys/bus/memory/devices/", ""},
    Row{"readlink", bus_path, "", follow, "/sys/bus/memory/devices/", ""},
    Row{"readlink driver, through the bus link", bus_path, "/driver", follow, "/sys/bus/memory/devices/", "/subsystem"},
    Row{"open, read, close, through the bus link", bus_path, "/config", read, "/sys/bus/memory/devices/", "/state"},
    Row{"open, read, close, directly", device_path, "/config", read, "/sys/devices/system/memory/", "/state"}};

/// Each row has 32 adapters to itself, so that no other has warmed them.
constexpr unsigned share = 32;

double us_each(const Row& row, const std::string& root, unsigned first) {
    std::vector<std::string> paths;
    for (unsigned a = first; a < first + share; ++a)
        for (unsigned d = 0; d < 256; ++d) paths.push_back(row.path(root, a, d) + row.file);
    return bench::time_ms([&] {
               for (const auto& path : paths) row.act(path);
           }) * 1000 / static_cast<double>(paths.size());
}

double best(const std::function<double()>& measure) {
    double least = measure();
    for (int i = 1; i < passes; ++i) least = std::min(least, measure());
    return least;
}

/// The same on real devices, where there are any.
double us_real(const Row& row) {
    std::vector<std::string> paths;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator("/sys/bus/memory/devices", error))
        paths.push_back(row.real + entry.path().filename().string() + row.real_file);
    if (paths.empty()) return 0;
    return best([&] {
        return bench::time_ms([&] {
                   for (const auto& path : paths) row.act(path);
               }) * 1000 / static_cast<double>(paths.size());
    });
}

void print(const char* what, const char* unit, double cold, double warm, double tmpfs, double real) {
    fmt::print("{:<42} {:>8.1f} {:>8.1f} {:>8.1f} {:>8.1f} {}   x {:>5.2f}  x {:>5.2f}\n", what, cold, warm, tmpfs, real, unit, warm / tmpfs,
               real > 0 ? warm / real : 0.0);
}

double all_of(const char* file, void (*act)(const std::string&)) {
    return bench::time_ms([&] {
        for (unsigned a = 0; a < 256; ++a)
            for (unsigned d = 0; d < 256; ++d) act(bus_path("/sys", a, d) + file);
    });
}

/// Devices of the bus as libudev finds them, and each with a look at its driver and one attribute.
void enumerate(double& scan, double& open) {
    auto* udev = udev_new();
    auto* found = udev_enumerate_new(udev);
    udev_enumerate_add_match_subsystem(found, "ap");
    scan = bench::time_ms([&] { udev_enumerate_scan_devices(found); });
    open = bench::time_ms([&] {
        udev_list_entry* entry = nullptr;
        udev_list_entry_foreach(entry, udev_enumerate_get_list_entry(found)) {
            auto* device = udev_device_new_from_syspath(udev, udev_list_entry_get_name(entry));
            udev_device_get_driver(device);
            udev_device_get_sysattr_value(device, "config");
            udev_device_unref(device);
        }
    });
    udev_enumerate_unref(found);
    udev_unref(udev);
}

/// Of the process that serves: the largest that is called apsim and has our network namespace.
double server_mib() {
    auto ours = fs::read_symlink("/proc/self/ns/net");
    double most = 0;
    for (const auto& process : fs::directory_iterator("/proc")) {
        std::error_code error;
        auto path = process.path().string();
        std::string comm;
        std::getline(std::ifstream(path + "/comm"), comm);
        if (comm != "apsim" || fs::read_symlink(path + "/ns/net", error) != ours) continue;
        std::ifstream status(path + "/statm");
        long size = 0, resident = 0;
        status >> size >> resident;
        most = std::max(most, static_cast<double>(resident * ::sysconf(_SC_PAGESIZE)) / (1 << 20));
    }
    return most;
}

} // namespace

int main() {
    const std::string devices = "/bus/ap/devices";
    auto listing = [&](const std::string& root) { return bench::time_ms([&] { list(root + devices); }); };
    fmt::print("65,536 queues                                  cold     warm    tmpfs    sysfs      warm:tmpfs :sysfs\n");
    double cold_list = listing("/sys");
    std::array<double, rows.size()> cold{};
    for (unsigned i = 0; i < rows.size(); ++i) cold[i] = us_each(rows[i], "/sys", i * share);
    make_mirror();
    double warm_list = best([&] { return listing("/sys"); }), mirror_list = best([&] { return listing(mirror); });
    print("readdir, all", "ms", cold_list, warm_list, mirror_list, 0);
    for (unsigned i = 0; i < rows.size(); ++i)
        print(rows[i].what, "us", cold[i], best([&] { return us_each(rows[i], "/sys", i * share); }),
              best([&] { return us_each(rows[i], mirror, i * share); }), us_real(rows[i]));
    double first = all_of("/config", read), again = all_of("/config", read), drivers = all_of("/driver", follow);
    drivers = std::min(drivers, all_of("/driver", follow));
    fmt::print("one attribute of every queue: {:.2f} s, again {:.2f} s; all driver links: {:.2f} s\n", first / 1000, again / 1000, drivers / 1000);
    double scan = 0, open = 0;
    enumerate(scan, open);
    fmt::print("libudev: enumerate {:.2f} s, open each with driver and attribute {:.2f} s\n", scan / 1000, open / 1000);
    fmt::print("server: {:.0f} MiB resident\n", server_mib());
}
