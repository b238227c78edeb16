// SPDX-License-Identifier: LGPL-2.1-or-later
// The state of the simulated kernel.  It is plain data: the rules that change it are in the other headers of
// this folder (masks, binding, scan, mdev, assignment, guest).  No I/O, no clock, no threads; callers
// serialize.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "model/boot.hpp"
#include "model/effects.hpp"
#include "model/hardware.hpp"
#include "model/personality.hpp"
#include "model/waiting.hpp"

namespace apsim {

/// Drivers; at most one of them fits a device.
enum class Driver : std::uint8_t { none, cex4card, cex4queue, vfio_ap };

struct Card {
    std::uint32_t life = 0;  ///< 0: there is no such device
    std::uint32_t bound = 0; ///< since which binding it has its driver
    Driver driver = Driver::none;
    unsigned type = 0;     ///< compatible type
    unsigned raw_type = 0; ///< as the hardware reports it
    Mode mode = Mode::cca;
    unsigned queue_depth = 8;
    bool online = true; ///< as zcrypt sees it; what `online` shows also needs config and not chkstop
    bool config = true;
    bool chkstop = false;
};

/// What the AP bus is doing with a queue of its own accord (ap_sm_state, as far as it can be seen).
enum class Activity : std::uint8_t {
    idle,     ///< ready to work, or nothing was ever begun
    starting, ///< a reset is wanted but could not be begun
    resetting ///< a reset was begun; over when the hardware says so and a driver listens
};

struct Queue {
    std::uint32_t life = 0;  ///< 0: there is no such device
    std::uint32_t bound = 0; ///< since which binding it has its driver: unloading goes backwards
    Driver driver = Driver::none;
    Lock lock;            ///< held while a driver is attached or detached
    bool leaving = false; ///< the driver is being detached and waits: its files and links are gone
    bool online = true;
    bool config = true;
    bool chkstop = false;
    std::uint32_t zcard = 0;  ///< which binding of its card zcrypt knows it with
    bool uninitiated = false; ///< was unbound and not started again: request_count shows "-"
    bool silenced = false;    ///< a reset by vfio_ap has switched its interrupts off
    unsigned requestq = 0;    ///< requests of the host that wait for it
    unsigned pendingq = 0;    ///< and those that it works on
    Activity activity = Activity::idle;
    std::uint64_t since = 0; ///< the bus's polls when its activity began or its driver came

    /// The driver that files and links tell of.
    Driver shown_driver() const { return leaving ? Driver::none : driver; }
};

struct Matrix {
    Mask256 adapters, domains, control;
    bool operator==(const Matrix&) const = default;
    bool holds(unsigned adapter, unsigned domain) const {
        return adapters.test(adapter) && domains.test(domain);
    }
};

/// A mediated device of vfio_ap.
struct Mdev {
    std::uint32_t life = 0;
    std::string uuid;                 ///< lower case
    unsigned group = 0;               ///< number of the iommu group, the vfio group and the vfio device
    unsigned max_adapter = 255;       ///< as the kernel knew it when the mdev was created
    unsigned max_domain = 255;        ///< likewise
    bool bound = false;               ///< vfio_ap_mdev is attached
    bool probing = false;             ///< not quite attached yet: no assign files, no links to it
    bool leaving = false;             ///< the driver is being detached and waits for the guest to let go
    bool condemned = false;           ///< its removal has begun: `remove` and the links of its type are gone
    bool removing = false;            ///< the device goes, if need be with its driver
    Matrix matrix;                    ///< assigned
    Matrix shadow;                    ///< what a guest gets
    Matrix pending;                   ///< host additions that wait for the end of the scan
    std::optional<std::string> guest; ///< display name of the guest that has it open
    bool group_open = false; ///< somebody has its VFIO group: the guest, or a process that only looks
    std::int64_t holder = 0; ///< that process; 0: the guest was opened by request
};

/// One queue, by its place.
struct Apqn {
    std::uint8_t adapter, domain;
};

/// Drivers and buses that modules bring.
struct Modules {
    bool zcrypt = false, zcrypt_cex4 = false;
    bool mdev = false, vfio_ap = false;
    bool parent = false; ///< vfio_ap has registered its mdev type
};

struct Machine {
    Machine(Hardware, const Boot&);
    Machine(Hardware below, const Personality& kernel) : Machine(std::move(below), boot_of(kernel)) {}

    Boot boot;
    Personality personality;
    Hardware hardware;
    Modules modules;
    Waiting* waiting = nullptr; ///< whoever runs operations; without it nothing ever waits and no time passes

