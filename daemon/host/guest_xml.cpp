// SPDX-License-Identifier: LGPL-2.1-or-later
#include "host/guest_xml.hpp"

#include <pugixml.hpp>

namespace ap::host {

std::optional<Uuid> matrix_in(std::string_view domain_xml) {
    pugi::xml_document document;
    if (!document.load_buffer(domain_xml.data(), domain_xml.size())) return std::nullopt;
    for (const auto& hostdev : document.child("domain").child("devices").children("hostdev")) {
        if (std::string_view(hostdev.attribute("model").value()) != "vfio-ap") continue;
        if (auto uuid = parse_uuid(hostdev.child("source").child("address").attribute("uuid").value())) return *uuid;
    }
    return std::nullopt;
}

} // namespace ap::host
