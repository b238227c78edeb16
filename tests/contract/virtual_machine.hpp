// SPDX-License-Identifier: LGPL-2.1-or-later
// An empty KVM machine of this process, for what the program mdev-hold cannot ask: two mdevs in one machine,
// a device without a machine, the ioctls of the device.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace contract {

/// On a real kernel only.  Everything is closed in the end.
class VirtualMachine {
  public:
    /// Throws std::runtime_error when there is no KVM for this process.
    VirtualMachine();
    ~VirtualMachine();
    VirtualMachine(const VirtualMachine&) = delete;
    VirtualMachine& operator=(const VirtualMachine&) = delete;

    enum class Known { yes, no }; ///< is the mdev's group made known to the machine?

    /// Opens the mdev's device; the errno of that.
    int open(const std::string& uuid, Known);

    /// VFIO_DEVICE_RESET of an open device.
    int reset(const std::string& uuid);

    /// VFIO_DEVICE_GET_INFO: is it an AP device that can be reset, without regions?
    bool says_what_it_is(const std::string& uuid);

  private:
    int take(int descriptor, const std::string& what);

    int machine_, vfio_;
    std::vector<int> descriptors_;
    std::map<std::string, int> devices_;
};

} // namespace contract
