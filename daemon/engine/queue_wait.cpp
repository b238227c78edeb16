// SPDX-License-Identifier: LGPL-2.1-or-later
// Looking, saying, pausing.
#include "engine/queue_wait.hpp"

#include "core/parse.hpp"

#include <fmt/format.h>

namespace ap::engine {
namespace {

/// Short for people, long for a kernel file.
constexpr std::chrono::milliseconds between_looks{100};
constexpr unsigned queues_named = 2;

std::string in_words(const std::map<Apqn, std::uint64_t>& requests) {
    if (requests.empty()) return {};
    QueueSet queues;
    std::uint64_t number = 0;
    for (const auto& [queue, count] : requests) queues.insert(queue), number += count;
    return fmt::format("{} request{} of the host on {}", number, number == 1 ? "" : "s", describe(queues, queues_named));
}

std::string in_words(const QueueSet& in_reset) {
    return in_reset.empty() ? std::string() : fmt::format("reset of {} in progress", describe(in_reset, queues_named));
}

template <class Found>
Result<std::string> in_words(const Result<Found>& found) {
    if (!found) return std::unexpected(found.error());
    return in_words(*found);
}

} // namespace

Result<std::string> QueueWait::until_nothing(const Look& look, std::chrono::seconds patience) {
    const auto begun = ports_.calendar.uptime();
    for (;;) {
        auto left = look();
        const auto waited = ports_.calendar.uptime() - begun;
        const bool over = !left || left->empty() || waited >= patience;
        if (!over && progress_.shall_end()) left = std::unexpected(Error{Fault::cancelled, "", "cancelled while it waited: " + *left, "", 0});
        if (over || !left) {
            progress_.end();
            return left;
        }
        progress_.set_waiting(fmt::format("{}, {} s", *left, std::chrono::floor<std::chrono::seconds>(waited).count()));
        ports_.calendar.pause(between_looks);
        has_waited_ = true;
    }
}

Result<std::string> QueueWait::for_requests(const QueueSet& queues, std::chrono::seconds patience) {
    if (queues.empty()) return std::string();
    auto left = until_nothing([&] { return in_words(ports_.bus.requests(queues)); }, patience);
    if (!left || left->empty()) return left;
    const auto why = patience.count() == 0 ? std::string("nobody waited for") : fmt::format("not done after {} s", patience.count());
    return fmt::format("{}, {}: the kernel gives them to other queues where it has some of the kind", *left, why);
}

Result<std::string> QueueWait::for_resets(const QueueSet& with_host, const QueueSet& with_vfio_ap) {
    if (with_host.empty() && with_vfio_ap.empty()) return std::string();
    auto left = until_nothing([&] { return in_words(ports_.bus.in_reset(with_host, with_vfio_ap)); }, longest_reset);
    if (!left || left->empty()) return left;
    return fmt::format("{} after {} s still", *left, longest_reset.count());
}

} // namespace ap::engine
