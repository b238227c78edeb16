// SPDX-License-Identifier: LGPL-2.1-or-later
// Reading and writing of topology texts.
#include "model/topology_text.hpp"

#include <algorithm>
#include <charconv>
#include <span>
#include <vector>

#include <fmt/format.h>

namespace apsim {

namespace {

template <class T>
using Parsed = std::expected<T, std::string>;
using Words = std::span<const std::string_view>;

std::unexpected<std::string> wrong(std::string why) { return std::unexpected(std::move(why)); }

std::string quoted(std::string_view text) {
    std::string out;
    for (const char c : text.substr(0, 40)) out += c >= ' ' && c <= '~' ? c : '?';
    return "\"" + out + "\"";
}

/// A number as strtoul(base 0) reads it: decimal, 0x hexadecimal, leading 0 octal.
Parsed<unsigned> parse_number(std::string_view text, unsigned max) {
    const bool hex = text.starts_with("0x") || text.starts_with("0X");
    const auto digits = hex ? text.substr(2) : text;
    const int base = hex ? 16 : text.starts_with('0') ? 8 : 10;
    unsigned value = 0;
    const auto* end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, value, base);
    if (digits.empty() || error != std::errc() || stop != end || value > max)
        return wrong(fmt::format("{} is no number from 0 to {}", quoted(text), max));
    return value;
}

/// "1,4-6,0x1f", "all" or "none".
Parsed<Mask256> parse_list(std::string_view text) {
    if (text == "all") return Mask256::all();
    if (text == "none") return Mask256();
    Mask256 ids;
    for (;;) {
        const auto comma = std::min(text.find(','), text.size());
        const auto part = text.substr(0, comma);
        const auto dash = part.find('-');
        const auto first = parse_number(part.substr(0, dash), 255);
        if (!first) return wrong(first.error());
        const auto last = dash == std::string_view::npos ? first : parse_number(part.substr(dash + 1), 255);
        if (!last) return wrong(last.error());
        if (*last < *first) return wrong(fmt::format("{} is a range that runs backwards", quoted(part)));
        for (unsigned id = *first; id <= *last; ++id) ids.set(id);
        if (comma == text.size()) return ids;
        text.remove_prefix(comma + 1);
    }
}

struct State {
    std::string_view name;
    std::uint8_t code;
};
constexpr State states[] = {{"online", response::normal},          {"deconfigured", response::deconfigured},
                            {"checkstop", response::checkstopped}, {"busy", response::busy},
                            {"resetting", response::resetting},    {"absent", response::absent}};

Parsed<std::uint8_t> parse_state(std::string_view text) {
    for (const auto& state : states)
        if (state.name == text) return state.code;
    if (text.starts_with("rc:")) {
        const auto code = parse_number(text.substr(3), 255);
        return code ? Parsed<std::uint8_t>(static_cast<std::uint8_t>(*code)) : wrong(code.error());
    }
    return wrong(
        fmt::format("{} is no state; expected online, deconfigured, checkstop, busy, resetting, absent or "
                    "rc:0xNN",
                    quoted(text)));
}

std::string state_text(std::uint8_t code) {
    for (const auto& state : states)
        if (state.code == code) return std::string(state.name);
    return fmt::format("rc:{:#04x}", code);
}

Parsed<unsigned> parse_type(std::string_view text) {
    if (text.starts_with("CEX")) {
        const auto generation = parse_number(text.substr(3), 249);
        return generation ? Parsed<unsigned>(*generation + 6) : generation;
    }
    return parse_number(text, 255);
}

Parsed<Mode> parse_mode(std::string_view text) {
    for (auto mode : {Mode::accelerator, Mode::cca, Mode::ep11})
        if (text == mode_name(mode)) return mode;
    return wrong(fmt::format("{} is no mode; expected accel, cca or ep11", quoted(text)));
}

/// Sets `target` or hands the error on; empty is success.
template <class T, class U>
std::string take(const Parsed<U>& parsed, T& target) {
    if (!parsed) return parsed.error();
    target = *parsed;
    return {};
}

/// One KEY=VALUE of an adapter line; an empty text is success.
std::string adapter_option(Adapter& adapter, std::string_view word) {
    const auto equals = word.find('=');
    const auto key = word.substr(0, equals);
    const auto value = equals == std::string_view::npos ? std::string_view() : word.substr(equals + 1);
    if (key == "type") return take(parse_type(value), adapter.type);
    if (key == "mode") return take(parse_mode(value), adapter.mode);
    if (key == "state") return take(parse_state(value), adapter.state);
    if (key == "domains") return take(parse_list(value), adapter.domains);
    if (key == "reset-ms") return take(parse_number(value, INT32_MAX), adapter.reset_ms);
    if (key == "qdepth") {
        const auto error = take(parse_number(value, 255), adapter.queue_depth);
        adapter.queue_depth = std::clamp(adapter.queue_depth, 1u, 16u);
        return error;
    }
    return fmt::format(
        "{} is no option of an adapter; expected type=, mode=, state=, domains=, qdepth= or reset-ms=",
        quoted(word));
}

std::string adapter_line(Hardware& hardware, Words words) {
    if (words.empty()) return "an adapter line needs ids";
    const auto ids = parse_list(words[0]);
    if (!ids) return ids.error();
    Adapter adapter;
    adapter.mode = Mode::ep11;
    for (const auto word : words.subspan(1))
        if (auto error = adapter_option(adapter, word); !error.empty()) return error;
    ids->for_each([&](unsigned id) { hardware.adapters[id] = adapter; });
    return {};
}

std::string queue_line(Hardware& hardware, Words words) {
    static constexpr std::string_view key = "state=";
    if (words.size() != 2 || !words[1].starts_with(key) || !words[0].contains('.'))
        return "expected queue ADAPTERS.DOMAINS state=STATE";
    const auto dot = words[0].find('.');
    const auto adapters = parse_list(words[0].substr(0, dot));
    if (!adapters) return adapters.error();
    const auto domains = parse_list(words[0].substr(dot + 1));
    if (!domains) return domains.error();
    const auto state = parse_state(words[1].substr(key.size()));
    if (!state) return state.error();
    adapters->for_each([&](unsigned a) {
        domains->for_each([&](unsigned d) {
            hardware.queue_states[{static_cast<std::uint8_t>(a), static_cast<std::uint8_t>(d)}] = *state;
        });
    });
    return {};
}

std::string features_line(Hardware& hardware, Words words) {
    auto& has = hardware.facilities;
    has = {false, false, false, false};
    for (const auto word : words) {
        if (word == "apsc")
            has.apsc = true;
        else if (word == "apxa")
            has.apxa = true;
        else if (word == "qact")
            has.qact = true;
        else if (word == "rc8a")
            has.rc8a = true;
        else
            return fmt::format("{} is no feature; expected apsc, apxa, qact or rc8a", quoted(word));
    }
    return {};
}

std::string setting_line(Hardware& hardware, std::string_view key, Words words) {
    const bool known = key == "usage" || key == "control" || key == "max-adapter" || key == "max-domain" ||
                       key == "reset-ms";
    if (!known)
        return fmt::format(
            "{} is no keyword; expected max-adapter, max-domain, features, usage, control, reset-ms, "
            "adapter or queue",
            quoted(key));
    if (words.size() != 1) return fmt::format("{} needs one value", key);
    if (key == "usage") return take(parse_list(words[0]), hardware.domains);
    if (key == "control") return take(parse_list(words[0]), hardware.control);
    if (key == "max-adapter") return take(parse_number(words[0], 255), hardware.max_adapter);
    if (key == "max-domain") return take(parse_number(words[0], 255), hardware.max_domain);
    return take(parse_number(words[0], INT32_MAX), hardware.reset_ms);
}

std::vector<std::string_view> words_of(std::string_view line) {
    line = line.substr(0, line.find('#'));
    std::vector<std::string_view> words;
    for (;;) {
        const auto start = line.find_first_not_of(" \t\r");
        if (start == std::string_view::npos) return words;
        line.remove_prefix(start);
        const auto end = std::min(line.find_first_of(" \t\r"), line.size());
        words.push_back(line.substr(0, end));
        line.remove_prefix(end);
    }
}

std::string take_line(Hardware& hardware, std::string_view line) {
    const auto words = words_of(line);
    if (words.empty()) return {};
    const auto rest = Words(words).subspan(1);
    if (words[0] == "adapter") return adapter_line(hardware, rest);
    if (words[0] == "queue") return queue_line(hardware, rest);
    if (words[0] == "features") return features_line(hardware, rest);
    return setting_line(hardware, words[0], rest);
}

} // namespace

