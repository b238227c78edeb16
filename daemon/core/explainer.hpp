// SPDX-License-Identifier: LGPL-2.1-or-later
// Who has a queue, and why: facts first, sentences at the edge.
#pragma once

#include "core/guest.hpp"
#include "core/plan.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace ap {

Owner owner_of(const HostState& host, Apqn queue);

/// What a person sees of one queue; the cell of the grid.
enum class QueueCondition {
    absent,     ///< no such queue device, nobody wants it
    missing,    ///< no such queue device, yet a matrix has it: the guest loses the whole adapter
    unbound,    ///< exists, no driver
    host,       ///< host pool
    host_offline, ///< host pool, switched off
    pool,       ///< guest pool, free
    matrix,     ///< in a matrix that nobody uses now
    in_use,     ///< in the effective matrix of a running guest
    filtered,   ///< in a matrix, but its guest does not see the adapter
    checkstop,  ///< adapter checkstopped
    deconfigured, ///< adapter configured off
};
std::string to_string(QueueCondition condition);
QueueCondition condition_of(const HostState& host, Apqn queue);

/// owner_of() and condition_of() for many queues: asking 1,000 matrices about each of 65,536 queues would take a third of a second.
/// Keeps a reference: lives no longer than the host state.
class QueueView {
  public:
    explicit QueueView(const HostState& host);
    [[nodiscard]] Owner owner(Apqn queue) const;
    [[nodiscard]] QueueCondition condition(Apqn queue) const;

  private:
    using Holder = const std::pair<const Uuid, ActiveMatrix>*;
    [[nodiscard]] Holder holder(Apqn queue) const;

    const HostState& host_;
    std::vector<Holder> holders_;
    /// By adapter, then by domain: place in holders_ plus one, 0 for nobody. Adapters that no matrix has are empty: most hosts have a few, and a plan makes two of these.
    std::array<std::vector<std::uint32_t>, 256> index_;
};

struct Explanation {
    Apqn queue;
    Owner owner;
    QueueCondition condition{};
    bool keep = false, reserved = false; ///< wishes about it
    std::vector<std::string> sentences;  ///< from the outcome to the cause, each true on its own, then the way out
};
/// For `apctl why`: adapter and domain bits, driver, matrix, guest, filter and who is to blame, drift.
Explanation explain(const HostState& host, const Wanted& wanted, Apqn queue, const GuestMap& guests = {});

struct User {
    Uuid uuid;
    bool active = false, in_use = false;
    QueueSet queues;    ///< of those asked for, the ones it has
    QueueSet effective; ///< of them, what its guest sees
};
std::vector<User> users_of(const HostState& host, const Wanted& wanted, const QueueSet& queues);

} // namespace ap
