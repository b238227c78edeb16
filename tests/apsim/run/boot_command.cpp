// SPDX-License-Identifier: LGPL-2.1-or-later
// Handing a command in.  Its words are in a file, as they may be many; its descriptors go through a socket.
#include "run/boot_command.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "control/control_socket.hpp"
#include "run/boot_root.hpp"
#include "run/command.hpp"

namespace apsim {

namespace {

using nlohmann::json;

constexpr const char* inside = "/run/apsim";

/// What names sockets, sessions and descriptors of the real machine.
bool is_of_the_machine(std::string_view variable) {
    static constexpr std::string_view starts[] = {"DBUS_",         "XDG_RUNTIME_DIR=", "XDG_SESSION_",
                                                  "NOTIFY_SOCKET=", "INVOCATION_ID=",   "JOURNAL_STREAM=",
                                                  "LISTEN_",        "SSH_",             "SYSTEMD_"};
    return std::ranges::any_of(starts, [&](std::string_view start) { return variable.starts_with(start); });
}

json environment() {
    auto variables = json::array();
    for (char** variable = environ; *variable != nullptr; ++variable)
        if (!is_of_the_machine(*variable)) variables.push_back(*variable);
    return variables;
}

constexpr int standard[] = {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO};

/// A message with room for the three descriptors.
struct Parcel {
    char byte = 0;
    iovec part{&byte, 1};
    alignas(cmsghdr) char room[CMSG_SPACE(sizeof standard)]{};
    msghdr message{};
    Parcel() {
        message.msg_iov = &part;
        message.msg_iovlen = 1;
        message.msg_control = room;
        message.msg_controllen = sizeof room;
    }
};

bool send_descriptors(int socket) {
    Parcel parcel;
    auto* header = CMSG_FIRSTHDR(&parcel.message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof standard);
    std::memcpy(CMSG_DATA(header), standard, sizeof standard);
    return ::sendmsg(socket, &parcel.message, MSG_NOSIGNAL) == 1;
}

/// Takes three descriptors and makes them our standard ones.
bool take_descriptors(int socket) {
    Parcel parcel;
    if (::recvmsg(socket, &parcel.message, MSG_CMSG_CLOEXEC) != 1) return false;
    const auto* header = CMSG_FIRSTHDR(&parcel.message);
    if (header == nullptr || header->cmsg_len != CMSG_LEN(sizeof standard)) return false;
    int taken[3];
    std::memcpy(taken, CMSG_DATA(header), sizeof taken);
    for (const int descriptor : standard)
        if (::dup2(taken[descriptor], descriptor) < 0) return false;
    return true;
}

int connect_to(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    return ::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 ? fd : -1;
}

[[noreturn]] void become(const json& offer) {
    ::clearenv();
    for (const auto& variable : offer["environment"]) {
        const auto text = variable.get<std::string>();
        const auto equals = std::min(text.find('='), text.size() - 1);
        ::setenv(text.substr(0, equals).c_str(), text.c_str() + equals + 1, 1);
    }
    if (::chdir(offer["directory"].get<std::string>().c_str()) != 0 && ::chdir("/") != 0) ::_exit(126);
    become_command(offer["command"].get<std::vector<std::string>>(), "/run/apsim/control",
                   "/run/apsim/bin");
}

int status_of(pid_t pid) {
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0)
        if (errno != EINTR) return 1;
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

} // namespace

Done<CommandOffer> CommandOffer::make(const std::vector<std::string>& command) {
    char directory[4096];
    if (::getcwd(directory, sizeof directory) == nullptr) std::strcpy(directory, "/");
    const json offer{{"command", command}, {"directory", directory}, {"environment", environment()}};
    const auto shared = std::string(shared_directory);
    // Words need not be UTF-8: the parser on the other side takes these bytes as they are.
    std::ofstream file(shared + "/command", std::ios::binary);
    const auto bytes = json::to_cbor(offer);
    file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    if (!file.flush()) return failed("cannot write " + shared + "/command");
    const auto listening = listen_control(shared + "/start");
    if (!listening) return std::unexpected(listening.error());
    CommandOffer made;
    made.listening_ = *listening;
    return made;
}

Done<std::optional<int>> CommandOffer::proceed() {
    if (connection_ < 0) {
        connection_ = ::accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC);
        if (connection_ < 0 || !send_descriptors(connection_))
            return failed("cannot hand the command in");
        return std::nullopt;
    }
    std::int32_t status = 0;
    if (::recv(connection_, &status, sizeof status, 0) != sizeof status)
        return std::unexpected(std::string("the command's unit ended without an exit status"));
    return status;
}

int run_offered_command() {
    std::ifstream file(std::string(inside) + "/command", std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    const auto offer = json::from_cbor(bytes, true, false);
    const int socket = connect_to(std::string(inside) + "/start");
    if (socket < 0 || !offer.is_object()) {
        fmt::print(stderr, "apsim: no command has been handed in; this is for the unit of apsim run --boot\n");
        return 2;
    }
    if (!take_descriptors(socket)) return 1;
    const pid_t pid = ::fork();
    if (pid == 0) become(offer);
    const std::int32_t status = pid < 0 ? 1 : status_of(pid);
    return ::send(socket, &status, sizeof status, MSG_NOSIGNAL) == sizeof status ? 0 : 1;
}

} // namespace apsim
