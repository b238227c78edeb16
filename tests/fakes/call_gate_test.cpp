// SPDX-License-Identifier: LGPL-2.1-or-later
// The gate fails, blocks and interrupts the call it was told to.
#include "fakes/call_gate.hpp"
#include "fakes/fake_lock.hpp"
#include "fakes/fake_store.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace {

using namespace ap;
using namespace ap::fakes;

TEST(CallGate, FailsTheNamedCallOnly) {
    CallGate gate;
    gate.fail(2, {16, false});
    EXPECT_FALSE(gate.enter("one"));
    EXPECT_EQ(gate.enter("two")->errno_value, 16);
    EXPECT_FALSE(gate.enter("three"));
    EXPECT_EQ(gate.trace(), (std::vector<std::string>{"one", "two", "three"}));
}

TEST(CallGate, FailsEveryCallOfANameFromOneOn) {
    CallGate gate;
    gate.fail_all_from(2, "set_");
    EXPECT_FALSE(gate.enter("set_apmask"));
    EXPECT_FALSE(gate.enter("create"));
    EXPECT_TRUE(gate.enter("set_aqmask"));
}

TEST(CallGate, HoldsABlockedCallUntilItIsReleased) {
    CallGate gate;
    gate.block(1);
    bool back = false;
    std::thread caller([&] { gate.enter("stuck"), back = true; });
    gate.wait_until_blocked();
    EXPECT_EQ(gate.calls(), 1U);
    gate.release();
    caller.join();
    EXPECT_TRUE(back);
}

TEST(CallGate, LetsSomebodyElseActBeforeACall) {
    CallGate gate;
    std::vector<std::string> order;
    gate.before(1, [&] { order.push_back("somebody else"); });
    gate.enter("call");
    order.push_back("call");
    EXPECT_EQ(order.front(), "somebody else");
}

RecordChanges removal_of(FakeStore& store, const Uuid& uuid) {
    return store.prepare({SetDefinition{uuid, store.wanted().definitions.at(uuid), std::nullopt}}, {}).value();
}

struct FakeStoreTest : testing::Test {
    CallGate gate;
    Uuid uuid{{7}};
    Wanted start{{{uuid, Definition{.name = "web"}}}, {}, {}};
    FakeStore store{gate, start};
};

TEST_F(FakeStoreTest, PutsADefinitionBackByteForByteWhenTheProcessDiedInItsCommit) {
    const auto changes = removal_of(store, uuid);
    gate.crash_before(gate.calls() + 2);
    EXPECT_FALSE(store.commit(changes, {1, "entry"}, Store::Foreign::refuse, std::nullopt, {}));
    EXPECT_EQ(store.file_of(uuid), "");
    gate.reset();
    ASSERT_TRUE(store.put_back(changes));
    EXPECT_EQ(store.wanted(), start);
    EXPECT_EQ(store.file_of(uuid), "as found: web");
}

TEST_F(FakeStoreTest, AFailedChangeChangesNothing) {
    const auto changes = removal_of(store, uuid);
    gate.fail(gate.calls() + 2, {28, false});
    const auto refused = store.commit(changes, {1, "entry"}, Store::Foreign::refuse, std::nullopt, {});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().errno_value, 28);
    EXPECT_EQ(store.wanted(), start);
    EXPECT_TRUE(store.disk().journal.history.empty());
}

TEST_F(FakeStoreTest, LosesUnsyncedFilesWithThePowerAndMendsThemFromTheMark) {
    ASSERT_TRUE(store.commit(removal_of(store, uuid), {1, "entry"}, Store::Foreign::refuse, std::nullopt, {}));
    FakeStore next(gate, FakeStore::without_power(store.disk()));
    EXPECT_TRUE(next.wanted().definitions.contains(uuid));
    ASSERT_TRUE(next.read_journal());
    EXPECT_FALSE(next.wanted().definitions.contains(uuid));
}

TEST(FakeLock, NamesWhoHasIt) {
    CallGate gate;
    FakeLock lock(gate);
    lock.set_holder("pid 4711 (chzdev)");
    const auto refused = lock.acquire(std::chrono::seconds(1));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().fault, Fault::foreign_owner);
    EXPECT_NE(refused.error().reason.find("4711"), std::string::npos);
    lock.set_holder("");
    ASSERT_TRUE(lock.acquire(std::chrono::seconds(1)));
    EXPECT_TRUE(lock.held());
    lock.release();
    EXPECT_FALSE(lock.held());
}

} // namespace
