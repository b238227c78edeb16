// SPDX-License-Identifier: LGPL-2.1-or-later
// One JSON object per line out, one per line in.
#include "apsim_control.hpp"

#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <system_error>

namespace ap::host::testing {
namespace {

[[noreturn]] void fail(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

} // namespace

ApsimControl::ApsimControl() : socket_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const char* path = std::getenv("APSIM_CONTROL");
    if (path == nullptr) throw std::runtime_error("APSIM_CONTROL is not set; run this by `apsim run --`");
    sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
    std::strncpy(address.sun_path, path, sizeof address.sun_path - 1);
    if (::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        fail("connect");
}

nlohmann::json ApsimControl::call(const std::string& op, nlohmann::json arguments) {
    arguments["op"] = op;
    auto line = arguments.dump() + "\n";
    if (::send(socket_.get(), line.data(), line.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(line.size()))
        fail("send");
    auto reply = nlohmann::json::parse(read_line());
    if (!reply.at("ok").get<bool>())
        throw std::runtime_error(op + ": " + reply.at("error").get<std::string>());
    return reply;
}

std::string ApsimControl::read_line() {
    for (;;) {
        if (auto end = pending_.find('\n'); end != std::string::npos) {
            auto line = pending_.substr(0, end);
            pending_.erase(0, end + 1);
            return line;
        }
        std::array<char, 65536> buffer;
        auto got = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
        if (got <= 0) fail("recv");
        pending_.append(buffer.data(), static_cast<std::size_t>(got));
    }
}

} // namespace ap::host::testing
