// SPDX-License-Identifier: LGPL-2.1-or-later
// Looking things up in the machine's state, and the state a booted host starts in.
#include "model/machine.hpp"

#include <algorithm>

#include "model/mask_text.hpp"
#include "model/modules.hpp"
#include "model/scan.hpp"

namespace apsim {

namespace {

/// A mask given as a parameter starts from nothing, so a relative text only ever adds; one that cannot be
/// parsed leaves it empty (kernel-abi 3.4).
Mask256 boot_mask(const std::optional<std::string>& parameter, const Personality& kernel) {
    if (!parameter) return Mask256::all();
    return parse_mask_write(*parameter, {}, kernel).value_or(Mask256());
}

int boot_domain(const Machine& machine) {
    const int domain = machine.boot.domain;
    const bool valid = domain >= 0 && domain <= static_cast<int>(machine.max_domain) &&
                       machine.aqmask.test(static_cast<unsigned>(domain));
    return valid ? domain : -1;
}

} // namespace

/// Uevents of the boot are lost: nobody could listen yet.
Machine::Machine(Hardware below, const Boot& how)
    : boot(how), personality(how.kernel), hardware(std::move(below)),
      max_adapter(hardware.facilities.apxa ? hardware.max_adapter : 63),
      max_domain(hardware.facilities.apxa ? hardware.max_domain : 15),
      apmask(boot_mask(how.apmask, how.kernel)), aqmask(boot_mask(how.aqmask, how.kernel)),
      queues(std::size_t{256} * 256), poll_thread(how.poll_thread), default_domain(boot_domain(*this)) {
    run_scan(*this);
    if (boot.zcrypt_cex4) load_module(*this, "zcrypt_cex4");
    if (boot.vfio_ap) load_module(*this, "vfio_ap");
}

std::uint8_t Machine::response(unsigned adapter, unsigned domain) const {
    const auto code = hardware.response(adapter, domain);
    if (code != apsim::response::normal || resets.empty()) return code;
    const auto until = resets.find(key(adapter, domain));
    return until != resets.end() && until->second > now() ? apsim::response::resetting : code;
}

bool Machine::may_wait() const {
    return waiting != nullptr &&
           (hardware.takes_time() || !resets.empty() || attribute_lock.held() || matrix_lock.held() ||
            scan_lock.held() ||
            std::ranges::any_of(mdevs, [](const auto& entry) { return entry.second.guest.has_value(); }));
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
