// SPDX-License-Identifier: LGPL-2.1-or-later
// Doing, verifying and undoing.
//
// The kernel's steps come first and the records last: a record that says more than the kernel does would survive a reboot
// as a lie, while a kernel change without its record is still in our hands to take back. Whether undoing succeeded is
// decided by reading, never by what the undo steps returned: a step may fail and the host be right (the read back failed),
// and all may succeed and it be wrong (somebody else was there).
#include "engine/runner.hpp"

#include "engine/verdict.hpp"

#include <fmt/format.h>

#include <ranges>

namespace ap::engine {

Outcome Runner::run() {
    // Here, before the first write, is the durable journal's one place to record plan and inverses.
    auto cause = carry_out();
    if (!cause.empty()) return undo(std::move(cause));
    // And here, after the last, its one place to record that the plan is committed.
    return {};
}

Runner::Failures Runner::carry_out() {
    std::vector<std::string> texts;
    for (const auto& step : plan_.steps) texts.push_back(describe(step, names_));
    progress_.set_steps(std::move(texts));
    if (auto failures = do_kernel_steps(); !failures.empty()) return failures;
    return do_records();
}

Runner::Failures Runner::do_kernel_steps() {
    for (const auto& step : plan_.steps)
        if (touches_kernel(step))
            if (auto failures = do_step(step); !failures.empty()) return failures;
    return done_.empty() ? Failures{} : verify();
}

Runner::Failures Runner::do_records() {
    for (const auto& step : plan_.steps)
        if (!touches_kernel(step))
            if (auto failures = do_step(step); !failures.empty()) return failures;
    return {};
}

Runner::Failures Runner::do_step(const Step& step) {
    const auto number = done_.size();
    if (progress_.shall_end())
        return {Error{Fault::cancelled, "", fmt::format("cancelled before step {} of {}", number + 1, plan_.steps.size()), "", 0}};
    auto saved = save_before(step);
    if (!saved) return {saved.error()};
    if (auto result = write(step, describe(step, names_)); !result) {
        failed_ = &step;
        failure_ = result.error();
        return {result.error()};
    }
    done_.push_back({&step, *std::move(saved)});
    progress_.end(done_.size());
    return {};
}

Result<std::optional<Store::Saved>> Runner::save_before(const Step& step) {
    const auto* definition = std::get_if<SetDefinition>(&step);
    if (definition == nullptr) return std::nullopt;
    auto saved = writer_.ports.store.save(definition->uuid);
    if (!saved) return std::unexpected(saved.error());
    return *std::move(saved);
}

Result<void> Runner::write(const Step& step, std::string what) {
    progress_.begin(std::move(what));
    auto result = writer_.write(step);
    progress_.end();
    return result;
}

Result<void> Runner::read_touched() {
    progress_.begin("read the host");
    auto result = picture_.read(touched_by(plan_));
    progress_.end();
    return result;
}

Runner::Failures Runner::verify() {
    if (auto read = read_touched(); !read) return {read.error()};
    // A mask write leaves a queue unbound when the driver's probe fails; it may be a passing condition, so it gets one more chance.
    if (probe(unbound_after(plan_, picture_.host())))
        if (auto read = read_touched(); !read) return {read.error()};
    return unlike_plan(plan_, picture_.host());
}

bool Runner::probe(const QueueSet& queues) {
    queues.for_each([&](Apqn queue) {
        // What a failed probe leaves behind is found by the reading that follows.
        (void)write(ProbeQueue{queue}, fmt::format("bind {}", to_string(queue)));
    });
    return !queues.empty();
}

// --- Undoing -------------------------------------------------------------------------------------------------------------

Outcome Runner::undo(Failures cause) {
    const auto ended_as = cause.front().fault == Fault::cancelled ? JobState::cancelled : JobState::failed;
    progress_.set_undoing();
    undo_half_done();
    for (const auto& done : done_ | std::views::reverse) take_back(done);
    auto differences = differences_from_found();
    auto errors = std::move(cause);
    errors.insert(errors.end(), troubles_.begin(), troubles_.end());
    errors.insert(errors.end(), differences.begin(), differences.end());
    return {differences.empty() ? ended_as : JobState::degraded, std::move(errors), std::move(differences)};
}

void Runner::undo_half_done() {
    if (failed_ == nullptr) return;
    if (auto read = read_touched(); !read) note_trouble(read.error()); // judges by the picture we have: the last verified one
    if (took_effect(*failed_, failure_, picture_.host())) done_.push_back({failed_, std::nullopt});
}

void Runner::take_back(const Done& done) {
    const auto back = inverse(*done.step);
    if (!back) return;
    const auto text = "undo: " + describe(*back, names_);
    progress_.begin(text);
    const auto result = done.saved ? writer_.ports.store.restore(*done.saved) : writer_.write(*back);
    progress_.end();
    if (!result) note_trouble(result.error());
}

void Runner::note_trouble(const Error& error) {
    auto trouble = error;
    trouble.reason = "while undoing: " + trouble.reason;
    troubles_.push_back(std::move(trouble));
}

Runner::Failures Runner::differences_from_found() {
    const auto unreadable = [](const Error& error) {
        return Failures{Error{Fault::degraded, "the host", "cannot be read, so nobody can say how it is: " + to_string(error), "", error.errno_value}};
    };
    auto what = touched_by(plan_);
    what.definitions = true;
    progress_.begin("read the host");
    auto read = picture_.read(what);
    progress_.end();
    if (!read) return unreadable(read.error());
    probe(unbound_since(found_, picture_.host()));
    if (read = read_touched(); !read) return unreadable(read.error());
    return unlike_found(plan_, found_, picture_.host(), picture_.wanted());
}

} // namespace ap::engine
