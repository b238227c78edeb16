// SPDX-License-Identifier: LGPL-2.1-or-later
// The facade: everything the loop thread may do is a look into shared boxes or a note into the queue.
#include "engine/engine.hpp"

#include "engine/proposal.hpp"
#include "engine/refusals.hpp"
#include "engine/worker.hpp"

#include <fmt/format.h>

#include <thread>

namespace ap::engine {

class Engine::Impl {
  public:
    Impl(const Ports& ports, std::function<void()> wake)
        : calendar(ports.calendar), policy(ports.policy), notices(std::move(wake)), book(notices), worker(ports, box, notices, book, queue, history) {}

    Calendar& calendar;
    Policy policy;
    Notices notices;
    SnapshotBox box;
    JobBook book;
    CommandQueue queue;
    History history;
    Worker worker;

    std::expected<Plan, std::vector<Error>> plan(const Snapshot& on, const std::vector<Wish>& wishes, bool disrupt) const {
        if (on.generation == 0) return std::unexpected(std::vector{nothing_read_yet()});
        return propose(on.host, on.wanted, wishes, {disrupt, on.checkpoint}, on.generation, history, {on.sources, on.guests, policy});
    }

    std::uint64_t last_ticket = 0;
    std::optional<Checkpoint> told; ///< that its time is over: once is enough
    std::optional<PolicyStanding> told_policy; ///< likewise

    std::thread thread;
    std::mutex mutex; ///< guards `finished`
    std::condition_variable ended;
    bool finished = false;

    void run() {
        worker.run();
        std::lock_guard lock(mutex);
        finished = true;
        ended.notify_all();
    }
};

Engine::Engine(Ports ports, std::function<void()> wake) : impl_(std::make_unique<Impl>(ports, std::move(wake))) {}

Engine::~Engine() {
    impl_->queue.stop();
    if (impl_->thread.joinable()) impl_->thread.join();
}

void Engine::start() {
    impl_->thread = std::thread([impl = impl_.get()] { impl->run(); });
}

bool Engine::stop(std::chrono::milliseconds patience) {
    impl_->queue.stop();
    if (!impl_->thread.joinable()) return true;
    {
        std::unique_lock lock(impl_->mutex);
        if (!impl_->ended.wait_for(lock, patience, [&] { return impl_->finished; })) return false;
    }
    impl_->thread.join();
    return true;
}

SnapshotPtr Engine::snapshot() const { return impl_->box.get(); }
std::vector<Notice> Engine::take_notices() { return impl_->notices.take(); }

std::expected<Plan, std::vector<Error>> Engine::plan(const std::vector<Wish>& wishes, bool disrupt) const {
    return impl_->plan(*snapshot(), wishes, disrupt);
}

std::expected<JobView, std::vector<Error>> Engine::apply(const std::vector<Wish>& wishes, const ApplyOptions& options, const Requester& who) {
    if (impl_->queue.stopping()) return std::unexpected(std::vector{ending()});
    const auto now = snapshot();
    if (!now->degraded.empty()) return std::unexpected(std::vector{refusal_while_degraded(now->degraded)});
    if (auto no = refusal_while_unconfirmed(now->checkpoint, wishes, options, impl_->calendar)) return std::unexpected(std::vector{*std::move(no)});
    auto possible = impl_->plan(*now, wishes, options.disrupt);
    if (!possible) return std::unexpected(possible.error());
    if (auto no = refusal_of_checkpoint(options, *possible)) return std::unexpected(std::vector{*std::move(no)});
    auto view = impl_->book.add(describe(wishes), who);
    impl_->queue.push(RunJob{view.id, wishes, options, who, view.description, false, std::make_shared<const EarlierPlan>(now, *std::move(possible))});
    return view;
}

std::expected<JobView, std::vector<Error>> Engine::recover(Remedy remedy, const Requester& who) {
    if (impl_->queue.stopping()) return std::unexpected(std::vector{ending()});
    const auto now = snapshot();
    if (!now->open_job) return std::unexpected(std::vector{nothing_to_recover()});
    if (auto no = refusal_of(remedy, *now->open_job)) return std::unexpected(std::vector{*std::move(no)});
    auto view = impl_->book.add(fmt::format("recover job {}: {}", now->open_job->job, to_string(remedy)), who);
    impl_->queue.push(RecoverJob{view.id, remedy, who});
    return view;
}

std::expected<JobView, std::vector<Error>> Engine::confirm(std::uint32_t job, const Requester& who) {
    if (impl_->queue.stopping()) return std::unexpected(std::vector{ending()});
    const auto now = snapshot();
    if (!now->checkpoint || now->checkpoint->job != job) return std::unexpected(std::vector{nothing_to_confirm(job)});
    auto view = impl_->book.add(fmt::format("confirm job {}", job), who);
    impl_->queue.push(ConfirmJob{view.id, job, who});
    return view;
}

std::optional<std::chrono::milliseconds> Engine::checkpoint_due_in() const {
    const auto now = snapshot();
    if (!now->checkpoint || now->checkpoint->due == Checkpoint::never || now->checkpoint == impl_->told) return std::nullopt;
    return time_left(*now->checkpoint, impl_->calendar);
}

void Engine::look_at_checkpoint() {
    const auto left = checkpoint_due_in();
    if (!left || *left > std::chrono::milliseconds(0)) return;
    impl_->told = snapshot()->checkpoint;
    impl_->queue.push(LookAtCheckpoint{});
}

std::optional<std::chrono::milliseconds> Engine::policy_due_in() const {
    const auto now = snapshot();
    if (now->policy.due == Checkpoint::never || now->policy == impl_->told_policy) return std::nullopt;
    return std::max(now->policy.due - impl_->calendar.uptime(), std::chrono::milliseconds(0));
}

void Engine::look_at_policy() {
    const auto left = policy_due_in();
    if (!left || *left > std::chrono::milliseconds(0)) return;
    impl_->told_policy = snapshot()->policy;
    impl_->queue.push(LookAtCheckpoint{});
}

std::vector<HistoryEntry> Engine::history(std::size_t most) const { return impl_->history.latest(most); }
Result<HistoryEntry> Engine::history_entry(std::uint32_t job) const { return impl_->history.entry(job); }

Result<void> Engine::cancel(std::uint32_t job) { return impl_->book.cancel(job); }

std::uint64_t Engine::rescan() {
    impl_->queue.push(Rescan{++impl_->last_ticket});
    return impl_->last_ticket;
}

void Engine::changed(const Dirty& what) { impl_->queue.mark(what); }
void Engine::arrived(const std::optional<Arrivals>& queues) { impl_->book.arrived(queues); }
std::vector<JobView> Engine::jobs() const { return impl_->book.all(); }
bool Engine::look_at_clock(Clock::time_point now) { return impl_->book.look_at_clock(now); }

} // namespace ap::engine
