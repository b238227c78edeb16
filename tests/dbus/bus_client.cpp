// SPDX-License-Identifier: LGPL-2.1-or-later
// Listening and calling.
#include "bus_client.hpp"

#include <algorithm>
#include <map>

namespace ap::tests {
namespace {

using namespace std::chrono_literals;
constexpr auto patience = 30s;
constexpr auto manager = "org.apctl1.Manager";

Heard read(sdbus::Message& message) {
    Heard heard{.path = message.getPath(), .member = message.getMemberName(), .names = {}, .about = {}};
    std::map<std::string, sdbus::Variant> values;
    if (heard.member == "PropertiesChanged") {
        message >> heard.about >> values;
        for (const auto& [name, value] : values) heard.names.push_back(name);
    } else if (heard.member == "InterfacesAdded" || heard.member == "InterfacesRemoved") {
        sdbus::ObjectPath object;
        message >> object;
        heard.about = object;
    } else if (heard.member == "Changed") {
        std::uint64_t generation = 0;
        message >> generation >> heard.names;
    } else if (heard.member == "CheckpointChanged") {
        std::uint32_t job = 0;
        std::string what, text;
        message >> job >> what >> text;
        heard.about = std::to_string(job);
        heard.names = {what, text};
    } else if (heard.member == "Completed") {
        std::string state, error, text;
        message >> state >> error >> text;
        heard.names = {state, error, text};
    }
    return heard;
}

} // namespace

BusClient::BusClient(const std::string& address) : connection_(sdbus::createSessionBusConnectionWithAddress(address)) {
    connection_->addMatch("type='signal',sender='org.apctl1'", [this](sdbus::Message& m) { on_message(m); }, sdbus::floating_slot);
    connection_->addMatch("type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged',arg0='org.apctl1'", [this](sdbus::Message& m) {
        std::string name, before, after;
        m >> name >> before >> after;
        std::lock_guard lock(mutex_);
        name_ = !after.empty();
        changed_.notify_all();
    }, sdbus::floating_slot);
    connection_->enterEventLoopAsync();
}

BusClient::~BusClient() { connection_->leaveEventLoop(); }

void BusClient::on_message(sdbus::Message& message) {
    auto heard = read(message);
    std::lock_guard lock(mutex_);
    heard_.push_back(std::move(heard));
    changed_.notify_all();
}

std::unique_ptr<sdbus::IProxy> BusClient::proxy(const std::string& path) const { return sdbus::createProxy(*connection_, wire::bus_name, path); }

bool BusClient::hears(const std::function<bool(const Heard&)>& like) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, patience, [&] { return std::ranges::any_of(heard_, like); });
}

std::vector<Heard> BusClient::all() const {
    std::lock_guard lock(mutex_);
    return heard_;
}

void BusClient::forget() {
    std::lock_guard lock(mutex_);
    heard_.clear();
}

bool BusClient::sees_name(bool present) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, patience, [&] { return name_ == present; });
}

wire::Host BusClient::get_host() const {
    wire::Host host;
    proxy()->callMethod("GetHost").onInterface(manager).storeResultsTo(host);
    return host;
}

sdbus::ObjectPath BusClient::apply(const std::vector<wire::Wish>& wishes, const wire::Options& options) const {
    sdbus::ObjectPath job;
    proxy()->callMethod("Apply").onInterface(manager).withArguments(wishes, options).storeResultsTo(job);
    return job;
}

std::string BusClient::error_of(const std::function<void()>& call) {
    try {
        call();
    } catch (const sdbus::Error& e) {
        return e.getName();
    }
    return {};
}

} // namespace ap::tests
