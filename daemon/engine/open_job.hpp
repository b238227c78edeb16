// SPDX-License-Identifier: LGPL-2.1-or-later
// A job that is neither done nor undone, and what an administrator can have done about it.
#pragma once

#include "engine/record.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ap::engine {

/// Try once more to return to before; carry out what is left; or take the host as it is.
enum class Remedy { undo, finish, accept };
std::string to_string(Remedy remedy); ///< "undo", "finish", "accept": words of bus and command
Result<Remedy> parse_remedy(std::string_view text);

struct OpenJob {
    std::uint32_t job = 0;
    std::optional<JobOrigin> origin; ///< nullopt: its record cannot be read, so only accept is left
    std::vector<Error> differences;  ///< to before the job: what is not proven to be harmless
    std::vector<std::string> undo;   ///< steps, as sentences
    std::optional<std::vector<std::string>> finish; ///< nullopt: it cannot be told which steps are left
    friend bool operator==(const OpenJob&, const OpenJob&) = default;
};

} // namespace ap::engine
