// SPDX-License-Identifier: LGPL-2.1-or-later
// A full read of the host by the daemon's own reader against a bare walk of the same directories and files.
#include "bench.hpp"
#include "host/ap_bus_sysfs.hpp"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

namespace {

[[noreturn]] void fail(const char* what) {
    std::perror(what);
    std::exit(1);
}

/// Reads one attribute and forgets it.
void read_attribute(const char* path) {
    char buffer[4096];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return; // not every card has every attribute
    if (read(fd, buffer, sizeof buffer) < 0) fail(path);
    close(fd);
}

/// Calls fn(name) for every entry whose name begins with a hex digit followed by another (queues), or with "card".
template <class Fn>
void list(const char* path, Fn&& fn) {
    DIR* dir = opendir(path);
    if (dir == nullptr) fail(path);
    while (const dirent* entry = readdir(dir))
        if (entry->d_name[0] != '.') fn(entry->d_name);
    closedir(dir);
}

unsigned bare_walk() {
    char path[512];
    unsigned queues = 0;
    for (const char* file : {"apmask", "aqmask", "ap_adapter_mask", "ap_usage_domain_mask", "ap_control_domain_mask",
                             "ap_max_adapter_id", "ap_max_domain_id", "ap_domain"}) {
        std::snprintf(path, sizeof path, "/sys/bus/ap/%s", file);
        read_attribute(path);
    }
    list("/sys/bus/ap/devices", [&](const char* name) {
        if (std::strncmp(name, "card", 4) != 0) {
            ++queues;
            return;
        }
        for (const char* file : {"hwtype", "raw_hwtype", "type", "online", "config", "chkstop", "serialnr"}) {
            std::snprintf(path, sizeof path, "/sys/devices/ap/%s/%s", name, file);
            read_attribute(path);
        }
    });
    list("/sys/bus/ap/drivers/vfio_ap", [](const char*) {});
    list("/sys/bus/ap/drivers/cex4queue", [&](const char* name) {
        if (std::strchr(name, '.') == nullptr) return;
        std::snprintf(path, sizeof path, "/sys/devices/ap/card%.2s/%s/online", name, name);
        read_attribute(path);
    });
    return queues;
}

unsigned full_read() {
    ap::host::ApBusSysfs bus;
    ap::HostState state;
    ap::Dirty everything;
    everything.everything = true;
    if (auto read = bus.refresh(state, everything); !read) {
        fmt::print(stderr, "{}\n", ap::to_string(read.error()));
        std::exit(1);
    }
    return state.present.size();
}

} // namespace

int main(int argc, char** argv) {
    const int rounds = argc > 1 ? std::atoi(argv[1]) : 5;
    const unsigned queues = bare_walk(); // warms the dentry cache for both
    if (full_read() != queues) fail("the two readers do not see the same queues");
    std::vector<double> ours, bare;
    for (int i = 0; i < rounds; ++i) {
        bare.push_back(bench::time_ms(bare_walk));
        ours.push_back(bench::time_ms(full_read));
    }
    bench::row(fmt::format("full snapshot of {} queues", queues), bench::median(ours), "bare walk of the same files", bench::median(bare));
}
