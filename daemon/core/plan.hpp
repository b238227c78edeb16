// SPDX-License-Identifier: LGPL-2.1-or-later
// A plan: ordered steps with their inverses, and what they do to whom.
#pragma once

#include "core/wanted.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace ap {

// --- Steps. Each carries before and after, which is all its inverse needs. ---------------------------------------------

struct SetApmask { AdapterSet before, after; friend bool operator==(const SetApmask&, const SetApmask&) = default; };
struct SetAqmask { DomainSet before, after; friend bool operator==(const SetAqmask&, const SetAqmask&) = default; };
/// Bind an unbound queue through drivers_probe (kernel-abi 3.3); the masks decide where to. Its inverse is nothing: unbound was nobody's wish.
struct ProbeQueue { Apqn queue; friend bool operator==(const ProbeQueue&, const ProbeQueue&) = default; };
/// One queue by its driver_override: the text is written first, then the queue leaves its driver and is probed for the other. The marker comes first both ways,
/// so that a queue whose move was cut short is bound to where it was to go, or back to where it was, and never to a third (kernel-abi 5.3).
struct RebindQueue { Apqn queue; QueueBinding before, after; friend bool operator==(const RebindQueue&, const RebindQueue&) = default; };
struct CreateMdev { Uuid uuid; friend bool operator==(const CreateMdev&, const CreateMdev&) = default; };
/// Removes an mdev that nobody has open and whose matrix a step before made empty.
struct RemoveMdev { Uuid uuid; friend bool operator==(const RemoveMdev&, const RemoveMdev&) = default; };
/// The whole matrix in one ap_config write (>= 6.10).
struct SetMatrix { Uuid uuid; Matrix before, after; friend bool operator==(const SetMatrix&, const SetMatrix&) = default; };
/// One id, for kernels without ap_config.
struct EditMatrix {
    enum class What { adapter, domain, control };
    Uuid uuid;
    What what{};
    unsigned id = 0;
    bool assign = true;
    friend bool operator==(const EditMatrix&, const EditMatrix&) = default;
};
/// The definition file and our records of one matrix; `nullopt` = there is none.
struct SetDefinition {
    Uuid uuid;
    std::optional<Definition> before, after;
    friend bool operator==(const SetDefinition&, const SetDefinition&) = default;
};
/// Reservations and must-keeps.
struct SetPools {
    QueueSet reserved_before, reserved_after, keep_before, keep_after;
    QueueSet taken_over{}; ///< of what is reserved: nobody wished it, others had taken it from the host before
    friend bool operator==(const SetPools&, const SetPools&) = default;
};

/// By which means queues shall get to vfio_ap, and by which they did, which is not always what was chosen; a record of ours.
struct SetBindChoice {
    BindChoice before{}, after{};
    std::optional<BindMode> used_before{}, used_after{}; ///< differ where the host is converted; nullopt: an older apctl did not record it
    friend bool operator==(const SetBindChoice&, const SetBindChoice&) = default;
};

/// One adapter is drained, or no longer; `nullopt` = it is not. A record of ours.
struct SetDrain {
    Apid adapter{};
    std::optional<Drain> before, after;
    friend bool operator==(const SetDrain&, const SetDrain&) = default;
};

using Step = std::variant<SetApmask, SetAqmask, ProbeQueue, CreateMdev, RemoveMdev, SetMatrix, EditMatrix, SetDefinition, SetPools, RebindQueue, SetBindChoice, SetDrain>;
static_assert(sizeof(Step) <= 512);

