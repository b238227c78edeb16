// SPDX-License-Identifier: LGPL-2.1-or-later
// The starting states S0 to S4 of the conformance tables, and short names for their files.
#pragma once

#include <string>
#include <string_view>

namespace apsim::conformance {

/// S0: masks all ones, no mdev. S1: adapter 3 freed. S2: S1 and M1 {3; 4, 0x47; 4}. S3: S2 and a guest on M1.
/// S4: S2 and the empty mdev M2. S1m: S1 and the empty mdev M1.
enum class State { s0, s1, s1m, s2, s3, s4 };

inline constexpr std::string_view uuid_m1 = "11111111-1111-4111-8111-111111111111";
inline constexpr std::string_view uuid_m2 = "22222222-2222-4222-8222-22222222222a";

/// The path a short name stands for: "apmask" and other files of /sys/bus/ap; "create" and
/// "available_instances" of the type; "M1/..." and "M2/..."; "03.0004/..." and "card03/...".
std::string path_of(std::string_view name);

/// A request to the control socket as `apsim ctl` takes it.  Throws std::runtime_error when it is refused.
void control(const std::string& words);

/// Puts the host into the state, whatever it was in.  Throws std::runtime_error when that fails.
void enter(State);

} // namespace apsim::conformance
