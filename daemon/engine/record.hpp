// SPDX-License-Identifier: LGPL-2.1-or-later
// What the journal says about jobs: the open record, from which a job can be undone or finished by a process that knows nothing else, and
// the entry that stays in the history.
#pragma once

#include "core/plan.hpp"
#include "engine/job.hpp"
#include "ports/store.hpp"

#include <chrono>
#include <map>

namespace ap::engine {

/// Who wished what, and when.
struct JobOrigin {
    std::uint32_t id = 0;
    Requester who{};
    std::vector<WishText> wishes{};
    std::string description{};
    std::chrono::sys_seconds begun{};
    std::optional<CheckpointTerms> checkpoint{}; ///< kept only when it is confirmed
    std::optional<std::uint32_t> takes_back{};   ///< the job whose changes it takes back
    friend bool operator==(const JobOrigin&, const JobOrigin&) = default;
};

/// The parts of the host that a plan can touch, as they were found: the owners of the queues as they really were, not as they should have been.
struct FoundParts {
    AdapterSet apmask;
    DomainSet aqmask;
    QueueSet host, guest, overridden;
    std::map<Apqn, std::string> other_overrides;
    std::map<Uuid, ActiveMatrix> matrices; ///< those of touched_by(plan) that existed
    friend bool operator==(const FoundParts&, const FoundParts&) = default;
};
FoundParts found_parts(const HostState& host, const Plan& plan);
/// The host as it was found: these parts, and the rest as it is now.
HostState as_found(const FoundParts& parts, const Plan& plan, const HostState& now);

struct OpenRecord {
    JobOrigin origin;
    std::string boot;       ///< Calendar::boot() when it began
    std::uint32_t pid = 0;  ///< of the daemon that began it
    Plan plan;
    FoundParts found;
    RecordChanges changes;
    friend bool operator==(const OpenRecord&, const OpenRecord&) = default;
};

struct HistoryEntry {
    JobOrigin origin;
    std::chrono::sys_seconds ended{};
    JobState state = JobState::done; ///< done, failed, cancelled, degraded
    std::string how{};               ///< what the state does not say: "finished after a restart of the daemon: ..."; may be empty
    std::vector<std::string> steps{};
    std::vector<Error> errors{};
    std::vector<Step> records{};     ///< what it changed in the wanted state: steps that do not touch the kernel; only a job that is done has changed it
    std::map<Uuid, std::string> files{}; ///< definition files that it removed, byte for byte: others may have written there what we do not know
    friend bool operator==(const HistoryEntry&, const HistoryEntry&) = default;
};
/// The entry of a job that ended so.
HistoryEntry entry_of(const OpenRecord& record, JobState state, std::string how, std::vector<Error> errors, std::chrono::sys_seconds ended);

std::string write_record(const OpenRecord& record);
std::string write_entry(const HistoryEntry& entry);
/// Fault::host_io when the text is not one that this apctl or an older one wrote: record.cpp has the rule for fields that an older one did not know.
Result<OpenRecord> read_record(const std::string& text);
Result<HistoryEntry> read_entry(const std::string& text);

} // namespace ap::engine
