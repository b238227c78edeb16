// SPDX-License-Identifier: LGPL-2.1-or-later
// The words of the policy.
#include "core/policy.hpp"

#include "core/quote.hpp"

#include <utility>

namespace ap {

std::string to_string(Policy policy) {
    switch (policy) {
    case Policy::report: return "report";
    case Policy::yield: return "yield";
    case Policy::enforce: return "enforce";
    }
    std::unreachable();
}

Result<Policy> parse_policy(std::string_view text) {
    for (auto policy : {Policy::report, Policy::yield, Policy::enforce})
        if (text == to_string(policy)) return policy;
    return std::unexpected(Error{Fault::invalid, quote(text), "is no policy; expected report, yield or enforce", "", 0});
}

} // namespace ap
