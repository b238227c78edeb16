// SPDX-License-Identifier: LGPL-2.1-or-later
// A host whose files are those under this process's /sys: the testbed's kernel or a mounted apsim.
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <thread>

#include "host.hpp"
#include "uevents.hpp"

namespace contract {

class MountedHost : public Host {
  public:
    ~MountedHost() override; ///< waits for what was begun; nobody can take them back

    int write(const std::string& path, std::string_view bytes) override;
    Ticket begin_write(const std::string& path, std::string_view bytes) override;
    Ticket begin_read(const std::string& path) override;
    std::optional<int> outcome(Ticket, std::chrono::milliseconds patience) override;
    std::chrono::milliseconds now() override;
    std::expected<std::string, int> read(const std::string& path) override;
    std::expected<std::string, int> readlink(const std::string& path) override;
    std::expected<std::vector<std::string>, int> list(const std::string& path) override;
    std::expected<unsigned, int> mode(const std::string& path) override;
    std::vector<std::string> uevents() override;

  private:
    struct Begun {
        std::thread thread;
        std::optional<int> error;
    };

    Ticket begin(std::function<int()> call);

    std::mutex mutex_;
    std::condition_variable ended_;
    std::map<Ticket, Begun> begun_;
    std::uint32_t tickets_ = 0;
    UeventReader uevents_;
};

} // namespace contract
