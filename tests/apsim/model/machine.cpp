// SPDX-License-Identifier: LGPL-2.1-or-later
// Looking things up in the machine's state, and the state a booted host starts in.
#include "model/machine.hpp"

#include <algorithm>

#include "model/scan.hpp"

namespace apsim {

Machine::Machine(Hardware below, const Personality& kernel)
    : personality(kernel), hardware(std::move(below)),
      max_adapter(hardware.facilities.apxa ? hardware.max_adapter : 63),
      max_domain(hardware.facilities.apxa ? hardware.max_domain : 15), queues(std::size_t{256} * 256) {
    // The first scan happens before anybody could listen, with all drivers loaded: its uevents are lost, as
    // at boot.
    run_scan(*this);
}

std::vector<Apqn> Machine::registered_queues(unsigned adapter) const {
    std::vector<Apqn> found;
    for (unsigned domain = 0; domain < 256; ++domain)
        if (queue(adapter, domain).life != 0)
            found.push_back({static_cast<std::uint8_t>(adapter), static_cast<std::uint8_t>(domain)});
    std::ranges::sort(found, {}, [this](Apqn q) { return queue(q.adapter, q.domain).life; });
    return found;
}

std::vector<Apqn> Machine::registered_queues() const {
    std::vector<Apqn> found;
    for (unsigned adapter = 0; adapter < 256; ++adapter) {
        if (card(adapter).life == 0) continue;
        const auto more = registered_queues(adapter);
        found.insert(found.end(), more.begin(), more.end());
    }
    std::ranges::sort(found, {}, [this](Apqn q) { return queue(q.adapter, q.domain).life; });
    return found;
}

Mdev* Machine::find_mdev(std::string_view uuid) {
    const auto it = mdev_lives.find(uuid);
    return it == mdev_lives.end() ? nullptr : mdev(it->second);
}

Mdev* Machine::mdev(std::uint32_t life) {
    const auto it = mdevs.find(life);
    return it == mdevs.end() ? nullptr : &it->second;
}

Mdev* Machine::holder(unsigned adapter, unsigned domain) {
    for (auto& [life, mdev] : mdevs)
        if (mdev.matrix.holds(adapter, domain)) return &mdev;
    return nullptr;
}

} // namespace apsim
