// SPDX-License-Identifier: LGPL-2.1-or-later
// What the daemon tells, as plain values: core's own types where core has them, texts where people are told
// something.
#pragma once

#include "core/guest.hpp"
#include "core/plan.hpp"
#include "core/wish.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace ap::cli {

struct DriftView {
    std::string kind, subject, text;
    friend bool operator==(const DriftView&, const DriftView&) = default;
};

/// GetHost: the whole host of one generation.
struct HostView {
    std::uint64_t generation = 0;
    HostState host;
    BindMode bind_mode = BindMode::masks; ///< the queues' overrides themselves do not travel
    Wanted wanted;
    std::map<Apid, std::string> types; ///< "CEX8P"; the raw hardware type does not travel
    std::vector<DriftView> drift;
    GuestMap guests{};
    friend bool operator==(const HostView&, const HostView&) = default;
};

/// The properties of the manager.
struct ServiceView {
    std::string version;
    std::vector<std::string> kernel_features;
    bool settled = true;
    bool degraded = false;
    std::string degraded_reason;
    std::vector<std::string> problems; ///< what could not be read or is not understood, a sentence each
    std::string bind_reason; ///< why HostView::bind_mode; empty when not told
};

/// ExplainQueue.
struct ExplanationView {
    Apqn queue{};
    std::string owner;        ///< "host", "pool", "matrix", "unbound", "absent"
    std::string uuid, matrix; ///< for "matrix"; the name may be empty
    std::string condition;
    bool keep = false, reserved = false;
    std::vector<std::string> sentences;
};

/// WhoUses: one matrix that has some of the queues asked for.
struct UserView {
    Uuid uuid{};
    std::string name;
    bool active = false, in_use = false;
    std::string holder;
    QueueSet queues, effective;
};

struct OwnerChangeView {
    std::string from, to; ///< "host", "pool", "unbound", "absent" or the uuid of a matrix
    QueueSet queues;
    bool collateral = false;
};

struct MatrixEffectView {
    Uuid uuid{};
    std::string name; ///< may be empty
    bool active_before = false, active_after = false, in_use = false;
    Matrix before, after, effective_before, effective_after;
    QueueSet gained, lost;
    std::vector<Filtered> filtered;
};

/// Plan.
struct PlanView {
    std::uint64_t generation = 0;
    std::string digest;
    std::vector<std::string> steps; ///< empty: everything is already so
    std::vector<OwnerChangeView> owners;
    std::vector<MatrixEffectView> matrices;
    std::vector<std::string> notes;
    AdapterSet apmask;
    DomainSet aqmask;
    unsigned collateral = 0;
    bool exact = true;
    unsigned bound = 0;
    bool disrupts = false;
    std::vector<HostLoss> host_losses{};
    Duration duration{};
};

/// One job, as its object on the bus shows it.
struct JobView {
    std::uint32_t id = 0;
    std::string description;
    std::string state; ///< as in org.apctl1.Job.State
    std::uint32_t done = 0, total = 0;
    std::uint32_t queues_moved = 0, queues_to_move = 0; ///< by a step that moves many; 0 of 0 otherwise
    std::string waiting_for;
    std::uint32_t uid = 0;
    std::vector<std::string> steps;
    std::string error_name;           ///< org.apctl1.Error.*; "" unless it failed
    std::vector<std::string> message; ///< one line for each reason
    std::string remarks{};            ///< what the state does not say

    [[nodiscard]] bool ended() const {
        return state == "done" || state == "failed" || state == "cancelled" || state == "degraded";
    }
    friend bool operator==(const JobView&, const JobView&) = default;
};

/// History: a job of the past.
struct HistoryView {
    std::uint32_t job = 0;
    std::int64_t begun = 0, ended = 0; ///< seconds since 1970
    std::uint32_t uid = 0, pid = 0;
    std::string unit, state, description, how;
};

/// HistoryEntry: all of it.
struct HistoryEntryView {
    HistoryView job;
    std::vector<std::pair<std::string, WishArguments>> wishes;
    std::vector<std::string> steps, errors;
};

/// OpenJob: what made the daemon degraded.
struct OpenJobView {
    std::uint32_t job = 0;
    bool readable = true;
    std::string description;
    std::int64_t begun = 0;
    std::uint32_t uid = 0;
    std::vector<std::string> differences, undo;
    bool can_finish = false;
    std::vector<std::string> finish;
};

/// A change that waits to be confirmed, as its object on the bus shows it.
struct CheckpointView {
    std::uint32_t job = 0;
    std::string description;
    std::uint32_t uid = 0;
    std::int64_t deadline = 0; ///< seconds since 1970
    std::uint64_t seconds_left = 0;
    std::string overdue; ///< why it could not be taken back in its time
};

/// GetSources: one statement of somebody else about binding.
struct SourceView {
    std::string kind, file;
    std::uint32_t line = 0; ///< 0: the whole file
    std::string asks;
    std::string host, host_why, wanted, wanted_why; ///< "agrees", "differs" or "silent"; why may be empty
    std::string remedy, problem;                    ///< may be empty
};
struct SourcesView {
    std::string policy = "report";
    std::string trouble; ///< why a binding that differs is not brought back; may be empty
    std::vector<SourceView> sources;
};

/// A wish as it travels: verb and arguments.
using WireWish = std::pair<std::string, WishArguments>;

} // namespace ap::cli
