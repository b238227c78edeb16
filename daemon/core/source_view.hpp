// SPDX-License-Identifier: LGPL-2.1-or-later
// Each source against the host as it is and against what is wanted here. Pure.
#pragma once

#include "core/source.hpp"
#include "core/wanted.hpp"

#include <string>
#include <vector>

namespace ap {

/// Does the host, or the wanted state, agree with a source? `silent`: there is nothing to compare.
enum class Stand { agrees, differs, silent };
std::string to_string(Stand stand);

struct Opinion {
    Stand stand = Stand::silent;
    std::string text{}; ///< why; may be empty
    friend bool operator==(const Opinion&, const Opinion&) = default;
};

struct SourceView {
    Source source;
    Opinion host;       ///< is it so now?
    Opinion wanted;     ///< is it what is wanted here?
    std::string remedy{}; ///< how to change it; empty where the wanted state does not differ and it is understood
};

/// In the order of `sources`.
std::vector<SourceView> view_sources(const std::vector<Source>& sources, const HostState& host, const Wanted& wanted);
/// How an administrator changes what this kind of source says; `wanted` masks for those that set masks.
std::string how_to_change(const Source& source, const AdapterSet& apmask, const DomainSet& aqmask);

} // namespace ap
