// SPDX-License-Identifier: LGPL-2.1-or-later
// `apsim ctl`: the control socket for shell scripts.
#pragma once

#include <string>
#include <vector>

#include "run/result.hpp"

namespace apsim {

/// The words of a `ctl` command line as a request; a single word that starts with '{' is a request already.
/// "guest-open UUID --guest db2" and "fail PATH --nth 2 --errno EIO" show the pattern: the operation, its
/// main value, options.  Throws std::invalid_argument with a one-line reason.
std::string request_from_words(const std::vector<std::string>& words);

/// Sends one line to $APSIM_CONTROL and returns the line that comes back, with its newline.
Done<std::string> call_control(const std::string& request);

/// Sends the request to $APSIM_CONTROL and prints the reply.  Returns 0, 1 (the reply is an error), 2 (bad
/// words), 8 (nobody answers).
int ctl(const std::vector<std::string>& words);

} // namespace apsim
