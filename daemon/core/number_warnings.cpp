// SPDX-License-Identifier: LGPL-2.1-or-later
// Warns of numbers that may have been meant in the other base.
#include "core/parse.hpp"
#include "core/wish.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace ap {
namespace {

constexpr std::array adapter_keys{"adapters", "add-adapters", "remove-adapters"};
constexpr std::array domain_keys{"domains", "add-domains", "remove-domains"};
constexpr std::array control_keys{"control", "add-control", "remove-control"};

/// The bare numbers in a list, in their order; prefixed ones cannot be mistaken.
std::vector<std::string_view> bare_numbers(std::string_view list) {
    std::vector<std::string_view> out;
    while (!list.empty()) {
        const auto item = list.substr(0, list.find_first_of(",-"));
        if (!item.empty() && item.find_first_not_of("0123456789") == std::string_view::npos) out.push_back(item);
        list.remove_prefix(std::min(list.size(), item.size() + 1));
    }
    return out;
}

template <class Set>
void warn(std::vector<std::string>& out, const WishArguments& arguments, const auto& keys, const Set& existing,
          Result<Set> (*parse)(std::string_view)) {
    for (const auto* key : keys) {
        const auto found = arguments.find(key);
        if (found == arguments.end() || !parse(found->second)) continue; // What cannot be read is refused elsewhere.
        for (auto number : bare_numbers(found->second)) {
            const auto decimal = parse(number), hex = parse("0x" + std::string(number));
            if (!decimal || !hex || *decimal == *hex || !hex->subset_of(existing)) continue;
            const auto id = to_int(*decimal->begin());
            out.push_back(decimal->subset_of(existing)
                              ? fmt::format("{0}: {1} is read as decimal ({2:#x}); this host has 0x{1} as well", key, number, id)
                              : fmt::format("{0}: {1} is read as decimal ({2:#x}), which this host does not have; 0x{1} exists", key,
                                            number, id));
        }
    }
}

} // namespace

std::vector<std::string> number_warnings(const HostState& host, std::string_view verb, const WishArguments& arguments) {
    std::vector<std::string> out;
    if (!parse_wish(verb, arguments)) return out;
    AdapterSet adapters = host.host_adapters;
    for (const auto& [id, adapter] : host.adapters) adapters.insert(id);
    warn(out, arguments, adapter_keys, adapters, parse_adapters);
    warn(out, arguments, domain_keys, host.host_domains, parse_domains);
    warn(out, arguments, control_keys, host.host_control, parse_domains);
    return out;
}

} // namespace ap
