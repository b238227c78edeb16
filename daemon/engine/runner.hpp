// SPDX-License-Identifier: LGPL-2.1-or-later
// Carries out one plan: all of it, verified, or none.
#pragma once

#include "engine/ledger.hpp"
#include "engine/picture.hpp"
#include "engine/progress.hpp"
#include "engine/step_writer.hpp"

#include <optional>
#include <vector>

namespace ap::engine {

/// How a job ended: done, failed or cancelled (the host is as it was found), or degraded (it is not).
struct Outcome {
    JobState state = JobState::done;
    std::vector<Error> errors{};      ///< the cause first, then troubles while undoing
    std::vector<Error> differences{}; ///< for degraded: what is not as it was found
};

/// Engine thread only. One object carries out one plan. `picture` must be fresh, and the plan made from it.
class Runner {
  public:
    Runner(const Ports& ports, Picture& picture, Progress& progress, Ledger& ledger, const JobOrigin& origin, const Plan& plan)
        : ports_(ports), writer_{ports, progress}, picture_(picture), progress_(progress), ledger_(ledger), origin_(origin), plan_(plan),
          names_(names_in(plan)), found_(picture.host()) {}

    [[nodiscard]] Outcome run();
    /// The record of the job, which is open still when the outcome is degraded.
    [[nodiscard]] std::optional<OpenRecord> take_record() { return std::move(record_); }

  private:
    using Failures = std::vector<Error>; ///< empty: all went well

    Failures carry_out();
    Failures do_kernel_steps();
    Failures verify();
    Failures do_step(const Step& step);
    Failures commit();
    Outcome undo(Failures cause);
    Outcome end_undone(Outcome outcome);
    Result<void> read_touched();

    const Ports& ports_;
    StepWriter writer_;
    Picture& picture_;
    Progress& progress_;
    Ledger& ledger_;
    const JobOrigin& origin_;
    const Plan& plan_;
    const Wanted names_; ///< for sentences
    const HostState found_;
    std::optional<OpenRecord> record_;
    std::vector<const Step*> done_;
    const Step* failed_ = nullptr; ///< the step that was refused; it may have had an effect nevertheless
    Error failure_;
};

} // namespace ap::engine
