// SPDX-License-Identifier: LGPL-2.1-or-later
// The simulated host, mounted: files under /sys, hardware by its control socket.
#pragma once

#include "holders.hpp"
#include "mounted_host.hpp"

namespace contract {

class ApsimHost : public MountedHost {
  public:
    /// Is this process inside `apsim run`?
    static bool here();

    Kind kind() const override { return Kind::apsim; }
    std::string name() const override; ///< "apsim" and its personality
    std::vector<std::string> messages() override;
    void topology(const std::string& text) override;
    int module(const std::string& name, bool load) override;
    int guest_open(const std::string& uuid) override { return holders_.open(uuid); }
    int guest_close(const std::string& uuid) override { return holders_.close(uuid); }
    int guest_kill(const std::string& uuid) override { return holders_.kill(uuid); }

  private:
    Holders holders_;
    std::size_t messages_read_ = 0;
};

} // namespace contract
