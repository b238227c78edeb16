// SPDX-License-Identifier: LGPL-2.1-or-later
// The words the rows are written in.
#pragma once

#include <cerrno>

#include "rows.hpp"

namespace contract {

// Files.  Names are those that path_of() takes.
Step write(std::string name, std::string bytes, int error = 0);
Step shows(std::string name, std::string text);
Step has_size(std::string name, std::size_t size);
Step unreadable(std::string name, int error); ///< open or read fails so
Step has_mode(std::string name, unsigned permissions);
Step absent(std::string name);
Step present(std::string name);
Step links_to(std::string name, std::string target);
Step lists(std::string directory, std::vector<std::string> names);

/// Any number that is greater (or the same) by the end than when it was noted.
Step note(std::string name);
Step same(std::string name); ///< as noted
Step grown(std::string name);

// Drivers.
Step on(std::string device, std::string driver);
Step unbound(std::string device);
Step unbound_or_on(std::string device, std::string driver); ///< nobody can know which

// What happened.
Step events(std::vector<std::string> all); ///< all since the state was entered or the last events step
Step order(std::vector<std::string> some); ///< these, in this order, others between; forgets the others
Step event_among(std::string one);         ///< this one at least; forgets the others
Step no_event_among(std::string start);    ///< none that starts so; forgets them all
Step forget_events();
Step log_names(std::vector<std::string> texts); ///< the kernel's log has them since the last log step
Step log_is_silent();

// Writes and reads that block.
Step begin(std::string name, std::string bytes); ///< and it does not return
Step reading_blocks(std::string name);
Step still_blocked();
Step ended(int error = 0); ///< the oldest write or read that was begun returns so
Step takes(std::string name, std::string bytes, int milliseconds); ///< not less; the kernel's own clock

// Hardware, modules, guests.
Step machine(std::string topology); ///< as machine_h() makes it; a scan finds it
Step scan();
Step load(std::string module, int error = 0);
Step unload(std::string module, int error = 0);
Step guest_opens(std::string uuid, int error = 0);
Step guest_closes(std::string uuid, int error = 0);
Step guest_is_killed(std::string uuid);

} // namespace contract
