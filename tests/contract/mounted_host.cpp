// SPDX-License-Identifier: LGPL-2.1-or-later
// System calls, and a thread for each one that may block.
#include "mounted_host.hpp"

#include "files.hpp"

namespace contract {

MountedHost::~MountedHost() {
    for (auto& [ticket, begun] : begun_) begun.thread.join();
}

int MountedHost::write(const std::string& path, std::string_view bytes) { return write_once(path, bytes); }

Ticket MountedHost::begin(std::function<int()> call) {
    const Ticket ticket{++tickets_};
    const std::lock_guard lock(mutex_);
    auto& begun = begun_[ticket];
    begun.thread = std::thread([this, &begun, call = std::move(call)] {
        const int error = call();
        const std::lock_guard again(mutex_);
        begun.error = error;
        ended_.notify_all();
    });
    return ticket;
}

Ticket MountedHost::begin_write(const std::string& path, std::string_view bytes) {
    return begin([path, text = std::string(bytes)] { return write_once(path, text); });
}

Ticket MountedHost::begin_read(const std::string& path) {
    return begin([path] {
        const auto text = read_all(path);
        return text ? 0 : text.error();
    });
}

std::optional<int> MountedHost::outcome(Ticket ticket, std::chrono::milliseconds patience) {
    std::unique_lock lock(mutex_);
    auto& begun = begun_.at(ticket);
    if (!ended_.wait_for(lock, patience, [&] { return begun.error.has_value(); })) return std::nullopt;
    const auto error = begun.error;
    lock.unlock();
    begun.thread.join();
    begun_.erase(ticket);
    return error;
}

std::chrono::milliseconds MountedHost::now() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::steady_clock::now().time_since_epoch());
}

std::expected<std::string, int> MountedHost::read(const std::string& path) { return read_all(path); }
std::expected<std::string, int> MountedHost::readlink(const std::string& path) { return read_link(path); }
std::expected<std::vector<std::string>, int> MountedHost::list(const std::string& path) {
    return names_in(path);
}
std::expected<unsigned, int> MountedHost::mode(const std::string& path) { return mode_of(path); }
std::vector<std::string> MountedHost::uevents() { return uevents_.drain(); }

} // namespace contract
