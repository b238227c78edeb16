// SPDX-License-Identifier: LGPL-2.1-or-later
// apsim sends the events of a change before the change returns, so what is to be drained is there: nothing
// waits.
#include "apsim_scene.hpp"

#include <fcntl.h>
#include <poll.h>

#include <cerrno>
#include <stdexcept>

namespace ap::host::testing {
namespace {

Dirty everything() {
    Dirty dirty;
    dirty.everything = true;
    return dirty;
}

} // namespace

std::vector<std::string> differences(const HostState& a, const HostState& b) {
    std::vector<std::string> names;
    auto compare = [&](const char* name, bool equal) {
        if (!equal) names.emplace_back(name);
    };
    compare("features", std::tuple(a.bus_present, a.vfio_ap_present, a.has_ap_config, a.has_guest_matrix,
                                   a.has_driver_override, a.in_use_rule) ==
                            std::tuple(b.bus_present, b.vfio_ap_present, b.has_ap_config, b.has_guest_matrix,
                                       b.has_driver_override, b.in_use_rule));
    compare("masks", a.apmask == b.apmask && a.aqmask == b.aqmask);
    compare("configuration", a.host_adapters == b.host_adapters && a.host_domains == b.host_domains &&
                                 a.host_control == b.host_control);
    compare("adapters", a.adapters == b.adapters);
    compare("present", a.present == b.present);
    compare("host", a.host == b.host);
    compare("guest", a.guest == b.guest);
    compare("offline", a.offline == b.offline);
    compare("overridden", a.overridden == b.overridden && a.other_overrides == b.other_overrides);
    compare("matrices", a.matrices == b.matrices);
    compare("the rest", !names.empty() || a == b);
    return names;
}

ApsimScene::ApsimScene() {
    auto opened = Uevents::open("/etc/mdevctl.d/matrix");
    if (!opened) throw std::runtime_error(to_string(opened.error()));
    events = std::move(*opened);
    state = full_read();
}

ApsimScene::~ApsimScene() {
    control.call("clear-faults");
    auto host = control.call("state"); // named, since a range-for keeps no temporary alive
    for (const auto& mdev : host["state"]["mdevs"]) {
        auto uuid = mdev.at("uuid").get<std::string>();
        if (!mdev.at("guest").is_null()) control.call("guest-close", {{"uuid", uuid}});
        auto removed = foreign_write("/sys/devices/vfio_ap/matrix/" + uuid + "/remove", "1");
        EXPECT_EQ(removed, 0) << uuid;
    }
    EXPECT_EQ(foreign_write("/sys/bus/ap/apmask", "+0-255"), 0);
    EXPECT_EQ(foreign_write("/sys/bus/ap/aqmask", "+0-255"), 0);
}

Dirty ApsimScene::drain() {
    Dirty dirty;
    pollfd ready{.fd = events->fd(), .events = POLLIN, .revents = 0};
    while (::poll(&ready, 1, 0) == 1) dirty |= events->drain();
    return dirty;
}

void ApsimScene::follow(const Dirty& besides) {
    auto dirty = drain();
    dirty |= besides;
    auto done = bus.refresh(state, dirty);
    ASSERT_TRUE(done) << to_string(done.error());
    EXPECT_EQ(differences(state, full_read()), std::vector<std::string>{});
}

void ApsimScene::follow_silent() {
    Dirty dirty;
    dirty.silent = true;
    follow(dirty);
}

HostState ApsimScene::full_read() const {
    ApBusSysfs fresh;
    HostState read;
    auto done = fresh.refresh(read, everything());
    if (!done) throw std::runtime_error(to_string(done.error()));
    return read;
}

int ApsimScene::foreign_write(const std::string& path, const std::string& text) {
    FileDescriptor fd(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    if (!fd || ::write(fd.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size())) return errno;
    return 0;
}

} // namespace ap::host::testing
