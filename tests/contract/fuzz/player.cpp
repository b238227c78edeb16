// SPDX-License-Identifier: LGPL-2.1-or-later
// Carrying out operations, and finding what they changed.
#include "fuzz/player.hpp"

#include <algorithm>
#include <cstring>

#include "fuzz/comparable.hpp"
#include "fuzz/literal.hpp"
#include "scene.hpp"
#include "text.hpp"

namespace contract {

namespace {

constexpr std::chrono::milliseconds a_moment{300}; ///< a write that takes longer is taken for blocked
constexpr std::chrono::seconds long_enough{60};
const std::string ones = "0x" + std::string(64, 'f') + '\n';
const std::string mdev_driver = "/sys/bus/mdev/drivers/vfio_ap_mdev/";

/// What a mask write does to a queue without driver nobody can tell: the kernel looks for the driver's flags
/// at a null pointer, and finds whatever the last interrupt left in low memory.
bool is_mask(const std::string& file) { return file == "/sys/bus/ap/apmask" || file == "/sys/bus/ap/aqmask"; }

} // namespace

// --- operations -----------------------------------------------------------------------------------------

/// Only who detaches an mdev waits for its guest; and who meets somebody that waits.
bool Player::may_block(const Operation& operation) const {
    const auto file = file_of(operation.name);
    const bool detaches = file.ends_with("/remove") || file.starts_with(mdev_driver);
    return detaches && (!guests_.empty() || !blocked_.empty());
}

std::string Player::write(const Operation& operation) {
    const auto file = file_of(operation.name);
    if (is_mask(file) && tree_->has_unbound_queue()) return "not written: a queue has no driver";
    if (!may_block(operation)) return errno_text(host_.write(file, operation.bytes));
    const auto ticket = host_.begin_write(file, operation.bytes);
    if (const auto error = host_.outcome(ticket, a_moment)) return errno_text(*error);
    blocked_.push_back({number_, ticket});
    return "blocked";
}

std::string Player::carry_out(const Operation& operation) {
    const auto uuid = uuid_of(operation.name);
    int error = 0;
    switch (operation.kind) {
    case Operation::Kind::write: return write(operation);
    case Operation::Kind::read: {
        const auto file = file_of(operation.name);
        const auto text = host_.read(file);
        return text ? literal(comparable_content(file.substr(file.rfind('/') + 1), *text))
                    : errno_text(text.error());
    }
    case Operation::Kind::hardware: change_hardware(operation.name); return "done";
    case Operation::Kind::open:
        error = host_.guest_open(uuid);
        if (error == 0) guests_.insert(uuid);
        return errno_text(error);
    case Operation::Kind::close:
    case Operation::Kind::kill:
        if (guests_.erase(uuid) == 0) return "no guest"; // nobody asks the kernel
        return errno_text(operation.kind == Operation::Kind::kill ? host_.guest_kill(uuid)
                                                                  : host_.guest_close(uuid));
    case Operation::Kind::load: return errno_text(host_.module(operation.name, true));
    case Operation::Kind::unload: return errno_text(host_.module(operation.name, false));
    }
    return {};
}

void Player::change_hardware(const std::string& line) {
    machine_.apply(line);
    host_.topology(machine_.text());
    host_.settle();
}

void Player::tell_what_ended() {
    for (auto it = blocked_.begin(); it != blocked_.end();) {
        // With no guest left nothing may block.
        const auto error = host_.outcome(it->ticket, guests_.empty() ? long_enough : a_moment);
        if (!error) {
            ++it;
            continue;
        }
        line("= of " + std::to_string(it->number) + ": " + errno_text(*error));
        it = blocked_.erase(it);
    }
}

/// The kernel may scan the bus at any time (zcrypt does, when nobody answers a request): what the next scan
/// finds is made to belong to the operation that led to it, once, and behind all else.
std::vector<std::string> Player::uevents() {
    auto events = host_.uevents();
    const auto waits_for_a_scan = [](const std::string& event) {
        return event.starts_with("bind@/devices/ap/") || event.find(" CONFIG=") != std::string::npos;
    };
    if (std::ranges::any_of(events, waits_for_a_scan)) {
        host_.settle();
        for (auto& event : host_.uevents()) events.push_back(std::move(event));
    }
    for (auto& event : events) event = comparable_uevent(std::move(event));
    const std::string complete = "change@/devices/ap SUBSYSTEM=ap BINDINGS=complete COMPLETECOUNT=#";
    if (std::erase(events, complete) > 0) events.push_back(complete);
    return events;
}

void Player::tell_changes() {
    for (const auto& event : uevents()) {
        line("! " + event);
        tree_->forget(event);
    }
    tree_->update([this](const std::string& text) { line(text); });
}

void Player::end_guests() {
    while (!guests_.empty()) host_.guest_close(guests_.extract(guests_.begin()).value());
    tell_what_ended();
}

void Player::play(const Episode& episode) {
    enter(episode);
    tell_("episode " + episode.name);
    for (const auto& operation : episode.operations) {
        ++number_;
        line(text_of(operation));
        line("= " + carry_out(operation));
        if (operation.kind == Operation::Kind::close || operation.kind == Operation::Kind::kill)
            tell_what_ended();
        tell_changes();
    }
    ++number_;
    line("guests end");
    end_guests();
    tree_->forget_all();
    tell_changes();
    tree_->show([this](const std::string& text) { tell_("tree " + text); });
    tell_("end " + episode.name);
}

// --- the start of an episode ----------------------------------------------------------------------------

void Player::must(const std::string& name, std::string_view bytes) {
    if (const int error = host_.write(file_of(name), bytes))
        throw std::runtime_error("starting an episode: " + name + ": " + std::strerror(error));
}

void Player::clear_overrides() {
    const auto devices = host_.list("/sys/bus/ap/devices");
    for (const auto& device : devices.value()) {
        const auto text = host_.read(file_of(device + "/driver_override"));
        if (text && *text != "\n") must(device + "/driver_override", "\n");
    }
}

/// Once a queue has gone with its driver_override, masks can never be written again.
void Player::open_masks() {
    for (const std::string name : {"apmask", "aqmask"})
        for (const auto& text : {std::string("-255"), ones})
            if (host_.write(file_of(name), text) != 0) throw HostSpoilt("masks can no longer be written");
}

void Player::unload_vfio_ap() {
    if (!exists(host_, "/sys/module/vfio_ap")) return;
    if (const int error = host_.module("vfio_ap", false))
        throw std::runtime_error(std::string("cannot unload vfio_ap: ") + std::strerror(error));
}

/// vfio_ap registers after zcrypt's drivers, whatever was loaded before.
void Player::load_modules() {
    for (const std::string name : {"zcrypt_cex4", "vfio_ap"}) {
        if (exists(host_, "/sys/module/" + name)) continue;
        if (const int error = host_.module(name, true))
            throw std::runtime_error("cannot load " + name + ": " + std::strerror(error));
    }
}

void Player::enter(const Episode& episode) {
    number_ = 0;
    clear_overrides();
    unload_vfio_ap(); // and all mdevs with it
    machine_ = MachineLines();
    for (const auto* line : {"no adapter 3", "no adapter 5"}) machine_.apply(line);
    change_hardware("usage 4");
    open_masks();
    load_modules();
    for (const auto* name :
         {"drivers_autoprobe", "/sys/bus/matrix/drivers_autoprobe", "/sys/bus/mdev/drivers_autoprobe"})
        must(name, "1");
    // No scan shall come by itself.
    must("config_time", "120");
    must("poll_timeout", "250000");
    must("poll_thread", "0");
    machine_ = MachineLines();
    for (const auto& line : episode.machine) machine_.apply(line);
    host_.topology(machine_.text());
    host_.settle();
    must("ap_domain", "4");
    host_.uevents();
    tree_.emplace(host_);
    tree_->update([](const std::string&) {});
}

} // namespace contract
