// SPDX-License-Identifier: LGPL-2.1-or-later
// The commands that are about rows.  All take the words behind the command, throw std::invalid_argument for
// words they do not know, and return the exit status.
#pragma once

#include <string>
#include <vector>

namespace contract {

/// Runs rows: 0 when none differs, else 1.
int rows(const std::vector<std::string>& words);

/// Prints the table, a row a line: id, boot arguments, source, correction, with tabs between.
int list(const std::vector<std::string>& words);

/// Prints the boot arguments that rows need, a line each; the first is empty.
int boots(const std::vector<std::string>& words);

/// Prints where the real kernel is otherwise than its reference says, a row a line.
int corrections(const std::vector<std::string>& words);

} // namespace contract
