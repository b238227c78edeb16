// SPDX-License-Identifier: LGPL-2.1-or-later
// What people want: definitions of matrices, names, reservations, what the host must keep, and which adapters are drained.
#pragma once

#include "core/bind_mode.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace ap {

/// A matrix somebody defined. Its truth is the file /etc/mdevctl.d/matrix/<uuid>; name and `active` are ours (SQLite).
struct Definition {
    std::string name{};     ///< unique, see parse_name(); empty when only mdevctl or libvirt know it
    Matrix matrix{};
    bool autostart = true;  ///< mdevctl's "start": "auto"
    bool active = false;    ///< wanted to exist as an mdev; false and without a name: somebody else's, whose running is no drift
    friend bool operator==(const Definition&, const Definition&) = default;
};

/// What the matrices and the guest pool had of an adapter when it was drained, so that they can have it back.
struct Drain {
    struct Share {
        std::string name{}; ///< what people called the matrix then
        DomainSet domains{};
        bool gone = false;  ///< the matrix was undefined since: one of the same uuid is another one
        friend bool operator==(const Share&, const Share&) = default;
    };
    std::map<Uuid, Share> matrices{};
    DomainSet reserved{};
    friend bool operator==(const Drain&, const Drain&) = default;
};

/// The wanted state. It alone, with the host's queues, decides masks and matrices: never the order of wishes.
struct Wanted {
    std::map<Uuid, Definition> definitions;
    QueueSet reserved; ///< queues wanted in the guest pool besides those of active matrices; may name absent ids
    QueueSet keep;     ///< queues the host must never lose
    BindChoice binding = BindChoice::automatic; ///< how queues shall get to vfio_ap
    std::map<Apid, Drain> drains{}; ///< adapters that no matrix gets until they are restored; a wish about ids, whatever card is there
    friend bool operator==(const Wanted&, const Wanted&) = default;
};

/// A name is 1..64 of [A-Za-z0-9._-], begins with a letter or digit, and is not a UUID: safe in paths, unit names, XML.
Result<std::string> parse_name(std::string_view text);

/// What people call a matrix: its name, else its uuid. `where` may be neither defined nor active.
std::string display_name(const Wanted& wanted, const Uuid& uuid);
/// Finds a matrix by name, by uuid, or by a unique prefix (>= 4 digits) of a uuid, among definitions and active matrices.
Result<Uuid> find_matrix(const HostState& host, const Wanted& wanted, std::string_view name_or_uuid);

/// All queues that must be in the guest pool: reserved ones and those of definitions with `active`.
QueueSet guest_pool_of(const Wanted& wanted);

/// One difference between the host and the wanted state; reported, never fought.
struct Drift {
    enum class Kind {
        mask_freed,      ///< queues are outside the host pool though nobody wished it
        mask_taken,      ///< wanted in the guest pool, yet the masks give them to the host
        unbound,         ///< belongs to vfio_ap by the masks or its driver_override, yet no driver has it
        override_set,    ///< a driver_override gives queues to vfio_ap though nobody wished it
        override_missing, ///< wanted in the guest pool, yet no driver_override brings it there, or one for another driver
        masks_locked,    ///< a queue vanished with its driver_override: no masks until the next boot
        matrix_missing,  ///< wanted active, yet there is no mdev
        matrix_foreign,  ///< an mdev without a definition
        matrix_differs,  ///< the mdev's matrix is not the defined one
        matrix_active,   ///< defined, wanted stopped, yet active
        removed_in_use,  ///< somebody removes, or has removed, an mdev that a guest has open
        definitions_overlap, ///< two definitions that shall run give the same queues
    };
    Kind kind{};
    std::string subject; ///< matrix name, or the first queue
    QueueSet queues;     ///< what it is about; may be empty
    std::string text;    ///< one sentence
    friend bool operator==(const Drift&, const Drift&) = default;
};
std::string to_string(Drift::Kind kind);
/// Can the mdev have just this matrix, as far as the kernel shows it?
bool may_be(const ActiveMatrix& active, const Matrix& matrix);
std::vector<Drift> drift_between(const HostState& host, const Wanted& wanted);

/// Mask bits that are clear although the recorded wishes do not explain it: they are neither in the masks one would choose for
/// these wishes now, nor needed where they are (the choice may have been made when the host had other queues).
struct MaskBits {
    AdapterSet adapters;
    DomainSet domains;
    [[nodiscard]] bool empty() const { return adapters.empty() && domains.empty(); }
};
MaskBits cleared_by_others(const HostState& host, const Wanted& wanted);
/// Those of them without which every matrix that runs, whoever made it, would keep its queues: bits that nobody is known to need.
MaskBits cleared_for_nobody(const HostState& host, const Wanted& wanted);

/// The wanted state a plan starts from: foreign changes are taken over rather than undone behind somebody's back.
/// Queues that others freed count as reserved; active mdevs that have no definition count as holders (the planner sees them in HostState).
/// On a host where apctl has never changed anything this turns the present masks into reservations of whole rows and columns,
/// so that a later plan reproduces them bit by bit, as long as the host has a queue left. Adapters and domains of queues the host must keep are never taken over.
Wanted adopt(const HostState& host, const Wanted& wanted);

} // namespace ap
