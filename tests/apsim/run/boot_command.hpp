// SPDX-License-Identifier: LGPL-2.1-or-later
// The command of a simulated host that boots: handed in with its descriptors, and its end handed out.  The
// outer side is `apsim run --boot`, the inner one the unit apsim-command.service.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "run/result.hpp"

namespace apsim {

/// The outer side: a listening socket in the shared directory, and what to run.
class CommandOffer {
  public:
    /// Takes the caller's environment, except what in it names parts of the real machine.
    static Done<CommandOffer> make(const std::vector<std::string>& command);

    /// To be watched for input; then `proceed`.
    int descriptor() const { return connection_ >= 0 ? connection_ : listening_; }

    /// Hands our standard descriptors to the inner side that connects; later takes the exit status from it.
    /// Nothing while there is none; an error if the inner side has gone without one.
    Done<std::optional<int>> proceed();

  private:
    int listening_ = -1, connection_ = -1;
};

/// The inner side: runs the command, tells its exit status (128 + signal when a signal ended it).  Returns an
/// exit status of its own.
int run_offered_command();

} // namespace apsim
