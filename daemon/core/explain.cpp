// SPDX-License-Identifier: LGPL-2.1-or-later
// `apctl why`: from the outcome to the cause, one true sentence each, then the way out.
#include "core/explainer.hpp"
#include "core/parse.hpp"
#include "core/predictor.hpp"
#include "core/quote.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace ap {
namespace {

std::string id_in_words(Apid id) { return "adapter " + describe(AdapterSet{id}); }
std::string id_in_words(Apqi id) { return "domain " + describe(DomainSet{id}); }

/// Gathers the sentences about one queue.
class Story {
  public:
    Story(const HostState& host, const Wanted& wanted, const GuestMap& guests, Apqn queue)
        : host_(host), wanted_(wanted), guests_(guests), queue_(queue), owner_(owner_of(host, queue)),
          holder_(owner_.kind == Owner::Kind::matrix ? &host.matrices.at(owner_.matrix) : nullptr) {}

    Explanation tell();

  private:
    template <class... Args>
    void say(fmt::format_string<Args...> text, Args&&... args) {
        sentences_.push_back(fmt::format(text, std::forward<Args>(args)...));
    }
    void outcome(QueueCondition condition);
    void hardware(QueueCondition condition);
    void filter();
    void binding();
    void definitions();
    void sleepers(const Uuid& matrix);
    void wishes();
    void drained();
    void way_out(QueueCondition condition);
    [[nodiscard]] std::string holder_name() const { return display_name(wanted_, owner_.matrix); }
    [[nodiscard]] bool freed_by_masks() const { return !host_.apmask.contains(queue_.adapter) || !host_.aqmask.contains(queue_.domain); }
    [[nodiscard]] std::string driver_override() const { return binding_of(host_, queue_).driver_override; }
    [[nodiscard]] bool by_overrides() const { return bind_mode(host_, wanted_.binding) == BindMode::overrides; }
    /// Does whatever decides about it give it to vfio_ap?
    [[nodiscard]] bool for_guests() const { return driver_override().empty() ? freed_by_masks() : driver_override() == guest_driver_name; }

