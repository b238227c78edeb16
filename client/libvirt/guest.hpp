// SPDX-License-Identifier: LGPL-2.1-or-later
// A guest of libvirt as far as it concerns matrices. Pure.
#pragma once

#include "libvirt/libvirt.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace ap::cli {

/// What one XML of a guest says.
struct GuestSide {
    std::optional<Uuid> matrix;     ///< of its vfio-ap hostdev
    std::vector<std::string> lacks; ///< CPU features that it needs to use one
    friend bool operator==(const GuestSide&, const GuestSide&) = default;
};

struct LibvirtGuest {
    std::string name;
    Uuid uuid{};
    std::string state{}; ///< in libvirt's words
    std::optional<GuestSide> live, config; ///< running; defined. One of them at least
    friend bool operator==(const LibvirtGuest&, const LibvirtGuest&) = default;

    [[nodiscard]] bool running() const { return live.has_value(); }
    /// Where it has a matrix.
    [[nodiscard]] Places having() const { return {live && live->matrix, config && config->matrix}; }
    /// Fault::conflict when it runs with another matrix than its definition names.
    [[nodiscard]] Answer<std::optional<Uuid>> matrix() const;
    /// The one it has now, then the one it has from its next start on, where that is another.
    [[nodiscard]] std::vector<Uuid> matrices() const;
    /// Of the running guest and of its definition.
    [[nodiscard]] std::vector<std::string> lacks() const;
};

/// Fault::conflict for XML that cannot be what libvirt accepts.
Answer<LibvirtGuest> read_guest(const GuestXml& xml);

/// Of the CPU features that a guest needs to find and use its queues (ap, apft, apqci, apqi) those that its XML does not give it: what is switched off of
/// the host's CPU, and what is not switched on of a named model, which has none of them by itself. Empty for what is no XML.
std::vector<std::string> missing_cpu_features(std::string_view xml);

} // namespace ap::cli
