// SPDX-License-Identifier: LGPL-2.1-or-later
// The words `generate` and `play` of the program.
#pragma once

#include <string>
#include <vector>

namespace contract {

/// play [--model KERNEL] [--log FILE] EPISODES...: exit status 0, or 3 when only a boot lets the rest be
/// played.  Throws std::invalid_argument and std::runtime_error.
int play(const std::vector<std::string>& words);

/// generate --seed S --episodes N --operations M
int generate(const std::vector<std::string>& words);

} // namespace contract
