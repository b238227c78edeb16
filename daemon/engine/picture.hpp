// SPDX-License-Identifier: LGPL-2.1-or-later
// The engine thread's working copy of kernel and records: read in parts, never shared.
#pragma once

#include "core/wanted.hpp"
#include "ports/ap_bus.hpp"
#include "ports/guests.hpp"
#include "ports/sources.hpp"
#include "ports/store.hpp"

#include <string>
#include <vector>

namespace ap::engine {

/// Engine thread only.
class Picture {
  public:
    Picture(ApBus& bus, Store& store, Sources& sources, Guests& guests) : bus_(bus), store_(store), sources_port_(sources), guests_port_(guests) {}

    /// Brings the named parts up to date, and those that could not be read before. What fails stays marked as unread, is a sentence in
    /// problems(), and the first failure is returned; the rest is read all the same.
    Result<void> read(const Dirty& what);

    [[nodiscard]] const HostState& host() const { return host_; }
    [[nodiscard]] const Wanted& wanted() const { return wanted_; }
    [[nodiscard]] const std::vector<Source>& sources() const { return sources_; }
    [[nodiscard]] const GuestMap& guests() const { return guests_; }
    /// A former daemon saw it: HostState::masks_locked.
    void lock_masks();
    [[nodiscard]] std::vector<std::string> problems() const;
    [[nodiscard]] bool complete() const { return !unread_.any(); }

  private:
    Result<void> read_kernel();
    Result<void> read_records();
    void name_holders();

    ApBus& bus_;
    Store& store_;
    Sources& sources_port_;
    Guests& guests_port_;
    HostState host_;
    Wanted wanted_;
    std::vector<Source> sources_;
    GuestMap guests_;
    Dirty unread_;
    std::vector<std::string> store_problems_;
    std::vector<std::string> failures_;
};

/// What has to be fresh before a plan is carried out: whatever the kernel can change without an event that has reached us by now.
Dirty needed_for_a_plan(const HostState& host);

} // namespace ap::engine
