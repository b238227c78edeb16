// SPDX-License-Identifier: LGPL-2.1-or-later
// apsim's model inside this process: no file system, no process, no system call between a test and the rules.
#pragma once

#include <map>

#include "host.hpp"
#include "model/machine.hpp"
#include "model/tree.hpp"

namespace contract {

class ModelHost : public Host {
  public:
    /// `topology` as topology() takes it.
    ModelHost(const std::string& topology, const apsim::Personality&);

    Kind kind() const override { return Kind::model; }
    std::string name() const override; ///< "model" and its personality

    /// A write that would block is reported as EINPROGRESS, an errno no file of the kernel gives; its effects
    /// so far stay.
    int write(const std::string& path, std::string_view bytes) override;
    Ticket begin_write(const std::string& path, std::string_view bytes) override;
    Ticket begin_read(const std::string& path) override;
    std::optional<int> outcome(Ticket, std::chrono::milliseconds patience) override;
    std::expected<std::string, int> read(const std::string& path) override;
    std::expected<std::string, int> readlink(const std::string& path) override;
    std::expected<std::vector<std::string>, int> list(const std::string& path) override;
    std::expected<unsigned, int> mode(const std::string& path) override;
    std::vector<std::string> uevents() override;
    std::vector<std::string> messages() override;
    void topology(const std::string& text) override;
    int module(const std::string& name, bool load) override;
    int guest_open(const std::string& uuid) override;
    int guest_close(const std::string& uuid) override;
    int guest_kill(const std::string& uuid) override;

  private:
    struct Written {
        int error;
        std::optional<std::uint32_t> waits_for; ///< the life of the mdev that must go first
    };
    using Found = std::expected<apsim::Node, int>;

    /// The node of a path below /sys; links on the way are followed, and at its end when `through`.
    Found find(std::string_view path, bool through, int depth = 0) const;
    Written store(const std::string& path, std::string_view bytes);
    int carry_out(apsim::Outcome);
    bool is_blocked(const Written&) const;

    apsim::Machine machine_;
    apsim::Tree tree_;
    std::map<Ticket, Written> writes_;
    std::uint32_t tickets_ = 0;
    std::vector<std::string> uevents_;
    std::vector<std::string> messages_;
};

} // namespace contract
