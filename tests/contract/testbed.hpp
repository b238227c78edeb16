// SPDX-License-Identifier: LGPL-2.1-or-later
// The real kernel, inside the testbed (tests/testbed): adapters by its topology file, guests by mdev-hold.
#pragma once

#include "holders.hpp"
#include "mounted_host.hpp"

namespace contract {

class Testbed : public MountedHost {
  public:
    Testbed();
    ~Testbed() override;

    /// Is this process inside a testbed?
    static bool here();

    Kind kind() const override { return Kind::kernel; }
    std::string name() const override; ///< "kernel" and its release
    std::chrono::milliseconds now() override; ///< of the last tick: kernels sleep by ticks
    std::vector<std::string> messages() override;
    void topology(const std::string& text) override;
    int module(const std::string& name, bool load) override;
    int guest_open(const std::string& uuid) override { return holders_.open(uuid); }
    int guest_close(const std::string& uuid) override { return holders_.close(uuid); }
    int guest_kill(const std::string& uuid) override { return holders_.kill(uuid); }

  private:
    int kernel_log_;
    Holders holders_;
};

} // namespace contract
