// SPDX-License-Identifier: LGPL-2.1-or-later
// Which files there are to read, and what becomes of those that cannot be.
#include "host/source_files.hpp"

#include "host/source_text.hpp"
#include "host/sysfs.hpp"
#include "host/whole_file.hpp"

#include <algorithm>
#include <set>

namespace ap::host {
namespace {

constexpr std::size_t largest = std::size_t{64} * 1024;
constexpr auto modprobe = "/etc/modprobe.d";
constexpr auto command_line = "/proc/cmdline";
constexpr auto rules_of_udev = "/etc/udev/rules.d";
constexpr auto runtime_rules = "/run/udev/rules.d";
constexpr auto rule_name = "/41-ap.rules";
constexpr auto overrides = "/etc/driverctl.d";
constexpr auto kubelet_plugins = "/var/lib/kubelet/plugins";
constexpr auto dra_driver = "cex-driver.ibm.com";
constexpr auto device_plugins = "/var/lib/kubelet/device-plugins";
constexpr auto device_plugin = "cex.s390.ibm.com";

Source unreadable(Source::Kind kind, const std::string& file, const Error& why) {
    return {kind, file, 0, NotUnderstood{}, why.reason};
}

/// Sorted, so that nothing changes when nothing has changed.
std::set<std::string> names_in(const std::string& directory, std::string_view prefix) {
    std::set<std::string> out;
    // A directory that cannot be listed is one in which nobody has written anything for us.
    (void)Directory(directory).list(".", [&](std::string_view name) {
        if (name.starts_with(prefix)) out.emplace(name);
    });
    return out;
}

} // namespace

std::vector<Source> SourceFiles::read() {
    std::vector<Source> out;
    add_parameters(out);
    const auto from_rule = rule(masks_at_boot(out));
    out.insert(out.end(), from_rule.begin(), from_rule.end());
    add_overrides(out);
    add_kubernetes(out);
    return out;
}

void SourceFiles::add_parameters(std::vector<Source>& out) const {
    const auto add = [&](const std::string& file, auto read) {
        auto text = read_file(root_ + file, largest);
        if (!text) return out.push_back(unreadable(Source::Kind::boot, file, text.error()));
        if (!*text) return;
        for (auto& source : read(file, **text)) out.push_back(std::move(source));
    };
    // A module that is built in has no state of its loading.
    const bool built_in = !Directory(root_ + "/sys/module/ap").has("initstate");
    for (const auto& name : names_in(root_ + modprobe, ""))
        if (name.ends_with(".conf")) add(std::string(modprobe) + "/" + name, [=](const std::string& file, const std::string& text) { return module_sources(file, text, built_in); });
    add(command_line, [](const std::string& file, const std::string& text) { return boot_sources(file, text); });
}

std::vector<Source> SourceFiles::rule(const BootMasks& before) const {
    for (const auto* directory : {rules_of_udev, runtime_rules}) {
        const auto file = std::string(directory) + rule_name;
        auto text = read_file(root_ + file, largest);
        if (!text) return {unreadable(Source::Kind::chzdev, file, text.error())};
        if (*text) return rule_sources(file, **text, before);
    }
    return {};
}

void SourceFiles::add_overrides(std::vector<Source>& out) const {
    for (const auto& name : names_in(root_ + overrides, "ap-")) {
        const auto file = std::string(overrides) + "/" + name;
        auto text = read_file(root_ + file, largest);
        if (!text) out.push_back(unreadable(Source::Kind::driverctl, file, text.error()));
        else if (*text) out.push_back(override_source(file, name, **text));
    }
}

void SourceFiles::add_kubernetes(std::vector<Source>& out) const {
    for (const auto& name : names_in(root_ + kubelet_plugins, dra_driver))
        out.push_back({Source::Kind::dra_driver, std::string(kubelet_plugins) + "/" + name, 0, OwnsBinding{}, {}});
    for (const auto& name : names_in(root_ + device_plugins, device_plugin))
        out.push_back({Source::Kind::device_plugin, std::string(device_plugins) + "/" + name, 0, UsesHostPool{}, {}});
}

std::vector<std::string> SourceFiles::directories(const std::string& root) {
    std::vector<std::string> out;
    // Not /run/udev/rules.d: while it is missing the directory above would be watched, which udev writes to with every event.
    for (const auto* directory : {modprobe, rules_of_udev, overrides, kubelet_plugins, device_plugins})
        out.push_back((root == "/" ? "" : root) + directory);
    return out;
}

} // namespace ap::host
