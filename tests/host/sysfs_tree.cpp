// SPDX-License-Identifier: LGPL-2.1-or-later
// File names and texts as kernel-abi sections 2 to 7 give them.
#include "sysfs_tree.hpp"

#include "core/parse.hpp"

#include <fmt/format.h>

namespace ap::host::testing {
namespace {

std::string card_dir(Apid id) { return "sys/devices/ap/card" + to_string(id); }
std::string queue_dir(Apqn queue) { return card_dir(queue.adapter) + "/" + to_string(queue); }
std::string mdev_dir(const Uuid& uuid) { return "sys/devices/vfio_ap/matrix/" + to_string(uuid); }

} // namespace

std::string matrix_text(const Matrix& matrix) {
    std::string text;
    if (matrix.domains.empty())
        for (Apid a : matrix.adapters) text += to_string(a) + ".\n";
    else if (matrix.adapters.empty())
        for (Apqi d : matrix.domains) text += "." + to_string(d) + "\n";
    else
        matrix.queues().for_each([&](Apqn queue) { text += to_string(queue) + "\n"; });
    return text.substr(0, 4095);
}

SysfsTree::SysfsTree() {
    set_masks(AdapterSet::all(), DomainSet::all());
    write("sys/bus/ap/ap_adapter_mask", to_mask(AdapterSet{Apid{3}, Apid{4}, Apid{5}}) + "\n");
    write("sys/bus/ap/ap_usage_domain_mask", to_mask(DomainSet{Apqi{4}, Apqi{0x2f}, Apqi{0x47}}) + "\n");
    write("sys/bus/ap/ap_control_domain_mask", to_mask(DomainSet{Apqi{4}, Apqi{0x2f}, Apqi{0x47}}) + "\n");
    write("sys/bus/ap/ap_max_adapter_id", "63\n");
    write("sys/bus/ap/ap_max_domain_id", "84\n");
    write("sys/bus/ap/ap_domain", "4\n");
    write("sys/bus/ap/drivers_probe", "");
    mkdir("sys/bus/ap/devices");
    mkdir("sys/bus/ap/drivers/cex4queue");
    mkdir("sys/devices/ap");
}

void SysfsTree::set_masks(const AdapterSet& apmask, const DomainSet& aqmask) const {
    write("sys/bus/ap/apmask", to_mask(apmask) + "\n");
    write("sys/bus/ap/aqmask", to_mask(aqmask) + "\n");
}

void SysfsTree::add_card(Apid id) const {
    symlink("sys/bus/ap/devices/card" + to_string(id), "../../../devices/ap/card" + to_string(id));
    for (auto [file, text] : {std::pair{"hwtype", "14\n"},
                              {"raw_hwtype", "15\n"},
                              {"type", "CEX8C\n"},
                              {"online", "1\n"},
                              {"config", "1\n"},
                              {"chkstop", "0\n"},
                              {"serialnr", "93AABEET\n"}})
        set_card(id, file, text);
}

void SysfsTree::set_card(Apid id, std::string_view file, std::string_view text) const {
    write(fmt::format("{}/{}", card_dir(id), file), text);
}

void SysfsTree::remove_card(Apid id) const {
    remove("sys/bus/ap/devices/card" + to_string(id));
    for (unsigned d = 0; d < 256; ++d) {
        Apqn queue{id, static_cast<Apqi>(d)};
        bind(queue, "");
        remove("sys/bus/ap/devices/" + to_string(queue));
    }
    remove(card_dir(id));
}

void SysfsTree::add_queue(Apqn queue) const {
    symlink("sys/bus/ap/devices/" + to_string(queue),
            "../../../devices/ap/card" + to_string(queue.adapter) + "/" + to_string(queue));
    mkdir(queue_dir(queue));
    set_queue(queue, "config", "1\n");
    set_queue(queue, "chkstop", "0\n");
}

void SysfsTree::set_queue(Apqn queue, std::string_view file, std::string_view text) const {
    write(fmt::format("{}/{}", queue_dir(queue), file), text);
}

void SysfsTree::bind(Apqn queue, std::string_view driver) const {
    for (const char* other : {"cex4queue", "vfio_ap"})
        remove(fmt::format("sys/bus/ap/drivers/{}/{}", other, to_string(queue)));
    for (const char* file : {"online", "status"}) remove(queue_dir(queue) + "/" + file);
    if (driver.empty()) return;
    symlink(fmt::format("sys/bus/ap/drivers/{}/{}", driver, to_string(queue)), "../../../../devices/ap");
    if (driver == "vfio_ap")
        set_queue(queue, "status", "unassigned\n");
    else
        set_queue(queue, "online", "1\n");
}

void SysfsTree::load_vfio_ap() const {
    mkdir("sys/bus/ap/drivers/vfio_ap");
    write("sys/devices/vfio_ap/matrix/features", "guest_matrix hotplug ap_config\n");
    write("sys/devices/vfio_ap/matrix/mdev_supported_types/vfio_ap-passthrough/create", "");
}

void SysfsTree::add_mdev(const Uuid& uuid, const Matrix& assigned, const Matrix& effective,
                         bool with_ap_config) const {
    auto dir = mdev_dir(uuid) + "/";
    for (const char* file : {"remove", "assign_adapter", "assign_domain", "assign_control_domain",
                             "unassign_adapter", "unassign_domain", "unassign_control_domain"})
        write(dir + file, "");
    std::string control;
    for (Apqi d : assigned.control) control += to_string(d) + "\n";
    write(dir + "matrix", matrix_text(assigned));
    write(dir + "guest_matrix", matrix_text(effective));
    write(dir + "control_domains", control);
    if (with_ap_config)
        write(dir + "ap_config", fmt::format("{},{},{}\n", to_mask(assigned.adapters),
                                             to_mask(assigned.domains), to_mask(assigned.control)));
}

void SysfsTree::hold(const Uuid& uuid, int group, int pid, std::string_view command) const {
    symlink(mdev_dir(uuid) + "/iommu_group", fmt::format("../../../../kernel/iommu_groups/{}", group));
    write(fmt::format("proc/{}/comm", pid), fmt::format("{}\n", command));
    symlink(fmt::format("proc/{}/fd/3", pid), "/dev/vfio/vfio");
    symlink(fmt::format("proc/{}/fd/4", pid), fmt::format("/dev/vfio/{}", group));
}

} // namespace ap::host::testing
