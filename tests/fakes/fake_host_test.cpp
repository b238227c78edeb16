// SPDX-License-Identifier: LGPL-2.1-or-later
// The fake host refuses and moves as the kernel does.
#include "fakes/fake_host.hpp"

#include <gtest/gtest.h>

#include <cerrno>

namespace {

using namespace ap;
using namespace ap::fakes;

constexpr Apid a3{3}, a4{4};
constexpr Apqi d4{4}, d47{0x47};

Uuid uuid_of(std::uint8_t n) { return Uuid{{n}}; }

struct FakeHostTest : testing::Test {
    CallGate gate;
    FakeHost host{gate, small_host({a3, a4}, {d4, d47})};
    const Uuid web = uuid_of(1), db = uuid_of(2);

    void free_domain_47() { ASSERT_TRUE(host.set_aqmask(~DomainSet{d47})); }
    void give(const Uuid& uuid, const Matrix& matrix) {
        ASSERT_TRUE(host.create(uuid));
        ASSERT_TRUE(host.set_matrix(uuid, matrix));
    }
    static int errno_of(const Result<void>& result) { return result ? 0 : result.error().errno_value; }
};

TEST_F(FakeHostTest, AMaskWriteMovesQueuesToTheGuestPool) {
    free_domain_47();
    EXPECT_EQ(host.state().guest, QueueSet::rectangle({a3, a4}, {d47}));
    EXPECT_EQ(host.state().host, QueueSet::rectangle({a3, a4}, {d4}));
}

TEST_F(FakeHostTest, AQueueOfTheHostCannotBeAssigned) {
    ASSERT_TRUE(host.create(web));
    const auto refused = host.set_matrix(web, {{a3}, {d4}, {}});
    EXPECT_EQ(errno_of(refused), EADDRNOTAVAIL);
    EXPECT_TRUE(host.state().matrices.at(web).assigned.empty());
}

TEST_F(FakeHostTest, AQueueOfAnotherMatrixCannotBeAssigned) {
    free_domain_47();
    give(web, {{a3}, {d47}, {}});
    ASSERT_TRUE(host.create(db));
    EXPECT_EQ(errno_of(host.set_matrix(db, {{a3, a4}, {d47}, {}})), EADDRINUSE);
}

TEST_F(FakeHostTest, AMaskBitOfAnAssignedQueueCannotBeSet) {
    free_domain_47();
    give(web, {{a3}, {d47}, {}});
    EXPECT_EQ(errno_of(host.set_aqmask(DomainSet::all())), EBUSY);
    EXPECT_EQ(host.state().aqmask, ~DomainSet{d47});
}

TEST_F(FakeHostTest, ALaterKernelChecksABitAgainstAllOppositeIds) {
    free_domain_47();
    ASSERT_TRUE(host.set_apmask(~AdapterSet{a3}));
    give(web, {{a3}, {d47}, {}});
    EXPECT_EQ(errno_of(host.set_apmask(AdapterSet::all())), 0) << "domain 47 is not the host's, so 6.12 does not ask";
    ASSERT_TRUE(host.set_apmask(~AdapterSet{a3}));
    host.change([](HostState& h) { h.in_use_rule = InUseRule::all_opposite; });
    EXPECT_EQ(errno_of(host.set_apmask(AdapterSet::all())), EBUSY);
}

TEST_F(FakeHostTest, AMissingQueueCostsTheGuestTheWholeAdapter) {
    host.change([](HostState& h) { h.host.erase({a4, d47}), h.present.erase({a4, d47}); });
    free_domain_47();
    give(web, {{a3, a4}, {d47}, {d47}});
    EXPECT_EQ(host.state().matrices.at(web).effective, (Matrix{{a3}, {d47}, {d47}}));
}

TEST_F(FakeHostTest, UnassigningDoesNotFilterAnew) {
    host.change([](HostState& h) { h.host.erase({a3, d4}), h.present.erase({a3, d4}); });
    ASSERT_TRUE(host.set_apmask(~AdapterSet{a3}));
    give(web, {{a3}, {d4, d47}, {}});
    ASSERT_TRUE(host.edit_matrix({web, EditMatrix::What::domain, 4, false}));
    EXPECT_TRUE(host.state().matrices.at(web).effective.adapters.empty()) << "the adapter stays filtered (kernel-abi 7.2)";
    ASSERT_TRUE(host.set_matrix(web, {{a3}, {d47}, {}}));
    EXPECT_TRUE(host.state().matrices.at(web).effective.adapters.contains(a3)) << "ap_config heals it (kernel-abi 7.5)";
}

TEST_F(FakeHostTest, AnUnboundQueueStaysUnboundUntilItIsProbed) {
    host.change([](HostState& h) { h.host.erase({a3, d47}); });
    free_domain_47();
    EXPECT_FALSE(host.state().guest.contains({a3, d47}));
    ASSERT_TRUE(host.probe({a3, d47}));
    EXPECT_TRUE(host.state().guest.contains({a3, d47}));
}

TEST_F(FakeHostTest, AnOpenMdevIsNotRemoved) {
    ASSERT_TRUE(host.create(web));
    host.change([&](HostState& h) { h.matrices.at(web).in_use = true; });
    const auto refused = host.remove(web);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().fault, Fault::in_use);
    EXPECT_TRUE(host.state().matrices.contains(web));
}

TEST_F(FakeHostTest, AnIdAboveTheMaximumIsNoDevice) {
    host.change([](HostState& h) { h.max_adapter = 63; });
    ASSERT_TRUE(host.create(web));
    EXPECT_EQ(errno_of(host.edit_matrix({web, EditMatrix::What::adapter, 64, true})), ENODEV);
}

TEST_F(FakeHostTest, TheSameMdevCannotBeCreatedTwice) {
    ASSERT_TRUE(host.create(web));
    EXPECT_EQ(errno_of(host.create(web)), EEXIST);
}

TEST_F(FakeHostTest, OnlyWhatIsAskedForIsRefreshed) {
    auto seen = host.state();
    free_domain_47();
    ASSERT_TRUE(host.create(web));
    Dirty what;
    what.matrix_list = true;
    ASSERT_TRUE(host.refresh(seen, what));
    EXPECT_TRUE(seen.matrices.contains(web));
    EXPECT_EQ(seen.aqmask, DomainSet::all());
    what.binding = true;
    ASSERT_TRUE(host.refresh(seen, what));
    EXPECT_EQ(seen, host.state());
}

TEST_F(FakeHostTest, AFailedCallHasNoEffectUnlessItWasTheReadingBack) {
    gate.fail(1, {EIO, false});
    gate.fail(2, {EIO, true});
    EXPECT_EQ(host.create(web).error().fault, Fault::kernel_refused);
    EXPECT_FALSE(host.state().matrices.contains(web));
    EXPECT_EQ(host.create(web).error().fault, Fault::host_io);
    EXPECT_TRUE(host.state().matrices.contains(web));
}

} // namespace
