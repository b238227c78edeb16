// SPDX-License-Identifier: LGPL-2.1-or-later
// What the bus has to be told between two snapshots: the only place where signals and property changes are decided.
#pragma once

#include "engine/snapshot.hpp"

#include <map>
#include <string>
#include <vector>

namespace ap::dbus {

template <class Id>
struct ObjectChanges {
    std::vector<Id> added{}, removed{};
    std::map<Id, std::vector<std::string>> changed{}; ///< names of properties
    friend bool operator==(const ObjectChanges&, const ObjectChanges&) = default;
};

/// For the signal CheckpointChanged.
struct Trial {
    std::uint32_t job = 0;
    std::string what, text;
    friend bool operator==(const Trial&, const Trial&) = default;
};

struct Changes {
    std::vector<std::string> manager{}; ///< names of properties
    ObjectChanges<Apid> adapters{};
    ObjectChanges<Uuid> matrices{};
    ObjectChanges<std::uint32_t> checkpoints{};
    std::vector<std::string> what{}; ///< for the signal Changed: "bus", "masks", "adapters", "queues", "matrices", "wanted", "drift", "sources", "guests"
    bool drift = false;            ///< for the signal DriftChanged
    std::vector<Trial> trials{};
    friend bool operator==(const Changes&, const Changes&) = default;
};

Changes diff(const engine::Snapshot& before, const engine::Snapshot& after);

} // namespace ap::dbus
