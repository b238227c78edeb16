// SPDX-License-Identifier: LGPL-2.1-or-later
// The same facts for programs: one envelope, lists that are always lists, keys that may grow in number but
// never change.
#pragma once

#include "proxy/proxy.hpp"
#include "render/grid.hpp"
#include "render/json_fwd.hpp"
#include "render/preview.hpp"

#include <nlohmann/json.hpp>

#include <string>

namespace ap::cli {

/// {"format": 1, "generation": N, "host": {…}}; the verb adds its lists.
Json envelope(const HostView& view);
/// For answers that are not about one snapshot.
Json envelope(std::uint64_t generation);
/// Indented, with a newline at the end; text that is not UTF-8 is replaced.
std::string print(const Json& json);
std::string print_line(const Json& json);

Json json_of(const HostView& view, Apid adapter);
/// `queues` is of view.host.
Json json_of(const HostView& view, const QueueView& queues, Apqn queue);
/// A matrix that is defined, active or both.
Json json_of_matrix(const HostView& view, const Uuid& uuid);
/// Of the guests whose XML names the matrix.
Json guest_names(const HostView& view, const Uuid& matrix);
/// Those of these adapters that are drained.
Json json_of_drains(const Wanted& wanted, const AdapterSet& adapters);
Json json_of(const DriftView& drift);
Json json_of(const ServiceView& service);
Json json_of(const JobView& job);
Json json_of(const ExplanationView& explanation);
Json json_of(const UserView& user);
Json json_of(const HostView& view, const Proposal& proposal);
Json json_of(const Grid& grid, const HostView& view);
Json json_of(const Event& event);

/// {"format": 1, "error": {…}}: in place of an answer. The same lines go to standard error.
Json json_of(const Failure& failure);

/// Ids as a list of numbers; queues as a list of names.
Json numbers(const AdapterSet& set);
Json numbers(const DomainSet& set);
Json names(const QueueSet& set);

} // namespace ap::cli
