// SPDX-License-Identifier: LGPL-2.1-or-later
// System calls, and a thread for each write that may block.
#include "mounted_host.hpp"

#include "files.hpp"

namespace contract {

MountedHost::~MountedHost() {
    for (auto& [ticket, writer] : writers_) writer.thread.join();
}

int MountedHost::write(const std::string& path, std::string_view bytes) { return write_once(path, bytes); }

Ticket MountedHost::begin_write(const std::string& path, std::string_view bytes) {
    const Ticket ticket{++tickets_};
    const std::lock_guard lock(mutex_);
    auto& writer = writers_[ticket];
    writer.thread = std::thread([this, &writer, path, text = std::string(bytes)] {
        const int error = write_once(path, text);
        const std::lock_guard again(mutex_);
        writer.error = error;
        ended_.notify_all();
    });
    return ticket;
}

std::optional<int> MountedHost::outcome(Ticket ticket, std::chrono::milliseconds patience) {
    std::unique_lock lock(mutex_);
    auto& writer = writers_.at(ticket);
    if (!ended_.wait_for(lock, patience, [&] { return writer.error.has_value(); })) return std::nullopt;
    const auto error = writer.error;
    lock.unlock();
    writer.thread.join();
    writers_.erase(ticket);
    return error;
}

std::expected<std::string, int> MountedHost::read(const std::string& path) { return read_all(path); }
std::expected<std::string, int> MountedHost::readlink(const std::string& path) { return read_link(path); }
std::expected<std::vector<std::string>, int> MountedHost::list(const std::string& path) {
    return names_in(path);
}
std::expected<unsigned, int> MountedHost::mode(const std::string& path) { return mode_of(path); }
std::vector<std::string> MountedHost::uevents() { return uevents_.drain(); }

} // namespace contract
