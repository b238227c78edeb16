// SPDX-License-Identifier: LGPL-2.1-or-later
// Who decides about the binding of queues beside us, and where that is written. Each source is one statement of one file.
#pragma once

#include "core/queue_set.hpp"

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace ap {

// --- What a source can say ------------------------------------------------------------------------------------------------

/// Masks that are set at every boot.
struct SaysApmask { AdapterSet mask; friend bool operator==(const SaysApmask&, const SaysApmask&) = default; };
struct SaysAqmask { DomainSet mask; friend bool operator==(const SaysAqmask&, const SaysAqmask&) = default; };
/// The driver_override of one queue, set whenever the queue appears.
struct SaysOverride {
    Apqn queue;
    std::string driver;
    friend bool operator==(const SaysOverride&, const SaysOverride&) = default;
};
/// The host's default domain.
struct SaysDomain { Apqi domain; friend bool operator==(const SaysDomain&, const SaysDomain&) = default; };
/// Whether vfio_ap is loaded at boot, or kept from being loaded.
struct SaysModule { bool loaded = false; friend bool operator==(const SaysModule&, const SaysModule&) = default; };
/// A program that moves every queue as it needs it, by driver_override.
struct OwnsBinding { friend bool operator==(const OwnsBinding&, const OwnsBinding&) = default; };
/// A program that gives queues of the host pool to others, without moving them.
struct UsesHostPool { friend bool operator==(const UsesHostPool&, const UsesHostPool&) = default; };
/// It is there, and nobody can say what it means.
struct NotUnderstood { friend bool operator==(const NotUnderstood&, const NotUnderstood&) = default; };

using Saying = std::variant<NotUnderstood, SaysApmask, SaysAqmask, SaysOverride, SaysDomain, SaysModule, OwnsBinding, UsesHostPool>;

struct Source {
    enum class Kind { boot, chzdev, driverctl, dra_driver, device_plugin };
    Kind kind{};
    std::string file{};  ///< or a directory; as an administrator finds it
    unsigned line = 0;   ///< 0: the whole of it
    Saying says{};
    std::string problem{}; ///< what is wrong with how it is written; empty when nothing is
    friend bool operator==(const Source&, const Source&) = default;
};
std::string to_string(Source::Kind kind); ///< "boot", "chzdev", "driverctl", "dra_driver", "device_plugin"
/// "/etc/udev/rules.d/41-ap.rules line 8".
std::string place_of(const Source& source);
/// What it asks for, for a person: "adapters 3-4 are clear in apmask at boot".
std::string asks_for(const Source& source);

/// The masks after a boot, before anybody else writes any. What a source says later counts: chzdev's rule comes after the kernel's parameters.
struct BootMasks {
    AdapterSet apmask = AdapterSet::all();
    DomainSet aqmask = DomainSet::all();
    const Source* apmask_from = nullptr; ///< in the list that was asked about; nullptr: the kernel's default
    const Source* aqmask_from = nullptr;
    [[nodiscard]] bool said() const { return apmask_from != nullptr || aqmask_from != nullptr; }
    [[nodiscard]] bool all_ones() const { return apmask == AdapterSet::all() && aqmask == DomainSet::all(); }
};
/// The list in the order in which it is read at boot, and alive as long as the result.
BootMasks masks_at_boot(const std::vector<Source>& sources);
/// "A line 8 and line 9", of the sources that the masks come from.
std::string places_of(const BootMasks& masks);

} // namespace ap
