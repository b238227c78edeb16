// SPDX-License-Identifier: LGPL-2.1-or-later
// Cards, queues and mdevs as members of directories.
#include "model/members.hpp"

#include <fmt/format.h>

#include "model/names.hpp"

namespace apsim {

namespace {

/// What kind of member a directory has, and where its links point to ("" for directories).
struct Members {
    enum class Of {
        nothing,
        ap_devices,
        cards,
        queues_of_card,
        bound_cards,
        bound_queues,
        mdevs,
        bound_mdevs,
        one_mdev
    } of;
    Dir child = Dir::count;       ///< the kind of directory, when members are directories
    std::string_view prefix = {}; ///< of the target, when they are links
};

Members members_of(Dir dir) {
    using Of = Members::Of;
    switch (dir) {
    case Dir::devices_ap: return {Of::cards, Dir::card};
    case Dir::card: return {Of::queues_of_card, Dir::queue};
    case Dir::bus_ap_devices: return {Of::ap_devices, Dir::count, "../../../devices/ap/"};
    case Dir::cex4card: return {Of::bound_cards, Dir::count, "../../../../devices/ap/"};
    case Dir::cex4queue:
    case Dir::vfio_ap: return {Of::bound_queues, Dir::count, "../../../../devices/ap/"};
    case Dir::matrix: return {Of::mdevs, Dir::mdev};
    case Dir::bus_mdev_devices: return {Of::mdevs, Dir::count, "../../../devices/vfio_ap/matrix/"};
    case Dir::passthrough_devices: return {Of::mdevs, Dir::count, "../../../"};
    case Dir::mdev_driver: return {Of::bound_mdevs, Dir::count, "../../../../devices/vfio_ap/matrix/"};
    case Dir::iommu_group_devices: return {Of::one_mdev, Dir::count, "../../../../devices/vfio_ap/matrix/"};
    case Dir::iommu_groups: return {Of::bound_mdevs, Dir::iommu_group};
    case Dir::virtual_vfio: return {Of::bound_mdevs, Dir::vfio_group};
    case Dir::class_vfio: return {Of::bound_mdevs, Dir::count, "../../devices/virtual/vfio/"};
    case Dir::class_vfio_dev: return {Of::bound_mdevs, Dir::count, "../../devices/vfio_ap/matrix/"};
    case Dir::mdev: return {Of::one_mdev, Dir::vfio_dev};
    case Dir::vfio_dev: return {Of::one_mdev, Dir::vfio_dev_n};
    case Dir::iommu_group: return {Of::one_mdev, Dir::iommu_group_devices};
    default: return {Of::nothing};
    }
}

Driver driver_of(Dir dir) { return dir == Dir::cex4queue ? Driver::cex4queue : Driver::vfio_ap; }

/// The node of a member of `dir` that stands for this card, queue or mdev.
Node member(const Node& dir, const Members& kind, unsigned adapter, unsigned domain, std::uint32_t life) {
    const bool directory = kind.prefix.empty();
    return {directory ? NodeType::directory : NodeType::link,
            directory ? kind.child : dir.dir,
            static_cast<std::uint8_t>(adapter),
            static_cast<std::uint8_t>(domain),
            directory ? std::uint8_t{0} : listed_slot,
            life};
}

/// Only queues and cards share a directory; there a card is told from a queue by its life.
bool is_card(const Machine& machine, const Node& n) { return machine.card(n.adapter).life == n.life; }

bool fits(const Members& kind, const Node& dir, const Mdev& mdev) {
    switch (dir.dir) {
    case Dir::matrix: return true;
    case Dir::bus_mdev_devices: return !mdev.removing;
    case Dir::passthrough_devices: return !mdev.condemned && !mdev.probing;
    case Dir::mdev_driver:
    case Dir::class_vfio_dev:
    case Dir::mdev:
    case Dir::vfio_dev: return mdev.bound && !mdev.leaving;
    default: return mdev.bound && kind.of != Members::Of::nothing;
    }
}

std::string mdev_member_name(Dir dir, const Mdev& mdev) {
    switch (dir) {
    case Dir::iommu_groups:
    case Dir::virtual_vfio:
    case Dir::class_vfio: return fmt::to_string(mdev.group);
    case Dir::class_vfio_dev:
    case Dir::vfio_dev: return fmt::format("vfio{}", mdev.group);
    case Dir::mdev: return "vfio-dev";
    case Dir::iommu_group: return "devices";
    default: return mdev.uuid;
    }
}

using Sink = std::function<void(std::string_view, const Node&)>;

void list_cards(const Machine& machine, const Node& dir, const Members& kind, const Sink& sink) {
    for (unsigned adapter = 0; adapter < 256; ++adapter) {
        const auto& card = machine.card(adapter);
        if (card.life == 0 || (kind.of == Members::Of::bound_cards && card.driver == Driver::none)) continue;
        sink(card_name(adapter), member(dir, kind, adapter, 0, card.life));
    }
}

void list_queues(const Machine& machine, const Node& dir, const Members& kind, unsigned adapter,
                 const Sink& sink) {
    for (unsigned domain = 0; domain < 256; ++domain) {
        const auto& queue = machine.queue(adapter, domain);
        if (queue.life == 0 ||
            (kind.of == Members::Of::bound_queues && queue.shown_driver() != driver_of(dir.dir)))
            continue;
        sink(queue_name(adapter, domain), member(dir, kind, adapter, domain, queue.life));
    }
}

void list_all_queues(const Machine& machine, const Node& dir, const Members& kind, const Sink& sink) {
    for (unsigned adapter = 0; adapter < 256; ++adapter)
        if (machine.card(adapter).life != 0) list_queues(machine, dir, kind, adapter, sink);
}

void list_mdevs(const Machine& machine, const Node& dir, const Members& kind, const Sink& sink) {
    if (kind.of == Members::Of::one_mdev) {
        const auto* mdev = machine.mdev(dir.life);
        if (mdev != nullptr && fits(kind, dir, *mdev))
            sink(mdev_member_name(dir.dir, *mdev), member(dir, kind, 0, 0, mdev->life));
        return;
    }
    for (const auto& [life, mdev] : machine.mdevs)
        if (fits(kind, dir, mdev)) sink(mdev_member_name(dir.dir, mdev), member(dir, kind, 0, 0, life));
}

std::optional<Node> find_card(const Machine& machine, const Node& dir, const Members& kind,
                              std::string_view name) {
    const auto adapter = parse_card_name(name);
    if (!adapter) return std::nullopt;
    const auto& card = machine.card(*adapter);
    if (card.life == 0 || (kind.of == Members::Of::bound_cards && card.driver == Driver::none))
        return std::nullopt;
    return member(dir, kind, *adapter, 0, card.life);
}

std::optional<Node> find_queue(const Machine& machine, const Node& dir, const Members& kind,
                               std::string_view name) {
    const auto apqn = parse_queue_name(name);
    if (!apqn) return std::nullopt;
    if (kind.of == Members::Of::queues_of_card && apqn->adapter != dir.adapter) return std::nullopt;
    const auto& queue = machine.queue(apqn->adapter, apqn->domain);
    if (queue.life == 0 ||
        (kind.of == Members::Of::bound_queues && queue.shown_driver() != driver_of(dir.dir)))
        return std::nullopt;
    return member(dir, kind, apqn->adapter, apqn->domain, queue.life);
}

std::optional<Node> find_mdev(const Machine& machine, const Node& dir, const Members& kind,
                              std::string_view name) {
    if (dir.dir == Dir::matrix || dir.dir == Dir::bus_mdev_devices || dir.dir == Dir::passthrough_devices) {
        const auto* mdev = machine.find_mdev(name);
        if (mdev == nullptr || !fits(kind, dir, *mdev)) return std::nullopt;
        return member(dir, kind, 0, 0, mdev->life);
    }
    std::optional<Node> found;
    list_mdevs(machine, dir, kind, [&](std::string_view candidate, const Node& node) {
        if (candidate == name) found = node;
    });
    return found;
}

} // namespace

void list_members(const Machine& machine, const Node& dir, const Sink& sink) {
    using Of = Members::Of;
    const auto kind = members_of(dir.dir);
    switch (kind.of) {
    case Of::nothing: return;
    case Of::cards:
    case Of::bound_cards: return list_cards(machine, dir, kind, sink);
    case Of::queues_of_card: return list_queues(machine, dir, kind, dir.adapter, sink);
    case Of::bound_queues: return list_all_queues(machine, dir, kind, sink);
    case Of::ap_devices:
        list_cards(machine, dir, kind, sink);
        return list_all_queues(machine, dir, kind, sink);
    case Of::mdevs:
    case Of::bound_mdevs:
    case Of::one_mdev: return list_mdevs(machine, dir, kind, sink);
    }
}

std::optional<Node> find_member(const Machine& machine, const Node& dir, std::string_view name) {
    using Of = Members::Of;
    const auto kind = members_of(dir.dir);
    switch (kind.of) {
    case Of::nothing: return std::nullopt;
    case Of::cards:
    case Of::bound_cards: return find_card(machine, dir, kind, name);
    case Of::queues_of_card:
    case Of::bound_queues: return find_queue(machine, dir, kind, name);
    case Of::ap_devices: {
        const auto card = find_card(machine, dir, kind, name);
        return card ? card : find_queue(machine, dir, kind, name);
    }
    case Of::mdevs:
    case Of::bound_mdevs:
    case Of::one_mdev: return find_mdev(machine, dir, kind, name);
    }
    return std::nullopt;
}

std::string member_name(const Machine& machine, const Node& n) {
    switch (n.dir) {
    case Dir::card:
    case Dir::cex4card: return card_name(n.adapter);
    case Dir::queue:
    case Dir::cex4queue:
    case Dir::vfio_ap: return queue_name(n.adapter, n.domain);
    case Dir::bus_ap_devices:
        return is_card(machine, n) ? card_name(n.adapter) : queue_name(n.adapter, n.domain);
    default: break;
    }
    const auto* mdev = machine.mdev(n.life);
    if (mdev == nullptr) return {};
    if (n.type == NodeType::link) return mdev_member_name(n.dir, *mdev);
    switch (n.dir) {
    case Dir::vfio_dev: return "vfio-dev";
    case Dir::vfio_dev_n: return fmt::format("vfio{}", mdev->group);
    case Dir::iommu_group_devices: return "devices";
    case Dir::vfio_group:
    case Dir::iommu_group: return fmt::to_string(mdev->group);
    default: return mdev->uuid;
    }
}

std::string member_target(const Machine& machine, const Node& link) {
    const auto prefix = std::string(members_of(link.dir).prefix);
    const auto name = member_name(machine, link);
    switch (link.dir) {
    case Dir::cex4queue:
    case Dir::vfio_ap: return prefix + card_name(link.adapter) + "/" + name;
    case Dir::bus_ap_devices:
        return prefix + (is_card(machine, link) ? name : card_name(link.adapter) + "/" + name);
    case Dir::class_vfio_dev: {
        const auto* mdev = machine.mdev(link.life);
        return mdev == nullptr ? std::string() : prefix + mdev->uuid + "/vfio-dev/" + name;
    }
    default: return prefix + name;
    }
}

namespace {

/// Without names, as this is asked for every use of a link.
bool ap_member_exists(const Machine& machine, const Node& link) {
    const auto& card = machine.card(link.adapter);
    const auto& queue = machine.queue(link.adapter, link.domain);
    switch (link.dir) {
    case Dir::cex4card: return card.life == link.life && card.driver == Driver::cex4card;
    case Dir::bus_ap_devices: return card.life == link.life || queue.life == link.life;
    default: return queue.life == link.life && queue.shown_driver() == driver_of(link.dir);
    }
}

} // namespace

bool member_exists(const Machine& machine, const Node& link) {
    switch (link.dir) {
    case Dir::cex4card:
    case Dir::cex4queue:
    case Dir::vfio_ap:
    case Dir::bus_ap_devices: return ap_member_exists(machine, link);
    default: break;
    }
    const auto* mdev = machine.mdev(link.life);
    return mdev != nullptr && fits(members_of(link.dir), fixed(link.dir), *mdev);
}

unsigned count_directories(const Machine& machine, const Node& dir) {
    const auto kind = members_of(dir.dir);
    if (kind.child == Dir::count) return 0;
    unsigned count = 0;
    if (kind.of == Members::Of::queues_of_card) {
        for (unsigned domain = 0; domain < 256; ++domain)
            count += machine.queue(dir.adapter, domain).life != 0;
    } else {
        list_members(machine, dir, [&](std::string_view, const Node&) { ++count; });
    }
    return count;
}

} // namespace apsim
