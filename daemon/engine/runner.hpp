// SPDX-License-Identifier: LGPL-2.1-or-later
// Carries out one plan: all of it, verified, or none.
#pragma once

#include "engine/ledger.hpp"
#include "engine/picture.hpp"
#include "engine/progress.hpp"
#include "engine/queue_wait.hpp"
#include "engine/step_writer.hpp"

#include <optional>
#include <vector>

namespace ap::engine {

/// How a job ended: done, failed or cancelled (the host is as it was found), or degraded (it is not).
struct Outcome {
    JobState state = JobState::done;
    std::vector<Error> errors{};      ///< the cause first, then troubles while undoing
    std::vector<Error> differences{}; ///< for degraded: what is not as it was found
    std::string how{};                ///< what else there is to say: what was not waited for any longer
};

/// Engine thread only. One object carries out one plan. `picture` must be fresh, and the plan made from it.
class Runner {
  public:
    /// `drain`: how long the host's requests are waited for before their queues are taken from it. `show`: called when the host is as planned, and the disk works.
    Runner(const Ports& ports, Picture& picture, Progress& progress, Ledger& ledger, const JobOrigin& origin, const Plan& plan, std::chrono::seconds drain,
           std::function<void()> show)
        : ports_(ports), writer_{ports, progress, picture.host()}, wait_(ports, progress), picture_(picture), progress_(progress), ledger_(ledger),
          origin_(origin), plan_(plan), drain_(drain), show_(std::move(show)), names_(names_in(plan)), found_(picture.host()) {}

    [[nodiscard]] Outcome run();
    /// The record of the job, which is open still when the outcome is degraded.
    [[nodiscard]] std::optional<OpenRecord> take_record() { return std::move(record_); }

  private:
    using Failures = std::vector<Error>; ///< empty: all went well

    Failures carry_out();
    Failures do_kernel_steps();
    Failures wait_before(const Step& step);
    Failures look_again();
    Failures wait_at_the_end();
    Failures heard(const Result<std::string>& left);
    Failures verify();
    Failures do_step(const Step& step);
    Failures commit();
    Outcome undo(Failures cause);
    Outcome end_undone(Outcome outcome);
    Result<void> read_touched(Dirty what);

    const Ports& ports_;
    StepWriter writer_;
    QueueWait wait_;
    Picture& picture_;
    Progress& progress_;
    Ledger& ledger_;
    const JobOrigin& origin_;
    const Plan& plan_;
    const std::chrono::seconds drain_;
    const std::function<void()> show_;
    const Wanted names_; ///< for sentences
    const HostState found_;
    std::optional<OpenRecord> record_;
    bool written_ = false; ///< something may be other than it was found
    std::vector<const Step*> done_;
    const Step* failed_ = nullptr; ///< the step that was refused; it may have had an effect nevertheless
    Error failure_;
    bool drained_ = false, given_ = false; ///< waited for before the first step that takes from the host, and before the first that gives to a matrix
    std::string how_;
};

} // namespace ap::engine
