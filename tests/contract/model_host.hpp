// SPDX-License-Identifier: LGPL-2.1-or-later
// apsim's model inside this process: no file system, no process, no system call between a test and the rules.
#pragma once

#include <map>

#include "host.hpp"
#include "model/boot.hpp"
#include "model/machine.hpp"
#include "model/tree.hpp"
#include "model_operations.hpp"

namespace contract {

class ModelHost : public Host {
  public:
    /// `topology` as topology() takes it.
    ModelHost(const std::string& topology, const apsim::Boot&);

    Kind kind() const override { return Kind::model; }
    std::string name() const override; ///< "model" and its personality
    int write(const std::string& path, std::string_view bytes) override;
    Ticket begin_write(const std::string& path, std::string_view bytes) override;
    Ticket begin_read(const std::string& path) override;
    std::optional<int> outcome(Ticket, std::chrono::milliseconds patience) override;
    std::chrono::milliseconds now() override { return std::chrono::milliseconds(operations_.now()); }
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
    using Found = std::expected<apsim::Node, int>;

    /// The node of a path below /sys; links on the way are followed, and at its end when `through`.
    Found find(std::string_view path, bool through, int depth = 0) const;
    std::expected<apsim::Node, int> writable(const std::string& path) const;
    std::expected<apsim::Node, int> readable(const std::string& path) const;
    int carry_out(apsim::Outcome);
    void tell(apsim::Effects&);
    Ticket begin(ModelOperations::Rule);
    int wait_for(Ticket);

    apsim::Machine machine_;
    apsim::Tree tree_;
    std::vector<std::string> uevents_;
    std::vector<std::string> messages_;
    ModelOperations operations_; // last: what still waits ends before the rest goes
};

} // namespace contract
