// SPDX-License-Identifier: LGPL-2.1-or-later
#include "boot/host_at_boot.hpp"

#include "carry_out.hpp"

#include <algorithm>

namespace ap::boot {
namespace {

using cli::Answer;
using cli::HostView;
using std::chrono::steady_clock;

class AtBoot {
  public:
    AtBoot(cli::Proxy& daemon, const Limits& limits) : daemon_(daemon), limits_(limits) {}

    std::vector<std::string> bind() {
        const auto view = settled_host();
        if (!view) complain("", view.error());
        else if (!view->wanted_nothing()) bind(*view);
        return std::move(complaints_);
    }
    std::vector<std::string> start() {
        const auto view = host_with_module();
        if (!view) complain("", view.error());
        else if (view->host.bus_present) start(*view);
        return std::move(complaints_);
    }

  private:
    struct Seen : HostView {
        [[nodiscard]] bool wanted_nothing() const { return !host.bus_present || guest_pool_of(wanted).empty(); }
        /// While vfio_ap is not loaded nobody has what is meant for guests.
        [[nodiscard]] bool settled() const {
            auto expected = host.present;
            if (!host.vfio_ap_present) expected = bind_mode == BindMode::masks ? expected & reserved_by_masks(host) : expected - guest_pool_of(wanted);
            const bool scanned = !host.present.empty() || host.host_adapters.empty() || host.host_domains.empty();
            return scanned && (expected - host.host - host.guest).empty();
        }
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
            if (!view || view->wanted_nothing() || view->settled()) return view;
            const auto event = daemon_.next_event(end);
            if (!event) return std::unexpected(event.error());
            if (!*event) return view;
        }
    }
    /// It has been loaded just now, and the daemon may not have seen that yet.
    Answer<Seen> host_with_module() {
        auto view = look();
        if (!view || !view->host.bus_present || view->host.vfio_ap_present) return view;
        if (const auto read = daemon_.rescan(); !read) return std::unexpected(read.error());
        return look();
    }
    // What the host loses was agreed to when it was wished, and when the machine was started nobody has got used to anything else.
    [[nodiscard]] cli::ApplyOptions options_for(const Seen& view) const {
        cli::ApplyOptions options;
        options.disrupt = limits_.just_started && !view.somebody_runs();
        return options;
    }
    /// It is wished already: only the kernel does not know.
    void bind(const Seen& view) {
        if (const auto done = cli::carry_out(daemon_, {}, options_for(view), limits_.until); !done) complain("binding: ", done.error());
    }
    void start(const Seen& view) {
        for (const auto& [uuid, definition] : view.wanted.definitions)
            if (definition.autostart)
                if (const auto done = start(uuid, options_for(view)); !done) complain("matrix " + display_name(view.wanted, uuid) + ": ", done.error());
    }
    /// mdevctl's own rule may be at the same matrix at the same moment: one of the two fails then, and the next try finds it finished.
    Answer<void> start(const Uuid& uuid, const cli::ApplyOptions& options) {
        for (int tries = 3;; --tries) {
            auto done = cli::carry_out(daemon_, {cli::wish_about("start", uuid)}, options, limits_.until);
            if (done || tries == 1 || steady_clock::now() >= limits_.until) return done;
            (void)daemon_.next_event(steady_clock::now() + limits_.between_tries); // whatever it is, it is worth a try
        }
    }
    void complain(const std::string& about, const cli::Failure& failure) {
        for (const auto& line : failure.lines) complaints_.push_back(about + line);
    }

    cli::Proxy& daemon_;
    const Limits& limits_;
    std::vector<std::string> complaints_;
};

} // namespace

std::vector<std::string> bind_queues(cli::Proxy& daemon, const Limits& limits) { return AtBoot(daemon, limits).bind(); }
std::vector<std::string> start_matrices(cli::Proxy& daemon, const Limits& limits) { return AtBoot(daemon, limits).start(); }

} // namespace ap::boot
