// SPDX-License-Identifier: LGPL-2.1-or-later
// What the engine thread has to do next: commands one by one, and one heap of parts to read again.
#pragma once

#include "engine/job.hpp"
#include "engine/open_job.hpp"
#include "engine/snapshot.hpp"
#include "ports/ap_bus.hpp"

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <variant>

namespace ap::engine {

/// The plan for a job, as it was when the job was queued.
struct EarlierPlan {
    SnapshotPtr made_from;
    Plan plan;
};
struct RunJob {
    std::uint32_t id = 0;
    std::vector<Wish> wishes;
    ApplyOptions options;
    Requester who;
    std::string description;
    bool brings_back = false; ///< instead of wishes: the binding shall be as the records want it
    std::shared_ptr<const EarlierPlan> earlier{}; ///< none: it is made when the job's turn comes
};
/// What shall become of the job that is open while the daemon is degraded; itself a job.
struct RecoverJob {
    std::uint32_t id = 0;
    Remedy remedy{};
    Requester who;
};
/// The change that waits to be confirmed is kept; itself a job.
struct ConfirmJob {
    std::uint32_t id = 0;
    std::uint32_t confirmed = 0; ///< the job that is
    Requester who;
};
/// The engine thread looks at the checkpoint and at the policy after whatever it does; this gives it something to do.
struct LookAtCheckpoint {};
struct Rescan { std::uint64_t ticket = 0; };
using Command = std::variant<RunJob, RecoverJob, ConfirmJob, LookAtCheckpoint, Rescan>;

struct Work {
    Dirty dirty; ///< all marks so far: a thousand events cost one reading
    std::optional<Command> command;
};

/// Put by the loop thread, taken by the engine thread.
class CommandQueue {
  public:
    void push(Command command);
    void mark(const Dirty& what);
    /// take() gives nothing any more.
    void stop();

    /// Waits for the next command or marks; nullopt after stop(). Commands keep their order and are never starved by marks.
    [[nodiscard]] std::optional<Work> take();
    [[nodiscard]] Dirty take_marks();
    [[nodiscard]] bool marks_waiting() const;
    [[nodiscard]] bool stopping() const;

  private:
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Command> commands_;
    Dirty dirty_;
    bool stopping_ = false;
};

} // namespace ap::engine
