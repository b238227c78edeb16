// SPDX-License-Identifier: LGPL-2.1-or-later
// What the kernel says: the observed state of the AP bus and of vfio_ap, as one value.
#pragma once

#include "core/matrix.hpp"
#include "core/uuid.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace ap {

enum class Mode { unknown, accelerator, cca, ep11 };

/// The device tables of vfio_ap and of the host's queue driver begin here: CEX4 (kernel-abi 2). From 6.6 the kernel makes no device of an older adapter; before, such
/// devices have drivers of their own.
inline constexpr unsigned oldest_hwtype_for_guests = 10;

/// One adapter (card). Source: /sys/devices/ap/cardXX (kernel-abi section 4).
struct Adapter {
    unsigned hwtype = 0;     ///< compatible type: 10 = CEX4 .. 14 = CEX8
    unsigned raw_hwtype = 0; ///< type the hardware reports; may be above 14
    Mode mode = Mode::unknown;
    bool online = false;     ///< effective: zcrypt-online, configured and not checkstopped
    bool configured = true;  ///< `config`
    bool checkstopped = false;
    bool has_driver = true;  ///< cex4card; without it the card's mode is not known, and its queues must not get cex4queue
    std::string serial{};    ///< empty when it cannot be asked
    friend bool operator==(const Adapter&, const Adapter&) = default;
};
/// "CEX8P" as lszcrypt prints it; "type15" for what has no letter.
std::string type_name(const Adapter& adapter);
std::string to_string(Mode mode); ///< "accelerator", "cca", "ep11", "unknown"
/// Older than vfio_ap takes it: no guest can have its queues.
[[nodiscard]] constexpr bool too_old_for_guests(const Adapter& adapter) { return adapter.hwtype != 0 && adapter.hwtype < oldest_hwtype_for_guests; }

/// So many queues fit into the page that `matrix` and `guest_matrix` show (kernel-abi 7.4).
inline constexpr unsigned most_queues_listed = 511;

/// An active matrix: an mdev of vfio_ap. Source: /sys/devices/vfio_ap/matrix/<uuid> (kernel-abi section 7).
struct ActiveMatrix {
    Matrix assigned{};   ///< `matrix`/`ap_config` and `control_domains`
    Matrix effective{};  ///< `guest_matrix`; control = assigned control domains that the host has
    bool in_use = false; ///< somebody has it open (queue `status`, VFIO group)
    std::string holder{};  ///< who, as far as known: a guest's name or "pid 4711 (qemu-system-s390x)"; may be empty
    /// Somebody removes it while it is open: its guest has lost its queues by now, and who removes it waits until it is let go (kernel-abi 6.2).
    bool going = false;
    /// The kernel tells only the first 511 queues and has no ap_config (before 6.10): there may be adapters after the last of `assigned`. Such a matrix
    /// is shown, but not changed.
    bool cut = false;
    friend bool operator==(const ActiveMatrix&, const ActiveMatrix&) = default;
};

/// Which opposite ids a newly set mask bit is checked against when queues are in mdevs (kernel-abi 3.2 step 5).
enum class InUseRule {
    current_opposite, ///< 6.0 .. 6.18: only ids set in the other mask at that moment
    all_opposite,     ///< 6.19 and later: all 256
};

/// Who drives a queue: nobody, the host (cex4queue) or the guests (vfio_ap).
enum class Driver { none, host, guest };
/// The text that a driver_override has to give a queue to guests.
inline constexpr auto guest_driver_name = "vfio_ap";
/// What decides about a queue, and what came of it.
struct QueueBinding {
    std::string driver_override{}; ///< "" for none
    Driver driver = Driver::none;
    friend bool operator==(const QueueBinding&, const QueueBinding&) = default;
};

struct HostState {
    bool bus_present = false;     ///< /sys/bus/ap exists
    bool vfio_ap_present = false; ///< the matrix device exists (module vfio_ap loaded)
    bool has_ap_config = false;   ///< mdevs have `ap_config` (>= 6.10)
    bool has_guest_matrix = true; ///< mdevs have `guest_matrix` (>= 6.0)
    bool has_driver_override = false; ///< queues have `driver_override` (>= 6.19)
    InUseRule in_use_rule = InUseRule::current_opposite;

    AdapterSet apmask = AdapterSet::all(); ///< set bit = reserved for host drivers (with aqmask)
    DomainSet aqmask = DomainSet::all();
    AdapterSet host_adapters; ///< `ap_adapter_mask`: adapters in the host's configuration (QCI apm)
    DomainSet host_domains;   ///< `ap_usage_domain_mask`
    DomainSet host_control;   ///< `ap_control_domain_mask`
    unsigned max_adapter = 255; ///< `ap_max_adapter_id`, inclusive
    unsigned max_domain = 255;  ///< `ap_max_domain_id`, inclusive
    std::optional<Apqi> default_domain;

    std::map<Apid, Adapter> adapters;
    QueueSet present;  ///< queue devices that exist
    QueueSet host;     ///< of them: bound to a default driver (cex4queue): the host pool
    QueueSet guest;    ///< of them: bound to vfio_ap: the guest pool. In neither: unbound
    QueueSet offline;  ///< of the host pool: `online` reads 0
    QueueSet overridden; ///< queues with a driver_override
    std::map<Apqn, std::string> other_overrides; ///< of them: those whose driver_override is not vfio_ap, and what it is
    /// A queue vanished while it had a driver_override: this kernel takes no mask until the next boot (kernel-abi 5.3). Known as far as it was seen.
    bool masks_locked = false;
    std::map<Uuid, ActiveMatrix> matrices;
    std::map<Uuid, std::string> bereft; ///< matrices that were removed while somebody had them open who still runs, and who that is

    friend bool operator==(const HostState&, const HostState&) = default;
};

/// apmask x aqmask: the queues (existing or not) that belong to the host's drivers.
[[nodiscard]] QueueSet reserved_by_masks(const HostState& host);
/// Queues whose driver_override says vfio_ap.
[[nodiscard]] QueueSet marked_for_guests(const HostState& host);
[[nodiscard]] QueueBinding binding_of(const HostState& host, Apqn queue);
/// Brings what is known about the driver_override of a queue up to date; "" for none.
void set_override(HostState& host, Apqn queue, const std::string& driver_override);

} // namespace ap
