// SPDX-License-Identifier: LGPL-2.1-or-later
// What a guest sees of its matrix (kernel-abi 8.2).
#include "core/predictor.hpp"

#include <gtest/gtest.h>

namespace ap {
namespace {

Apqn q(unsigned a, unsigned d) { return {static_cast<Apid>(a), static_cast<Apqi>(d)}; }

/// Adapters 3 and 5, domains 4 and 0x47, all queues with vfio_ap.
HostState host() {
    HostState h;
    h.host_adapters = {Apid{3}, Apid{5}};
    h.host_domains = h.host_control = {Apqi{4}, Apqi{0x47}};
    h.present = h.guest = QueueSet::rectangle(h.host_adapters, h.host_domains);
    return h;
}
const Matrix all{{Apid{3}, Apid{5}}, {Apqi{4}, Apqi{0x47}}, {Apqi{4}}};

TEST(Predictor, ShowsAMatrixWhoseQueuesAreAllThere) {
    EXPECT_EQ(effective_matrix(host(), all), all);
    EXPECT_TRUE(filtered_adapters(host(), all).empty());
}

TEST(Predictor, DropsTheWholeAdapterForOneMissingQueue) {
    auto h = host();
    h.guest.erase(q(5, 0x47));
    EXPECT_EQ(effective_matrix(h, all), (Matrix{{Apid{3}}, all.domains, all.control}));
    const auto filtered = filtered_adapters(h, all);
    ASSERT_EQ(filtered.size(), 1u);
    EXPECT_EQ(filtered[0].adapter, Apid{5});
    EXPECT_EQ(filtered[0].missing, QueueSet::rectangle({Apid{5}}, {Apqi{0x47}}));
}

TEST(Predictor, KeepsDomainsWhenEveryAdapterIsFiltered) {
    auto h = host();
    h.guest = {};
    EXPECT_EQ(effective_matrix(h, all), (Matrix{{}, all.domains, all.control}));
}

TEST(Predictor, LeavesOutWhatTheHostIsNotConfiguredFor) {
    auto wide = all;
    wide.adapters.insert(Apid{9});
    wide.domains.insert(Apqi{9});
    wide.control.insert(Apqi{9});
    EXPECT_EQ(effective_matrix(host(), wide), all);
    const auto filtered = filtered_adapters(host(), wide);
    ASSERT_EQ(filtered.size(), 1u);
    EXPECT_EQ(filtered[0], (Filtered{Apid{9}, {}}));
}

TEST(Predictor, ShowsAdaptersWithoutDomains) {
    auto h = host();
    h.guest = {};
    EXPECT_EQ(effective_matrix(h, {{Apid{3}}, {}, {}}), (Matrix{{Apid{3}}, {}, {}}));
}

TEST(Predictor, SaysInWordsWhichQueuesHideAnAdapter) {
    auto h = host();
    h.guest.erase(q(3, 4));
    h.guest -= QueueSet::rectangle({Apid{5}}, all.domains);
    auto wide = all;
    wide.adapters.insert(Apid{9});
    const auto words = [&] {
        std::vector<std::string> out;
        for (const auto& filtered : filtered_adapters(h, wide)) out.push_back(why_hidden(h, filtered));
        return out;
    };
    EXPECT_EQ(words(), (std::vector<std::string>{"adapter 3: 03.0004 is not in the guest pool", "adapter 5: 05.0004, 05.0047 are not in the guest pool",
                                                 "adapter 9: it is not in the host's configuration"}));
    h.present -= QueueSet::rectangle({Apid{3}, Apid{5}}, {Apqi{4}});
    EXPECT_EQ(words()[0], "adapter 3: 03.0004 does not exist");
    EXPECT_EQ(words()[1], "adapter 5: 05.0004 does not exist") << "the other one could be bound";
}

} // namespace
} // namespace ap
