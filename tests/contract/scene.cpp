// SPDX-License-Identifier: LGPL-2.1-or-later
// Setting the scene, quickly: what is as it should be is left alone.
#include "scene.hpp"

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace contract {

namespace {

const std::string matrix_dir = "/sys/devices/vfio_ap/matrix/";
const std::string type_dir = matrix_dir + "mdev_supported_types/vfio_ap-passthrough/";
const std::string queues_h[] = {"03.0004", "03.0047", "05.0004", "05.0047"};
const std::string ones(64, 'f');
constexpr std::chrono::seconds long_enough{30};

bool is_uuid(const std::string& name) { return name.size() == 36; }

bool has_guests(State state) { return state == State::s3; }

bool frees_adapter_3(State state) {
    return state != State::s0 && state != State::d1 && state != State::d1m && state != State::d2;
}

} // namespace

std::string machine_h(std::string_view more) {
    return "max-adapter 63\nmax-domain 84\nfeatures apsc apxa qact rc8a\n"
           "usage 4,0x47\ncontrol 4,0x47\nadapter 3,5 type=CEX7 mode=cca\n" +
           std::string(more);
}

namespace {

std::string machine_of_nothing() {
    return "max-adapter 63\nmax-domain 84\nfeatures apsc apxa qact rc8a\nusage none\ncontrol none\n";
}

} // namespace

std::string path_of(std::string_view name) {
    const auto rest = std::string(name.substr(std::min(name.find('/'), name.size())));
    if (name.starts_with("/")) return std::string(name);
    if (name == "create" || name == "available_instances") return type_dir + std::string(name);
    if (name == "M1" || name.starts_with("M1/")) return matrix_dir + m1 + rest;
    if (name == "M2" || name.starts_with("M2/")) return matrix_dir + m2 + rest;
    if (name == "matrix" || name.starts_with("matrix/")) return "/sys/devices/vfio_ap/" + std::string(name);
    if (name.starts_with("card") || (name.size() > 2 && name[2] == '.'))
        return "/sys/bus/ap/devices/" + std::string(name);
    return "/sys/bus/ap/" + std::string(name);
}

void Scene::must(std::string_view name, std::string_view bytes) {
    if (const int error = host_.write(path_of(name), bytes))
        throw std::runtime_error("setting the scene: " + std::string(name) + ": " + std::strerror(error));
}

void Scene::change_hardware(const std::string& topology) {
    host_.topology(topology);
    hardware_changed_ = true;
    host_.settle();
}

int Scene::open_guest(const std::string& uuid) {
    const int error = host_.guest_open(uuid);
    if (error == 0) guests_.push_back(uuid);
    return error;
}

int Scene::close_guest(const std::string& uuid) {
    std::erase(guests_, uuid);
    return host_.guest_close(uuid);
}

int Scene::kill_guest(const std::string& uuid) {
    std::erase(guests_, uuid);
    return host_.guest_kill(uuid);
}

void Scene::end_guests_and_writes() {
    // A reset that never ends holds up everything else.
    if (!begun.empty() && hardware_changed_) host_.topology(machine_h());
    while (!guests_.empty()) {
        const auto uuid = guests_.back(); // a copy: it leaves the list
        if (const int error = close_guest(uuid))
            throw std::runtime_error("the guest of " + uuid + " does not let go: " + std::strerror(error));
    }
    for (const auto ticket : begun)
        if (!host_.outcome(ticket, long_enough)) throw std::runtime_error("a write does not end");
    begun.clear();
}

void Scene::load_modules() {
    for (const std::string name : {"zcrypt_cex4", "vfio_ap"}) {
        if (exists(host_, "/sys/module/" + name)) continue;
        if (const int error = host_.module(name, true))
            throw std::runtime_error("cannot load " + name + ": " + std::strerror(error));
    }
}

void Scene::remove_mdevs() {
    const auto names = host_.list(matrix_dir);
    for (const auto& name : names.value())
        if (is_uuid(name)) must(matrix_dir + name + "/remove", "1");
}

void Scene::clear_overrides() {
    for (const auto& queue : queues_h) {
        const auto text = host_.read(path_of(queue + "/driver_override"));
        if (text && *text != "\n") must(queue + "/driver_override", "\n");
    }
}

/// A queue that is taken from the host while it starts shows "Reset in progress." from then on: its state machine
/// stands still where it was (ap_queue_remove, Linux 6.12 and 7.2).
void Scene::wait_until_started() {
    if (host_.kind() == Host::Kind::model) return; // whose clock stands still
    const auto end = host_.now() + long_enough;
    for (const auto& queue : queues_h)
        while (starts(queue))
            if (host_.now() > end) throw std::runtime_error(queue + " does not start");
}

/// One that is deconfigured or stopped waits for another time.
bool Scene::starts(const std::string& queue) {
    return link_name(host_, path_of(queue + "/driver")) == "cex4queue" && host_.read(path_of(queue + "/config")) == "1\n" &&
           host_.read(path_of(queue + "/chkstop")) == "0\n" && host_.read(path_of(queue + "/reset")) == "Reset in progress.\n";
}

void Scene::set_masks(const std::string& apmask) {
    for (const auto& [name, mask] : {std::pair<std::string, std::string>{"apmask", apmask}, {"aqmask", ones}})
        if (host_.read(path_of(name)).value() != "0x" + mask + "\n") must(name, "0x" + mask);
}

/// Queues that no mask write brought home: unbound ones, and those an override had moved.
void Scene::rebind() {
    const bool freed = host_.read(path_of("apmask")).value() != "0x" + ones + "\n";
    for (const auto& queue : queues_h) {
        const std::string home = freed && queue.starts_with("03") ? "vfio_ap" : "cex4queue";
        const auto driver = link_name(host_, path_of(queue + "/driver"));
        if (driver == home) continue;
        if (!driver.empty()) must("drivers/" + driver + "/unbind", queue);
        must("drivers_probe", queue);
    }
}

/// What a write to `config` did lasts until the next one, and keeps a card from being online.
void Scene::configure_cards() {
    for (const std::string card : {"card03", "card05"})
        if (host_.read(path_of(card + "/config")) != "1\n") {
            must(card + "/config", "1");
            host_.settle();
        }
}

void Scene::reset_files() {
    const std::pair<std::string_view, std::string_view> defaults[] = {
        {"drivers_autoprobe", "1"}, {"config_time", "120"}, {"poll_timeout", "250000"},
        {"poll_thread", "0"},       {"ap_domain", "4"},     {"card03/online", "1"},
        {"card05/online", "1"},     {"05.0004/online", "1"}};
    for (const auto& [name, text] : defaults) {
        const auto now = host_.read(path_of(name));
        if (!now || *now != std::string(text) + "\n") must(name, text);
    }
}

/// By way of an empty machine: the kernel's lists of queues are then in the order of their numbers again,
/// which nobody could see otherwise but in the order of later events.
void Scene::put_hardware_back() {
    for (const auto& topology : {machine_of_nothing(), machine_h()}) {
        host_.topology(topology);
        host_.settle();
    }
    hardware_changed_ = false;
}

/// Queues that come into a machine whose masks free them would be in another state than those that were
/// freed.
void Scene::clear() {
    if (hardware_changed_) host_.topology(machine_h()); // nothing that blocks is left
    must("drivers_autoprobe", "1");
    load_modules();
    remove_mdevs();
    clear_overrides();
    if (!hardware_changed_) return;
    set_masks(ones);
    put_hardware_back();
}

void Scene::build(State state) {
    if (state == State::d1 || state == State::d1m || state == State::d2)
        for (const std::string queue : {"03.0004", "03.0047"}) {
            must(queue + "/driver_override", "vfio_ap");
            must("drivers/cex4queue/unbind", queue);
            must("drivers_probe", queue);
        }
    if (state == State::s0 || state == State::s1 || state == State::d1) return;
    must("create", m1);
    if (state == State::s1m || state == State::d1m) return;
    must("M1/assign_adapter", "3");
    must("M1/assign_domain", "4");
    must("M1/assign_domain", "0x47");
    must("M1/assign_control_domain", "4");
    if (state == State::s4) must("create", m2);
}

void Scene::enter(State state) {
    noted.clear();
    kept.clear();
    end_guests_and_writes();
    if (state != State::as_booted && (state != state_ || hardware_changed_ || fingerprint() != print_)) {
        clear();
        wait_until_started();
        set_masks(frees_adapter_3(state) ? "ef" + ones.substr(2) : ones);
        rebind();
        configure_cards();
        reset_files();
        build(state);
        state_ = state;
        print_ = fingerprint();
    }
    host_.settle();
    if (has_guests(state))
        if (const int error = open_guest(m1))
            throw std::runtime_error(std::string("cannot open M1: ") + std::strerror(error));
    host_.uevents();
    host_.messages();
}

/// All that a row can have changed, short of what only the hardware or a guest knows.
std::string Scene::fingerprint() {
    std::string print;
    const auto add = [&](const std::string& name) {
        const auto text = host_.read(path_of(name));
        print += name + "=" + (text ? *text : std::strerror(text.error())) + ";";
    };
    for (const auto* name : {"apmask", "aqmask", "bindings", "ap_domain", "config_time", "poll_timeout",
                             "poll_thread", "drivers_autoprobe", "available_instances"})
        add(name);
    const auto devices = host_.list("/sys/bus/ap/devices");
    for (const auto& device : devices.value()) {
        print += link_name(host_, path_of(device + "/driver")) + " ";
        for (const auto* file : {"/config", "/chkstop", "/online", "/status", "/driver_override"})
            add(device + file);
    }
    const auto names = host_.list(matrix_dir).value_or(std::vector<std::string>());
    for (const auto& name : names)
        if (is_uuid(name))
            for (const auto* file : {"/matrix", "/guest_matrix", "/control_domains"})
                add(matrix_dir + name + file);
    return print;
}

} // namespace contract
