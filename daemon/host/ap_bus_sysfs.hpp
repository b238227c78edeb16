// SPDX-License-Identifier: LGPL-2.1-or-later
// The AP bus as sysfs shows it.
#pragma once

#include "host/kept_files.hpp"
#include "host/use_reader.hpp"
#include "ports/ap_bus.hpp"

namespace ap::host {

/// Engine thread only.
class ApBusSysfs final : public ApBus {
  public:
    /// `root` is what "/" is to everybody else; sys/ and proc/ are looked for below it.
    explicit ApBusSysfs(std::string root = "/") : root_(std::move(root)), files_(root_), use_(root_) {}
    ApBusSysfs(const ApBusSysfs&) = delete;
    ApBusSysfs& operator=(const ApBusSysfs&) = delete;

    Result<void> refresh(HostState& state, const Dirty& what) override;
    void masks_are_locked() override { masks_locked_ = true; }
    Result<void> set_apmask(const AdapterSet& mask) override;
    Result<void> set_aqmask(const DomainSet& mask) override;
    Result<void> probe(Apqn queue) override;
    Result<void> rebind(Apqn queue, const QueueBinding& before, const QueueBinding& after) override;
    Result<std::map<Apqn, std::uint64_t>> requests(const QueueSet& queues) override;
    Result<QueueSet> in_reset(const QueueSet& with_host, const QueueSet& with_vfio_ap) override;

  private:
    [[nodiscard]] Result<bool> read_bus(HostState& next, bool configuration);
    [[nodiscard]] Result<HostState> read_all(const HostState& before);
    [[nodiscard]] Result<HostState> update(const HostState& before, const Dirty& what);
    [[nodiscard]] Result<void> update_adapters(HostState& next, const AdapterSet& which) const;
    [[nodiscard]] Result<void> update_health(HostState& next, const AdapterSet& skip,
                                             AdapterSet& changed) const;
    [[nodiscard]] Result<void> update_queues(HostState& next, const HostState& before,
                                             const AdapterSet& touched);
    [[nodiscard]] Result<void> update_overrides(HostState& next, const QueueSet& which);
    [[nodiscard]] Result<void> update_matrices(HostState& next, const HostState& before, const Dirty& what);
    [[nodiscard]] Result<void> read_one(HostState& next, const HostState& before, const Uuid& uuid);
    [[nodiscard]] Result<void> write_mask(const char* file, const std::string& mask);
    void note_lost_overrides(const HostState& before, HostState& next);
    void note_bereft(const HostState& before, HostState& next);

    Directory root_;
    KeptFiles files_; ///< refers to root_, which is declared before it
    UseReader use_;   ///< likewise
    std::optional<bool> have_override_; ///< nullopt: there was no queue yet to ask
    bool masks_locked_ = false; ///< until the next boot, so it is never unlearned
};

} // namespace ap::host
