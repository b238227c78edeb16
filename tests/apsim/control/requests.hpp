// SPDX-License-Identifier: LGPL-2.1-or-later
// Requests of the control socket: parsing, checking and carrying out.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "host/running_host.hpp"

namespace apsim {

/// A request's name and the names of its fields; "?" behind one says that it may be left out.
struct RequestForm {
    std::string_view name, fields;
};

/// All requests there are, a line each: two blanks, the name, the fields.
std::string request_help();

/// The reply {"ok":false,"error":"..."}.
std::string error_reply(std::string_view why);

/// Carries out one request.  `answer` is called once with one line of JSON, perhaps on the host's worker
/// thread: a reply to a change comes after its uevents have been sent.  Nonsense is answered with an error
/// and changes nothing.
void handle_request(RunningHost&, std::string_view line, std::function<void(const std::string&)> answer);

} // namespace apsim
