// SPDX-License-Identifier: LGPL-2.1-or-later
// Attributes of cards and queues (kernel-abi 4, 5.1 and 7.4).
#include <algorithm>
#include <cerrno>
#include <functional>

#include <fmt/format.h>

#include "model/activity.hpp"
#include "model/attribute.hpp"
#include "model/binding.hpp"
#include "model/kernel_text.hpp"
#include "model/names.hpp"
#include "model/override.hpp"

namespace apsim {

namespace {

Shown flag(bool on) { return std::string(on ? "1\n" : "0\n"); }
std::string key(std::string_view name, bool on) {
    std::string keys;
    add_key(keys, name, on ? "1" : "0");
    return keys;
}

const Card& card_of(const Machine& m, const Node& n) { return m.card(n.adapter); }
const Queue& queue_of(const Machine& m, const Node& n) { return m.queue(n.adapter, n.domain); }

/// 0 or 1 as sscanf("%d") reads them.
std::expected<bool, int> parse_switch(std::string_view text) {
    const auto value = scan_int(text, ScanBase::decimal);
    if (!value || (*value != 0 && *value != 1)) return std::unexpected(EINVAL);
    return *value == 1;
}

std::string functions(const Machine& m, Mode mode) {
    static constexpr std::uint32_t stateless = 0x01000000;
    const std::uint32_t bits = mode == Mode::accelerator ? 0x6B000000u
                               : mode == Mode::cca       ? 0x93000000u
                                                         : 0x07000000u;
    return fmt::format("0x{:08X}\n", m.personality.slcf ? bits : bits & ~stateless);
}

/// A live question to the queue, which it may not answer.
Shown show_queue_functions(const Machine& m, const Node& n) {
    const auto code = m.response(n.adapter, n.domain);
    if (code > response::busy) return std::unexpected(EIO);
    if (code == response::invalid) return std::string("0x00000000\n");
    return functions(m, card_of(m, n).mode);
}

bool answers_the_host(const Machine& m, unsigned adapter, unsigned domain) {
    const auto& queue = m.queue(adapter, domain);
    return queue.driver == Driver::cex4queue && queue.online && queue.config && !queue.chkstop;
}

/// Can the host's driver ask the adapter anything?  CCA adapters were asked in the default domain only.
bool adapter_answers(const Machine& m, const Node& n) {
    const auto& card = card_of(m, n);
    if (!card.online || !card.config || card.chkstop) return false;
    if (card.mode == Mode::cca && m.personality.cca_needs_default_domain)
        return m.default_domain >= 0 &&
               answers_the_host(m, n.adapter, static_cast<unsigned>(m.default_domain));
    for (unsigned domain = 0; domain < 256; ++domain)
        if (answers_the_host(m, n.adapter, domain)) return true;
    return false;
}

Shown show_serial(const Machine& m, const Node& n) {
    const auto& hardware = m.hardware.adapters[n.adapter];
    return (hardware && adapter_answers(m, n) ? hardware->serial : std::string()) + "\n";
}

Shown show_card_type(const Machine& m, const Node& n) {
    const auto& card = card_of(m, n);
    const char letter = card.mode == Mode::accelerator ? 'A' : card.mode == Mode::cca ? 'C' : 'P';
    return fmt::format("CEX{}{}\n", card.type - 6, letter);
}

Outcome store_card_online(Machine& m, const Node& n, std::string_view text) {
    const auto on = parse_switch(text);
    if (!on) return refused(on.error());
    auto& card = m.card(n.adapter);
    if (*on && (!card.config || card.chkstop)) return refused(ENODEV);
    card.online = *on;
    Outcome outcome;
    outcome.effects.uevents.push_back(card_event(m, "change", n.adapter, key("ONLINE", *on)));
    // zcrypt lists a card's queues in the order in which it got them.
    auto queues = m.registered_queues(n.adapter);
    std::ranges::sort(queues, {}, [&](Apqn q) { return m.queue(q.adapter, q.domain).bound; });
    for (const auto [adapter, domain] : queues) {
        auto& queue = m.queue(adapter, domain);
        if (queue.driver != Driver::cex4queue || queue.zcard != card.bound || queue.online == *on) continue;
        queue.online = *on;
        outcome.effects.uevents.push_back(queue_event(m, "change", adapter, domain, key("ONLINE", *on)));
    }
    return outcome;
}

/// The queues' `config` follows with the next scan; the event comes even if nothing changed.
Outcome store_card_config(Machine& m, const Node& n, std::string_view text) {
    const auto on = parse_switch(text);
    if (!on) return refused(on.error());
    auto& hardware = m.hardware.adapters[n.adapter];
    if (!hardware) return refused(EIO);
    configure(*hardware, *on);
    m.card(n.adapter).config = *on;
    Outcome outcome;
    outcome.effects.uevents.push_back(card_event(m, "change", n.adapter, key("CONFIG", *on)));
    return outcome;
}

Outcome store_queue_online(Machine& m, const Node& n, std::string_view text) {
    const auto on = parse_switch(text);
    if (!on) return refused(on.error());
    const auto& card = m.card(n.adapter);
    auto& queue = m.queue(n.adapter, n.domain);
    if (*on && (!queue.config || queue.chkstop || !card.config || card.chkstop)) return refused(ENODEV);
    if (*on && !card.online && queue.zcard == card.bound) return refused(EINVAL);
    queue.online = *on;
    Outcome outcome;
    outcome.effects.uevents.push_back(queue_event(m, "change", n.adapter, n.domain, key("ONLINE", *on)));
    return outcome;
}

Outcome store_reset(Machine& m, const Node& n, std::string_view) {
    restart_queue(m, n.adapter, n.domain);
    return {};
}

Shown show_reset(const Machine& m, const Node& n) { return std::string(reset_line(m, n.adapter, n.domain)); }
Shown show_interrupt(const Machine& m, const Node& n) {
    return std::string(interrupt_line(m, n.adapter, n.domain));
}

/// The card's state does not count here (seen on 6.12: the queue says online while its card is deconfigured).
Shown show_queue_online(const Machine& m, const Node& n) {
    const auto& queue = queue_of(m, n);
    return flag(queue.online && queue.config && !queue.chkstop);
}

Shown show_mkvps(const Machine& m, const Node& n) {
    if (card_of(m, n).mode == Mode::ep11) return std::string("WK CUR: - -\nWK NEW: - -\n");
    std::string out;
    for (auto key_type : {"AES", "APKA", "ASYM"})
        for (auto age : {"NEW", "CUR", "OLD"}) out += fmt::format("{} {}: - -\n", key_type, age);
    return out;
}

Shown show_status(const Machine& m, const Node& n) {
    const auto* mdev = m.holder(n.adapter, n.domain);
    if (mdev == nullptr) return std::string("unassigned\n");
    return std::string(mdev->guest && mdev->shadow.holds(n.adapter, n.domain) ? "in use\n" : "assigned\n");
}

Shown zero(const Machine&, const Node&) { return std::string("0\n"); }

/// What a queue has of something, and its card of all its queues.
template <auto number_of>
Shown show_counter(const Machine& m, const Node& n) {
    return fmt::format("{}\n", std::invoke(number_of, queue_of(m, n)));
}
template <auto number_of>
Shown show_sum(const Machine& m, const Node& n) {
    unsigned sum = 0;
    for (unsigned domain = 0; domain < 256; ++domain) sum += std::invoke(number_of, m.queue(n.adapter, domain));
    return fmt::format("{}\n", sum);
}
/// zcrypt adds a weight for each request that it gives to a queue, and takes it off when it is answered; how much, depends on the kind.
constexpr unsigned weight = 59;
unsigned load_of(const Queue& queue) { return weight * (queue.requestq + queue.pendingq); }
Shown empty_line(const Machine&, const Node&) { return std::string("\n"); }
Outcome accept(Machine&, const Node&, std::string_view) { return {}; }

Outcome card_uevent(Machine& m, const Node& n, std::string_view text) {
    return synthesize_uevent(card_path(n.adapter), "ap", card_keys(m.card(n.adapter)), text);
}
Outcome queue_uevent(Machine& m, const Node& n, std::string_view text) {
    return synthesize_uevent(queue_path(n.adapter, n.domain), "ap",
                             queue_keys(m.queue(n.adapter, n.domain), m.card(n.adapter).mode), text);
}

bool on_cex4card(const Machine& m, const Node& n) { return card_of(m, n).driver == Driver::cex4card; }
bool serial_card(const Machine& m, const Node& n) {
    return on_cex4card(m, n) && card_of(m, n).mode != Mode::accelerator;
}
bool ep11_card(const Machine& m, const Node& n) {
    return on_cex4card(m, n) && card_of(m, n).mode == Mode::ep11;
}
bool on_cex4queue(const Machine& m, const Node& n) {
    return queue_of(m, n).shown_driver() == Driver::cex4queue;
}
bool keyed_queue(const Machine& m, const Node& n) {
    return on_cex4queue(m, n) && card_of(m, n).mode != Mode::accelerator;
}
bool ep11_queue(const Machine& m, const Node& n) {
    return on_cex4queue(m, n) && card_of(m, n).mode == Mode::ep11;
}
bool on_vfio_ap(const Machine& m, const Node& n) { return queue_of(m, n).shown_driver() == Driver::vfio_ap; }
bool can_override(const Machine& m, const Node&) { return m.personality.driver_override; }

constexpr Attribute card_table[] = {
    {"API_ordinalnr", 0444, empty_line, nullptr, ep11_card},
    {"FW_version", 0444, empty_line, nullptr, ep11_card},
    {"ap_functions", 0444,
     [](const Machine& m, const Node& n) -> Shown { return functions(m, card_of(m, n).mode); }, nullptr,
     nullptr},
    {"chkstop", 0444, [](const Machine& m, const Node& n) -> Shown { return flag(card_of(m, n).chkstop); },
     nullptr, nullptr},
    {"config", 0644, [](const Machine& m, const Node& n) -> Shown { return flag(card_of(m, n).config); },
     store_card_config, nullptr},
    {"depth", 0444,
     [](const Machine& m, const Node& n) -> Shown {
         return fmt::format("{}\n", card_of(m, n).queue_depth - 1 + m.personality.depth_offset);
     },
     nullptr, nullptr},
    {"hwtype", 0444,
     [](const Machine& m, const Node& n) -> Shown { return fmt::format("{}\n", card_of(m, n).type); },
     nullptr, nullptr},
    {"load", 0444, show_sum<&load_of>, nullptr, on_cex4card},
    {"max_msg_size", 0444, [](const Machine&, const Node&) -> Shown { return std::string("12288\n"); },
     nullptr, nullptr},
    {"modalias", 0444,
     [](const Machine& m, const Node& n) -> Shown { return fmt::format("ap:t{:02X}\n", card_of(m, n).type); },
     nullptr, nullptr},
    {"online", 0644,
     [](const Machine& m, const Node& n) -> Shown {
         const auto& c = card_of(m, n);
         return flag(c.online && c.config && !c.chkstop);
     },
     store_card_online, on_cex4card},
    {"op_modes", 0444, empty_line, nullptr, ep11_card},
    {"pendingq_count", 0444, show_sum<&Queue::pendingq>, nullptr, nullptr},
    {"raw_hwtype", 0444,
     [](const Machine& m, const Node& n) -> Shown { return fmt::format("{}\n", card_of(m, n).raw_type); },
     nullptr, nullptr},
    {"request_count", 0644, zero, accept, nullptr},
    {"requestq_count", 0444, show_sum<&Queue::requestq>, nullptr, nullptr},
    {"serialnr", 0444, show_serial, nullptr, serial_card},
    {"type", 0444, show_card_type, nullptr, on_cex4card},
    {"uevent", 0644,
     [](const Machine& m, const Node& n) -> Shown { return as_lines(card_keys(card_of(m, n))); }, card_uevent,
     nullptr},
};

constexpr Attribute queue_table[] = {
    {"ap_functions", 0444, show_queue_functions, nullptr, nullptr},
    {"chkstop", 0444, [](const Machine& m, const Node& n) -> Shown { return flag(queue_of(m, n).chkstop); },
     nullptr, nullptr},
    {"config", 0444, [](const Machine& m, const Node& n) -> Shown { return flag(queue_of(m, n).config); },
     nullptr, nullptr},
    {"driver_override", 0644,
     [](const Machine& m, const Node& n) -> Shown { return override_of(m, n.adapter, n.domain) + "\n"; },
     [](Machine& m, const Node& n, std::string_view text) -> Outcome {
         return store_override(m, n.adapter, n.domain, text);
     },
     can_override},
    {"interrupt", 0444, show_interrupt, nullptr, nullptr},
    {"load", 0444, show_counter<&load_of>, nullptr, on_cex4queue},
    {"mkvps", 0444, show_mkvps, nullptr, keyed_queue},
    {"online", 0644, show_queue_online, store_queue_online, on_cex4queue},
    {"op_modes", 0444, empty_line, nullptr, ep11_queue},
    {"pendingq_count", 0444, show_counter<&Queue::pendingq>, nullptr, nullptr},
    {"request_count", 0644,
     [](const Machine& m, const Node& n) -> Shown {
         return std::string(queue_of(m, n).uninitiated ? "-\n" : "0\n");
     },
     accept, nullptr},
    {"requestq_count", 0444, show_counter<&Queue::requestq>, nullptr, nullptr},
    {"reset", 0644, show_reset, store_reset, nullptr},
    {"status", 0444, show_status, nullptr, on_vfio_ap, &Machine::matrix_lock},
    {"uevent", 0644,
     [](const Machine& m, const Node& n) -> Shown {
         return as_lines(queue_keys(queue_of(m, n), card_of(m, n).mode));
     },
     queue_uevent, nullptr},
};

} // namespace

std::span<const Attribute> card_attributes() { return card_table; }
std::span<const Attribute> queue_attributes() { return queue_table; }

} // namespace apsim
