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

TEST(FakeStore, PutsADefinitionBackByteForByte) {
    CallGate gate;
    const Uuid uuid{{7}};
    Wanted start;
    start.definitions[uuid].name = "web";
    FakeStore store(gate, start);
    store.write_file(uuid, start.definitions[uuid], "{ \"theirs\": 1 }");
    const auto saved = store.save(uuid);
    ASSERT_TRUE(saved);
    ASSERT_TRUE(store.set_definition(uuid, std::nullopt));
    EXPECT_FALSE(store.wanted().definitions.contains(uuid));
    ASSERT_TRUE(store.restore(*saved));
    EXPECT_EQ(store.wanted(), start);
    EXPECT_EQ(store.file_of(uuid), "{ \"theirs\": 1 }");
}

TEST(FakeStore, AFailedChangeChangesNothing) {
    CallGate gate;
    FakeStore store(gate);
    gate.fail(1, {28, false});
    const auto refused = store.set_definition(Uuid{{7}}, Definition{});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().errno_value, 28);
    EXPECT_TRUE(store.wanted().definitions.empty());
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
