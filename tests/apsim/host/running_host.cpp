// SPDX-License-Identifier: LGPL-2.1-or-later
// Serializing writers, carrying out effects.
#include "host/running_host.hpp"

#include <fnmatch.h>

#include <algorithm>
#include <memory>
#include <utility>

namespace apsim {

namespace {

constexpr std::size_t trace_limit = 100'000;
constexpr std::size_t message_limit = 1'000;

} // namespace

RunningHost::RunningHost(Hardware hardware, const Personality& kernel, std::vector<Placeholder> placeholders)
    : machine_(std::move(hardware), kernel), tree_(machine_, std::move(placeholders)) {}

std::uint64_t RunningHost::record(const std::string& path, const std::string& text, Writer writer) {
    trace_.push_back({++writes_, path, text, -1, writer});
    if (trace_.size() > trace_limit) trace_.pop_front();
    return writes_;
}

void RunningHost::finish(std::uint64_t number, int error) {
    const auto it = std::ranges::lower_bound(trace_, number, {}, &TraceEntry::number);
    if (it != trace_.end() && it->number == number) it->error = error;
}

/// The reply, with the end of the write put on record first.
RunningHost::Reply RunningHost::finishing(std::uint64_t number, Reply reply) {
    return [this, number, reply = std::move(reply)](int error) {
        {
            const std::lock_guard lock(mutex_);
            finish(number, error);
        }
        reply(error);
    };
}

void RunningHost::write(const Node& attribute, std::string text, Writer writer, Reply reply) {
    const std::lock_guard lock(mutex_);
    if (!tree_.exists(attribute)) return worker_.post([reply = std::move(reply)] { reply(ENODEV); });
    auto path = "/sys" + tree_.path(attribute);
    const auto number = record(path, text, writer);
    Write write{attribute, path, std::move(text), finishing(number, std::move(reply)), number};
    const auto* fault = faults_.next(path);
    if (fault != nullptr && fault->kind == Fault::Kind::fail)
        return worker_.post([reply = std::move(write.reply), error = fault->error] { reply(error); });
    if (fault == nullptr || fault->after) return execute(std::move(write), fault);
    hold(*fault, path, [this, held = std::make_shared<Write>(std::move(write))] {
        const std::lock_guard again(mutex_);
        execute(std::move(*held), nullptr);
    });
}

/// Requires: the lock.  With `late` the effects come at once and the reply when the order says.
void RunningHost::execute(Write write, const Fault* late) {
    auto outcome = tree_.store(write.attribute, write.text);
    auto reply = std::move(write.reply);
    if (late != nullptr)
        reply = [this, order = *late, path = write.path, reply = std::move(reply)](int error) {
            const std::lock_guard lock(mutex_);
            hold(order, path, [reply, error] { reply(error); });
        };
    carry_out(outcome, std::move(reply));
}

/// Requires: the lock.
void RunningHost::carry_out(Outcome& outcome, Reply reply) {
    for (auto& message : outcome.effects.messages) messages_.push_back(std::move(message));
    while (messages_.size() > message_limit) messages_.pop_front();
    std::vector<Reply> replies;
    if (outcome.waits_for)
        waiting_.emplace(*outcome.waits_for, std::move(reply));
    else
        replies.push_back(std::move(reply));
    worker_.post(
        [this, effects = std::move(outcome.effects), replies = std::move(replies), error = outcome.error] {
            if (!effects.changes.empty()) audience_->tree_changed(effects.changes);
            if (!effects.uevents.empty()) audience_->uevents(effects.uevents);
            for (const auto& answer : replies) answer(error);
        });
}

void RunningHost::change(const std::function<Outcome(Machine&)>& rule, Reply reply) {
    const std::lock_guard lock(mutex_);
    auto outcome = rule(machine_);
    carry_out(outcome, std::move(reply));
    // Writers that waited for a guest to let go of an mdev: it has, if the mdev is gone or no longer in the
    // way.
    for (auto it = waiting_.begin(); it != waiting_.end();) {
        const auto* mdev = machine_.mdev(it->first);
        if (mdev != nullptr && mdev->leaving) {
            ++it;
            continue;
        }
        worker_.post([answer = std::move(it->second)] { answer(0); });
        it = waiting_.erase(it);
    }
}

/// Requires: the lock.
void RunningHost::hold(const Fault& order, const std::string& path, std::function<void()> go_on) {
    const auto ticket = ++tickets_;
    held_.emplace(ticket, Held{path, std::move(go_on)});
    if (order.kind == Fault::Kind::delay)
        worker_.post_at(Worker::Clock::now() + std::chrono::milliseconds(order.milliseconds),
                        [this, ticket] { let_go(ticket); });
}

/// On the worker thread.  The ticket is void if somebody released the write before its time.
void RunningHost::let_go(std::uint64_t ticket) {
    std::function<void()> go_on;
    {
        const std::lock_guard lock(mutex_);
        const auto it = held_.find(ticket);
        if (it == held_.end()) return;
        go_on = std::move(it->second.go_on);
        held_.erase(it);
    }
    go_on();
}

std::size_t RunningHost::release(const std::string& pattern) {
    const auto wanted = canonical_path(pattern);
    const std::lock_guard lock(mutex_);
    std::size_t released = 0;
    for (auto it = held_.begin(); it != held_.end();) {
        if (!wanted.empty() && ::fnmatch(wanted.c_str(), it->second.path.c_str(), 0) != 0) {
            ++it;
            continue;
        }
        worker_.post(std::move(it->second.go_on));
        it = held_.erase(it);
        ++released;
    }
    return released;
}

std::vector<std::string> RunningHost::held() {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> paths;
    for (const auto& [ticket, write] : held_) paths.push_back(write.path);
    return paths;
}

std::uint32_t RunningHost::add_fault(Fault fault) {
    const std::lock_guard lock(mutex_);
    return faults_.add(std::move(fault));
}

bool RunningHost::remove_fault(std::uint32_t id) {
    const std::lock_guard lock(mutex_);
    return faults_.remove(id);
}

void RunningHost::clear_faults() {
    const std::lock_guard lock(mutex_);
    faults_.clear();
}

std::vector<Fault> RunningHost::faults() {
    const std::lock_guard lock(mutex_);
    return {faults_.all().begin(), faults_.all().end()};
}

std::vector<TraceEntry> RunningHost::trace(std::uint64_t after) {
    const std::lock_guard lock(mutex_);
    const auto first = std::ranges::upper_bound(trace_, after, {}, &TraceEntry::number);
    return {first, trace_.end()};
}

void RunningHost::clear_trace() {
    const std::lock_guard lock(mutex_);
    trace_.clear();
}

std::vector<std::string> RunningHost::messages() {
    const std::lock_guard lock(mutex_);
    return {messages_.begin(), messages_.end()};
}

} // namespace apsim
