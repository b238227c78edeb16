// SPDX-License-Identifier: LGPL-2.1-or-later
// libudev is used for events only. Its devices cache attributes and drivers; what is true is read from sysfs.
#include "host/uevents.hpp"

#include "host/device_names.hpp"
#include "host/sysfs.hpp"
#include "host/uevent.hpp"

#include <libudev.h>
#include <sys/epoll.h>

#include <cerrno>
#include <utility>

namespace ap::host {
namespace {

/// A write to a mask can move 65,536 queues, each of which makes two events of about a kilobyte of kernel
/// memory. What does not fit is not lost on us: it becomes a full read.
constexpr int receive_buffer = 256 * 1024 * 1024;

/// About ten milliseconds of work: in a storm the loop thread must get back to its readers. What is left
/// keeps fd() readable.
constexpr int most_at_once = 1024;

std::string_view or_empty(const char* text) { return text == nullptr ? std::string_view() : text; }

Uevent event_of(udev_device* device) {
    return {.action = or_empty(udev_device_get_action(device)),
            .subsystem = or_empty(udev_device_get_subsystem(device)),
            .devpath = or_empty(udev_device_get_devpath(device)),
            .driver = or_empty(udev_device_get_property_value(device, "DRIVER")),
            .initial_scan = udev_device_get_property_value(device, "INITSCAN") != nullptr};
}

Dirty everything() {
    Dirty dirty;
    dirty.everything = true;
    return dirty;
}

} // namespace

Uevents::Uevents(Handle<udev> context, Handle<udev_monitor> monitor, std::string definitions_directory,
                 const std::vector<std::string>& source_directories)
    : context_(std::move(context)), monitor_(std::move(monitor)),
      definitions_(std::move(definitions_directory)), epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
    for (const auto& directory : source_directories) sources_.emplace_back(directory);
}

Result<std::unique_ptr<Uevents>> Uevents::open(std::string definitions_directory,
                                                const std::vector<std::string>& source_directories) {
    Handle<udev> context(udev_new(), &udev_unref);
    Handle<udev_monitor> monitor(context ? udev_monitor_new_from_netlink(context.get(), "udev") : nullptr,
                                 &udev_monitor_unref);
    if (!monitor) return std::unexpected(io_error(Fault::host_io, "udev", "cannot be listened to", errno));
    std::unique_ptr<Uevents> events(
        new Uevents(std::move(context), std::move(monitor), std::move(definitions_directory), source_directories));
    if (auto listening = events->listen(); !listening) return std::unexpected(std::move(listening.error()));
    return events;
}

Result<void> Uevents::listen() {
    for (const char* subsystem : interesting_subsystems)
        if (auto error = udev_monitor_filter_add_match_subsystem_devtype(monitor_.get(), subsystem, nullptr);
            error < 0)
            return std::unexpected(io_error(
                Fault::host_io, "udev", "cannot be asked for events of " + std::string(subsystem), -error));
    // Refused without CAP_NET_ADMIN: the default size then has to do.
    (void)udev_monitor_set_receive_buffer_size(monitor_.get(), receive_buffer);
    if (auto error = udev_monitor_enable_receiving(monitor_.get()); error < 0)
        return std::unexpected(io_error(Fault::host_io, "udev", "sends no events", -error));
    if (auto added = add(udev_monitor_get_fd(monitor_.get())); !added) return added;
    if (definitions_.fd() >= 0)
        if (auto added = add(definitions_.fd()); !added) return added;
    for (const auto& watch : sources_)
        if (watch.fd() >= 0)
            if (auto added = add(watch.fd()); !added) return added;
    return {};
}

Result<void> Uevents::add(int fd) {
    epoll_event interest{.events = EPOLLIN, .data = {.fd = fd}};
    if (epoll_ && ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &interest) == 0) return {};
    return std::unexpected(io_error(Fault::host_io, "epoll", "cannot watch a descriptor", errno));
}

Dirty Uevents::drain() {
    Dirty dirty;
    dirty.definitions = definitions_.changed();
    for (auto& watch : sources_) dirty.sources |= watch.changed();
    for (int taken = 0; taken < most_at_once; ++taken) {
        errno = 0;
        Handle<udev_device> device(udev_monitor_receive_device(monitor_.get()), &udev_device_unref);
        if (device) {
            const auto event = event_of(device.get());
            dirty |= dirt_of(event);
            count_arrival(event, arrivals_);
        } else if (errno == ENOBUFS) {
            dirty |= everything(); // said once per overflow; what is still queued can be read on
            lost_ = true;
        } else if (errno != EINTR) {
            // EAGAIN: no more. Any other: a message that was not understood, of which we do not know what it
            // said.
            if (errno != EAGAIN && errno != 0) dirty |= everything(), lost_ = true;
            break;
        }
    }
    return dirty;
}

std::optional<Arrivals> Uevents::take_arrivals() {
    auto taken = std::exchange(arrivals_, {});
    if (std::exchange(lost_, false)) return std::nullopt;
    return taken;
}

bool udev_sees_ap_devices() {
    std::string first;
    auto listed = Directory("/sys/bus/ap/devices").list(".", [&](std::string_view name) {
        if (first.empty() && (card_of(name) || queue_of(name))) first = name;
    });
    if (!listed || first.empty()) return true;
    auto path = card_of(first) ? card_path(*card_of(first)) : queue_path(*queue_of(first));
    std::unique_ptr<udev, udev* (*)(udev*)> context(udev_new(), &udev_unref);
    std::unique_ptr<udev_device, udev_device* (*)(udev_device*)> device(
        udev_device_new_from_syspath(context.get(), ("/" + path).c_str()), &udev_device_unref);
    return device != nullptr;
}

} // namespace ap::host
