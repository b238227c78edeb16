// SPDX-License-Identifier: LGPL-2.1-or-later
// A mistake in the settings is no reason for a host without a daemon: it is told, and the default holds.
#include "settings.hpp"

#include "core/quote.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <filesystem>

namespace ap {
namespace {

constexpr std::string_view policy_key = "foreign-policy";
constexpr std::string_view libvirt_key = "libvirt";

void read_policy(const toml::node& node, const std::string& place, Settings& into) {
    const auto text = node.value<std::string>();
    const auto policy = text ? parse_policy(*text) : parse_policy("");
    if (policy) into.foreign_policy = *policy;
    else into.problems.push_back(fmt::format("{}: foreign-policy is to be \"report\", \"yield\" or \"enforce\"; it is taken to be report", place));
}

void read_libvirt(const toml::node& node, const std::string& place, Settings& into) {
    const auto uri = node.value<std::string>();
    if (uri && uri->find(':') != std::string::npos) into.libvirt = *uri;
    else into.problems.push_back(fmt::format("{}: libvirt is to be a connection URI in quotes; it is taken to be {}", place, into.libvirt));
}

} // namespace

Settings read_settings(const std::string& path) {
    Settings out;
    std::error_code error;
    if (!std::filesystem::exists(path, error)) return out;
    try {
        const auto table = toml::parse_file(path);
        for (const auto& [key, node] : table) {
            const auto place = fmt::format("{} line {}", path, node.source().begin.line);
            if (key.str() == policy_key) read_policy(node, place, out);
            else if (key.str() == libvirt_key) read_libvirt(node, place, out);
            else out.problems.push_back(fmt::format("{}: there is no setting {}; it is left alone", place, quote(key.str())));
        }
    } catch (const toml::parse_error& e) {
        out.problems.push_back(fmt::format("{} line {}: {}; none of it is taken", path, e.source().begin.line, e.description()));
    }
    return out;
}

} // namespace ap
