// SPDX-License-Identifier: LGPL-2.1-or-later
#include "hook/operations.hpp"

#include "carry_out.hpp"
#include "core/predictor.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ap::hook {
namespace {

using cli::Answer;
using cli::fail;
using cli::HostView;
using cli::Patience;

/// A matrix as one guest would get it now.
class Sight {
  public:
    Sight(const HostView& view, const Uuid& uuid)
        : view_(view), uuid_(uuid), name_(display_name(view.wanted, uuid)), active_(view.host.matrices.contains(uuid)), defined_(view.wanted.definitions.contains(uuid)) {}

    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] bool active() const { return active_; } ///< what follows the obstacle requires it
    /// Why no guest can have it at all.
    [[nodiscard]] std::optional<cli::Failure> obstacle() const {
        if (!view_.host.bus_present) return no(Fault::no_ap_bus, "this host has no AP bus (yet), so the guest cannot have its crypto adapters");
        if (!active_ && !defined_)
            return no(Fault::not_found, fmt::format("matrix {} is neither defined nor active on this host; the ones that are: apctl list matrices", name_));
        if (!active_ || !matrix().in_use) return std::nullopt;
        return no(Fault::in_use, fmt::format("matrix {} is in use by {}; a matrix is one guest's at a time", name_, matrix().holder.empty() ? "somebody else" : matrix().holder));
    }
    /// The guest sees all of it, and that is not nothing.
    [[nodiscard]] bool complete() const {
        const auto &wish = wished(), &sees = matrix().effective;
        return wish.adapters.subset_of(sees.adapters) && wish.domains.subset_of(sees.domains) && !sees.queues().empty();
    }
    [[nodiscard]] std::optional<cli::Failure> lacks(Require require) const {
        if (complete()) return std::nullopt;
        const bool nothing = matrix().effective.queues().empty();
        if (require == Require::none || (require == Require::any && !nothing)) return std::nullopt;
        return no(Fault::conflict, fmt::format("the guest would {} matrix {}{}", nothing ? "see no queue of" : "not see all of", name_, blame()));
    }

  private:
    [[nodiscard]] const ActiveMatrix& matrix() const { return view_.host.matrices.at(uuid_); }
    /// What it is meant to have: the definition, where there is one.
    [[nodiscard]] const Matrix& wished() const { return defined_ ? view_.wanted.definitions.at(uuid_).matrix : matrix().assigned; }
    /// Which queues are the reason, an adapter each.
    [[nodiscard]] std::string blame() const {
        if (wished().queues().empty()) return ", which has none";
        std::string out;
        for (const auto& filtered : filtered_adapters(view_.host, wished())) out += (out.empty() ? ": " : "; ") + why_hidden(view_.host, filtered);
        return out.empty() ? fmt::format("; the mdev is not as it is defined: apctl start {}", name_) : out;
    }
    static cli::Failure no(Fault fault, std::string line) { return {fault, {std::move(line)}}; }

    const HostView& view_;
    Uuid uuid_;
    std::string name_;
    bool active_, defined_;
};

std::unexpected<cli::Failure> refused(cli::Failure failure) { return std::unexpected(std::move(failure)); }

/// The kernel has no event for a guest that lets go, which the daemon may not have seen yet: before "in use" is believed the host is read again.
template <class Ask>
auto ask_twice(cli::Proxy& daemon, Ask ask) -> decltype(ask()) {
    auto answer = ask();
    if (answer || answer.error().fault != Fault::in_use) return answer;
    if (const auto read = daemon.rescan(); !read) return std::unexpected(read.error());
    return ask();
}

enum class Stage { stopped, incomplete, enough };
/// Of a matrix that nothing stands in the way of.
Answer<Stage> look_at(cli::Proxy& daemon, const Uuid& uuid, const Policy& policy) {
    const auto view = daemon.host();
    if (!view) return std::unexpected(view.error());
    const Sight sight(*view, uuid);
    if (auto no = sight.obstacle()) return refused(*std::move(no));
    if (!sight.active()) return Stage::stopped;
    return sight.complete() || policy.of(to_string(uuid), sight.name()).require == Require::none ? Stage::enough : Stage::incomplete;
}

