// SPDX-License-Identifier: LGPL-2.1-or-later
// libvirt through its library, which is loaded with the first question. Looks through a read-only connection, which is open to everybody, and changes through another.
#pragma once

#include "libvirt/libvirt.hpp"

#include <memory>

namespace ap::cli {

class RealLibvirt final : public Libvirt {
  public:
    RealLibvirt();
    ~RealLibvirt() override;

    void use(const std::string& uri) override;
    bool there() override;
    Answer<std::optional<GuestXml>> guest(const std::string& name) override;
    Answer<void> attach(const Uuid& guest, const std::string& hostdev, Places places) override;
    Answer<bool> detach(const Uuid& guest, const std::string& hostdev, Places places, Patience until) override;

  private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace ap::cli
