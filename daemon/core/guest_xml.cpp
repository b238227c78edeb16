// SPDX-License-Identifier: LGPL-2.1-or-later
#include "core/guest_xml.hpp"

#include "core/parse.hpp"

#include <fmt/format.h>
#include <pugixml.hpp>

namespace ap {
namespace {

std::unexpected<Error> bad(std::string reason) { return std::unexpected(Error{Fault::invalid, "the guest's XML", std::move(reason), "", 0}); }

bool is_vfio_ap(const pugi::xml_node& hostdev) {
    return std::string_view(hostdev.attribute("type").value()) == "mdev" && std::string_view(hostdev.attribute("model").value()) == "vfio-ap";
}

} // namespace

Result<GuestInXml> read_guest_xml(std::string_view xml) {
    if (xml.size() > largest_guest_xml) return bad(fmt::format("is longer than {} bytes", largest_guest_xml));
    pugi::xml_document document;
    // libvirt's own encoding, and no other by its first bytes: may_have_matrices() has looked at these bytes as they are.
    if (const auto parsed = document.load_buffer(xml.data(), xml.size(), pugi::parse_default, pugi::encoding_utf8); !parsed)
        return bad(fmt::format("cannot be read at byte {}: {}", parsed.offset, parsed.description()));
    const auto domain = document.child("domain");
    if (!domain) return bad("is not that of a domain");
    GuestInXml guest;
    guest.name = domain.child_value("name");
    if (auto uuid = parse_uuid(domain.child_value("uuid"))) guest.uuid = *uuid;
    else return bad("does not say which guest it is: " + to_string(uuid.error()));
    for (const auto& hostdev : domain.child("devices").children("hostdev")) {
        if (!is_vfio_ap(hostdev)) continue;
        const auto matrix = parse_uuid(hostdev.child("source").child("address").attribute("uuid").value());
        if (!matrix) return bad("has a vfio-ap hostdev that does not say which matrix: " + to_string(matrix.error()));
        guest.matrices.push_back(*matrix);
    }
    return guest;
}

} // namespace ap
