// SPDX-License-Identifier: LGPL-2.1-or-later
// The raw netlink reader.
#include "conformance/uevents.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <linux/netlink.h>
#include <stdexcept>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>

namespace apsim::conformance {

UeventReader::UeventReader()
    : socket_(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT)) {
    sockaddr_nl group{};
    group.nl_family = AF_NETLINK;
    group.nl_groups = 1;
    if (socket_ < 0 || ::bind(socket_, reinterpret_cast<sockaddr*>(&group), sizeof group) != 0)
        throw std::runtime_error(std::string("uevent socket: ") + std::strerror(errno));
}

UeventReader::~UeventReader() { ::close(socket_); }

namespace {

bool ours(std::string_view devpath) {
    for (std::string_view start :
         {"/devices/ap", "/devices/vfio_ap", "/devices/virtual/vfio", "/bus/ap", "/bus/mdev", "/bus/matrix"})
        if (devpath.starts_with(start)) return true;
    return false;
}

std::string shown(std::string_view message) {
    auto text = std::string(message.substr(0, message.find('\0')));
    message.remove_prefix(text.size() + 1);
    while (!message.empty()) {
        const auto entry = message.substr(0, message.find('\0'));
        message.remove_prefix(std::min(entry.size() + 1, message.size()));
        if (entry.starts_with("ACTION=") || entry.starts_with("DEVPATH=") || entry.starts_with("SEQNUM="))
            continue;
        text += ' ';
        for (const char c : entry) c == '\n' ? text += "\\n" : text += c;
    }
    return text;
}

} // namespace

std::vector<std::string> UeventReader::drain() {
    std::vector<std::string> events;
    std::array<char, 8192> message;
    for (;;) {
        const auto size = ::recv(socket_, message.data(), message.size(), MSG_DONTWAIT);
        if (size < 0 && errno == EAGAIN) return events;
        if (size < 0) throw std::runtime_error(std::string("uevent socket: ") + std::strerror(errno));
        const std::string_view text(message.data(), static_cast<std::size_t>(size));
        const auto at = text.find('@');
        if (at != std::string_view::npos && ours(text.substr(at + 1))) events.push_back(shown(text));
    }
}

} // namespace apsim::conformance
