// SPDX-License-Identifier: LGPL-2.1-or-later
// Comparing the host with the prediction and with the past.
#include "engine/verdict.hpp"

#include "core/parse.hpp"
#include "core/predictor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <map>

namespace ap::engine {
namespace {

template <class... Kinds>
bool is_any(const Step& step) { return (std::holds_alternative<Kinds>(step) || ...); }

bool moves_queues(const Plan& plan) { return std::ranges::any_of(plan.steps, is_any<SetApmask, SetAqmask, ProbeQueue, RebindQueue>); }

/// The mdev a kernel step works on.
const Uuid* mdev_of(const Step& step) {
    if (const auto* s = std::get_if<CreateMdev>(&step)) return &s->uuid;
    if (const auto* s = std::get_if<RemoveMdev>(&step)) return &s->uuid;
    if (const auto* s = std::get_if<SetMatrix>(&step)) return &s->uuid;
    if (const auto* s = std::get_if<EditMatrix>(&step)) return &s->uuid;
    return nullptr;
}

const ActiveMatrix* find(const HostState& host, const Uuid& uuid) {
    const auto found = host.matrices.find(uuid);
    return found == host.matrices.end() ? nullptr : &found->second;
}

std::string text_of(const Matrix& matrix) {
    return fmt::format("adapters {}, domains {}, control domains {}", describe(matrix.adapters), describe(matrix.domains), describe(matrix.control));
}

/// Collects differences as errors of one kind.
struct Findings {
    Findings(Fault kind, const Plan& plan) : fault(kind), names(names_in(plan)) {}

    Fault fault;
    Wanted names;
    std::vector<Error> errors;

    void add(std::string subject, std::string reason) { errors.push_back({fault, std::move(subject), std::move(reason), "", 0}); }

