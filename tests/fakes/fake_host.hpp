// SPDX-License-Identifier: LGPL-2.1-or-later
// An AP host in memory behind the ports ApBus and MatrixDevices, with the kernel's manners: who may have a queue, what is
// refused with which errno, and what a guest sees.
#pragma once

#include "fakes/call_gate.hpp"
#include "ports/ap_bus.hpp"
#include "ports/matrix_devices.hpp"

#include <functional>
#include <mutex>

namespace ap::fakes {

/// Its rules are written down here on their own (kernel-abi 3.2, 6, 7, 8) and not taken from core's after(): engine tests hold the
/// planner's idea of the kernel against this one, so a mistake made once does not confirm itself.
/// The port functions may be called from one thread while tests look and change from another.
class FakeHost final : public ApBus, public MatrixDevices {
  public:
    explicit FakeHost(CallGate& gate, HostState start = {}) : gate_(gate), host_(std::move(start)) {}

    // --- for tests: not counted, never refused
    [[nodiscard]] HostState state() const;
    /// Somebody else changes the host.
    void change(const std::function<void(HostState&)>& how);
    /// Somebody else writes the masks, and the kernel moves the queues.
    void change_masks(const AdapterSet& apmask, const DomainSet& aqmask);

    /// So many requests of the host are on its way to this queue, or none; they go when the queue leaves the host.
    void set_requests(Apqn queue, std::uint64_t number);
    /// Queues whose reset does not end, whoever has them; all others' is over at once.
    void set_in_reset(const QueueSet& queues);

    /// Looks at the host after every write of ours, from the thread that writes.
    void watch(std::function<void(const HostState&)> look);

    // --- ApBus
    Result<void> refresh(HostState& state, const Dirty& what) override;
    void masks_are_locked() override;
    Result<void> set_apmask(const AdapterSet& mask) override;
    Result<void> set_aqmask(const DomainSet& mask) override;
    Result<void> probe(Apqn queue) override;
    Result<void> rebind(Apqn queue, const QueueBinding& before, const QueueBinding& after) override;
    Result<std::map<Apqn, std::uint64_t>> requests(const QueueSet& queues) override;
    Result<QueueSet> in_reset(const QueueSet& with_host, const QueueSet& with_vfio_ap) override;

    // --- MatrixDevices
    Result<void> create(const Uuid& uuid) override;
    Result<void> remove(const Uuid& uuid) override;
    Result<void> set_matrix(const Uuid& uuid, const Matrix& matrix) override;
    Result<void> edit_matrix(const EditMatrix& edit) override;

  private:
    /// One counted call: the kernel's verdict (0 or errno) comes from `write`, which changes the host only when it returns 0.
    Result<void> call(const std::string& name, const std::function<int(HostState&)>& write);

    CallGate& gate_;
    mutable std::mutex mutex_;
    HostState host_;
    std::map<Apqn, std::uint64_t> requests_;
    QueueSet in_reset_;
    std::function<void(const HostState&)> look_;
};

/// A host with adapters x domains, all bound to the host's drivers, as after boot.
HostState small_host(const AdapterSet& adapters, const DomainSet& domains);

} // namespace ap::fakes