/// What takes the step back; nullopt when nothing has to be (ProbeQueue, and a RebindQueue that is no more than that).
std::optional<Step> inverse(const Step& step);
/// One line for a person: "clear domain 47 (0x2f) in aqmask".
std::string describe(const Step& step, const Wanted& names);
/// One line for each step, but one for all that move queues the same way in a row: "bind 1,000 queues to vfio_ap …".
std::vector<std::string> describe_in_short(const std::vector<Step>& steps, const Wanted& names);
/// Does the step write to the kernel (rather than to our own files)?
bool touches_kernel(const Step& step);
/// The host after the step, as the kernel would do it: masks move queues, assigns re-filter, and so on. Pure model, used by tests and by the predictor.
HostState after(const HostState& host, const Step& step);

// --- Effects -----------------------------------------------------------------------------------------------------------

/// Who has a queue, seen by a person.
struct Owner {
    enum class Kind { absent, unbound, host, pool, matrix };
    Kind kind = Kind::absent;
    Uuid matrix{}; ///< for Kind::matrix
    friend auto operator<=>(const Owner&, const Owner&) = default;
};

/// Existing queues that change hands.
struct OwnerChange {
    Owner from, to;
    QueueSet queues;
    bool collateral = false; ///< nobody asked for these: the rectangle of the masks takes them along
    friend bool operator==(const OwnerChange&, const OwnerChange&) = default;
};

/// An adapter that a guest does not see, and the queues that are to blame.
struct Filtered {
    Apid adapter{};
    QueueSet missing; ///< empty: the adapter itself is not in the host's configuration
    friend bool operator==(const Filtered&, const Filtered&) = default;
};

/// What becomes of one matrix.
struct MatrixEffect {
    Uuid uuid;
    bool active_before = false, active_after = false;
    bool in_use = false;        ///< a guest has it open
    Matrix before, after;       ///< assigned
    Matrix effective_before, effective_after; ///< what its guest sees, predicted
    QueueSet gained, lost;      ///< effective queues
    std::vector<Filtered> filtered; ///< adapters assigned but not seen afterwards
    friend bool operator==(const MatrixEffect&, const MatrixEffect&) = default;
};

/// What the host's own programs have no more afterwards: of this kind it had queues that worked, and keeps none.
struct HostLoss {
    enum class Kind { accelerator, cca, ep11, default_domain };
    Kind kind{};
    QueueSet queues; ///< that it had
    friend bool operator==(const HostLoss&, const HostLoss&) = default;
};
std::string to_string(HostLoss::Kind kind); ///< "accelerator", "cca", "ep11", "default_domain"
std::string describe(const HostLoss& loss); ///< "its last online CCA queues: 03-04.0004"

/// How long the kernel will be at it, as far as that can be foreseen (core/duration.hpp).
struct Duration {
    std::uint32_t resets = 0; ///< queues that are reset one after another
    std::uint32_t milliseconds = 0;
    friend bool operator==(const Duration&, const Duration&) = default;
};

struct Plan {
    std::uint64_t generation = 0;  ///< of the snapshot it was made from
    std::vector<Step> steps;       ///< empty: everything is already so
    std::vector<OwnerChange> owners;
    std::vector<MatrixEffect> matrices; ///< touched ones, and untouched ones whose effective matrix changes
    std::vector<std::string> notes;     ///< warnings and remarks for a person: absent queues, drift taken over, bounded search
    AdapterSet apmask;             ///< afterwards
    DomainSet aqmask;
    unsigned collateral = 0;       ///< existing queues in the guest pool afterwards that nobody wants there
    bool exact = true;             ///< the collateral is proven minimal
    unsigned collateral_bound = 0; ///< when not exact: no choice of masks can have less than this
    bool disrupts = false;         ///< a running guest loses queues
    std::vector<HostLoss> host_losses{};
    Duration duration{};
    Wanted wanted;                 ///< the wanted state afterwards
    friend bool operator==(const Plan&, const Plan&) = default;
};

/// The names to describe a plan's steps with: those of the wanted state, and of the definitions that it takes away.
Wanted names_in(const Plan& plan);

/// 16 hex digits over steps and effects: equal exactly when a person would be shown the same plan (generation left out).
std::string digest(const Plan& plan);

} // namespace ap