    template <class Ids>
    void same_mask(const char* name, const Ids& is, const Ids& should) {
        if (is != should) add(name, fmt::format("reads {} instead of {}", to_mask(is), to_mask(should)));
    }
    void same_matrix(const std::string& name, const Matrix& is, const Matrix& should) {
        if (is != should) add(name, fmt::format("has {} instead of {}", text_of(is), text_of(should)));
    }
    void same_view(const std::string& name, const Matrix& is, const Matrix& should) {
        if (is != should) add(name, fmt::format("its guest sees {} instead of {}", text_of(is), text_of(should)));
    }
    void same_presence(const std::string& name, bool is, bool should) {
        if (is != should) add(name, is ? "the mdev is still there" : "the mdev is gone");
    }
    void bound(const QueueSet& missing, const char* driver) {
        if (!missing.empty()) add(describe(missing), fmt::format("not bound to {}", driver));
    }
    void left(const QueueSet& still_there) {
        if (!still_there.empty()) add(describe(still_there), "still bound to the host's driver");
    }
};

constexpr const char* host_driver = "the host's driver";
constexpr const char* guest_driver = "vfio_ap";

void compare_with_prediction(Findings& findings, const MatrixEffect& effect, const HostState& now) {
    const auto name = display_name(findings.names, effect.uuid);
    const auto* matrix = find(now, effect.uuid);
    findings.same_presence(name, matrix != nullptr, effect.active_after);
    if (matrix == nullptr || !effect.active_after) return;
    findings.same_matrix(name, matrix->assigned, effect.after);
    findings.same_view(name, matrix->effective, effect.effective_after);
}

void compare_with_past(Findings& findings, const Uuid& uuid, const HostState& found, const HostState& now) {
    const auto name = display_name(findings.names, uuid);
    const auto* was = find(found, uuid);
    const auto* is = find(now, uuid);
    findings.same_presence(name, is != nullptr, was != nullptr);
    if (is == nullptr || was == nullptr) return;
    findings.same_matrix(name, is->assigned, was->assigned);
    if (is->effective != effective_matrix(now, is->assigned)) findings.same_view(name, is->effective, was->effective);
}

void compare_record(Findings& findings, const SetDefinition& step, const Wanted& records) {
    const auto found = records.definitions.find(step.uuid);
    const bool same = found == records.definitions.end() ? !step.before : step.before == found->second;
    if (!same) findings.add(display_name(findings.names, step.uuid), "is not defined as it was before");
}

void compare_pools(Findings& findings, const SetPools& step, const Wanted& records) {
    const QueueSet &reserved = step.reserved_before, &keep = step.keep_before;
    if (records.reserved != reserved) findings.add("the reserved queues", "are not those from before");
    if (records.keep != keep) findings.add("the queues the host must keep", "are not those from before");
}

void compare_choice(Findings& findings, const SetBindChoice& step, const Wanted& records) {
    if (records.binding != step.before) findings.add("the chosen way of binding", "is not that from before");
}

void compare_drain(Findings& findings, const SetDrain& step, const Wanted& records) {
    const auto found = records.drains.find(step.adapter);
    const bool same = found == records.drains.end() ? !step.before : step.before == found->second;
    if (!same) findings.add(fmt::format("adapter {}", describe(AdapterSet{step.adapter})), "is not recorded as drained or not, as it was before");
}

/// Where driver_override is not what it should be after the plan.
void compare_overrides(Findings& findings, const std::map<Apqn, std::string>& should, const HostState& now) {
    std::map<std::pair<std::string, std::string>, QueueSet> alike;
    for (const auto& [queue, text] : should) {
        if (!now.present.contains(queue)) continue;
        const auto is = binding_of(now, queue).driver_override;
        if (is != text) alike[{is, text}].insert(queue);
    }
    for (const auto& [texts, queues] : alike)
        findings.add(describe(queues), fmt::format("driver_override is \"{}\" instead of \"{}\"", texts.first, texts.second));
}

std::map<Apqn, std::string> overrides_after(const Plan& plan) {
    std::map<Apqn, std::string> out;
    for (const auto& step : plan.steps)
        if (const auto* s = std::get_if<RebindQueue>(&step)) out.insert_or_assign(s->queue, s->after.driver_override);
    return out;
}

/// Where one of our texts was left. A text that no step of ours knows was written by somebody else meanwhile, over whatever there was.
void compare_markers_left(Findings& findings, const Plan& plan, const HostState& found, const HostState& now) {
    std::map<Apqn, std::string> left;
    for (const auto& step : plan.steps) {
        const auto* s = std::get_if<RebindQueue>(&step);
        if (s == nullptr || !now.present.contains(s->queue)) continue;
        const auto is = binding_of(now, s->queue).driver_override, was = binding_of(found, s->queue).driver_override;
        if (is == s->after.driver_override && is != was) left.insert_or_assign(s->queue, was);
    }
    compare_overrides(findings, left, now);
}

/// A queue that neither a driver nor a marker had belongs to nobody; with vfio_ap it would be left where it was not given to.
QueueSet left_with_guests(const Plan& plan, const HostState& found, const HostState& now) {
    QueueSet out;
    for (const auto& step : plan.steps)
        if (const auto* s = std::get_if<RebindQueue>(&step); s != nullptr && binding_of(found, s->queue) == QueueBinding{}) out.insert(s->queue);
    return out & now.guest;
}

std::set<Uuid> mdevs_of(const Plan& plan) {
    std::set<Uuid> uuids;
    for (const auto& step : plan.steps)
        if (const auto* uuid = mdev_of(step)) uuids.insert(*uuid);
    return uuids;
}

} // namespace

Dirty touched_by(const Plan& plan) {
    Dirty what{.binding = true, .configuration = true, .matrices = mdevs_of(plan)};
    for (const auto& effect : plan.matrices) what.matrices.insert(effect.uuid);
    for (const auto& step : plan.steps) // writing an override has no uevent
        if (const auto* s = std::get_if<RebindQueue>(&step)) what.adapters.insert(s->queue.adapter);
    return what;
}

QueueSet queues_moved(const Plan& plan, const std::set<Owner::Kind>& from, const std::set<Owner::Kind>& to) {
    QueueSet out;
    for (const auto& change : plan.owners)
        if (from.contains(change.from.kind) && to.contains(change.to.kind)) out |= change.queues;
    return out;
}

bool may_be_doing_of(const Plan& plan, const Drift& drift) {
    QueueSet moved;
    for (const auto& change : plan.owners) moved |= change.queues;
    return (!drift.queues.empty() && drift.queues.subset_of(moved)) || std::ranges::any_of(mdevs_of(plan), [&](const Uuid& uuid) { return drift.subject == to_string(uuid); });
}

bool takes_from_host(const Step& step) {
    if (const auto* s = std::get_if<SetApmask>(&step)) return !s->before.subset_of(s->after);
    if (const auto* s = std::get_if<SetAqmask>(&step)) return !s->before.subset_of(s->after);
    const auto* s = std::get_if<RebindQueue>(&step);
    return s != nullptr && s->before.driver == Driver::host && s->after.driver != Driver::host;
}

bool gives_to_matrix(const Step& step) {
    if (const auto* s = std::get_if<EditMatrix>(&step)) return s->assign;
    const auto* s = std::get_if<SetMatrix>(&step);
    return s != nullptr && !(s->after.adapters.subset_of(s->before.adapters) && s->after.domains.subset_of(s->before.domains));
}

QueueSet unbound_after(const Plan& plan, const HostState& now) {
    QueueSet moved;
    for (const auto& change : plan.owners) {
        // vfio_ap may have been loaded while queues were being taken from the host for it.
        const bool was_to_wait = change.to.kind == Owner::Kind::unbound && !now.vfio_ap_present;
        if (change.to.kind != Owner::Kind::absent && !was_to_wait) moved |= change.queues;
    }
    return (moved & now.present) - now.host - now.guest;
}

QueueSet unbound_since(const HostState& found, const HostState& now) {
    return ((found.host | found.guest) & now.present) - now.host - now.guest;
}

std::vector<Step> marks_to_give_back(const HostState& found, const HostState& now) {
    std::vector<Step> out;
    if (!now.masks_locked) return out;
    const auto lost = (found.guest & marked_for_guests(found) & now.present) - now.overridden - now.guest;
    lost.for_each([&](Apqn queue) { out.emplace_back(RebindQueue{queue, binding_of(now, queue), binding_of(found, queue)}); });
    return out;
}

std::vector<Error> unlike_plan(const Plan& plan, const HostState& now) {
    Findings findings(Fault::kernel_refused, plan);
    findings.same_mask("apmask", now.apmask, plan.apmask);
    findings.same_mask("aqmask", now.aqmask, plan.aqmask);
    compare_overrides(findings, overrides_after(plan), now);
    for (const auto& effect : plan.matrices) compare_with_prediction(findings, effect, now);
    for (const auto& change : plan.owners) {
        if (change.to.kind == Owner::Kind::host) findings.bound(change.queues - now.host, host_driver);
        if (change.to.kind == Owner::Kind::unbound) findings.left(change.queues & now.host);
        if (change.to.kind == Owner::Kind::pool || change.to.kind == Owner::Kind::matrix) findings.bound(change.queues - now.guest, guest_driver);
    }
    return findings.errors;
}

std::vector<Error> unlike_found(const Plan& plan, const HostState& found, const HostState& now, const Wanted& records) {
    Findings findings(Fault::degraded, plan);
    if (moves_queues(plan)) {
        findings.same_mask("apmask", now.apmask, found.apmask);
        findings.same_mask("aqmask", now.aqmask, found.aqmask);
        findings.bound((found.host & now.present) - now.host, host_driver);
        findings.bound((found.guest & now.present) - now.guest, guest_driver);
        compare_markers_left(findings, plan, found, now);
        if (const auto left = left_with_guests(plan, found, now); !left.empty()) findings.add(describe(left), "bound to vfio_ap, though no driver had them");
    }
    for (const auto& uuid : mdevs_of(plan)) compare_with_past(findings, uuid, found, now);
    for (const auto& step : plan.steps) {
        if (const auto* s = std::get_if<SetDefinition>(&step)) compare_record(findings, *s, records);
        if (const auto* s = std::get_if<SetPools>(&step)) compare_pools(findings, *s, records);
        if (const auto* s = std::get_if<SetBindChoice>(&step)) compare_choice(findings, *s, records);
        if (const auto* s = std::get_if<SetDrain>(&step)) compare_drain(findings, *s, records);
    }
    return findings.errors;
}

namespace {

/// Perhaps only its first part. An override that is neither of both is somebody else's, and not ours to take back.
bool rebound(const RebindQueue& step, const HostState& now) {
    if (!now.present.contains(step.queue)) return false;
    const auto is = binding_of(now, step.queue);
    return is != step.before && (is.driver_override == step.after.driver_override || is.driver_override == step.before.driver_override);
}

} // namespace

std::string sentence_of(const std::vector<Error>& differences) {
    std::string text;
    for (const auto& error : differences) text += (text.empty() ? "" : "; ") + to_string(error);
    return text;
}

bool took_effect(const Step& step, const Error& failure, const HostState& now) {
    if (const auto* s = std::get_if<SetApmask>(&step)) return now.apmask != s->before;
    if (const auto* s = std::get_if<SetAqmask>(&step)) return now.aqmask != s->before;
    if (const auto* s = std::get_if<RebindQueue>(&step)) return rebound(*s, now);
    const auto* uuid = mdev_of(step);
    if (uuid == nullptr) return false; // probing is not undone, and records are no step's
    const auto* matrix = find(now, *uuid);
    // An mdev that was there before us is somebody else's.
    if (is_any<CreateMdev>(step)) return matrix != nullptr && failure.errno_value != EEXIST;
    if (is_any<RemoveMdev>(step)) return matrix == nullptr;
    if (matrix == nullptr) return false;
    if (const auto* s = std::get_if<SetMatrix>(&step)) return matrix->assigned != s->before;
    const auto& edit = std::get<EditMatrix>(step);
    const auto& is = matrix->assigned;
    const bool assigned = edit.what == EditMatrix::What::adapter  ? is.adapters.contains(static_cast<Apid>(edit.id))
                          : edit.what == EditMatrix::What::domain ? is.domains.contains(static_cast<Apqi>(edit.id))
                                                                  : is.control.contains(static_cast<Apqi>(edit.id));
    return assigned == edit.assign;
}

} // namespace ap::engine
