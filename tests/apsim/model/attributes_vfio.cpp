// SPDX-License-Identifier: LGPL-2.1-or-later
// Attributes of the matrix device, its mdev type, the mdevs and what belongs to them (kernel-abi 6 and 7).
#include <cerrno>

#include <fmt/format.h>

#include "model/assignment.hpp"
#include "model/attribute.hpp"
#include "model/kernel_text.hpp"
#include "model/mdev.hpp"
#include "model/names.hpp"

namespace apsim {

namespace {

constexpr std::size_t page_limit = 4095;

const Mdev& mdev_of(const Machine& m, const Node& n) { return *m.mdev(n.life); }

/// The formatter of matrix and guest_matrix; a page is all it has, so the text is cut without a word.
std::string format_matrix(const Matrix& matrix) {
    std::string out;
    const bool adapters = matrix.adapters.any();
    const bool domains = matrix.domains.any();
    if (adapters)
        matrix.adapters.for_each([&](unsigned adapter) {
            if (!domains) out += fmt::format("{:02x}.\n", adapter);
            matrix.domains.for_each([&](unsigned domain) {
                if (out.size() < page_limit) out += queue_name(adapter, domain) + "\n";
            });
        });
    else
        matrix.domains.for_each([&](unsigned domain) { out += fmt::format(".{:04x}\n", domain); });
    if (out.size() > page_limit) out.resize(page_limit);
    return out;
}

Shown show_matrix(const Machine& m, const Node& n) { return format_matrix(mdev_of(m, n).matrix); }
Shown show_guest_matrix(const Machine& m, const Node& n) { return format_matrix(mdev_of(m, n).shadow); }

Shown show_control(const Machine& m, const Node& n) {
    std::string out;
    mdev_of(m, n).matrix.control.for_each([&](unsigned id) { out += fmt::format("{:04x}\n", id); });
    return out;
}

Shown show_ap_config(const Machine& m, const Node& n) {
    const auto& matrix = mdev_of(m, n).matrix;
    return fmt::format("{},{},{}\n", matrix.adapters.text(), matrix.domains.text(), matrix.control.text());
}

template <Part part>
Outcome assign(Machine& m, const Node& n, std::string_view text) {
    return store_assign(m, n.life, part, text);
}
template <Part part>
Outcome unassign(Machine& m, const Node& n, std::string_view text) {
    return store_unassign(m, n.life, part, text);
}

bool listed(const Machine& m, const Node& n) { return !mdev_of(m, n).removing; }
bool removable(const Machine& m, const Node& n) { return !mdev_of(m, n).condemned; }
bool usable(const Machine& m, const Node& n) {
    const auto& mdev = mdev_of(m, n);
    return mdev.bound && !mdev.probing && !mdev.leaving;
}
bool configurable(const Machine& m, const Node& n) { return usable(m, n) && m.personality.ap_config; }
bool tells_features(const Machine& m, const Node&) { return m.personality.matrix_features; }

std::string matrix_keys() {
    std::string keys;
    add_key(keys, "DRIVER", "vfio_ap");
    return keys;
}

Shown nothing(const Machine&, const Node&) { return std::string(); }

Outcome mdev_uevent(Machine& m, const Node& n, std::string_view text) {
    const auto& mdev = mdev_of(m, n);
    return synthesize_uevent(mdev_path(mdev), "mdev", mdev_keys(mdev), text);
}
Outcome vfio_dev_uevent(Machine& m, const Node& n, std::string_view text) {
    const auto& mdev = mdev_of(m, n);
    return synthesize_uevent(fmt::format("{}/vfio-dev/vfio{}", mdev_path(mdev), mdev.group), "vfio-dev", {},
                             text);
}
Outcome vfio_group_uevent(Machine& m, const Node& n, std::string_view text) {
    const auto group = mdev_of(m, n).group;
    return synthesize_uevent(fmt::format("/devices/virtual/vfio/{}", group), "vfio", vfio_group_keys(group),
                             text);
}

constexpr Attribute bus_matrix_table[] = {
    {"drivers_autoprobe", 0644,
     [](const Machine& m, const Node&) -> Shown { return std::string(m.matrix_autoprobe ? "1\n" : "0\n"); },
     [](Machine& m, const Node&, std::string_view text) -> Outcome {
         m.matrix_autoprobe = parse_autoprobe(text);
         return Outcome{};
     },
     nullptr},
    {"drivers_probe", 0200, nullptr,
     [](Machine&, const Node&, std::string_view text) -> Outcome {
         return text == "matrix" || text == "matrix\n" ? Outcome{} : refused(ENODEV);
     },
     nullptr},
    {"uevent", 0200, nullptr,
     [](Machine&, const Node&, std::string_view text) -> Outcome {
         return synthesize_uevent("/bus/matrix", "bus", {}, text);
     },
     nullptr},
};

constexpr Attribute matrix_driver_table[] = {
    {"uevent", 0200, nullptr,
     [](Machine&, const Node&, std::string_view text) -> Outcome {
         return synthesize_uevent("/bus/matrix/drivers/vfio_ap", "drivers", {}, text);
     },
     nullptr},
};

constexpr Attribute bus_mdev_table[] = {
    {"drivers_autoprobe", 0644,
     [](const Machine& m, const Node&) -> Shown { return std::string(m.mdev_autoprobe ? "1\n" : "0\n"); },
     [](Machine& m, const Node&, std::string_view text) -> Outcome {
         m.mdev_autoprobe = parse_autoprobe(text);
         return Outcome{};
     },
     nullptr},
    {"drivers_probe", 0200, nullptr,
     [](Machine& m, const Node&, std::string_view text) -> Outcome {
         return m.find_mdev(device_name(text)) == nullptr ? refused(ENODEV) : Outcome{};
     },
     nullptr},
    {"uevent", 0200, nullptr,
     [](Machine&, const Node&, std::string_view text) -> Outcome {
         return synthesize_uevent("/bus/mdev", "bus", {}, text);
     },
     nullptr},
};

constexpr Attribute mdev_driver_table[] = {
    {"bind", 0200, nullptr,
     [](Machine&, const Node&, std::string_view) -> Outcome { return refused(ENODEV); }, nullptr},
    {"uevent", 0200, nullptr,
     [](Machine&, const Node&, std::string_view text) -> Outcome {
         return synthesize_uevent("/bus/mdev/drivers/vfio_ap_mdev", "drivers", {}, text);
     },
     nullptr},
    {"unbind", 0200, nullptr,
     [](Machine& m, const Node&, std::string_view text) -> Outcome { return store_mdev_unbind(m, text); },
     nullptr},
};

constexpr Attribute vfio_ap_root_table[] = {
    {"uevent", 0644, nothing,
     [](Machine&, const Node&, std::string_view text) -> Outcome {
         return synthesize_uevent("/devices/vfio_ap", "", {}, text);
     },
     nullptr},
};

constexpr Attribute matrix_table[] = {
    {"features", 0444,
     [](const Machine&, const Node&) -> Shown { return std::string("guest_matrix hotplug ap_config\n"); },
     nullptr, tells_features},
    {"uevent", 0644, [](const Machine&, const Node&) -> Shown { return as_lines(matrix_keys()); },
     [](Machine&, const Node&, std::string_view text) -> Outcome {
         return synthesize_uevent("/devices/vfio_ap/matrix", "matrix", matrix_keys(), text);
     },
     nullptr},
};

constexpr Attribute type_table[] = {
    {"available_instances", 0444,
     [](const Machine& m, const Node&) -> Shown { return fmt::format("{}\n", max_mdevs - m.mdevs.size()); },
     nullptr, nullptr},
    {"create", 0200, nullptr,
     [](Machine& m, const Node&, std::string_view text) -> Outcome { return store_create(m, text); },
     nullptr},
    {"device_api", 0444, [](const Machine&, const Node&) -> Shown { return std::string("vfio-ap\n"); },
     nullptr, nullptr},
    {"name", 0444,
     [](const Machine&, const Node&) -> Shown { return std::string("VFIO AP Passthrough Device\n"); },
     nullptr, nullptr},
};

constexpr Attribute mdev_table[] = {
    {"ap_config", 0644, show_ap_config,
     [](Machine& m, const Node& n, std::string_view text) -> Outcome {
         return store_ap_config(m, n.life, text);
     },
     configurable},
    {"assign_adapter", 0200, nullptr, assign<Part::adapter>, usable},
    {"assign_control_domain", 0200, nullptr, assign<Part::control>, usable},
    {"assign_domain", 0200, nullptr, assign<Part::domain>, usable},
    {"control_domains", 0444, show_control, nullptr, usable, &Machine::matrix_lock},
    {"guest_matrix", 0444, show_guest_matrix, nullptr, usable, &Machine::matrix_lock},
    {"matrix", 0444, show_matrix, nullptr, usable, &Machine::matrix_lock},
    {"remove", 0200, nullptr,
     [](Machine& m, const Node& n, std::string_view text) -> Outcome {
         return store_remove(m, n.life, text);
     },
     removable},
    {"uevent", 0644,
     [](const Machine& m, const Node& n) -> Shown { return as_lines(mdev_keys(mdev_of(m, n))); }, mdev_uevent,
     listed},
    {"unassign_adapter", 0200, nullptr, unassign<Part::adapter>, usable},
    {"unassign_control_domain", 0200, nullptr, unassign<Part::control>, usable},
    {"unassign_domain", 0200, nullptr, unassign<Part::domain>, usable},
};

constexpr Attribute vfio_dev_table[] = {{"uevent", 0644, nothing, vfio_dev_uevent, nullptr}};

constexpr Attribute vfio_group_table[] = {
    {"dev", 0444,
     [](const Machine& m, const Node& n) -> Shown { return fmt::format("254:{}\n", mdev_of(m, n).group); },
     nullptr, nullptr},
    {"uevent", 0644,
     [](const Machine& m, const Node& n) -> Shown { return as_lines(vfio_group_keys(mdev_of(m, n).group)); },
     vfio_group_uevent, nullptr},
};

/// Mdevs have no IOMMU behind their group, hence no type that could be changed.
constexpr Attribute iommu_group_table[] = {
    {"name", 0444, [](const Machine&, const Node&) -> Shown { return std::string("vfio-noiommu\n"); },
     nullptr, nullptr},
    {"reserved_regions", 0444, nothing, nullptr, nullptr},
    {"type", 0644, [](const Machine&, const Node&) -> Shown { return std::string("unknown\n"); },
     [](Machine&, const Node&, std::string_view) -> Outcome { return refused(EINVAL); }, nullptr},
};

} // namespace

std::span<const Attribute> bus_matrix_attributes() { return bus_matrix_table; }
std::span<const Attribute> matrix_driver_attributes() { return matrix_driver_table; }
std::span<const Attribute> bus_mdev_attributes() { return bus_mdev_table; }
std::span<const Attribute> mdev_driver_attributes() { return mdev_driver_table; }
std::span<const Attribute> vfio_ap_root_attributes() { return vfio_ap_root_table; }
std::span<const Attribute> matrix_attributes() { return matrix_table; }
std::span<const Attribute> type_attributes() { return type_table; }
std::span<const Attribute> mdev_attributes() { return mdev_table; }
std::span<const Attribute> vfio_dev_attributes() { return vfio_dev_table; }
std::span<const Attribute> vfio_group_attributes() { return vfio_group_table; }
std::span<const Attribute> iommu_group_attributes() { return iommu_group_table; }

} // namespace apsim
