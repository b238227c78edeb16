// SPDX-License-Identifier: LGPL-2.1-or-later
// Finishing or undoing from the record.
#include "engine/recovery.hpp"

#include "core/parse.hpp"
#include "engine/how_far.hpp"
#include "engine/undo.hpp"
#include "engine/verdict.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ap::engine {
namespace {

Error was_interrupted(std::string reason) { return {Fault::cancelled, "apctld", std::move(reason), "", 0}; }

std::vector<std::string> sentences(const std::vector<const Step*>& steps, const Plan& plan, bool backwards) {
    std::vector<std::string> out;
    const auto names = names_in(plan);
    for (const auto* step : steps)
        if (const auto one = backwards ? inverse(*step) : std::optional(*step)) out.push_back(describe(*one, names));
    if (backwards) std::ranges::reverse(out);
    return out;
}

} // namespace

Recovered Recovery::at_start() {
    if (record_.boot != ledger_.boot()) return after_reboot();
    const auto unlike = unlike_the_plan();
    if (unlike.empty()) return commit("the daemon had ended before it was recorded; the kernel shows what was planned, so it was finished at the next start");
    return undo(fmt::format("the daemon ended while it was on its way; undone at the next start, since the kernel does not show all that was planned: {}",
                            to_string(unlike.front())));
}

Recovered Recovery::after_reboot() {
    const std::string how = "the machine was started again while it was on its way: the kernel has forgotten it, and its records were put back";
    if (const auto files = ports_.store.put_back(record_.changes); !files)
        return closed({JobState::degraded, {was_interrupted(how), files.error()}, {files.error()}}, how);
    auto strangers = started_too_large();
    if (strangers.empty()) return closed({JobState::failed, {was_interrupted(how)}, {}}, how);
    std::vector<Error> errors{was_interrupted(how)};
    errors.insert(errors.end(), strangers.begin(), strangers.end());
    return closed({JobState::degraded, std::move(errors), std::move(strangers)}, how);
}

/// mdevctl's rule starts at boot what the files say, before we are there: where masks outlive a boot (ap.apmask=, chzdev's rule) that may have been the file
/// of a change that nobody committed. Its guest may run by now, so nothing is taken from it here.
std::vector<Error> Recovery::started_too_large() {
    if (const auto read = picture_.read({.definitions = true}); !read) return {read.error()};
    std::vector<Error> errors;
    for (const auto& uuid : touched_by(record_.plan).matrices) {
        const auto is = picture_.host().matrices.find(uuid);
        if (is == picture_.host().matrices.end()) continue;
        auto extra = is->second.assigned.queues();
        if (const auto was = record_.found.matrices.find(uuid); was != record_.found.matrices.end()) extra -= was->second.assigned.queues();
        if (const auto defined = picture_.wanted().definitions.find(uuid); defined != picture_.wanted().definitions.end())
            extra -= defined->second.matrix.queues();
        if (extra.empty()) continue;
        errors.push_back({Fault::degraded, display_name(names_in(record_.plan), uuid),
                          fmt::format("was started at boot with {}, which only the change that was put back would have given it", describe(extra)),
                          "stop it where that is wrong, then: apctl recover --accept", 0});
    }
    return errors;
}

std::vector<const Step*> Recovery::steps_done() const {
    const auto& now = picture_.host();
    const auto number = steps_that_explain(record_.plan, found_, now);
    if (!number) return steps_in_effect(record_.plan, now);
    auto steps = kernel_steps_of(record_.plan);
    steps.resize(*number);
    return steps;
}

std::vector<std::string> Recovery::steps_to_undo() const {
    std::vector<std::string> out;
    for (const auto& step : marks_to_give_back(found_, picture_.host())) out.push_back(describe(step, names_in(record_.plan)));
    for (auto& sentence : sentences(steps_done(), record_.plan, true)) // a queue that is marked already is not marked twice
        if (std::ranges::find(out, sentence) == out.end()) out.push_back(std::move(sentence));
    return out;
}

std::optional<std::vector<std::string>> Recovery::steps_to_finish() const {
    const auto number = steps_that_explain(record_.plan, found_, picture_.host());
    if (!number) return std::nullopt;
    auto steps = kernel_steps_of(record_.plan);
    steps.erase(steps.begin(), steps.begin() + static_cast<std::ptrdiff_t>(*number));
    return sentences(steps, record_.plan, false);
}

std::vector<Error> Recovery::differences() const { return unlike_found(record_.plan, found_, picture_.host(), picture_.wanted()); }

std::vector<Error> Recovery::unlike_the_plan() {
    auto unlike = unlike_plan(record_.plan, picture_.host());
    const auto unbound = unbound_after(record_.plan, picture_.host());
    if (unlike.empty() || unbound.empty()) return unlike;
    // A driver may not have taken a queue at once; the job itself would have tried again, too.
    StepWriter{ports_, progress_, picture_.host()}.bind(unbound);
    if (const auto read = picture_.read(touched_by(record_.plan)); !read) return {read.error()};
    return unlike_plan(record_.plan, picture_.host());
}

Recovered Recovery::undo(std::string why) {
    progress_.set_undoing();
    Undo undo(ports_, picture_, progress_, record_, found_);
    auto differences = undo.run(steps_done());
    std::vector<Error> errors{was_interrupted(why)};
    errors.insert(errors.end(), undo.troubles().begin(), undo.troubles().end());
    errors.insert(errors.end(), differences.begin(), differences.end());
    return closed({differences.empty() ? JobState::failed : JobState::degraded, std::move(errors), std::move(differences)}, std::move(why));
}

std::vector<Error> Recovery::do_rest() {
    const auto number = steps_that_explain(record_.plan, found_, picture_.host());
    if (!number)
        return {Error{Fault::conflict, "the host", "is in no state that the job went through, so nobody can say which of its steps are left",
                      "undo it, or accept the host as it is", 0}};
    const auto steps = kernel_steps_of(record_.plan);
    const auto names = names_in(record_.plan);
    StepWriter writer{ports_, progress_, picture_.host()};
    for (auto i = *number; i < steps.size(); ++i) {
        const auto done = writer.write(*steps[i], describe(*steps[i], names));
        if (!done) return {done.error()};
    }
    if (const auto read = picture_.read(touched_by(record_.plan)); !read) return {read.error()};
    return unlike_the_plan();
}

Recovered Recovery::finish(std::string why) {
    if (auto failures = do_rest(); !failures.empty()) {
        auto left = differences();
        if (left.empty()) left = failures;
        return closed({JobState::degraded, std::move(failures), std::move(left)}, why + "; it could not be finished");
    }
    return commit(std::move(why));
}

Recovered Recovery::commit(std::string how) {
    progress_.begin("write the records");
    const auto committed = ledger_.commit(record_, how, Store::Foreign::leave, {});
    progress_.end(record_.plan.steps.size());
    if (committed) return {{}, std::move(how)};
    return undo(fmt::format("it could not be recorded as done: {}; undone", to_string(committed.error())));
}

Recovered Recovery::accept(std::string why) {
    return closed({JobState::failed, {was_interrupted(why)}, {}}, std::move(why));
}

Recovered Recovery::closed(Outcome outcome, std::string how) {
    const auto written = outcome.state == JobState::degraded ? ledger_.keep_open(record_, how, outcome.errors)
                                                             : ledger_.close(record_, outcome.state, how, outcome.errors);
    if (!written) outcome.errors.push_back(written.error());
    return {std::move(outcome), std::move(how)};
}

} // namespace ap::engine
