// SPDX-License-Identifier: LGPL-2.1-or-later
// Writes to `uevent` files, as kobject_synth_uevent() takes them, and their reading.
#include <algorithm>
#include <cerrno>

#include "model/attribute.hpp"
#include "model/kernel_text.hpp"
#include "model/names.hpp"

namespace apsim {

namespace {

constexpr std::string_view actions[] = {"add",    "remove",  "change", "move",
                                        "online", "offline", "bind",   "unbind"};

std::string_view take_word(std::string_view& text) {
    const auto end = std::min(text.find(' '), text.size());
    const auto word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return word;
}

bool is_uuid(std::string_view text) {
    if (text.size() != 36) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
        if (hyphen ? text[i] != '-' : hex_digit(text[i]) < 0) return false;
    }
    return true;
}

bool alphanumeric(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    });
}

} // namespace

Outcome synthesize_uevent(std::string devpath, std::string_view subsystem, std::string keys,
                          std::string_view text) {
    text = until_nul(text);
    if (text.ends_with('\n')) text.remove_suffix(1);
    const auto action = std::ranges::find(actions, take_word(text));
    if (action == std::end(actions)) return refused(EINVAL);
    std::string extra;
    if (text.empty()) {
        add_key(extra, "SYNTH_UUID", "0");
    } else {
        const auto uuid = take_word(text);
        if (!is_uuid(uuid)) return refused(EINVAL);
        add_key(extra, "SYNTH_UUID", uuid);
    }
    while (!text.empty()) {
        const auto word = take_word(text);
        const auto equals = word.find('=');
        if (equals == std::string_view::npos || !alphanumeric(word.substr(0, equals)) ||
            !alphanumeric(word.substr(equals + 1)))
            return refused(EINVAL);
        add_key(extra, "SYNTH_ARG_" + std::string(word.substr(0, equals)), word.substr(equals + 1));
    }
    Outcome outcome;
    // Without a subsystem the driver core filters the event out (the roots of device trees).
    if (!subsystem.empty())
        outcome.effects.uevents.push_back({*action, std::move(devpath), subsystem, extra + keys});
    return outcome;
}

std::string as_lines(std::string keys) {
    std::ranges::replace(keys, '\0', '\n');
    return keys;
}

} // namespace apsim
