// SPDX-License-Identifier: LGPL-2.1-or-later
// The daemon as the verbs see it. BusProxy speaks D-Bus; tests answer with canned values.
#pragma once

#include "failure.hpp"
#include "proxy/views.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace ap::cli {

using Patience =
    std::optional<std::chrono::steady_clock::time_point>; ///< until when to wait; nullopt: without end

/// Why a wait came to its end.
enum class Woken { news, time_up, interrupted };

/// The job and why the wait for its news ended.
struct JobNews {
    Woken why = Woken::news;
    JobView job;
};

/// What `monitor` hears.
struct Changed {
    std::uint64_t generation = 0;
    std::vector<std::string> what;
};
struct DriftChanged {
    std::vector<DriftView> drift;
};
struct JobChanged {
    JobView job;
};
/// A change on trial: "begun", "overdue", "confirmed" or "taken back".
struct CheckpointChanged {
    std::uint32_t job = 0;
    std::string what, text;
};
struct ServiceGone {};
struct ServiceBack {};
struct Interrupted {};
using Event = std::variant<Changed, DriftChanged, JobChanged, CheckpointChanged, ServiceGone, ServiceBack, Interrupted>;

struct ApplyOptions {
    bool disrupt = false;
    std::string digest; ///< another plan than this is not carried out: Fault::stale_plan; empty: whatever it takes
    std::optional<std::uint32_t> confirm_within; ///< seconds
    std::optional<std::uint32_t> drain_timeout;  ///< seconds; nullopt: the daemon's own
};

/// Every function: Fault::unreachable when there is no daemon, else the daemon's own refusal.
class Proxy {
  public:
    virtual ~Proxy() = default;

    virtual Answer<HostView> host() = 0;
    virtual Answer<ServiceView> service() = 0;
    virtual Answer<ExplanationView> explain(Apqn queue) = 0;
    virtual Answer<std::vector<UserView>> who_uses(const std::string& what) = 0;
    virtual Answer<std::string> hostdev_xml(const Uuid& matrix) = 0;
    virtual Answer<std::uint64_t> rescan() = 0;
    /// May the caller use this member ("org.apctl1.Manager.Apply")? Unknown members: no.
    virtual Answer<bool> may(const std::string& member) = 0;

    virtual Answer<PlanView> plan(const std::vector<WireWish>& wishes, bool disrupt) = 0;
    /// Queues the job. Its number.
    virtual Answer<std::uint32_t> apply(const std::vector<WireWish>& wishes, const ApplyOptions& options) = 0;
    /// The job's next news. Nothing is missed since apply(): the first call after it answers at once. From
    /// apply() on, Ctrl-C does not end the process but this wait.
    virtual Answer<JobNews> job_news(std::uint32_t id, Patience until) = 0;
    virtual Answer<std::vector<JobView>> jobs() = 0;
    virtual Answer<void> cancel(std::uint32_t id) = 0;

    /// The change that waits to be confirmed; nullopt: there is none.
    virtual Answer<std::optional<CheckpointView>> checkpoint() = 0;
    /// The number of the job that does it.
    virtual Answer<std::uint32_t> confirm(std::uint32_t job) = 0;

    virtual Answer<SourcesView> sources() = 0;

    /// The last one first.
    virtual Answer<std::vector<HistoryView>> history(std::uint32_t most) = 0;
    virtual Answer<HistoryEntryView> history_entry(std::uint32_t job) = 0;
    /// Fault::conflict when the daemon is not degraded.
    virtual Answer<OpenJobView> open_job() = 0;
    /// "undo", "finish" or "accept"; the number of the job that does it.
    virtual Answer<std::uint32_t> recover(const std::string& how) = 0;

    /// Waits for the next thing that happens on the host; the first call starts listening. nullopt: nothing did in that time.
    virtual Answer<std::optional<Event>> next_event(Patience until) = 0;
};

} // namespace ap::cli
