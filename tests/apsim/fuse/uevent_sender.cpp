// SPDX-License-Identifier: LGPL-2.1-or-later
// Sending uevents.  A unicast message to the kernel is rebroadcast by it, with a SEQNUM, in this network
// namespace only; a multicast to group 1 by hand would be ignored by libudev, as its sender is not the
// kernel.
#include "fuse/uevent_sender.hpp"

#include <arpa/inet.h>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <linux/netlink.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fmt/format.h>

namespace apsim {

namespace {

constexpr std::uint16_t uevent_message_type = 0x10;
constexpr unsigned udev_group = 2;

/// The hash libudev's filters use, MurmurHash2 with seed 0.
std::uint32_t murmur2(std::string_view text) {
    constexpr std::uint32_t m = 0x5bd1e995;
    auto h = static_cast<std::uint32_t>(text.size());
    while (text.size() >= 4) {
        std::uint32_t k;
        std::memcpy(&k, text.data(), 4);
        k *= m;
        k ^= k >> 24;
        k *= m;
        h = (h * m) ^ k;
        text.remove_prefix(4);
    }
    if (!text.empty()) {
        for (std::size_t i = text.size(); i-- > 0;)
            h ^= static_cast<std::uint32_t>(static_cast<unsigned char>(text[i])) << (8 * i);
        h *= m;
    }
    h ^= h >> 13;
    h *= m;
    return h ^ (h >> 15);
}

/// libudev's message header; fields marked "net" are in network byte order.
struct UdevHeader {
    char prefix[8] = "libudev";
    std::uint32_t magic = htonl(0xfeedcafe); // net
    std::uint32_t header_size = sizeof(UdevHeader);
    std::uint32_t properties_off = sizeof(UdevHeader);
    std::uint32_t properties_len = 0;
    std::uint32_t subsystem_hash = 0; // net
    std::uint32_t devtype_hash = 0;   // net
    std::uint32_t tag_bloom_hi = 0;
    std::uint32_t tag_bloom_lo = 0;
};

std::string properties(const Uevent& event) {
    std::string text;
    text.append("ACTION=").append(event.action).push_back('\0');
    text.append("DEVPATH=").append(event.devpath).push_back('\0');
    text.append("SUBSYSTEM=").append(event.subsystem).push_back('\0');
    return text + event.keys;
}

std::string_view key_value(std::string_view keys, std::string_view key) {
    while (!keys.empty()) {
        const auto entry = keys.substr(0, keys.find('\0'));
        if (entry.starts_with(key)) return entry.substr(key.size());
        keys.remove_prefix(std::min(entry.size() + 1, keys.size()));
    }
    return {};
}

} // namespace

UeventSender::UeventSender(UdevMessages messages)
    : socket_(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT)),
      open_error_(socket_ < 0 ? errno : 0), messages_(messages) {}

UeventSender::~UeventSender() {
    if (socket_ >= 0) ::close(socket_);
}

int UeventSender::send(const Uevent& event) {
    if (socket_ < 0) return open_error_;
    const auto payload = fmt::format("{}@{}", event.action, event.devpath) + '\0' + properties(event);
    if (const int error = send_kernel(payload)) return error;
    return messages_ == UdevMessages::ours ? send_udev(event) : 0;
}

/// The kernel reports refusals only in the acknowledgement: sendmsg() itself succeeds.
int UeventSender::send_kernel(const std::string& payload) {
    nlmsghdr header{};
    header.nlmsg_len = static_cast<std::uint32_t>(NLMSG_LENGTH(payload.size()));
    header.nlmsg_type = uevent_message_type;
    header.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
    header.nlmsg_seq = ++sequence_;
    sockaddr_nl kernel{};
    kernel.nl_family = AF_NETLINK;
    iovec parts[] = {{&header, sizeof header}, {const_cast<char*>(payload.data()), payload.size()}};
    msghdr message{};
    message.msg_name = &kernel;
    message.msg_namelen = sizeof kernel;
    message.msg_iov = parts;
    message.msg_iovlen = 2;
    if (::sendmsg(socket_, &message, 0) < 0) return errno;
    alignas(nlmsghdr) char answer[4096];
    for (;;) {
        const auto size = ::recv(socket_, answer, sizeof answer, 0);
        if (size < 0 && errno == EINTR) continue;
        if (size < 0) return errno;
        const auto* ack = reinterpret_cast<const nlmsghdr*>(answer);
        if (ack->nlmsg_type == NLMSG_ERROR && ack->nlmsg_seq == sequence_)
            return -static_cast<const nlmsgerr*>(NLMSG_DATA(ack))->error;
    }
}

int UeventSender::send_udev(const Uevent& event) {
    // systemd-udevd drops the newline the kernel puts at the end of APMASK= and AQMASK=.
    auto tidy = event;
    std::erase(tidy.keys, '\n');
    auto text = properties(tidy);
    text += fmt::format("SEQNUM={}", ++udev_sequence_) + '\0';
    text += fmt::format("USEC_INITIALIZED={}", std::time(nullptr)) + '\0';
    UdevHeader header;
    header.properties_len = static_cast<std::uint32_t>(text.size());
    header.subsystem_hash = htonl(murmur2(event.subsystem));
    if (const auto devtype = key_value(event.keys, "DEVTYPE="); !devtype.empty())
        header.devtype_hash = htonl(murmur2(devtype));
    sockaddr_nl group{};
    group.nl_family = AF_NETLINK;
    group.nl_groups = udev_group;
    iovec parts[] = {{&header, sizeof header}, {text.data(), text.size()}};
    msghdr message{};
    message.msg_name = &group;
    message.msg_namelen = sizeof group;
    message.msg_iov = parts;
    message.msg_iovlen = 2;
    if (::sendmsg(socket_, &message, 0) >= 0) return 0;
    return errno == ECONNREFUSED ? 0 : errno; // ECONNREFUSED: nobody listens
}

} // namespace apsim
