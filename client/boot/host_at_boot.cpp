// SPDX-License-Identifier: LGPL-2.1-or-later
#include "boot/host_at_boot.hpp"

#include "core/parse.hpp"
#include "hook/carry_out.hpp"

#include <algorithm>
#include <limits>

namespace ap::boot {
namespace {

using cli::Answer;
using cli::HostView;
using std::chrono::steady_clock;

/// As a wish takes it.
std::string list_of(const QueueSet& queues) {
    auto list = describe(queues, std::numeric_limits<unsigned>::max());
    std::erase(list, ' ');
    return list;
}

class AtBoot {
  public:
    AtBoot(cli::Proxy& daemon, const Limits& limits) : daemon_(daemon), limits_(limits) {}

    std::vector<std::string> restore() {
        const auto view = settled_host();
        if (!view) complain("", view.error());
        else if (view->host.bus_present && !view->wanted_nothing()) restore(*view);
        return std::move(complaints_);
    }

  private:
    struct Seen : HostView {
        [[nodiscard]] bool wanted_nothing() const { return wanted.definitions.empty() && wanted.reserved.empty(); }
        [[nodiscard]] bool settled() const { return (host.present - host.host - host.guest).empty(); }
        [[nodiscard]] bool somebody_runs() const {
            return std::ranges::any_of(host.matrices, [](const auto& entry) { return entry.second.in_use; });
        }
    };

    Answer<Seen> look() {
        auto view = daemon_.host();
        if (!view) return std::unexpected(view.error());
        return Seen{*std::move(view)};
    }
    /// The kernel may still be finding queues and binding them. Some never get a driver, so this has an end.
    Answer<Seen> settled_host() {
        const auto end = std::min(limits_.until, steady_clock::now() + limits_.settle_time);
        // Listens before it looks, or the news in between would be missed.
        if (const auto event = daemon_.next_event(steady_clock::now()); !event) return std::unexpected(event.error());
        for (;;) {
            auto view = look();
            if (!view || !view->host.bus_present || view->settled()) return view;
            const auto event = daemon_.next_event(end);
            if (!event) return std::unexpected(event.error());
            if (!*event) return view;
        }
    }
    void restore(const Seen& view) {
        // What the host loses was agreed to when it was wished, and when the machine was started nobody has got used to anything else.
        options_.disrupt = limits_.just_started && !view.somebody_runs();
        // They are already: only the kernel does not know. Queues of matrices come with these.
        if (!view.wanted.reserved.empty())
            if (const auto done = hook::carry_out(daemon_, {"reserve", {{"queues", list_of(view.wanted.reserved)}}}, options_, limits_.until); !done)
                complain("reserved queues: ", done.error());
        for (const auto& [uuid, definition] : view.wanted.definitions)
            if (definition.autostart)
                if (const auto done = start(uuid); !done) complain("matrix " + display_name(view.wanted, uuid) + ": ", done.error());
    }
    /// mdevctl's own rule may be at the same matrix at the same moment: one of the two fails then, and the next try finds it finished.
    Answer<void> start(const Uuid& uuid) {
        for (int tries = 3;; --tries) {
            auto done = hook::carry_out(daemon_, hook::wish_about("start", uuid), options_, limits_.until);
            if (done || tries == 1 || steady_clock::now() >= limits_.until) return done;
            (void)daemon_.next_event(steady_clock::now() + limits_.between_tries); // whatever it is, it is worth a try
        }
    }
    void complain(const std::string& about, const cli::Failure& failure) {
        for (const auto& line : failure.lines) complaints_.push_back(about + line);
    }

    cli::Proxy& daemon_;
    const Limits& limits_;
    cli::ApplyOptions options_;
    std::vector<std::string> complaints_;
};

} // namespace

std::vector<std::string> restore_host(cli::Proxy& daemon, const Limits& limits) { return AtBoot(daemon, limits).restore(); }

} // namespace ap::boot
