// SPDX-License-Identifier: LGPL-2.1-or-later
// What another host has to have in common with this one before a guest with a matrix can go there. Pure.
#pragma once

#include "failure.hpp"
#include "proxy/views.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace ap::cli {

/// One adapter, there or needed there.
struct AdapterProfile {
    std::string type;         ///< "CEX8C"
    unsigned generation = 0;  ///< the kernel's hardware type: 14 is CEX8
    std::string mode;         ///< "accelerator", "cca", "ep11"
    DomainSet domains;
    bool usable = true;       ///< configured and not checkstopped
    friend bool operator==(const AdapterProfile&, const AdapterProfile&) = default;
};

struct MatrixProfile {
    Matrix matrix;
    bool in_use = false;
    std::string holder;
    friend bool operator==(const MatrixProfile&, const MatrixProfile&) = default;
};

/// A host as its `apctl status --json` tells it.
struct HostProfile {
    bool bus_present = false;
    std::map<Apid, AdapterProfile> adapters;
    std::map<Uuid, MatrixProfile> matrices; ///< as defined, or as active where they are not
};

struct Needs {
    Uuid uuid{};
    std::string name; ///< of the matrix
    Matrix matrix;
    std::map<Apid, AdapterProfile> adapters; ///< those of the matrix that this host has, with the domains of the matrix
};

/// Requires: the matrix is defined or active.
Needs needs_of(const HostView& view, const Uuid& uuid);

/// Longer than the profile of a host with every adapter and domain there can be.
inline constexpr std::size_t longest_profile = 16U << 20; // bytes

/// Fault::invalid for what is no output of `apctl status --json`; `file` is named then.
Answer<HostProfile> read_profile(std::string_view json, const std::string& file);

/// A sentence for everything that keeps the guest from having the same there. Types may be newer.
std::vector<std::string> differences(const Needs& needs, const HostProfile& there);

} // namespace ap::cli
