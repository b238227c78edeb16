// SPDX-License-Identifier: LGPL-2.1-or-later
// Serializing writers, carrying out effects.
#include "host/running_host.hpp"

#include <fnmatch.h>

#include <algorithm>
#include <memory>
#include <thread>
#include <utility>

#include "model/scan.hpp"

namespace apsim {

namespace {

constexpr std::size_t trace_limit = 100'000;
constexpr std::size_t message_limit = 1'000;

/// Thrown to whoever waits when the host ends: an operation has no way to say that it will not.
struct Stopping {};

} // namespace

thread_local std::shared_ptr<bool> RunningHost::settled_;

RunningHost::RunningHost(Hardware hardware, const Boot& boot, std::vector<Placeholder> placeholders)
    : machine_(std::move(hardware), boot), tree_(machine_, std::move(placeholders)) {
    machine_.waiting = this;
}

RunningHost::RunningHost(Hardware hardware, const Personality& kernel, std::vector<Placeholder> placeholders)
    : RunningHost(std::move(hardware), boot_of(kernel), std::move(placeholders)) {}

RunningHost::~RunningHost() {
    std::unique_lock lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
    idle_.wait(lock, [this] { return threads_ == 0; });
}

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
    auto reply = std::move(write.reply);
    if (late != nullptr)
        reply = [this, order = *late, path = write.path, reply = std::move(reply)](int error) {
            const std::lock_guard lock(mutex_);
            hold(order, path, [reply, error] { reply(error); });
        };
    operate([this, attribute = write.attribute,
             text = std::move(write.text)](Machine&) { return tree_.store(attribute, text); },
            std::move(reply));
}

/// Requires: the lock.  What may have to wait gets a thread of its own; nearly nothing does.  Either way the
/// operation has ended or waits when this returns, so that what comes next finds its effects.
void RunningHost::operate(Rule rule, Reply reply) {
    if (!machine_.may_wait()) return run(rule, reply);
    const auto settled = std::make_shared<bool>(false);
    start_thread([this, settled, rule = std::move(rule), reply = std::move(reply)] {
        settled_ = settled;
        run(rule, reply);
    });
    std::unique_lock lock(mutex_, std::adopt_lock);
    changed_.wait(lock, [&] { return *settled; });
    lock.release();
}

/// Requires: the lock.  The job runs under it too.
void RunningHost::start_thread(std::function<void()> job) {
    ++threads_;
    std::thread([this, job = std::move(job)] {
        const std::lock_guard lock(mutex_);
        try {
            if (!stopping_) job();
        } catch (const Stopping&) {
            // the host ends, and what has not ended before never does
        }
        settle();
        --threads_;
        idle_.notify_all();
    }).detach();
}

/// Requires: the lock.
void RunningHost::settle() {
    if (settled_) *settled_ = true;
    settled_.reset();
    changed_.notify_all();
}

/// Requires: the lock, and that the thread may wait if the operation does.
void RunningHost::run(const Rule& rule, const Reply& reply) {
    auto outcome = rule(machine_);
    tell(outcome.effects, reply, outcome.error);
    changed_.notify_all();
    arm_timer();
}

/// Requires: the lock.
void RunningHost::tell(Effects& effects, Reply reply, int error) {
    for (auto& message : effects.messages) messages_.push_back(std::move(message));
    while (messages_.size() > message_limit) messages_.pop_front();
    worker_.post([this, told = std::exchange(effects, {}), reply = std::move(reply), error] {
        if (!told.changes.empty()) audience_->tree_changed(told.changes);
        if (!told.uevents.empty()) audience_->uevents(told.uevents);
        if (reply) reply(error);
    });
}

std::int64_t RunningHost::now() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(Worker::Clock::now().time_since_epoch())
        .count();
}

void RunningHost::pause(Effects& so_far, std::optional<std::int64_t> until) {
    if (!so_far.changes.empty() || !so_far.uevents.empty() || !so_far.messages.empty()) tell(so_far, {}, 0);
    settle();
    std::unique_lock lock(mutex_, std::adopt_lock);
    if (stopping_) {
        lock.release();
        throw Stopping();
    }
    if (until)
        changed_.wait_until(lock, Worker::Clock::time_point(std::chrono::milliseconds(*until)));
    else
        changed_.wait(lock);
    lock.release();
    if (stopping_) throw Stopping();
}

void RunningHost::change(Rule rule, Reply reply) {
    const std::lock_guard lock(mutex_);
    operate(std::move(rule), std::move(reply));
}

void RunningHost::alter(const std::function<void(Machine&)>& change) {
    const std::lock_guard lock(mutex_);
    change(machine_);
    changed_.notify_all();
}

void RunningHost::read(const Node& attribute, ReadReply reply) {
    std::optional<Shown> shown;
    {
        const std::lock_guard lock(mutex_);
        auto* busy = tree_.read_lock(attribute);
        if (busy != nullptr && busy->held())
            return start_thread([this, attribute, busy, reply] {
                Effects nothing;
                const Hold hold(machine_, *busy, nothing);
                worker_.post([reply, text = tree_.show(attribute)] { reply(text); });
                changed_.notify_all();
            });
        shown = tree_.show(attribute);
    }
    reply(*shown);
}

void RunningHost::set_timer(bool on) {
    const std::lock_guard lock(mutex_);
    timer_ = on;
    timer_set_for_ = -1;
    if (on) machine_.next_scan = now() + std::int64_t{1000} * machine_.config_time;
    arm_timer();
}

/// Requires: the lock.  Every scan and every write to config_time sets the timer anew.
void RunningHost::arm_timer() {
    if (!timer_ || timer_set_for_ == machine_.next_scan) return;
    timer_set_for_ = machine_.next_scan;
    worker_.post_at(Worker::Clock::time_point(std::chrono::milliseconds(timer_set_for_)),
                    [this] { timer_due(); });
}

/// On the worker thread.  A timer that was set anew since is left to its successor.
void RunningHost::timer_due() {
    const std::lock_guard lock(mutex_);
    if (timer_ && machine_.next_scan <= now()) operate(run_scan, [](int) {});
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
