// SPDX-License-Identifier: LGPL-2.1-or-later
// Ioctls of KVM and VFIO.
#include "virtual_machine.hpp"

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <fcntl.h>
#include <linux/kvm.h>
#include <linux/vfio.h>
#include <stdexcept>
#include <sys/ioctl.h>
#include <unistd.h>

#include "files.hpp"

namespace contract {

namespace {

void must(int result, const std::string& what) {
    if (result < 0) throw std::runtime_error(what + ": " + std::strerror(errno));
}

/// /dev/vfio/N of an mdev.
std::string group_of(const std::string& uuid) {
    const auto link = read_link("/sys/bus/mdev/devices/" + uuid + "/iommu_group");
    if (!link) throw std::runtime_error(uuid + " has no group");
    return "/dev/vfio/" + link->substr(link->rfind('/') + 1);
}

} // namespace

int VirtualMachine::take(int descriptor, const std::string& what) {
    must(descriptor, what);
    descriptors_.push_back(descriptor);
    return descriptor;
}

VirtualMachine::VirtualMachine() {
    const int kvm = take(::open("/dev/kvm", O_RDWR | O_CLOEXEC), "/dev/kvm");
    machine_ = take(::ioctl(kvm, KVM_CREATE_VM, 0), "KVM_CREATE_VM");
    kvm_create_device device{};
    device.type = KVM_DEV_TYPE_VFIO;
    must(::ioctl(machine_, KVM_CREATE_DEVICE, &device), "KVM_CREATE_DEVICE");
    vfio_ = take(static_cast<int>(device.fd), "KVM_CREATE_DEVICE");
}

/// Devices before groups before the machine, as QEMU does.
VirtualMachine::~VirtualMachine() {
    for (const auto& [uuid, device] : devices_) ::close(device);
    while (!descriptors_.empty()) {
        ::close(descriptors_.back());
        descriptors_.pop_back();
    }
}

int VirtualMachine::open(const std::string& uuid, Known known) {
    const int container = take(::open("/dev/vfio/vfio", O_RDWR | O_CLOEXEC), "/dev/vfio/vfio");
    int group = take(::open(group_of(uuid).c_str(), O_RDWR | O_CLOEXEC), "the group");
    must(::ioctl(group, VFIO_GROUP_SET_CONTAINER, &container), "VFIO_GROUP_SET_CONTAINER");
    must(::ioctl(container, VFIO_SET_IOMMU, VFIO_TYPE1_IOMMU), "VFIO_SET_IOMMU");
    kvm_device_attr attribute{};
    attribute.group = KVM_DEV_VFIO_GROUP;
    attribute.attr = KVM_DEV_VFIO_GROUP_ADD;
    attribute.addr = reinterpret_cast<std::uintptr_t>(&group);
    if (known == Known::yes) must(::ioctl(vfio_, KVM_SET_DEVICE_ATTR, &attribute), "KVM_DEV_VFIO_GROUP_ADD");
    const int device = ::ioctl(group, VFIO_GROUP_GET_DEVICE_FD, uuid.c_str());
    if (device < 0) return errno;
    devices_[uuid] = device;
    return 0;
}

int VirtualMachine::reset(const std::string& uuid) {
    return ::ioctl(devices_.at(uuid), VFIO_DEVICE_RESET) == 0 ? 0 : errno;
}

bool VirtualMachine::says_what_it_is(const std::string& uuid) {
    vfio_device_info info{};
    info.argsz = sizeof info;
    must(::ioctl(devices_.at(uuid), VFIO_DEVICE_GET_INFO, &info), "VFIO_DEVICE_GET_INFO");
    constexpr std::uint32_t expected = VFIO_DEVICE_FLAGS_AP | VFIO_DEVICE_FLAGS_RESET;
    return (info.flags & expected) == expected && info.num_regions == 0;
}

} // namespace contract
