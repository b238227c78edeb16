// SPDX-License-Identifier: LGPL-2.1-or-later
// Connections to the control socket.
#include "control/control_socket.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <mutex>
#include <vector>

#include "control/requests.hpp"

namespace apsim {

namespace {

constexpr std::size_t longest_request = 1 << 20;

} // namespace

/// One connection.  Replies may come from the host's worker thread after the client has gone.
class ControlSocket::Client {
  public:
    explicit Client(int fd) : fd_(fd) {}
    ~Client() { ::close(fd_); }
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    int fd() const { return fd_; }

    /// Reads what has come; calls `take(line)` for each whole line, and with nullptr for one that is too
    /// long. False when the client has gone.
    template <class Take>
    bool receive(Take take) {
        char part[8192];
        const auto size = ::recv(fd_, part, sizeof part, 0);
        if (size < 0) return errno == EINTR || errno == EAGAIN;
        if (size == 0) return false;
        for (const char c : std::string_view(part, static_cast<std::size_t>(size))) {
            if (c != '\n') {
                if (line_.size() <= longest_request) line_ += c;
                continue;
            }
            take(line_.size() > longest_request ? nullptr : &line_);
            line_.clear();
        }
        return true;
    }

    void reply(const std::string& text) {
        const std::lock_guard lock(mutex_);
        const auto whole = text + "\n";
        // A client that has gone does not want its reply.
        for (std::size_t sent = 0; sent < whole.size();) {
            const auto size = ::send(fd_, whole.data() + sent, whole.size() - sent, MSG_NOSIGNAL);
            if (size < 0 && errno != EINTR) return;
            if (size > 0) sent += static_cast<std::size_t>(size);
        }
    }

  private:
    int fd_;
    std::string line_;
    std::mutex mutex_;
};

Done<int> listen_control(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) return failed("control socket " + path, ENAMETOOLONG);
    path.copy(address.sun_path, path.size());
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return failed("socket");
    if (::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 || ::listen(fd, 16) != 0)
        return failed("control socket " + path);
    return fd;
}

ControlSocket::ControlSocket(RunningHost& host, int listening) : host_(host), socket_(listening) {
    std::thread([this] { loop(); }).detach();
}

void ControlSocket::accept_client() {
    const int fd = ::accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd >= 0) clients_.push_back(std::make_shared<Client>(fd));
}

void ControlSocket::loop() {
    for (;;) {
        std::vector<pollfd> polled{{socket_, POLLIN, 0}};
        for (const auto& client : clients_) polled.push_back({client->fd(), POLLIN, 0});
        if (::poll(polled.data(), polled.size(), -1) < 0) continue;
        auto it = clients_.begin();
        for (std::size_t i = 1; i < polled.size(); ++i) {
            const auto client = *it;
            const auto take = [&](const std::string* line) {
                const auto answer = [client](const std::string& text) { client->reply(text); };
                if (line == nullptr)
                    answer(error_reply(fmt::format("request longer than {} bytes", longest_request)));
                else
                    handle_request(host_, *line, answer);
            };
            const bool stays = polled[i].revents == 0 || client->receive(take);
            it = stays ? std::next(it) : clients_.erase(it);
        }
        if (polled[0].revents != 0) accept_client();
    }
}

} // namespace apsim
