// SPDX-License-Identifier: LGPL-2.1-or-later
// The test loop.
#include "engine/rig.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>

namespace ap::engine {

namespace {

fakes::FakeStore::Disk disk_with(const Wanted& wanted) {
    fakes::CallGate nobody;
    return fakes::FakeStore(nobody, wanted).disk();
}

} // namespace

Rig::Rig(const HostState& start, const Wanted& wanted, Policy policy) : Rig(start, disk_with(wanted), policy) {}

Rig::Rig(const HostState& start, const fakes::FakeStore::Disk& disk, Policy policy)
    : host(gate, start), store(gate, disk), lock(gate), engine({host, host, store, lock, calendar, sources, guests, policy}, [this] {
          std::lock_guard guard(mutex_);
          wake_ = true;
          woken_.notify_all();
      }) {}

Rig::~Rig() { gate.reset(); } // nobody may be blocked when the engine ends

void Rig::start() {
    engine.start();
    wait_until([&] { return engine.snapshot()->generation != 0; });
}

void Rig::wait_until(const std::function<bool()>& done) {
    while (true) {
        for (auto& notice : engine.take_notices()) seen.push_back(std::move(notice));
        if (done()) return;
        std::unique_lock guard(mutex_);
        const bool woken = woken_.wait_for(guard, std::chrono::minutes(1), [&] { return wake_; });
        ASSERT_TRUE(woken) << "the engine has been silent for a minute";
        wake_ = false;
    }
}

JobView Rig::job(std::uint32_t id) const {
    const auto all = engine.jobs();
    const auto found = std::ranges::find(all, id, &JobView::id);
    return found == all.end() ? JobView{} : *found;
}

JobView Rig::wait_for_end(std::uint32_t id) {
    wait_until([&] { return ended(job(id).state); });
    return job(id);
}

std::uint32_t Rig::queue(const std::vector<Wish>& wishes, const ApplyOptions& options) {
    const auto queued = engine.apply(wishes, options, {});
    EXPECT_TRUE(queued) << to_string(queued.error().front());
    return queued ? queued->id : 0;
}

JobView Rig::apply(const std::vector<Wish>& wishes, const ApplyOptions& options) {
    const auto queued = engine.apply(wishes, options, {});
    if (queued) return wait_for_end(queued->id);
    JobView refused;
    refused.state = JobState::failed;
    refused.errors = queued.error();
    return refused;
}

Result<std::uint64_t> Rig::rescan() {
    const auto ticket = engine.rescan();
    const auto answer = [&] {
        return std::ranges::find_if(seen, [&](const Notice& n) {
            const auto* done = std::get_if<RescanDone>(&n);
            return done != nullptr && done->ticket == ticket;
        });
    };
    wait_until([&] { return answer() != seen.end(); });
    return std::get<RescanDone>(*answer()).generation;
}

unsigned Rig::call_named(const std::string& name) const {
    const auto trace = gate.trace();
    const auto found = std::ranges::find(trace, name);
    return found == trace.end() ? 0 : static_cast<unsigned>(found - trace.begin()) + 1;
}

Wish wish(std::string_view verb, const WishArguments& arguments) {
    auto parsed = parse_wish(verb, arguments);
    EXPECT_TRUE(parsed) << to_string(parsed.error());
    return parsed.value_or(Wish{});
}

Uuid uuid_of(const Rig& rig, std::string_view matrix) {
    const auto uuid = find_matrix(rig.host.state(), rig.store.wanted(), matrix);
    EXPECT_TRUE(uuid) << to_string(uuid.error());
    return uuid.value_or(Uuid{});
}

HostState two_adapters() {
    return fakes::small_host({Apid{3}, Apid{4}}, {Apqi{4}, Apqi{0x2f}, Apqi{0x47}});
}

HostState two_adapters_with_overrides() {
    auto host = two_adapters();
    host.has_driver_override = true;
    host.in_use_rule = InUseRule::all_opposite;
    return host;
}

Wish assign_web() { return wish("assign", {{"matrix", "web"}, {"adapters", "3,4"}, {"domains", "0x47"}}); }

unsigned call_of_assign_web(const std::string& name) {
    Rig rig(two_adapters());
    rig.start();
    rig.gate.reset();
    rig.apply({assign_web()});
    return rig.call_named(name);
}

} // namespace ap::engine