    // The kernel's locks, as far as holding them can be noticed; see Hold.
    Lock attribute_lock; ///< ap_attr_mutex: masks, overrides, assigning
    Lock matrix_lock;    ///< guests_lock, kvm->lock and mdevs_lock of vfio_ap, which go together
    Lock scan_lock;      ///< ap_scan_bus_mutex

    unsigned max_adapter;    ///< as asked for at boot, without effect of later changes
    unsigned max_domain;     ///< likewise
    Configuration seen;      ///< the configuration of the last scan
    Configuration vfio_seen; ///< vfio_ap's copy of it
    Mask256 apmask = Mask256::all();
    Mask256 aqmask = Mask256::all();
    bool masks_in_use = false; ///< not both all ones, as of the last mask write (not: at boot)
    std::map<std::uint16_t, std::string> overrides; ///< driver_override of queues that have one, by key()
    unsigned override_count = 0; ///< the kernel's count of them, which misses queues that vanish
    std::map<std::uint16_t, std::int64_t> resets; ///< when the hardware is done with a reset, by key()
    std::array<Mask256, 256> unclean; ///< per adapter: queues whose last reset by vfio_ap ended badly
    std::array<Card, 256> cards;
    std::vector<Queue> queues;               ///< 256 x 256, adapter-major
    std::array<Mask256, 256> passed_through; ///< per adapter: the domains whose queue is bound to vfio_ap
    std::map<std::uint32_t, Mdev> mdevs;     ///< by life, that is in order of creation
    std::map<std::string, std::uint32_t, std::less<>> mdev_lives; ///< by UUID
    std::set<unsigned> free_groups; ///< group numbers below next_group that no mdev has
    unsigned next_group = 0;

    std::uint32_t next_life = 1;
    std::uint32_t next_binding = 1;
    std::uint64_t polls = 0; ///< how often the bus has looked after all queues that have a driver
    std::uint64_t scans = 0;
    std::uint64_t completions = 0; ///< BINDINGS=complete events so far
    bool completion_armed = true;
    bool autoprobe = true;
    bool matrix_autoprobe = true;
    bool mdev_autoprobe = true; ///< of no effect: mdevs get their driver when they are created, and only then
    bool poll_thread = false;
    int config_time = 30;
    std::int64_t next_scan = 0; ///< when the scan timer runs out
    std::uint64_t poll_timeout = 250000;
    int default_domain = -1;

    Card& card(unsigned adapter) { return cards[adapter]; }
    const Card& card(unsigned adapter) const { return cards[adapter]; }
    Queue& queue(unsigned adapter, unsigned domain) { return queues[adapter * 256 + domain]; }
    const Queue& queue(unsigned adapter, unsigned domain) const { return queues[adapter * 256 + domain]; }

    /// What a queue answers now.
    std::uint8_t response(unsigned adapter, unsigned domain) const;

    static constexpr std::uint16_t key(unsigned adapter, unsigned domain) {
        return static_cast<std::uint16_t>(adapter * 256 + domain);
    }

    std::int64_t now() const { return waiting == nullptr ? 0 : waiting->now(); }
    bool loaded(Driver driver) const {
        return driver == Driver::vfio_ap ? modules.vfio_ap : modules.zcrypt_cex4;
    }

    /// Could an operation have to wait as things are?  If not, none does.
    bool may_wait() const;

    /// The host's default drivers own this queue, going by the masks.
    bool reserved(unsigned adapter, unsigned domain) const {
        return apmask.test(adapter) && aqmask.test(domain);
    }

    /// The queues of an adapter (or all) in the order in which they were registered.
    std::vector<Apqn> registered_queues(unsigned adapter) const;
    std::vector<Apqn> registered_queues() const;

    Mdev* find_mdev(std::string_view uuid);
    const Mdev* find_mdev(std::string_view uuid) const { return const_cast<Machine*>(this)->find_mdev(uuid); }
    Mdev* mdev(std::uint32_t life);
    const Mdev* mdev(std::uint32_t life) const { return const_cast<Machine*>(this)->mdev(life); }

    /// The mdev whose matrix has this queue.
    Mdev* holder(unsigned adapter, unsigned domain);
    const Mdev* holder(unsigned a, unsigned d) const { return const_cast<Machine*>(this)->holder(a, d); }
};

/// Holds a lock for a while.  Taking it may pause; the effects are those of the operation so far.
class Hold {
  public:
    Hold(Machine& machine, Lock& lock, Effects& effects) : lock_(lock) {
        for (const auto ticket = lock.taken++; lock.given_back != ticket;)
            machine.waiting->pause(effects, std::nullopt);
    }
    ~Hold() { ++lock_.given_back; }
    Hold(const Hold&) = delete;
    Hold& operator=(const Hold&) = delete;

  private:
    Lock& lock_;
};

} // namespace apsim
