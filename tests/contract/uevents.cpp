// SPDX-License-Identifier: LGPL-2.1-or-later
// The raw netlink reader.
#include "uevents.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <linux/netlink.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>

namespace contract {

namespace {

bool ours(std::string_view devpath) {
    for (std::string_view start :
         {"/devices/ap", "/devices/vfio_ap", "/devices/virtual/vfio", "/bus/ap", "/bus/mdev", "/bus/matrix",
          "/module/vfio_ap", "/module/mdev", "/module/zcrypt_cex4"})
        if (devpath.starts_with(start)) return true;
    return false;
}

bool is_told_by_the_headline(std::string_view entry) {
    return entry.starts_with("ACTION=") || entry.starts_with("DEVPATH=") || entry.starts_with("SEQNUM=");
}

/// Room for the thousands of events of a mask write nobody reads meanwhile.
void make_room(int socket) {
    const int size = 64 << 20;
    if (::setsockopt(socket, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) != 0)
        ::setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &size, sizeof size); // the most an ordinary user gets
}

} // namespace

std::optional<std::string> shown_uevent(std::string_view message) {
    auto text = std::string(message.substr(0, message.find('\0')));
    const auto at = text.find('@');
    if (at == std::string::npos || !ours(std::string_view(text).substr(at + 1))) return std::nullopt;
    message.remove_prefix(std::min(text.size() + 1, message.size()));
    while (!message.empty()) {
        const auto entry = message.substr(0, message.find('\0'));
        message.remove_prefix(std::min(entry.size() + 1, message.size()));
        if (is_told_by_the_headline(entry)) continue;
        text += ' ';
        for (const char c : entry) c == '\n' ? text += "\\n" : text += c;
    }
    return text;
}

UeventReader::UeventReader()
    : socket_(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT)) {
    sockaddr_nl group{};
    group.nl_family = AF_NETLINK;
    group.nl_groups = 1;
    if (socket_ < 0 || ::bind(socket_, reinterpret_cast<sockaddr*>(&group), sizeof group) != 0)
        throw std::runtime_error(std::string("uevent socket: ") + std::strerror(errno));
    make_room(socket_);
}

UeventReader::~UeventReader() { ::close(socket_); }

std::vector<std::string> UeventReader::drain() {
    std::vector<std::string> events;
    std::array<char, 8192> message;
    for (;;) {
        const auto size = ::recv(socket_, message.data(), message.size(), MSG_DONTWAIT);
        if (size < 0 && errno == EAGAIN) return events;
        if (size < 0) throw std::runtime_error(std::string("uevent socket: ") + std::strerror(errno));
        if (auto text = shown_uevent({message.data(), static_cast<std::size_t>(size)}))
            events.push_back(std::move(*text));
    }
}

} // namespace contract
