// SPDX-License-Identifier: LGPL-2.1-or-later
// Those who decide about binding beside us, as their files on this host show them.
#pragma once

#include "ports/sources.hpp"

#include <string>
#include <vector>

namespace ap::host {

/// Engine thread only. Read are modprobe's options of the module ap and the kernel's command line, which supersedes them; chzdev's rule 41-ap.rules, of which the one in /etc
/// supersedes the one in /run, as udev has it; driverctl's files for the bus ap; and where Kubernetes keeps the
/// sockets of its plugins: a directory of the CEX DRA driver, sockets of the CEX device plugin.
class SourceFiles final : public Sources {
  public:
    /// `root` is what "/" is to everybody else.
    explicit SourceFiles(std::string root = "/") : root_(std::move(root)) {}
    std::vector<Source> read() override;
    /// Directories in which something to read may come and go.
    [[nodiscard]] static std::vector<std::string> directories(const std::string& root);

  private:
    void add_parameters(std::vector<Source>& out) const;
    [[nodiscard]] std::vector<Source> rule(const BootMasks& before) const;
    void add_overrides(std::vector<Source>& out) const;
    void add_kubernetes(std::vector<Source>& out) const;

    std::string root_;
};

} // namespace ap::host
