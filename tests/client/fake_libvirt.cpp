// SPDX-License-Identifier: LGPL-2.1-or-later
#include "fake_libvirt.hpp"

#include "canned.hpp"

namespace ap::fakes {
namespace {

Uuid uuid_of_guest(const std::string& name) { return name_based_uuid({}, name); }

} // namespace

std::string guest_xml(const std::string& name, const std::optional<Uuid>& matrix, const std::string& cpu) {
    auto out = "<domain type='kvm'><name>" + name + "</name><uuid>" + to_string(uuid_of_guest(name)) + "</uuid>" + cpu + "<devices>";
    if (matrix) out += "<hostdev mode='subsystem' type='mdev' model='vfio-ap'><source><address uuid='" + to_string(*matrix) + "'/></source></hostdev>";
    return out + "</devices></domain>";
}

cli::Answer<std::optional<cli::GuestXml>> FakeLibvirt::guest(const std::string& name) {
    asked.push_back(name);
    if (refuse_to_answer) return std::unexpected(*refuse_to_answer);
    for (const auto& [key, xml] : guests)
        if (key == name || to_string(xml.uuid) == name) {
            auto out = xml;
            if (out.state.empty()) out.state = out.live ? "running" : "shut off";
            return out;
        }
    return std::nullopt;
}

cli::Answer<void> FakeLibvirt::change(const char* verb, const Uuid& guest, const std::string& hostdev, cli::Places places) {
    if (refuse_to_change) return std::unexpected(*refuse_to_change);
    for (const auto& [name, xml] : guests)
        if (xml.uuid == guest) changes.push_back(std::string(verb) + " " + name + (places.live ? " live" : "") + (places.config ? " config" : "") + " " + hostdev.substr(hostdev.find("uuid='") + 6, 36));
    return {};
}

cli::Answer<void> FakeLibvirt::attach(const Uuid& guest, const std::string& hostdev, cli::Places places) { return change("attach", guest, hostdev, places); }

cli::Answer<bool> FakeLibvirt::detach(const Uuid& guest, const std::string& hostdev, cli::Places places, cli::Patience) {
    if (auto done = change("detach", guest, hostdev, places); !done) return std::unexpected(done.error());
    return lets_go || !places.live;
}

FakeLibvirt some_guests() {
    FakeLibvirt out;
    const auto add = [&](const std::string& name, std::optional<std::string> live, std::optional<std::string> config) {
        out.guests[name] = {.name = name, .uuid = uuid_of_guest(name), .live = std::move(live), .config = std::move(config)};
    };
    add("web1", guest_xml("web1", uuid_of(1)), guest_xml("web1", uuid_of(1)));
    add("app", guest_xml("app", {}), guest_xml("app", {}));
    add("db1", {}, guest_xml("db1", {}, "<cpu mode='custom'><model>z14</model><feature policy='require' name='ap'/></cpu>"));
    add("old", guest_xml("old", uuid_of(2)), guest_xml("old", uuid_of(9)));
    add("brief", guest_xml("brief", {}), {});
    return out;
}

} // namespace ap::fakes
