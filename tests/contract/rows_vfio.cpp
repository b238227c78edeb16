// SPDX-License-Identifier: LGPL-2.1-or-later
// Rows of tables E and F that take a KVM machine and the device's ioctls.
#include "phrases.hpp"
#include "tables.hpp"
#include "text.hpp"
#include "virtual_machine.hpp"

namespace contract {

namespace {

using Known = VirtualMachine::Known;

VirtualMachine& vm(Scene& scene) {
    auto& kept = scene.kept["machine"];
    if (!kept) kept = std::make_shared<VirtualMachine>();
    return *std::static_pointer_cast<VirtualMachine>(kept);
}

Difference expect(int expected, int actual) {
    if (expected == actual) return std::nullopt;
    return "expected " + errno_text(expected) + ", got " + errno_text(actual);
}

Step opens(std::string uuid, Known known, int error = 0) {
    return {"a machine opens " + uuid + (known == Known::no ? " without knowing of it" : ""),
            [=](Scene& scene) { return expect(error, vm(scene).open(uuid, known)); }};
}

Step resets(std::string uuid, int error = 0) {
    return {"the machine resets " + uuid, [=](Scene& scene) { return expect(error, vm(scene).reset(uuid)); }};
}

Step says_what_it_is(std::string uuid) {
    return {"the device says what it is", [=](Scene& scene) -> Difference {
                if (vm(scene).says_what_it_is(uuid)) return std::nullopt;
                return "other flags or regions";
            }};
}

Step ends() {
    return {"the machine ends", [](Scene& scene) -> Difference {
                scene.kept.clear();
                return std::nullopt;
            }};
}

const std::string deconfigured = machine_of("4,0x47", "4,0x47",
                                            "adapter 5 type=CEX7 mode=cca\n"
                                            "adapter 3 type=CEX7 mode=cca state=deconfigured\n");

const std::vector<Row> rows{
    {"E15",
     State::s2,
     "vfio_ap_mdev_open_device",
     {opens(m1, Known::no, EINVAL), shows("03.0004/status", "assigned\n")}},
    {"E16",
     State::s4,
     "vfio_ap_mdev_set_kvm",
     {opens(m1, Known::yes), opens(m2, Known::yes, EPERM), shows("03.0004/status", "in use\n"), ends(),
      shows("03.0004/status", "assigned\n")}},
    {"F9",
     State::s2,
     "vfio_ap_mdev_reset_queues",
     {opens(m1, Known::yes), resets(m1), machine(deconfigured), resets(m1, EIO),
      shows("M1/guest_matrix", both), shows("03.0004/status", "in use\n"), machine(machine_h()), resets(m1),
      ends(), shows("M1/guest_matrix", both)}},
    {"KV1", State::s2, "vfio_ap_mdev_get_device_info", {opens(m1, Known::yes), says_what_it_is(m1)}},
    {"KV2",
     State::s2,
     "vfio_ap_mdev_reset_queues (a checkstopped adapter counts as one that cannot be reset)",
     {opens(m1, Known::yes),
      machine(machine_of("4,0x47", "4,0x47",
                         "adapter 5 type=CEX7 mode=cca\nadapter 3 type=CEX7 mode=cca state=checkstop\n")),
      resets(m1, EIO), shows("M1/guest_matrix", both)}},
};

std::vector<Row> on_the_kernel_only() {
    std::vector<Row> table;
    for (auto row : rows)
        table.push_back(std::move(row)
                            .not_here(Host::Kind::apsim, "the ioctls of KVM and VFIO are not simulated")
                            .not_here(Host::Kind::model, "the ioctls of KVM and VFIO are not simulated"));
    return table;
}

const std::vector<Row> table = on_the_kernel_only();

} // namespace

std::span<const Row> rows_of_vfio() { return table; }

} // namespace contract
