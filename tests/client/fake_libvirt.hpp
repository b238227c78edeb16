// SPDX-License-Identifier: LGPL-2.1-or-later
// A libvirt of canned guests that does what it is told, or refuses, and remembers it.
#pragma once

#include "libvirt/libvirt.hpp"

#include <map>
#include <string>
#include <vector>

namespace ap::fakes {

class FakeLibvirt final : public cli::Libvirt {
  public:
    bool installed = true;
    std::map<std::string, cli::GuestXml> guests; ///< one that says no state of its own runs when it has a live XML
    std::optional<cli::Failure> refuse_to_answer, refuse_to_change;
    bool lets_go = true;
    std::string uri;
    std::vector<std::string> asked;   ///< names
    std::vector<std::string> changes; ///< "attach app live config 6b000000-…"

    void use(const std::string& wanted) override { uri = wanted; }
    bool there() override { return installed; }
    cli::Answer<std::optional<cli::GuestXml>> guest(const std::string& name) override;
    cli::Answer<void> attach(const Uuid& guest, const std::string& hostdev, cli::Places places) override;
    cli::Answer<bool> detach(const Uuid& guest, const std::string& hostdev, cli::Places places, cli::Patience until) override;

  private:
    cli::Answer<void> change(const char* verb, const Uuid& guest, const std::string& hostdev, cli::Places places);
};

/// The XML of a guest; `cpu` is its <cpu> element.
std::string guest_xml(const std::string& name, const std::optional<Uuid>& matrix, const std::string& cpu = "<cpu mode='host-model'/>");

/// What a host with mixed_host() may have for guests: web1 runs with matrix web; app runs without one; db1 is shut off, without one, and with a CPU that could not
/// use it; old runs with matrix db and is defined with another, unknown one; brief runs without a definition.
FakeLibvirt some_guests();

} // namespace ap::fakes
