// SPDX-License-Identifier: LGPL-2.1-or-later
// The kernel's answer to each step; the names in brackets are rows of the conformance table (kernel-abi 15).
#include "core/plan.hpp"
#include "core/predictor.hpp"

#include <gtest/gtest.h>

namespace ap {
namespace {

Apqn q(unsigned a, unsigned d) { return {static_cast<Apid>(a), static_cast<Apqi>(d)}; }
const Apid a3{3}, a5{5};
const Apqi d4{4}, d47{0x47};
const Uuid m1{{1}};
using What = EditMatrix::What;

/// S0: adapters 3 and 5, domains 4 and 0x47, everything with the host.
HostState s0() {
    HostState h;
    h.bus_present = h.vfio_ap_present = true;
    h.host_adapters = {a3, a5};
    h.host_domains = h.host_control = {d4, d47};
    h.present = h.host = QueueSet::rectangle(h.host_adapters, h.host_domains);
    return h;
}
HostState s1() { return after(s0(), SetApmask{AdapterSet::all(), ~AdapterSet{a3}}); }
HostState s2() { return after(after(s1(), CreateMdev{m1}), SetMatrix{m1, {}, {{a3}, {d4, d47}, {d4}}}); }
HostState edited(HostState h, What what, unsigned id, bool assign) { return after(h, EditMatrix{m1, what, id, assign}); }

TEST(Model, MovesTheQueuesOfAClearedAdapter) { // A2
    const auto h = s1();
    EXPECT_EQ(h.guest, QueueSet::rectangle({a3}, {d4, d47}));
    EXPECT_EQ(h.host, QueueSet::rectangle({a5}, {d4, d47}));
}

TEST(Model, LeavesFreedQueuesUnboundWithoutVfioAp) { // A32
    auto h = s0();
    h.vfio_ap_present = false;
    h = after(h, SetApmask{h.apmask, ~AdapterSet{a3}});
    EXPECT_TRUE(h.guest.empty());
    EXPECT_EQ(h.host, QueueSet::rectangle({a5}, {d4, d47}));
}

TEST(Model, BindsUnboundReservedQueuesWithAnyMaskWrite) { // X1
    auto h = s0();
    h.host.erase(q(5, 4));
    EXPECT_TRUE(after(h, SetApmask{h.apmask, ~AdapterSet{a3}}).host.contains(q(5, 4)));
}

TEST(Model, LeavesUnboundFreedQueuesUnbound) { // X4
    auto h = s0();
    h.host.erase(q(3, 4));
    h = after(h, SetApmask{h.apmask, ~AdapterSet{a3}});
    EXPECT_FALSE(h.guest.contains(q(3, 4)));
    EXPECT_TRUE(after(h, ProbeQueue{q(3, 4)}).guest.contains(q(3, 4)));
}

TEST(Model, LeavesOverriddenQueuesToTheirOverride) {
    auto h = s0();
    h.overridden.insert(q(3, 4));
    EXPECT_TRUE(after(h, SetApmask{h.apmask, ~AdapterSet{a3}}).host.contains(q(3, 4)));
}

TEST(Model, ShowsTheGuestWhatIsAssigned) { // C4
    EXPECT_EQ(s2().matrices.at(m1).effective, (Matrix{{a3}, {d4, d47}, {d4}}));
}

TEST(Model, TakesTheAdapterWhenAMaskTakesAQueue) { // A4 with an mdev that the kernel let pass
    const auto h = after(s2(), SetApmask{~AdapterSet{a3}, AdapterSet::all()});
    EXPECT_EQ(h.matrices.at(m1).effective, (Matrix{{}, {d4, d47}, {d4}}));
    EXPECT_EQ(h.matrices.at(m1).assigned.adapters, AdapterSet{a3});
}

TEST(Model, DoesNotFilterAnewOnUnassign) { // C26, C28, C29
    auto h = s1();
    h.guest.erase(q(3, 0x47));
    h = after(h, CreateMdev{m1});
    h = edited(edited(edited(h, What::adapter, 3, true), What::domain, 4, true), What::domain, 0x47, true);
    EXPECT_EQ(h.matrices.at(m1).effective, (Matrix{{}, {d4, d47}, {}}));
    h = edited(h, What::domain, 0x47, false);
    EXPECT_EQ(h.matrices.at(m1).effective, (Matrix{{}, {d4}, {}})) << "the adapter is not restored";
    const auto same = h.matrices.at(m1).assigned;
    h = after(h, SetMatrix{m1, same, same});
    EXPECT_EQ(h.matrices.at(m1).effective, (Matrix{{a3}, {d4}, {}}));
}

TEST(Model, FiltersAnewWhenAQueueComesBack) { // C27
    auto h = s1();
    h.guest.erase(q(3, 0x47));
    h = after(after(h, CreateMdev{m1}), SetMatrix{m1, {}, {{a3}, {d4, d47}, {}}});
    EXPECT_TRUE(h.matrices.at(m1).effective.adapters.empty());
    EXPECT_EQ(after(h, ProbeQueue{q(3, 0x47)}).matrices.at(m1).effective.adapters, AdapterSet{a3});
}

TEST(Model, IgnoresARepeatedAssign) { // C12
    auto h = s2();
    h.matrices.at(m1).effective.adapters = {};
    EXPECT_EQ(edited(h, What::adapter, 3, true), h);
}

TEST(Model, ListsControlDomainsTheHostHas) { // C33
    const auto h = edited(edited(s2(), What::control, 9, true), What::control, 0x47, true);
    EXPECT_EQ(h.matrices.at(m1).assigned.control, (DomainSet{d4, Apqi{9}, d47}));
    EXPECT_EQ(h.matrices.at(m1).effective.control, (DomainSet{d4, d47}));
}

TEST(Model, RecordsDoNotTouchTheHost) {
    EXPECT_EQ(after(s2(), SetDefinition{m1, {}, Definition{}}), s2());
    EXPECT_EQ(after(s2(), SetPools{{}, s2().present, {}, {}}), s2());
}

} // namespace
} // namespace ap
