// SPDX-License-Identifier: LGPL-2.1-or-later
// The kernel tells that an mdev is open, never by whom; the links in /proc/<pid>/fd do.
#include "host/holder.hpp"

#include "host/matrix_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace ap::host {
namespace {

constexpr std::string_view vfio_directory = "/dev/vfio/";
/// The container that every user of groups has open; it says nothing about which.
constexpr std::string_view vfio_container = "/dev/vfio/vfio";

std::optional<pid_t> pid_of(std::string_view name) {
    pid_t pid = 0;
    auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), pid);
    if (error != std::errc{} || end != name.data() + name.size() || pid <= 0) return std::nullopt;
    return pid;
}

void add_nodes_of(const Directory& root, pid_t pid, Holders& holders) {
    auto fds = fmt::format("proc/{}/fd", pid);
    auto directory = root.at(fds);
    // A process that ended or that we may not look into holds nothing as far as we can tell.
    (void)directory.list(".", [&](std::string_view fd) {
        auto target = directory.link(std::string(fd).c_str());
        if (!target || !*target || !(*target)->starts_with(vfio_directory) || **target == vfio_container)
            return;
        holders.try_emplace(**target, Holder{pid, command_of(root, pid), guest_of(root, pid)});
    });
}

/// The value of -name up to its first comma, without "guest="; QEMU writes a comma of the name itself twice.
std::string name_in(std::string_view value) {
    constexpr std::string_view key = "guest=";
    if (value.starts_with(key)) value.remove_prefix(key.size());
    std::string name;
    for (std::size_t at = 0; at < value.size(); ++at) {
        if (value[at] == ',' && (at + 1 == value.size() || value[++at] != ',')) break;
        name += value[at];
    }
    return name;
}

} // namespace

std::string to_string(const Holder& holder) {
    if (!holder.guest.empty()) return fmt::format("guest {} (pid {})", holder.guest, holder.pid);
    if (holder.command.empty()) return fmt::format("pid {}", holder.pid);
    return fmt::format("pid {} ({})", holder.pid, holder.command);
}

std::string command_of(const Directory& root, pid_t pid) {
    auto comm = root.read(fmt::format("proc/{}/comm", pid).c_str());
    return comm && *comm ? std::string(without_newline(**comm)) : std::string();
}

std::string guest_of(const Directory& root, pid_t pid) {
    auto line = root.read(fmt::format("proc/{}/cmdline", pid).c_str());
    if (!line || !*line) return {};
    std::string_view words = **line;
    std::string_view before;
    const bool qemu = words.substr(0, words.find('\0')).find("qemu") != std::string_view::npos;
    while (qemu && !words.empty()) {
        const auto word = words.substr(0, words.find('\0'));
        if (before == "-name") return name_in(word);
        before = word;
        words.remove_prefix(std::min(words.size(), word.size() + 1));
    }
    return {};
}

std::vector<std::string> vfio_nodes_of(const Directory& root, const Uuid& uuid) {
    std::vector<std::string> nodes;
    auto mdev = root.at(mdev_path(uuid));
    if (auto group = mdev.link("iommu_group"); group && *group)
        nodes.push_back(std::string(vfio_directory) + (*group)->substr((*group)->rfind('/') + 1));
    // An mdev without the directory is held by its group only.
    (void)mdev.list("vfio-dev", [&](std::string_view name) {
        nodes.push_back(fmt::format("{}devices/{}", vfio_directory, name));
    });
    return nodes;
}

Holders find_holders(const Directory& root) {
    Holders holders;
    (void)root.list("proc", [&](std::string_view name) {
        if (auto pid = pid_of(name)) add_nodes_of(root, *pid, holders);
    });
    return holders;
}

std::optional<Holder> holder_among(const Holders& holders, const std::vector<std::string>& nodes) {
    for (const auto& node : nodes)
        if (auto found = holders.find(node); found != holders.end()) return found->second;
    return std::nullopt;
}

} // namespace ap::host