Parsed<Hardware> parse_topology(std::string_view text) {
    Hardware hardware;
    for (unsigned number = 1; !text.empty(); ++number) {
        const auto end = std::min(text.find('\n'), text.size());
        if (const auto why = take_line(hardware, text.substr(0, end)); !why.empty())
            return wrong(fmt::format("line {}: {}", number, why));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return hardware;
}

namespace {

std::string list_text(const Mask256& ids) {
    if (!ids.any()) return "none";
    if (ids == Mask256::all()) return "all";
    std::string out;
    for (unsigned id = 0; id < 256; ++id) {
        if (!ids.test(id)) continue;
        const auto first = id;
        while (id < 255 && ids.test(id + 1)) ++id;
        out += out.empty() ? "" : ",";
        out += first == id ? fmt::to_string(first) : fmt::format("{}-{}", first, id);
    }
    return out;
}

std::string features_text(const Facilities& has) {
    return fmt::format("features{}{}{}{}\n", has.apsc ? " apsc" : "", has.apxa ? " apxa" : "",
                       has.qact ? " qact" : "", has.rc8a ? " rc8a" : "");
}

std::string adapter_text(const Mask256& ids, const Adapter& adapter) {
    auto out = fmt::format("adapter {} ", list_text(ids));
    out += adapter.type >= 10 && adapter.type <= 14 ? fmt::format("type=CEX{}", adapter.type - 6)
                                                    : fmt::format("type={}", adapter.type);
    out += fmt::format(" mode={}", mode_name(adapter.mode));
    const auto state = adapter.standby ? response::deconfigured : adapter.state;
    if (state != response::normal) out += " state=" + state_text(state);
    if (adapter.domains != Mask256::all()) out += " domains=" + list_text(adapter.domains);
    if (adapter.queue_depth != 8) out += fmt::format(" qdepth={}", adapter.queue_depth);
    if (adapter.reset_ms) out += fmt::format(" reset-ms={}", *adapter.reset_ms);
    return out + "\n";
}

/// All adapters that differ only in their ids (and serial numbers) share a line.
std::string adapters_text(const Hardware& hardware) {
    std::vector<std::pair<std::string, Mask256>> groups;
    for (unsigned id = 0; id < 256; ++id) {
        if (!hardware.adapters[id]) continue;
        const auto shape = adapter_text({}, *hardware.adapters[id]);
        auto it = std::ranges::find(groups, shape, &std::pair<std::string, Mask256>::first);
        if (it == groups.end()) it = groups.insert(it, {shape, {}});
        it->second.set(id);
    }
    std::string out;
    for (const auto& [shape, ids] : groups) {
        unsigned first = 0;
        while (!ids.test(first)) ++first;
        out += adapter_text(ids, *hardware.adapters[first]);
    }
    return out;
}

} // namespace

std::string topology_text(const Hardware& hardware) {
    auto out = fmt::format("max-adapter {}\nmax-domain {}\n", hardware.max_adapter, hardware.max_domain);
    out += features_text(hardware.facilities);
    out += fmt::format("usage {}\ncontrol {}\n", list_text(hardware.domains), list_text(hardware.control));
    if (hardware.reset_ms != 0) out += fmt::format("reset-ms {}\n", hardware.reset_ms);
    out += adapters_text(hardware);
    for (const auto& [queue, state] : hardware.queue_states)
        out += fmt::format("queue {}.{} state={}\n", queue.first, queue.second, state_text(state));
    return out;
}

} // namespace apsim
