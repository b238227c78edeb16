// SPDX-License-Identifier: LGPL-2.1-or-later
// libvirt as the verbs see it, with the caller's own rights. RealLibvirt asks the library; tests answer with canned guests.
#pragma once

#include "core/uuid.hpp"
#include "failure.hpp"
#include "proxy/proxy.hpp"

#include <optional>
#include <string>

namespace ap::cli {

/// A guest's XML as libvirt has it now.
struct GuestXml {
    std::string name;
    Uuid uuid{};
    std::string state{};               ///< in libvirt's words: "running", "paused", "shut off", …
    std::optional<std::string> live;   ///< of the running guest
    std::optional<std::string> config; ///< of its definition; a transient guest has none
};

/// Where a hostdev goes, or leaves.
struct Places {
    bool live = false;   ///< the running guest
    bool config = false; ///< its definition
    [[nodiscard]] bool any() const { return live || config; }
    friend bool operator==(const Places&, const Places&) = default;
};

/// One thread. What libvirt refuses is Fault::conflict in its own words, or Fault::denied; Fault::unreachable when it does not answer.
class Libvirt {
  public:
    virtual ~Libvirt() = default;

    /// Which libvirt is asked from now on; without it $LIBVIRT_DEFAULT_URI, else qemu:///system.
    virtual void use(const std::string& uri) = 0;
    /// Is there one to be asked? Not where its library is missing, or nobody listens.
    virtual bool there() = 0;
    /// By name or uuid; nullopt: it has no such guest. Requires: there(), as all that follows.
    virtual Answer<std::optional<GuestXml>> guest(const std::string& name) = 0;
    /// In all these places or in none.
    virtual Answer<void> attach(const Uuid& guest, const std::string& hostdev, Places places) = 0;
    /// False: the running guest was asked to let go of it and had not done so at that time.
    virtual Answer<bool> detach(const Uuid& guest, const std::string& hostdev, Places places, Patience until) = 0;
};

} // namespace ap::cli