    const HostState& host_;
    const Wanted& wanted_;
    const GuestMap& guests_;
    Apqn queue_;
    Owner owner_;
    const ActiveMatrix* holder_;
    std::vector<std::string> sentences_;
};

Explanation Story::tell() {
    const auto condition = condition_of(host_, queue_);
    outcome(condition);
    hardware(condition);
    filter();
    binding();
    definitions();
    wishes();
    way_out(condition);
    return {queue_, owner_, condition, wanted_.keep.contains(queue_), wanted_.reserved.contains(queue_), std::move(sentences_)};
}

void Story::outcome(QueueCondition condition) {
    const auto name = to_string(queue_);
    if (holder_ != nullptr) {
        const auto guest = holder_->holder.empty() ? std::string("a running guest") : holder_->holder;
        if (!host_.present.contains(queue_)) say("{} is in matrix {}, but this host has no such queue.", name, holder_name());
        else if (!holder_->in_use) say("{} is in matrix {}, which nobody uses now.", name, holder_name());
        else if (condition == QueueCondition::filtered) say("{} is in matrix {} of {}, which does not see it.", name, holder_name(), guest);
        else say("{} is used by {} through matrix {}.", name, guest, holder_name());
        return;
    }
    switch (owner_.kind) {
    case Owner::Kind::pool: say("{} is free in the guest pool: no matrix has it.", name); break;
    case Owner::Kind::host: say("{} belongs to the host{}.", name, host_.offline.contains(queue_) ? " and is switched off" : ""); break;
    case Owner::Kind::unbound: say("{} exists, but no driver has it.", name); break;
    default: say("{} does not exist on this host.", name); break;
    }
}

void Story::hardware(QueueCondition condition) {
    const auto adapter = id_in_words(queue_.adapter), domain = id_in_words(queue_.domain);
    if (condition == QueueCondition::checkstop) say("The {} is checkstopped: it does not work for anybody.", adapter);
    if (condition == QueueCondition::deconfigured) say("The {} is configured off.", adapter);
    if (host_.present.contains(queue_)) return;
    if (!host_.host_adapters.contains(queue_.adapter)) say("The {} is not in this host's configuration.", adapter);
    if (!host_.host_domains.contains(queue_.domain)) say("The {} is not a usage domain of this host.", domain);
}

/// A guest loses a whole adapter for one queue; say which.
void Story::filter() {
    if (holder_ == nullptr || holds(holder_->effective, queue_)) return;
    const auto filtered = filtered_adapters(host_, holder_->assigned);
    const auto blame = std::ranges::find(filtered, queue_.adapter, &Filtered::adapter);
    const auto adapter = id_in_words(queue_.adapter);
    if (blame != filtered.end() && !blame->missing.empty())
        say("The guest of {} does not see {} at all, because {} {} not bound to vfio_ap.", holder_name(), adapter,
            describe(blame->missing), blame->missing.size() == 1 ? "is" : "are");
    else if (blame != filtered.end())
        say("The guest of {} does not see {}, because the host's configuration lacks it.", holder_name(), adapter);
    else if (host_.host_domains.contains(queue_.domain))
        say("The kernel has left {} out of what the guest of {} sees and looks again only at the next change of this matrix.", adapter,
            holder_name());
}

void Story::binding() {
    if (const auto text = driver_override(); !text.empty())
        say("Its driver_override says {}, so the masks do not decide about it.", text == guest_driver_name ? text : quote(text));
    else if (by_overrides()) say("It has no driver_override, so it is the host's.");
    else if (freed_by_masks())
        say("The masks give it to vfio_ap: {} is {} in apmask, {} is {} in aqmask.", id_in_words(queue_.adapter),
            host_.apmask.contains(queue_.adapter) ? "set" : "clear", id_in_words(queue_.domain),
            host_.aqmask.contains(queue_.domain) ? "set" : "clear");
    else say("The masks give it to the host: {} is set in apmask and {} in aqmask.", id_in_words(queue_.adapter), id_in_words(queue_.domain));
    if (!host_.present.contains(queue_)) return;
    if (host_.guest.contains(queue_)) say("It is bound to vfio_ap.");
    else if (host_.host.contains(queue_)) say("It is bound to the host's driver.");
    else say("It is bound to no driver{}.", for_guests() && !host_.vfio_ap_present ? ", because the module vfio_ap is not loaded" : "");
}

void Story::definitions() {
    for (const auto& [uuid, definition] : wanted_.definitions) {
        if (!holds(definition.matrix, queue_) || (holder_ != nullptr && uuid == owner_.matrix)) continue;
        say("The definition of matrix {} has it; {}.", display_name(wanted_, uuid),
            definition.active ? "it shall be active" : "it is stopped");
        sleepers(uuid);
    }
    if (holder_ != nullptr) sleepers(owner_.matrix);
    if (holder_ != nullptr && !wanted_.definitions.contains(owner_.matrix)) say("This matrix has no definition: it was made without apctl.");
}

/// Guests that do not run now, and will want the matrix.
void Story::sleepers(const Uuid& matrix) {
    for (const auto& guest : guests_.guests)
        if (guest.next_matrix == matrix && guest.matrix != matrix)
            say("Guest {} ({}) names matrix {}: it has it from its next start on.", quote(guest.name), guest.state, display_name(wanted_, matrix));
}

void Story::wishes() {
    if (wanted_.keep.contains(queue_)) say("It is marked: the host must keep it.");
    if (wanted_.reserved.contains(queue_)) say("It is reserved for guests.");
    drained();
    if (!for_guests() || guest_pool_of(wanted_).contains(queue_) || holder_ != nullptr) return;
    if (!driver_override().empty()) return say("Nobody wished this here: its driver_override was set without apctl.");
    const auto others = cleared_by_others(host_, wanted_);
    if (others.adapters.contains(queue_.adapter) || others.domains.contains(queue_.domain))
        say("Nobody wished this here: the masks were changed without apctl.");
    else say("Nobody asked for it: the masks know only whole adapters and domains, so it left the host with queues that were asked for.");
}

void Story::drained() {
    const auto found = wanted_.drains.find(queue_.adapter);
    if (found == wanted_.drains.end()) return;
    say("The {} is drained: no matrix gets it.", id_in_words(queue_.adapter));
    for (const auto& [uuid, share] : found->second.matrices)
        if (share.domains.contains(queue_.domain) && !share.gone && wanted_.definitions.contains(uuid))
            say("It was taken from matrix {}; apctl restore {} gives it back.", display_name(wanted_, uuid), to_list(AdapterSet{queue_.adapter}));
}

void Story::way_out(QueueCondition condition) {
    const auto name = to_string(queue_);
    const auto pool = guest_pool_of(wanted_);
    if (wanted_.keep.contains(queue_) && freed_by_masks() && !by_overrides()) say("Any change by apctl gives it back to the host.");
    else if (pool.contains(queue_) && !for_guests()) say("It shall be in the guest pool: any change by apctl brings it there.");
    else if (condition == QueueCondition::unbound && for_guests() && !host_.vfio_ap_present) say("modprobe vfio_ap loads the module.");
    else if (condition == QueueCondition::unbound && for_guests()) say("apctl reserve {} binds it to vfio_ap.", name);
    else if (condition == QueueCondition::pool && wanted_.reserved.contains(queue_)) say("apctl release {} gives it back to the host.", name);
    else if (wanted_.keep.contains(queue_)) say("apctl keep --remove {} allows the host to lose it.", name);
    else if (wanted_.drains.contains(queue_.adapter)) say("apctl restore {} ends that.", to_list(AdapterSet{queue_.adapter}));
    else if (condition == QueueCondition::host) say("apctl reserve {} moves it into the guest pool.", name);
    else if (holder_ != nullptr && !holds(holder_->effective, queue_) && !wanted_.reserved.contains(queue_))
        say("apctl show {} lists what its guest does not see.", holder_name());
}

} // namespace

Explanation explain(const HostState& host, const Wanted& wanted, Apqn queue, const GuestMap& guests) { return Story(host, wanted, guests, queue).tell(); }

} // namespace ap
