// SPDX-License-Identifier: LGPL-2.1-or-later
// Steps: what takes each back, and which of them reach the kernel.
#include "core/plan.hpp"

namespace ap {
namespace {

std::optional<Step> back(const SetApmask& s) { return SetApmask{s.after, s.before}; }
std::optional<Step> back(const SetAqmask& s) { return SetAqmask{s.after, s.before}; }
std::optional<Step> back(const ProbeQueue&) { return std::nullopt; }
std::optional<Step> back(const CreateMdev& s) { return RemoveMdev{s.uuid}; }
std::optional<Step> back(const RemoveMdev& s) { return CreateMdev{s.uuid}; }
std::optional<Step> back(const SetMatrix& s) { return SetMatrix{s.uuid, s.after, s.before}; }
std::optional<Step> back(const EditMatrix& s) { return EditMatrix{s.uuid, s.what, s.id, !s.assign}; }
std::optional<Step> back(const SetDefinition& s) { return SetDefinition{s.uuid, s.after, s.before}; }
std::optional<Step> back(const SetPools& s) {
    return SetPools{s.reserved_after, s.reserved_before, s.keep_after, s.keep_before};
}

std::optional<Step> back(const RebindQueue& s) {
    // Marked and without a driver: as with ProbeQueue, nobody wished that.
    const bool only_bound = s.before.driver == Driver::none && s.before.driver_override == s.after.driver_override;
    return only_bound ? std::nullopt : std::optional<Step>(RebindQueue{s.queue, s.after, s.before});
}
std::optional<Step> back(const SetBindChoice& s) { return SetBindChoice{s.after, s.before, s.used_after, s.used_before}; }
std::optional<Step> back(const SetDrain& s) { return SetDrain{s.adapter, s.after, s.before}; }

template <class... Records>
bool is_any(const Step& step) { return (std::holds_alternative<Records>(step) || ...); }

} // namespace

std::optional<Step> inverse(const Step& step) {
    return std::visit([](const auto& one) { return back(one); }, step);
}

bool touches_kernel(const Step& step) {
    return !is_any<SetDefinition, SetPools, SetBindChoice, SetDrain>(step);
}

} // namespace ap
