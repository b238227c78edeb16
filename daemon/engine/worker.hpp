// SPDX-License-Identifier: LGPL-2.1-or-later
// The engine thread: takes commands and marks one after another, reads, carries out, publishes.
#pragma once

#include "engine/command_queue.hpp"
#include "engine/enforcement.hpp"
#include "engine/job_book.hpp"
#include "engine/picture.hpp"
#include "engine/proposal.hpp"
#include "engine/publisher.hpp"
#include "engine/recovery.hpp"

#include <memory>

namespace ap::engine {

/// What is kept of a job that is neither done nor undone, until the host is right again.
struct Damage {
    std::uint32_t job = 0;
    std::optional<OpenRecord> record;     ///< nullopt: it cannot be read
    std::vector<Drift> drift_before{};
    std::string reason{};                 ///< for people
    bool untried = false;                 ///< nothing has been done about it so far
};

/// What is kept of a change that could not be taken back when its time was over.
struct Overdue {
    std::string why; ///< for people
    HostState host;  ///< on which that is so: another one may allow it
    Wanted wanted;
    std::chrono::milliseconds again = Checkpoint::never; ///< by the calendar's uptime, where waiting alone may help
};

class Worker {
  public:
    Worker(const Ports& ports, SnapshotBox& box, Notices& notices, JobBook& book, CommandQueue& queue, History& history)
        : ports_(ports), notices_(notices), book_(book), queue_(queue), picture_(ports.bus, ports.store, ports.sources, ports.guests), ledger_(ports.store, ports.calendar, history),
          publisher_(box, notices) {}

    /// The thread's body; returns after CommandQueue::stop(). Does not catch: what the standard library throws here (no memory) leaves
    /// a host nobody can vouch for, so it ends the process, and the service manager starts it again.
    void run();

  private:
    void work(const Dirty& marks, const RunJob& job);
    void work(const Dirty& marks, const RecoverJob& job);
    void work(const Dirty& marks, const ConfirmJob& job);
    void work(const Dirty& marks, const LookAtCheckpoint& look);
    void work(const Dirty& marks, const Rescan& rescan);
    void read_and_publish(const Dirty& marks);
    void read_outcome(const Outcome& outcome);
    void announce_end(std::uint32_t job, Outcome outcome);
    Outcome carry_out(const Dirty& marks, const RunJob& job);
    Outcome carry_out_locked(const Dirty& marks, const RunJob& job, Progress& progress);
    [[nodiscard]] std::expected<Plan, std::vector<Error>> plan_for(const RunJob& job) const;
    Result<void> take_lock(Progress& progress, int tries);
    Outcome run_plan(const JobOrigin& origin, const Plan& plan, std::chrono::seconds drain, Progress& progress);
    void look_into_journal();
    void recover(OpenRecord record);
    Recovered recover_locked(const OpenRecord& record, Progress& progress);
    Outcome recover_by_hand(const RecoverJob& job);
    Recovered apply_remedy(const RecoverJob& job, Progress& progress);
    void forget_unreadable(const std::string& why);
    [[nodiscard]] std::shared_ptr<const OpenJob> open_job();
    void leave_untried(OpenRecord record, const Error& why);
    void try_what_could_not_be_tried();
    void examine_damage();
    void examine_tried_damage();
    void publish();
    void publish_picture();
    [[nodiscard]] std::optional<Checkpoint> checkpoint() const;
    void look_at_checkpoint();
    [[nodiscard]] bool time_to_take_back() const;
    void take_back(const Checkpoint& waiting);
    void note_overdue(const Outcome& outcome);
    [[nodiscard]] PolicyStanding policy_standing() const;
    [[nodiscard]] Neighbours neighbours() const { return {picture_.sources(), picture_.guests(), ports_.policy}; }
    void look_at_policy();
    void bring_back();

    const Ports ports_;
    Notices& notices_;
    JobBook& book_;
    CommandQueue& queue_;
    Picture picture_;
    Ledger ledger_;
    Publisher publisher_;
    std::unique_ptr<Damage> damage_;
    std::unique_ptr<Overdue> overdue_;
    Enforcement enforcement_;
    bool locked_masks_remembered_ = false;
};

} // namespace ap::engine
