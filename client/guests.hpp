// SPDX-License-Identifier: LGPL-2.1-or-later
// Names of guests where names of matrices are expected; the only place that knows what they mean. The daemon's matrices come first, so that libvirt is asked only
// about names that are none of theirs.
#pragma once

#include "libvirt/guest.hpp"
#include "session.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ap::cli {

/// What `assign` says about its target beside the name. Each of them says that it is a guest.
struct GuestWish {
    bool guest = false;
    bool live = false, config = false; ///< neither: wherever the guest's state allows
    [[nodiscard]] bool any() const { return guest || live || config; }
};

/// A guest that was named.
struct NamedGuest {
    LibvirtGuest guest;
    std::string matrix; ///< name or uuid of the matrix that it stands for
    Places attach;      ///< where this matrix is yet to be put
    bool is_new = false; ///< the guest has no matrix so far
    bool is_last = false; ///< it has none any more, but for its XML
};

/// What names came to.
struct Named {
    std::vector<WireWish> wishes;    ///< with matrices only
    std::vector<NamedGuest> guests;
    std::vector<std::string> doubts; ///< why libvirt could not be asked whether a name is a guest's
};

/// Fault::not_found for a guest without a matrix where one is needed; Fault::conflict for what a guest cannot have; Fault::in_use when its matrix is another guest's.
Answer<Named> resolve_names(Session& session, const HostView& view, const std::vector<WireWish>& wishes, const GuestWish& target);

/// nullopt: there is no such guest, or no libvirt to ask.
Answer<std::optional<LibvirtGuest>> find_guest(Session& session, const std::string& name);
/// Where nothing but a guest can be meant: Fault::not_found, or Fault::unreachable without a libvirt.
Answer<LibvirtGuest> need_guest(Session& session, const std::string& name);
/// By the name of a matrix, or of a guest that has one. Fault::not_found when it is neither's.
Answer<Uuid> find_matrix_or_guest(Session& session, const HostView& view, const std::string& name);

/// What a name stands for where it is only looked at.
struct Meant {
    std::optional<LibvirtGuest> guest; ///< nullopt: it is a matrix' name
    std::vector<Uuid> matrices;        ///< defined or active here; none, one, or of a guest that runs with another one than its definition names, two
};
/// Fault::not_found when it is neither's; the first line says so, the others why libvirt could not be asked.
Answer<Meant> find_meant(Session& session, const HostView& view, const std::string& name);
/// Can a matrix or a guest be called so? Not what reads as numbers, as those are of adapters and queues.
[[nodiscard]] bool may_be_a_name(std::string_view word);

} // namespace ap::cli
