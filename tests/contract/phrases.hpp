// SPDX-License-Identifier: LGPL-2.1-or-later
// Texts that many rows expect.
#pragma once

#include <string>
#include <vector>

#include "steps.hpp"

namespace contract {

inline const std::string ones(64, 'f');
inline const std::string both = "03.0004\n03.0047\n";
inline const std::string only_domains = ".0004\n.0047\n";

inline std::string zeros(std::size_t count) { return std::string(count, '0'); }

/// What a mask file shows: these digits, the others f, or the others 0.
inline std::string mask(const std::string& digits) {
    return "0x" + digits + std::string(64 - digits.size(), 'f') + "\n";
}
inline std::string low_mask(const std::string& digits) {
    return "0x" + digits + zeros(64 - digits.size()) + "\n";
}

/// What ap_config shows of M1 in S2.
inline const std::string config_m1 =
    "0x1" + zeros(63) + ",0x080000000000000001" + zeros(46) + ",0x08" + zeros(62) + "\n";

// Uevents of the machine H; `queue` is "03.0004", `card` is "03".
inline std::string queue_path(const std::string& queue) {
    return "/devices/ap/card" + queue.substr(0, 2) + "/" + queue;
}
inline std::string queue_event(const std::string& action, const std::string& queue,
                               const std::string& more = "DEVTYPE=ap_queue") {
    return action + "@" + queue_path(queue) + " SUBSYSTEM=ap " + more + " MODE=cca";
}
inline std::string bind_event(const std::string& queue, const std::string& driver) {
    return queue_event("bind", queue, "DEVTYPE=ap_queue DRIVER=" + driver);
}
inline std::string unbind_event(const std::string& queue) { return queue_event("unbind", queue); }
inline std::string mask_event(const std::string& key, std::string text) {
    text.pop_back();
    return "change@/devices/ap SUBSYSTEM=ap " + key + "=" + text + "\\n";
}
inline const std::string complete_event = "change@/devices/ap SUBSYSTEM=ap BINDINGS=complete COMPLETECOUNT=N";

inline std::string card_event(const std::string& action, const std::string& card,
                              const std::string& more = "DEVTYPE=ap_card DEV_TYPE=000D MODALIAS=ap:t0D") {
    return action + "@/devices/ap/card" + card + " SUBSYSTEM=ap " + more + " MODE=cca";
}
inline std::string card_bind_event(const std::string& card) {
    return card_event("bind", card, "DEVTYPE=ap_card DRIVER=cex4card DEV_TYPE=000D MODALIAS=ap:t0D");
}
inline std::string card_change_event(const std::string& card, const std::string& key) {
    return card_event("change", card, key + " DEVTYPE=ap_card DRIVER=cex4card DEV_TYPE=000D MODALIAS=ap:t0D");
}
inline std::string queue_change_event(const std::string& queue, const std::string& driver,
                                      const std::string& key) {
    return queue_event("change", queue, key + " DEVTYPE=ap_queue DRIVER=" + driver);
}

/// The machine H with other domains or adapters.
inline std::string machine_of(const std::string& usage, const std::string& control,
                              const std::string& adapters) {
    return "max-adapter 63\nmax-domain 84\nfeatures apsc apxa qact rc8a\nusage " + usage + "\ncontrol " +
           control + "\n" + adapters;
}
inline const std::string adapters_h = "adapter 3,5 type=CEX7 mode=cca\n";
inline std::string with_adapter_6() { return machine_h("adapter 6 type=CEX7 mode=cca\n"); }
inline std::string without_adapter_3() {
    return machine_of("4,0x47", "4,0x47", "adapter 5 type=CEX7 mode=cca\n");
}

using Steps = std::vector<Step>;

/// Both queues of adapter 3 get their driver anew, in the order of their numbers, which what follows shows.
inline Steps bound_in_order(const std::string& driver) {
    Steps steps;
    for (const std::string file : {"unbind", "bind"})
        for (const std::string queue : {"03.0004", "03.0047"})
            steps.push_back(write("drivers/" + driver + "/" + file, queue));
    steps.push_back(forget_events());
    return steps;
}

inline Steps operator+(Steps first, const Steps& second) {
    first.insert(first.end(), second.begin(), second.end());
    return first;
}

} // namespace contract
