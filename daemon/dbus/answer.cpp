// SPDX-License-Identifier: LGPL-2.1-or-later
// Errors as the bus knows them.
#include "dbus/answer.hpp"

#include "dbus/log.hpp"

#include <fmt/format.h>

namespace ap::dbus {

std::string message_of(const std::vector<Error>& errors) {
    std::string out;
    for (const auto& error : errors) {
        if (!out.empty()) out += '\n';
        out += to_string(error);
    }
    return out;
}

sdbus::Error to_bus_error(const std::vector<Error>& errors) {
    return sdbus::Error(std::string(row_of(errors.at(0).fault).dbus_name), message_of(errors));
}

sdbus::Error stray_exception(std::string_view member, std::string_view what) {
    log::error(fmt::format("{}: {}", member, what), {{"AP_MEMBER", std::string(member)}});
    return to_bus_error({{.fault = Fault::internal, .subject = std::string(member), .reason = std::string(what)}});
}

} // namespace ap::dbus
