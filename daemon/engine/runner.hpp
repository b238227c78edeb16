// SPDX-License-Identifier: LGPL-2.1-or-later
// Carries out one plan: all of it, verified, or none.
#pragma once

#include "engine/picture.hpp"
#include "engine/progress.hpp"
#include "engine/step_writer.hpp"

#include <optional>
#include <vector>

namespace ap::engine {

/// How a job ended: done, failed or cancelled (the host is as it was found), or degraded (it is not).
struct Outcome {
    JobState state = JobState::done;
    std::vector<Error> errors;      ///< the cause first, then troubles while undoing
    std::vector<Error> differences; ///< for degraded: what is not as it was found
};

/// Engine thread only. One object carries out one plan. `picture` must be fresh, and the plan made from it.
class Runner {
  public:
    Runner(const Ports& ports, Picture& picture, Progress& progress, const Plan& plan)
        : writer_{ports}, picture_(picture), progress_(progress), plan_(plan), names_(names_in(plan)), found_(picture.host()) {}

    [[nodiscard]] Outcome run();

  private:
    /// A step that was done, and what it takes to put a definition file back byte for byte.
    struct Done {
        const Step* step;
        std::optional<Store::Saved> saved;
    };
    using Failures = std::vector<Error>; ///< empty: all went well

    Failures carry_out();
    Failures do_kernel_steps();
    Failures do_records();
    Failures verify();
    Failures do_step(const Step& step);
    Result<std::optional<Store::Saved>> save_before(const Step& step);
    Outcome undo(Failures cause);
    void undo_half_done();
    void take_back(const Done& done);
    Failures differences_from_found();
    bool probe(const QueueSet& queues);
    Result<void> write(const Step& step, std::string what);
    Result<void> read_touched();
    void note_trouble(const Error& error);

    StepWriter writer_;
    Picture& picture_;
    Progress& progress_;
    const Plan& plan_;
    const Wanted names_; ///< for sentences
    const HostState found_;
    std::vector<Done> done_;
    const Step* failed_ = nullptr; ///< the step that was refused; it may have had an effect nevertheless
    Error failure_;
    Failures troubles_; ///< while undoing
};

} // namespace ap::engine
