// SPDX-License-Identifier: LGPL-2.1-or-later
// Tables of the fixed part of the tree (kernel-abi 2).
#include "model/layout.hpp"

#include <array>

namespace apsim {

namespace {

constexpr FixedDirectory directory_table[] = {
    {Dir::bus, Dir::root, "bus"},
    {Dir::klass, Dir::root, "class"},
    {Dir::devices, Dir::root, "devices"},
    {Dir::kernel, Dir::root, "kernel"},
    {Dir::module, Dir::root, "module"},
    {Dir::bus_ap, Dir::bus, "ap"},
    {Dir::bus_ap_devices, Dir::bus_ap, "devices"},
    {Dir::bus_ap_drivers, Dir::bus_ap, "drivers"},
    {Dir::cex4card, Dir::bus_ap_drivers, "cex4card", &Modules::zcrypt_cex4},
    {Dir::cex4queue, Dir::bus_ap_drivers, "cex4queue", &Modules::zcrypt_cex4},
    {Dir::vfio_ap, Dir::bus_ap_drivers, "vfio_ap", &Modules::vfio_ap},
    {Dir::bus_matrix, Dir::bus, "matrix", &Modules::vfio_ap},
    {Dir::bus_matrix_devices, Dir::bus_matrix, "devices", &Modules::vfio_ap},
    {Dir::bus_matrix_drivers, Dir::bus_matrix, "drivers", &Modules::vfio_ap},
    {Dir::matrix_driver, Dir::bus_matrix_drivers, "vfio_ap", &Modules::vfio_ap},
    {Dir::bus_mdev, Dir::bus, "mdev", &Modules::mdev},
    {Dir::bus_mdev_devices, Dir::bus_mdev, "devices", &Modules::mdev},
    {Dir::bus_mdev_drivers, Dir::bus_mdev, "drivers", &Modules::mdev},
    {Dir::mdev_driver, Dir::bus_mdev_drivers, "vfio_ap_mdev", &Modules::parent},
    {Dir::class_mdev_bus, Dir::klass, "mdev_bus", &Modules::mdev},
    {Dir::class_vfio, Dir::klass, "vfio"},
    {Dir::class_vfio_dev, Dir::klass, "vfio-dev"},
    {Dir::devices_ap, Dir::devices, "ap"},
    {Dir::devices_vfio_ap, Dir::devices, "vfio_ap", &Modules::vfio_ap},
    {Dir::matrix, Dir::devices_vfio_ap, "matrix", &Modules::vfio_ap},
    {Dir::types, Dir::matrix, "mdev_supported_types", &Modules::parent},
    {Dir::passthrough, Dir::types, "vfio_ap-passthrough", &Modules::parent},
    {Dir::passthrough_devices, Dir::passthrough, "devices", &Modules::parent},
    {Dir::devices_virtual, Dir::devices, "virtual"},
    {Dir::virtual_vfio, Dir::devices_virtual, "vfio"},
    {Dir::iommu_groups, Dir::kernel, "iommu_groups"},
    {Dir::module_ap, Dir::module, "ap"},
    {Dir::module_ap_parameters, Dir::module_ap, "parameters"},
    {Dir::module_zcrypt, Dir::module, "zcrypt", &Modules::zcrypt},
    {Dir::module_zcrypt_cex4, Dir::module, "zcrypt_cex4", &Modules::zcrypt_cex4},
    {Dir::module_vfio_ap, Dir::module, "vfio_ap", &Modules::vfio_ap},
    {Dir::module_mdev, Dir::module, "mdev", &Modules::mdev},
};

bool queue_on_cex4queue(const Machine& m, const Node& n) {
    return m.queue(n.adapter, n.domain).shown_driver() == Driver::cex4queue;
}
bool queue_on_vfio_ap(const Machine& m, const Node& n) {
    return m.queue(n.adapter, n.domain).shown_driver() == Driver::vfio_ap;
}
bool card_bound(const Machine& m, const Node& n) { return m.card(n.adapter).driver != Driver::none; }
bool mdev_bound(const Machine& m, const Node& n) { return m.mdev(n.life)->bound; }
bool mdev_usable(const Machine& m, const Node& n) { return mdev_bound(m, n) && !m.mdev(n.life)->leaving; }
bool mdev_listed(const Machine& m, const Node& n) { return !m.mdev(n.life)->removing; }
bool mdev_typed(const Machine& m, const Node& n) {
    return !m.mdev(n.life)->condemned && !m.mdev(n.life)->probing;
}
bool parent_there(const Machine& m, const Node&) { return m.modules.parent; }

constexpr FixedLink link_table[] = {
    {Dir::card, "subsystem", "../../../bus/ap", nullptr},
    {Dir::card, "driver", "../../../bus/ap/drivers/cex4card", card_bound},
    {Dir::queue, "subsystem", "../../../../bus/ap", nullptr},
    {Dir::queue, "driver", "../../../../bus/ap/drivers/cex4queue", queue_on_cex4queue},
    {Dir::queue, "driver", "../../../../bus/ap/drivers/vfio_ap", queue_on_vfio_ap},
    {Dir::cex4card, "module", "../../../../module/zcrypt_cex4", nullptr},
    {Dir::cex4queue, "module", "../../../../module/zcrypt_cex4", nullptr},
    {Dir::vfio_ap, "module", "../../../../module/vfio_ap", nullptr},
    {Dir::bus_matrix_devices, "matrix", "../../../devices/vfio_ap/matrix", nullptr},
    {Dir::matrix_driver, "matrix", "../../../../devices/vfio_ap/matrix", nullptr},
    {Dir::mdev_driver, "module", "../../../../module/vfio_ap", nullptr},
    {Dir::class_mdev_bus, "matrix", "../../devices/vfio_ap/matrix", parent_there},
    {Dir::devices_vfio_ap, "module", "../../module/vfio_ap", nullptr},
    {Dir::matrix, "driver", "../../../bus/matrix/drivers/vfio_ap", nullptr},
    {Dir::matrix, "subsystem", "../../../bus/matrix", nullptr},
    {Dir::mdev, "subsystem", "../../../../bus/mdev", mdev_listed},
    {Dir::mdev, "mdev_type", "../mdev_supported_types/vfio_ap-passthrough", mdev_typed},
    {Dir::mdev, "driver", "../../../../bus/mdev/drivers/vfio_ap_mdev", mdev_usable},
    {Dir::mdev, "iommu_group", "../../../../kernel/iommu_groups/%", mdev_bound},
    {Dir::vfio_dev_n, "device", "../../../@", nullptr},
    {Dir::vfio_dev_n, "subsystem", "../../../../../../class/vfio-dev", nullptr},
    {Dir::vfio_group, "subsystem", "../../../../class/vfio", nullptr},
};
static_assert(std::size(link_table) < 63, "a node's slot has six bits and 63 stands for listed devices");

} // namespace

namespace {

/// Directories are looked up for every request, so by their kind.
std::array<const FixedDirectory*, static_cast<std::size_t>(Dir::count)> index_directories() {
    std::array<const FixedDirectory*, static_cast<std::size_t>(Dir::count)> index{};
    for (const auto& dir : directory_table) index[static_cast<std::size_t>(dir.dir)] = &dir;
    return index;
}

} // namespace

std::span<const FixedDirectory> fixed_directories() { return directory_table; }

bool fixed_directory_exists(const Machine& machine, Dir dir) {
    static const auto index = index_directories();
    const auto* found = index[static_cast<std::size_t>(dir)];
    return found == nullptr || found->module == nullptr || machine.modules.*found->module;
}

std::span<const FixedLink> fixed_links() { return link_table; }

std::span<const Attribute> attributes_of(Dir dir) {
    switch (dir) {
    case Dir::bus_ap: return bus_ap_attributes();
    case Dir::cex4card:
    case Dir::cex4queue:
    case Dir::vfio_ap: return ap_driver_attributes();
    case Dir::bus_matrix: return bus_matrix_attributes();
    case Dir::matrix_driver: return matrix_driver_attributes();
    case Dir::bus_mdev: return bus_mdev_attributes();
    case Dir::mdev_driver: return mdev_driver_attributes();
    case Dir::devices_ap: return ap_root_attributes();
    case Dir::devices_vfio_ap: return vfio_ap_root_attributes();
    case Dir::matrix: return matrix_attributes();
    case Dir::passthrough: return type_attributes();
    case Dir::module_ap_parameters: return module_parameter_attributes();
    case Dir::card: return card_attributes();
    case Dir::queue: return queue_attributes();
    case Dir::mdev: return mdev_attributes();
    case Dir::vfio_dev_n: return vfio_dev_attributes();
    case Dir::vfio_group: return vfio_group_attributes();
    case Dir::iommu_group: return iommu_group_attributes();
    default: return {};
    }
}

bool directory_exists(const Machine& machine, const Node& n) {
    const auto* mdev = machine.mdev(n.life);
    switch (n.dir) {
    case Dir::card: return n.life != 0 && machine.card(n.adapter).life == n.life;
    case Dir::queue: return n.life != 0 && machine.queue(n.adapter, n.domain).life == n.life;
    case Dir::mdev: return mdev != nullptr;
    case Dir::vfio_dev:
    case Dir::vfio_dev_n: return mdev != nullptr && mdev->bound && !mdev->leaving;
    case Dir::vfio_group:
    case Dir::iommu_group:
    case Dir::iommu_group_devices: return mdev != nullptr && mdev->bound;
    default: return fixed_directory_exists(machine, n.dir);
    }
}

} // namespace apsim
