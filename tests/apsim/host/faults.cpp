// SPDX-License-Identifier: LGPL-2.1-or-later
// Matching writes against standing orders.
#include "host/faults.hpp"

#include <fnmatch.h>

#include "model/names.hpp"

namespace apsim {

std::string canonical_path(std::string path) {
    static constexpr std::string_view mdevs = "/sys/bus/mdev/devices/";
    static constexpr std::string_view devices = "/sys/bus/ap/devices/";
    if (path.starts_with(mdevs)) return "/sys/devices/vfio_ap/matrix/" + path.substr(mdevs.size());
    if (!path.starts_with(devices)) return path;
    const auto rest = path.substr(devices.size());
    const auto name = rest.substr(0, rest.find('/'));
    const auto apqn = parse_queue_name(name);
    const auto parent = apqn ? card_path(apqn->adapter) + "/" : std::string("/devices/ap/");
    return "/sys" + parent + rest;
}

std::uint32_t Faults::add(Fault fault) {
    fault.id = ++last_id_;
    fault.pattern = canonical_path(std::move(fault.pattern));
    faults_.push_back(std::move(fault));
    return last_id_;
}

bool Faults::remove(std::uint32_t id) {
    return std::erase_if(faults_, [id](const Fault& fault) { return fault.id == id; }) > 0;
}

const Fault* Faults::next(std::string_view path) {
    const std::string text(path);
    const Fault* found = nullptr;
    // Every matching order counts the write; the first that is due acts.
    for (auto& fault : faults_) {
        if (::fnmatch(fault.pattern.c_str(), text.c_str(), 0) != 0) continue;
        ++fault.seen;
        const bool due =
            fault.seen >= fault.nth && (fault.count == 0 || fault.seen - fault.nth < fault.count);
        if (due && found == nullptr) found = &fault;
    }
    return found;
}

} // namespace apsim
