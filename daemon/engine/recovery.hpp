// SPDX-License-Identifier: LGPL-2.1-or-later
// What becomes of a job that is open in the journal while nobody carries it out: its daemon died, or its undoing was incomplete.
#pragma once

#include "engine/runner.hpp"

namespace ap::engine {

/// How it ended, and why so.
struct Recovered {
    Outcome outcome;
    std::string how;
};

/// Engine thread only, with the neighbours' lock held and a fresh picture. All it decides on is the record and the host, and every write is one that a later
/// recovery can make again: it may itself be killed at any point.
class Recovery {
  public:
    Recovery(const Ports& ports, Picture& picture, Progress& progress, Ledger& ledger, const OpenRecord& record)
        : ports_(ports), picture_(picture), progress_(progress), ledger_(ledger), record_(record),
          found_(as_found(record.found, record.plan, picture.host())) {}

    /// After a death of the daemon. The machine was started again: the kernel has forgotten, so files and records go back to before; degraded where
    /// something started a matrix larger than it was. The kernel shows what the plan
    /// predicted: finished. Anything else: undone.
    Recovered at_start();
    /// For an administrator, who may choose.
    Recovered undo(std::string why);
    Recovered finish(std::string why);
    Recovered accept(std::string why);

    /// Sentences: what undo() and finish() would do in the kernel. nullopt: it cannot be told which steps are left.
    [[nodiscard]] std::vector<std::string> steps_to_undo() const;
    [[nodiscard]] std::optional<std::vector<std::string>> steps_to_finish() const;
    /// What is not as it was before the job.
    [[nodiscard]] std::vector<Error> differences() const;

  private:
    [[nodiscard]] std::vector<const Step*> steps_done() const;
    Recovered after_reboot();
    std::vector<Error> started_too_large();
    std::vector<Error> unlike_the_plan();
    std::vector<Error> do_rest();
    Recovered commit(std::string how);
    Recovered closed(Outcome outcome, std::string how);

    const Ports& ports_;
    Picture& picture_;
    Progress& progress_;
    Ledger& ledger_;
    const OpenRecord& record_;
    const HostState found_;
};

} // namespace ap::engine
