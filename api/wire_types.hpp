// SPDX-License-Identifier: LGPL-2.1-or-later
// The types of the bus API under names of their own, for daemon and client. What each field means: org.apctl1.Manager.xml.
// Take rows apart by `const auto& [uuid, name, …] = fields(row)` with the names of the XML.
#pragma once

#include <sdbus-c++/sdbus-c++.h>

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

namespace ap::wire {

inline constexpr auto bus_name = "org.apctl1";
inline constexpr auto manager_path = "/org/apctl1";
inline constexpr auto adapter_prefix = "/org/apctl1/adapter/";
inline constexpr auto matrix_prefix = "/org/apctl1/matrix/";
inline constexpr auto job_prefix = "/org/apctl1/job/";
inline constexpr auto checkpoint_prefix = "/org/apctl1/checkpoint/";
/// Revision of the API: Manager.ApiVersion.
inline constexpr std::uint32_t api_version = 1;

/// Lists of adapters, domains, control domains.
using Triple = sdbus::Struct<std::string, std::string, std::string>;

// GetHost
/// bus present, vfio_ap present, bind mode, apmask, aqmask, host adapters, host domains, host control domains, highest adapter, highest domain, default domain.
using BusInfo = sdbus::Struct<bool, bool, std::string, std::string, std::string, std::string, std::string, std::string, std::uint32_t,
                              std::uint32_t, std::int32_t>;
/// id, hwtype, type, mode, online, configured, checkstopped, serial, masks over domains: present, host pool, guest pool, offline.
using AdapterRow = sdbus::Struct<std::uint8_t, std::uint32_t, std::string, std::string, bool, bool, bool, std::string, std::string,
                                 std::string, std::string, std::string>;
/// uuid, name, defined, autostart, wanted active, active, in use, holder, defined, assigned, effective.
using MatrixRow = sdbus::Struct<std::string, std::string, bool, bool, bool, bool, bool, std::string, Triple, Triple, Triple>;
/// reserved, keep: queue lists.
using Pools = sdbus::Struct<std::string, std::string>;
/// kind, subject, sentence.
using DriftRow = sdbus::Struct<std::string, std::string, std::string>;
/// uuid, name, domains, gone.
using DrainShareRow = sdbus::Struct<std::string, std::string, std::string, bool>;
/// adapter, reserved domains, what each matrix had.
using DrainRow = sdbus::Struct<std::uint8_t, std::string, std::vector<DrainShareRow>>;
/// name, uuid, state, running, autostart, uuid of the matrix now, of the matrix from the next start on.
using GuestRow = sdbus::Struct<std::string, std::string, std::string, bool, bool, std::string, std::string>;
/// rows, trouble.
using Guests = sdbus::Struct<std::vector<GuestRow>, std::string>;
/// generation, bus, adapters, matrices, pools, drift, drains, guests.
using Host = std::tuple<std::uint64_t, BusInfo, std::vector<AdapterRow>, std::vector<MatrixRow>, Pools, std::vector<DriftRow>, std::vector<DrainRow>, Guests>;

// ListQueues, ExplainQueue, WhoUses
using QueueFilter = std::map<std::string, std::string>;
/// queue, owner, uuid, name, condition, holder, adapter type, adapter mode.
using QueueRow = sdbus::Struct<std::string, std::string, std::string, std::string, std::string, std::string, std::string, std::string>;
/// queue, owner, uuid, name, condition, keep, reserved, sentences.
using Explanation = sdbus::Struct<std::string, std::string, std::string, std::string, std::string, bool, bool, std::vector<std::string>>;
/// uuid, name, active, in use, holder, queues it has, queues its guest sees.
using UserRow = sdbus::Struct<std::string, std::string, bool, bool, std::string, std::string, std::string>;

// Plan, Apply
/// verb, arguments.
using Wish = sdbus::Struct<std::string, std::map<std::string, std::string>>;
using Options = std::map<std::string, sdbus::Variant>;
/// from, to, queues, number of queues, collateral. An owner is "host", "pool", "unbound", "absent" or the uuid of a matrix.
using OwnerChangeRow = sdbus::Struct<std::string, std::string, std::string, std::uint32_t, bool>;
/// adapter, missing queues.
using FilteredRow = sdbus::Struct<std::uint8_t, std::string>;
/// uuid, name, active before, active after, in use, before, after, effective before, effective after, gained, lost, filtered.
using MatrixEffectRow = sdbus::Struct<std::string, std::string, bool, bool, bool, Triple, Triple, Triple, Triple, std::string, std::string,
                                      std::vector<FilteredRow>>;
/// kind, queues.
using HostLossRow = sdbus::Struct<std::string, std::string>;
/// queues reset one after another, milliseconds.
using Duration = sdbus::Struct<std::uint32_t, std::uint32_t>;
/// generation, digest, steps, owner changes, matrices, notes, apmask, aqmask, collateral, exact, bound, disrupts, host losses, duration.
using Plan = sdbus::Struct<std::uint64_t, std::string, std::vector<std::string>, std::vector<OwnerChangeRow>, std::vector<MatrixEffectRow>,
                           std::vector<std::string>, std::string, std::string, std::uint32_t, bool, std::uint32_t, bool, std::vector<HostLossRow>, Duration>;

// History, HistoryEntry, OpenJob
/// job, begun, ended, uid, pid, unit, state, description, how.
using HistoryRow = sdbus::Struct<std::uint32_t, std::uint64_t, std::uint64_t, std::uint32_t, std::uint32_t, std::string, std::string, std::string,
                                 std::string>;
/// row, wishes, steps, errors.
using HistoryEntry = sdbus::Struct<HistoryRow, std::vector<Wish>, std::vector<std::string>, std::vector<std::string>>;
/// job, readable, description, begun, uid, differences, steps of undo, finish is possible, steps of finish.
using OpenJob = sdbus::Struct<std::uint32_t, bool, std::string, std::uint64_t, std::uint32_t, std::vector<std::string>, std::vector<std::string>, bool,
                              std::vector<std::string>>;

// GetSources
/// kind, file, line, asks for, stand of the host, why, stand of what is wanted, why, remedy, problem.
using SourceRow = sdbus::Struct<std::string, std::string, std::uint32_t, std::string, std::string, std::string, std::string, std::string, std::string, std::string>;
/// policy, trouble, sources.
using SourceList = std::tuple<std::string, std::string, std::vector<SourceRow>>;

// Job, Checkpoint
using Progress = sdbus::Struct<std::uint32_t, std::uint32_t>;          ///< steps, or queues, done and in all
using StartedBy = sdbus::Struct<std::uint32_t, std::string>;           ///< uid, unique bus name
using JobError = sdbus::Struct<std::string, std::string>;              ///< error name, message; "" and "" unless it failed

/// A row as the tuple it is: sdbus::Struct itself cannot be bound, std::tuple_size does not know it.
template <class... T>
const std::tuple<T...>& fields(const sdbus::Struct<T...>& row) { return row; }

} // namespace ap::wire
