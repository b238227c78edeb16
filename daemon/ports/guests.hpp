// SPDX-License-Identifier: LGPL-2.1-or-later
// Port to those who know the guests by name: libvirt.
#pragma once

#include "core/guest.hpp"

namespace ap {

/// Never in anybody's way: what there is to wait for is waited for on a thread of its own.
class Guests {
  public:
    virtual ~Guests() = default;
    /// Readable when there is news since heard(). Loop thread.
    [[nodiscard]] virtual int fd() const = 0;
    virtual void heard() = 0;
    /// What is known at this moment. Any thread; does not wait for libvirt.
    [[nodiscard]] virtual GuestMap now() const = 0;
    /// Asks for a look at everything soon, since not every change of a persistent XML has an event. Any thread; does not wait for it.
    virtual void look_again() = 0;
};

} // namespace ap
