// SPDX-License-Identifier: LGPL-2.1-or-later
// What a guest's XML says about matrices. Pure.
#pragma once

#include "core/error.hpp"
#include "core/uuid.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace ap {

/// A domain of libvirt as far as it concerns us.
struct GuestInXml {
    std::string name;
    Uuid uuid{};
    std::vector<Uuid> matrices; ///< of its hostdevs with model vfio-ap, in the order of the XML; libvirt allows one
    friend bool operator==(const GuestInXml&, const GuestInXml&) = default;
};

/// Longer than any domain of libvirt's own tests, and short enough to be read on every start of a guest.
inline constexpr std::size_t largest_guest_xml = 4U << 20; // bytes

/// May the text name a matrix at all? Says no to most guests without taking their XML apart; never to one that does.
[[nodiscard]] inline bool may_have_matrices(std::string_view xml) { return xml.find("vfio-ap") != std::string_view::npos || xml.find('&') != std::string_view::npos; }

/// Fault::invalid for what is too long, no XML, no domain, or has a hostdev that does not say which matrix. Entities of a document type are not looked at: a text
/// with them is what it was before they were replaced.
Result<GuestInXml> read_guest_xml(std::string_view xml);

} // namespace ap
