// SPDX-License-Identifier: LGPL-2.1-or-later
// One step of the kernel's is one port call, which may be waited for; the port verifies it by reading back.
#pragma once

#include "core/model.hpp"
#include "core/plan.hpp"
#include "engine/engine.hpp"
#include "engine/progress.hpp"

#include <fmt/format.h>

#include <string>

namespace ap::engine {

/// Engine thread only; may block in the kernel.
struct StepWriter {
    const Ports& ports;
    Progress& progress;
    HostState host; ///< as it should be by now, so that the job can tell how far a step is that moves many queues

    /// `what` is what the job waits for meanwhile.
    Result<void> write(const Step& step, std::string what) {
        progress.begin(std::move(what), moved_by(step));
        auto result = std::visit(*this, step);
        progress.end();
        return result;
    }
    /// Masks move many at once; all other steps are one queue, or none.
    Arrivals moved_by(const Step& step) {
        if (!std::holds_alternative<SetApmask>(step) && !std::holds_alternative<SetAqmask>(step)) {
            advance(host, step);
            return {};
        }
        const auto with_host = host.host, with_vfio_ap = host.guest;
        advance(host, step);
        return {host.host - with_host, host.guest - with_vfio_ap};
    }
    /// What a failed probe leaves behind is found by the reading that has to follow.
    void bind(const QueueSet& queues) {
        queues.for_each([this](Apqn queue) { (void)write(ProbeQueue{queue}, fmt::format("bind {}", to_string(queue))); });
    }

    Result<void> operator()(const SetApmask& s) const { return ports.bus.set_apmask(s.after); }
    Result<void> operator()(const SetAqmask& s) const { return ports.bus.set_aqmask(s.after); }
    Result<void> operator()(const ProbeQueue& s) const { return ports.bus.probe(s.queue); }
    Result<void> operator()(const RebindQueue& s) const { return ports.bus.rebind(s.queue, s.before, s.after); }
    Result<void> operator()(const CreateMdev& s) const { return ports.matrices.create(s.uuid); }
    Result<void> operator()(const RemoveMdev& s) const { return ports.matrices.remove(s.uuid); }
    Result<void> operator()(const SetMatrix& s) const { return ports.matrices.set_matrix(s.uuid, s.after); }
    Result<void> operator()(const EditMatrix& s) const { return ports.matrices.edit_matrix(s); }
    // Records are written all at once, at the end: Ledger::commit().
    Result<void> operator()(const SetDefinition&) const { return {}; }
    Result<void> operator()(const SetPools&) const { return {}; }
    Result<void> operator()(const SetBindChoice&) const { return {}; }
    Result<void> operator()(const SetDrain&) const { return {}; }
};

} // namespace ap::engine
