// SPDX-License-Identifier: LGPL-2.1-or-later
// Reading in parts, and remembering what is still unread.
#include "engine/picture.hpp"

#include <utility>

namespace ap::engine {

Result<void> Picture::read(const Dirty& what) {
    unread_ |= what;
    unread_.definitions |= unread_.everything;
    unread_.sources |= unread_.everything;
    unread_.guests |= unread_.everything;
    failures_.clear();
    if (std::exchange(unread_.sources, false)) sources_ = sources_port_.read();
    if (std::exchange(unread_.guests, false)) guests_ = guests_port_.now();
    auto kernel = read_kernel();
    name_holders();
    auto records = read_records();
    return kernel ? records : kernel;
}

Result<void> Picture::read_kernel() {
    if (!unread_.of_the_kernel().any()) return {};
    if (auto done = bus_.refresh(host_, unread_); !done) {
        failures_.push_back("The host could not be read: " + to_string(done.error()));
        return done;
    }
    unread_ = Dirty{.definitions = unread_.definitions};
    return {};
}

/// Where no process could be asked who it is, as its files may be another namespace's, libvirt may know.
void Picture::name_holders() {
    for (auto& [uuid, matrix] : host_.matrices)
        if (const auto* guest = guest_with(guests_, uuid); guest != nullptr && matrix.in_use && matrix.holder.empty()) matrix.holder = "guest " + guest->name;
}

void Picture::lock_masks() {
    bus_.masks_are_locked();
    host_.masks_locked = host_.bus_present;
}

Result<void> Picture::read_records() {
    if (!unread_.definitions) return {};
    std::vector<std::string> problems;
    auto loaded = store_.load(problems);
    if (!loaded) {
        failures_.push_back("The records could not be read: " + to_string(loaded.error()));
        return std::unexpected(loaded.error());
    }
    wanted_ = *std::move(loaded);
    store_problems_ = std::move(problems);
    unread_.definitions = false;
    return {};
}

std::vector<std::string> Picture::problems() const {
    auto all = failures_;
    all.insert(all.end(), store_problems_.begin(), store_problems_.end());
    return all;
}

Dirty needed_for_a_plan(const HostState& host) {
    // Everything but the adapters, which have had their events since before the last scan: udev may be some milliseconds
    // behind the kernel, and an absolute mask or matrix written on top of an old reading would undo somebody else's change.
    Dirty what{.binding = true, .configuration = true, .matrix_list = true, .definitions = true, .sources = true};
    for (const auto& [uuid, matrix] : host.matrices) what.matrices.insert(uuid);
    return what;
}

} // namespace ap::engine
