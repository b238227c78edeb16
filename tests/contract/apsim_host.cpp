// SPDX-License-Identifier: LGPL-2.1-or-later
// Requests to apsim's control socket.
#include "apsim_host.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>

#include "control/client.hpp"
#include "control/errnos.hpp"

namespace contract {

namespace {

using nlohmann::json;

json ask(const json& request) {
    const auto reply = apsim::call_control(request.dump());
    if (!reply) throw std::runtime_error(reply.error());
    return json::parse(*reply);
}

void must(const json& request) {
    const auto reply = ask(request);
    if (!reply.value("ok", false)) throw std::runtime_error(request.dump() + ": " + reply.dump());
}

/// A request the kernel may refuse.
int errno_of(const json& request) {
    const auto reply = ask(request);
    if (reply.value("ok", false)) return 0;
    const auto name = reply.value("errno", "");
    if (const auto number = apsim::errno_number(name)) return *number;
    throw std::runtime_error(request.dump() + ": " + reply.dump());
}

} // namespace

bool ApsimHost::here() { return std::getenv("APSIM_CONTROL") != nullptr; }

std::string ApsimHost::name() const {
    const auto reply = ask({{"op", "state"}});
    return "apsim " + reply.at("state").at("kernel").get<std::string>();
}

std::vector<std::string> ApsimHost::messages() {
    const auto all = ask({{"op", "log"}}).at("messages").get<std::vector<std::string>>();
    const auto seen = std::min(std::exchange(messages_read_, all.size()), all.size());
    return {all.begin() + static_cast<std::ptrdiff_t>(seen), all.end()};
}

void ApsimHost::topology(const std::string& text) { must({{"op", "topology"}, {"text", text}}); }

int ApsimHost::module(const std::string& name, bool load) {
    const int error = errno_of({{"op", "module"}, {"name", name}, {"action", load ? "load" : "unload"}});
    return load && error == EEXIST ? 0 : error; // as modprobe has it
}

} // namespace contract
