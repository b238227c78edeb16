// SPDX-License-Identifier: LGPL-2.1-or-later
// Exactly the kernel's form and nothing else: these are compared with directory entries, never typed by
// people.
#include "host/device_names.hpp"

namespace ap::host {
namespace {

/// Value of lower-case hex digits, or nothing.
std::optional<unsigned> hex(std::string_view digits) {
    unsigned value = 0;
    for (char c : digits) {
        auto digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
        if (digit < 0) return std::nullopt;
        value = value * 16 + static_cast<unsigned>(digit);
    }
    return value;
}

} // namespace

std::optional<Apid> card_of(std::string_view name) {
    if (name.size() != 6 || !name.starts_with("card")) return std::nullopt;
    auto id = hex(name.substr(4));
    if (!id) return std::nullopt;
    return static_cast<Apid>(*id);
}

std::optional<Apqn> queue_of(std::string_view name) {
    if (name.size() != 7 || name[2] != '.') return std::nullopt;
    auto adapter = hex(name.substr(0, 2));
    auto domain = hex(name.substr(3));
    if (!adapter || !domain || *domain > 255) return std::nullopt;
    return Apqn{static_cast<Apid>(*adapter), static_cast<Apqi>(*domain)};
}

std::string card_name(Apid adapter) { return "card" + to_string(adapter); }
std::string card_path(Apid adapter) { return "sys/devices/ap/" + card_name(adapter); }
std::string queue_path(Apqn queue) { return card_path(queue.adapter) + "/" + to_string(queue); }

} // namespace ap::host