/// Late in a boot the bus is still being scanned, and queues are still being bound.
Answer<void> wait_until_complete(cli::Proxy& daemon, const Uuid& uuid, const Policy& policy, Patience until) {
    const auto settled = std::min(*until, std::chrono::steady_clock::now() + policy.settle_time);
    // Listens before it looks, or the news in between would be missed.
    if (const auto event = daemon.next_event(std::chrono::steady_clock::now()); !event) return std::unexpected(event.error());
    for (;;) {
        const auto stage = look_at(daemon, uuid, policy);
        if (!stage) return std::unexpected(stage.error());
        if (*stage == Stage::enough) return {};
        const auto event = daemon.next_event(settled);
        if (!event) return std::unexpected(event.error());
        if (!*event) return {}; // the policy decides
        if (std::holds_alternative<cli::Interrupted>(**event)) return fail(Fault::cancelled, "interrupted");
    }
}

/// Starts the matrix if need be. One that was started for a guest which may yet be refused is taken over: it must not be stopped with that guest.
Answer<Stage> take(cli::Proxy& daemon, const Uuid& uuid, const Policy& policy, const Taken& taken, Patience until) {
    const auto turn = taken.turn(uuid);
    if (!turn) return fail(turn.error());
    auto stage = ask_twice(daemon, [&] { return look_at(daemon, uuid, policy); });
    if (!stage || (*stage != Stage::stopped && !taken.by_others(uuid))) return stage;
    if (const auto noted = taken.add(uuid); !noted) return fail(noted.error());
    if (*stage != Stage::stopped) return stage;
    if (auto started = cli::carry_out(daemon, {cli::wish_about("start", uuid)}, {}, until); !started) return std::unexpected(started.error());
    return look_at(daemon, uuid, policy);
}

Answer<void> prepare_one(cli::Proxy& daemon, const Uuid& uuid, const Policy& policy, const Taken& taken, Patience until) {
    const auto stage = take(daemon, uuid, policy, taken, until);
    if (!stage) return std::unexpected(stage.error());
    if (*stage == Stage::enough) return {};
    if (auto waited = wait_until_complete(daemon, uuid, policy, until); !waited) return waited;
    const auto now = daemon.host();
    if (!now) return std::unexpected(now.error());
    const Sight after(*now, uuid);
    if (auto no = after.obstacle()) return refused(*std::move(no));
    if (!after.active()) return fail(Fault::conflict, fmt::format("matrix {} was stopped by somebody else", after.name()));
    if (auto no = after.lacks(policy.of(to_string(uuid), after.name()).require)) return refused(*std::move(no));
    return {};
}

/// So long at most a guest may be between its prepare and having a process: libvirt gives up earlier.
constexpr std::chrono::minutes longest_start{10};

/// Claims of guests that libvirt knows not to run do not count.
void forget_stale(const HostView& view, const Uuid& uuid, const Taken& taken) {
    if (!view.guests.trouble.empty()) return;
    taken.forget_others(uuid, longest_start, [&](const Uuid& guest) {
        const auto& guests = view.guests.guests;
        const auto at = std::ranges::find(guests, guest, &Guest::uuid);
        return at != guests.end() && at->running;
    });
}

Answer<void> stop_it(cli::Proxy& daemon, const HostView& view, const Uuid& uuid, const Policy& policy, Patience until) {
    const Sight sight(view, uuid);
    if (!sight.active() || !policy.of(to_string(uuid), sight.name()).stop_with_guest) return {};
    auto stopped = ask_twice(daemon, [&] { return cli::carry_out(daemon, {cli::wish_about("stop", uuid)}, {}, until); });
    // In use: by a guest that it was attached to.
    if (!stopped && stopped.error().fault != Fault::in_use) return stopped;
    return {};
}

/// Where others claim it and nobody can say that they do not run, nothing is lost: the matrix stays.
Answer<void> give_back(cli::Proxy& daemon, const Uuid& uuid, const Policy& policy, const Taken& taken, Patience until) {
    const auto turn = taken.turn(uuid);
    if (!turn) return fail(turn.error());
    const auto view = daemon.host();
    if (view && taken.by_others(uuid)) forget_stale(*view, uuid, taken);
    if (!taken.by_others(uuid)) {
        if (!view) return std::unexpected(view.error());
        if (auto stopped = stop_it(daemon, *view, uuid, policy, until); !stopped) return stopped;
    }
    taken.forget(uuid);
    return {};
}

} // namespace

cli::Answer<void> prepare(cli::Proxy& daemon, const GuestInXml& guest, const Policy& policy, const Taken& taken, cli::Patience until) {
    for (const auto& uuid : guest.matrices)
        if (auto done = prepare_one(daemon, uuid, policy, taken, until); !done) return done;
    return {};
}

cli::Answer<void> release(cli::Proxy& daemon, const Policy& policy, const Taken& taken, cli::Patience until) {
    for (const auto& uuid : taken.matrices())
        if (auto done = give_back(daemon, uuid, policy, taken, until); !done) return done;
    return {};
}

} // namespace ap::hook
