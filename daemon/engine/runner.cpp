// SPDX-License-Identifier: LGPL-2.1-or-later
// Recording, doing, verifying, committing.
//
// The record comes before the first write and says how to take everything back; the kernel's steps follow, and the records of what is wanted come last, all of them in
// the one commit that also ends the record: a record that says more than the kernel does would survive a reboot as a lie, while a kernel change without its
// record is still in our hands to take back. From its first write to the commit the job is therefore always one that can be undone, by us or by the next process.
#include "engine/runner.hpp"

#include "engine/refusals.hpp"
#include "engine/undo.hpp"
#include "engine/verdict.hpp"

#include <fmt/format.h>

#include <tuple>

namespace ap::engine {
namespace {

JobState state_after(const std::vector<Error>& cause) { return cause.front().fault == Fault::cancelled ? JobState::cancelled : JobState::failed; }

} // namespace

Outcome Runner::run() {
    std::vector<std::string> texts;
    for (const auto& step : plan_.steps) texts.push_back(describe(step, names_));
    progress_.set_steps(std::move(texts));
    if (plan_.steps.empty()) return {};
    progress_.begin("write the record of the job");
    auto record = ledger_.begin(origin_, plan_, found_);
    progress_.end();
    if (!record) return {JobState::failed, {record.error()}, {}};
    record_ = *std::move(record);
    auto cause = carry_out();
    auto outcome = cause.empty() ? Outcome{} : written_ ? undo(std::move(cause)) : end_undone({state_after(cause), std::move(cause), {}});
    outcome.how = how_;
    return outcome;
}

Runner::Failures Runner::carry_out() {
    if (auto failures = do_kernel_steps(); !failures.empty()) return failures;
    return commit();
}

Runner::Failures Runner::do_kernel_steps() {
    for (const auto& step : plan_.steps) {
        if (!touches_kernel(step)) continue;
        if (auto failures = wait_before(step); !failures.empty()) return failures;
        if (auto failures = do_step(step); !failures.empty()) return failures;
    }
    if (done_.empty()) return {};
    if (auto failures = verify(); !failures.empty()) return failures;
    return wait_at_the_end();
}

// --- Waiting for queues --------------------------------------------------------------------------------------------------

/// Once for all queues that go, right before the first of them does: earlier, steps that shrink a matrix would come in between, and later it would be once a queue.
Runner::Failures Runner::wait_before(const Step& step) {
    if (!drained_ && takes_from_host(step)) {
        drained_ = true;
        const auto leaving = queues_moved(plan_, {Owner::Kind::host}, {Owner::Kind::pool, Owner::Kind::matrix, Owner::Kind::unbound});
        if (auto failures = heard(wait_.for_requests(leaving, drain_)); !failures.empty()) return failures;
        if (wait_.has_waited() && !written_)
            if (auto failures = look_again(); !failures.empty()) return failures;
    }
    // As soon as a matrix has them, what interrupts may be its guest; and what has not been reset is nobody's to have.
    if (given_ || !gives_to_matrix(step)) return {};
    given_ = true;
    const auto left = wait_.for_resets({}, queues_moved(plan_, {Owner::Kind::host, Owner::Kind::pool, Owner::Kind::matrix}, {Owner::Kind::matrix}));
    if (!left) return {left.error()};
    if (left->empty()) return {};
    return {Error{Fault::timed_out, "", *left + ", and until it is over no guest shall have it", "look after the adapter, and try again", 0}};
}

/// Somebody who does not know of the neighbours' lock had all that time, and masks are written as a whole: what he did to them would be overwritten.
Runner::Failures Runner::look_again() {
    if (auto read = read_touched(Dirty{.binding = true}); !read) return {read.error()};
    const auto& now = picture_.host();
    const auto binding = [](const HostState& host) { return std::tie(host.apmask, host.aqmask, host.host, host.guest, host.overridden, host.other_overrides); };
    if (binding(now) == binding(found_)) return {};
    return {changed_while_waiting()};
}

/// They are the host's whatever it does with them.
Runner::Failures Runner::wait_at_the_end() {
    auto left = wait_.for_resets(queues_moved(plan_, {Owner::Kind::pool, Owner::Kind::matrix, Owner::Kind::unbound}, {Owner::Kind::host}), {});
    if (left && !left->empty()) *left += ": the host has it, but it may not work yet";
    return heard(left);
}

/// Something to say at the end, or the end.
Runner::Failures Runner::heard(const Result<std::string>& left) {
    if (!left) return {left.error()};
    if (!left->empty()) how_ += (how_.empty() ? "" : "; ") + *left;
    return {};
}

Runner::Failures Runner::do_step(const Step& step) {
    const auto number = done_.size();
    if (progress_.shall_end())
        return {Error{Fault::cancelled, "", fmt::format("cancelled before step {} of {}", number + 1, plan_.steps.size()), "", 0}};
    written_ = true;
    if (auto result = writer_.write(step, describe(step, names_)); !result) {
        failed_ = &step;
        failure_ = result.error();
        return {result.error()};
    }
    done_.push_back(&step);
    progress_.end(done_.size());
    return {};
}

Runner::Failures Runner::commit() {
    // Past its last step in the kernel a job without records of its own is done: there is nothing left to be cancelled.
    if (done_.size() < plan_.steps.size() && progress_.shall_end())
        return {Error{Fault::cancelled, "", fmt::format("cancelled before step {} of {}", done_.size() + 1, plan_.steps.size()), "", 0}};
    written_ = true;
    progress_.begin("write the records");
    auto committed = ledger_.commit(*record_, how_, Store::Foreign::refuse, show_);
    progress_.end(committed ? plan_.steps.size() : done_.size());
    if (!committed) return {committed.error()};
    return {};
}

Result<void> Runner::read_touched(Dirty what) {
    progress_.begin("read the host");
    auto result = picture_.read(what);
    progress_.end();
    return result;
}

Runner::Failures Runner::verify() {
    // No write of ours changes what the machine lets the host have. Where the guests see less for it, that is found all the same, and undoing looks at all of it.
    auto touched = touched_by(plan_);
    touched.configuration = false;
    if (auto read = read_touched(touched); !read) return {read.error()};
    // A mask write leaves a queue unbound when the driver's probe fails; it may be a passing condition, so it gets one more chance.
    if (const auto unbound = unbound_after(plan_, picture_.host()); !unbound.empty()) {
        writer_.bind(unbound);
        if (auto read = read_touched(touched); !read) return {read.error()};
    }
    return unlike_plan(plan_, picture_.host());
}

// --- Undoing -------------------------------------------------------------------------------------------------------------

Outcome Runner::undo(Failures cause) {
    const auto ended_as = state_after(cause);
    progress_.set_undoing();
    Undo undo(ports_, picture_, progress_, *record_, found_);
    if (failed_ != nullptr) {
        // Judges by the picture we have when this fails: the last verified one.
        if (auto read = read_touched(touched_by(plan_)); !read) undo.note_trouble(read.error());
        if (took_effect(*failed_, failure_, picture_.host())) done_.push_back(failed_);
    }
    auto differences = undo.run(done_);
    auto errors = std::move(cause);
    errors.insert(errors.end(), undo.troubles().begin(), undo.troubles().end());
    errors.insert(errors.end(), differences.begin(), differences.end());
    return end_undone({differences.empty() ? ended_as : JobState::degraded, std::move(errors), std::move(differences)});
}

Outcome Runner::end_undone(Outcome outcome) {
    auto written = outcome.state == JobState::degraded ? ledger_.keep_open(*record_, how_, outcome.errors)
                                                       : ledger_.close(*record_, outcome.state, how_, outcome.errors);
    if (!written) outcome.errors.push_back(written.error());
    return outcome;
}

} // namespace ap::engine
