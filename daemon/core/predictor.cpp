// SPDX-License-Identifier: LGPL-2.1-or-later
// vfio_ap's filter, restated from kernel-abi 8.2.
#include "core/predictor.hpp"

#include "core/parse.hpp"

#include <fmt/format.h>

namespace ap {

Matrix effective_matrix(const HostState& host, const Matrix& assigned) {
    Matrix seen{assigned.adapters & host.host_adapters, assigned.domains & host.host_domains,
                assigned.control & host.host_control};
    // One queue that is not bound to vfio_ap costs the guest the whole adapter; domains are never dropped for it.
    const auto candidates = seen.adapters;
    for (Apid a : candidates)
        if (!seen.domains.subset_of(host.guest.row(a))) seen.adapters.erase(a);
    return seen;
}

std::vector<Filtered> filtered_adapters(const HostState& host, const Matrix& assigned) {
    std::vector<Filtered> out;
    const auto domains = assigned.domains & host.host_domains;
    for (Apid a : assigned.adapters) {
        Filtered filtered{a, {}};
        if (host.host_adapters.contains(a)) {
            filtered.missing = QueueSet::rectangle({a}, domains - host.guest.row(a));
            if (filtered.missing.empty()) continue;
        }
        out.push_back(filtered);
    }
    return out;
}

std::string why_hidden(const HostState& host, const Filtered& filtered) {
    const auto adapter = describe(AdapterSet{filtered.adapter});
    if (filtered.missing.empty()) return fmt::format("adapter {}: it is not in the host's configuration", adapter);
    const auto absent = filtered.missing - host.present;
    const auto& blamed = absent.empty() ? filtered.missing : absent;
    const bool one = blamed.size() == 1;
    return fmt::format("adapter {}: {} {}", adapter, describe(blamed),
                       absent.empty() ? (one ? "is not in the guest pool" : "are not in the guest pool") : (one ? "does not exist" : "do not exist"));
}

} // namespace ap
