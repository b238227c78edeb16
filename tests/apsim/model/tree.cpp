// SPDX-License-Identifier: LGPL-2.1-or-later
// The tree: fixed part, changing part and placeholders put together.
#include "model/tree.hpp"

#include <algorithm>
#include <cerrno>

#include <fmt/format.h>

#include "model/layout.hpp"
#include "model/members.hpp"
#include "model/names.hpp"

namespace apsim {

namespace {

Node attribute_node(Node dir, std::size_t slot) {
    dir.type = NodeType::attribute;
    dir.slot = static_cast<std::uint8_t>(slot);
    return dir;
}

Node link_node(Node dir, std::size_t slot) {
    dir.type = NodeType::link;
    dir.slot = static_cast<std::uint8_t>(slot);
    return dir;
}

bool present(const Machine& machine, const Attribute& attribute, const Node& dir) {
    return attribute.present == nullptr || attribute.present(machine, dir);
}

bool present(const Machine& machine, const FixedLink& link, const Node& dir) {
    return link.dir == dir.dir && (link.present == nullptr || link.present(machine, dir));
}

/// Directories that come and go have neither fixed subdirectories nor placeholders.
bool is_device(Dir dir) { return dir >= Dir::card && dir < Dir::placeholder; }

Node placeholder_node(const Placeholder& p, std::size_t index) {
    const auto type = p.kind == Placeholder::Kind::directory ? NodeType::directory
                      : p.kind == Placeholder::Kind::file    ? NodeType::attribute
                                                             : NodeType::link;
    return {type, Dir::placeholder, 0, 0, 0, static_cast<std::uint32_t>(index)};
}

} // namespace

Tree::Tree(Machine& machine, std::vector<Placeholder> placeholders)
    : machine_(machine), placeholders_(std::move(placeholders)) {}

bool Tree::owns(Dir parent, std::string_view name) {
    return std::ranges::any_of(fixed_directories(),
                               [&](const FixedDirectory& d) { return d.parent == parent && d.name == name; });
}

bool Tree::is_placeholder_file(const Node& n) const {
    return n.dir == Dir::placeholder && placeholder(n).kind == Placeholder::Kind::file;
}

std::optional<Node> Tree::find_placeholder(Dir parent, std::string_view name) const {
    const auto it = std::ranges::find_if(
        placeholders_, [&](const Placeholder& p) { return p.parent == parent && p.name == name; });
    if (it == placeholders_.end()) return std::nullopt;
    return placeholder_node(*it, static_cast<std::size_t>(it - placeholders_.begin()));
}

std::optional<Node> Tree::find_fixed(const Node& dir, std::string_view name) const {
    for (const auto& d : fixed_directories())
        if (d.parent == dir.dir && d.name == name && fixed_directory_exists(machine_, d.dir))
            return fixed(d.dir);
    return find_placeholder(dir.dir, name);
}

std::optional<Node> Tree::find(const Node& dir, std::string_view name) const {
    if (dir.dir == Dir::placeholder || !exists(dir)) return std::nullopt;
    const auto table = attributes_of(dir.dir);
    for (std::size_t i = 0; i < table.size(); ++i)
        if (table[i].name == name && present(machine_, table[i], dir)) return attribute_node(dir, i);
    const auto links = fixed_links();
    for (std::size_t i = 0; i < links.size(); ++i)
        if (links[i].name == name && present(machine_, links[i], dir)) return link_node(dir, i);
    if (const auto member = find_member(machine_, dir, name)) return member;
    return is_device(dir.dir) ? std::nullopt : find_fixed(dir, name);
}

void Tree::list(const Node& dir, const Sink& sink) const {
    if (dir.dir == Dir::placeholder || !exists(dir)) return;
    for (const auto& d : fixed_directories())
        if (d.parent == dir.dir && fixed_directory_exists(machine_, d.dir)) sink(d.name, fixed(d.dir));
    const auto table = attributes_of(dir.dir);
    for (std::size_t i = 0; i < table.size(); ++i)
        if (present(machine_, table[i], dir)) sink(table[i].name, attribute_node(dir, i));
    const auto links = fixed_links();
    for (std::size_t i = 0; i < links.size(); ++i)
        if (present(machine_, links[i], dir)) sink(links[i].name, link_node(dir, i));
    list_members(machine_, dir, sink);
    for (std::size_t i = 0; i < placeholders_.size(); ++i)
        if (placeholders_[i].parent == dir.dir)
            sink(placeholders_[i].name, placeholder_node(placeholders_[i], i));
}

const Attribute* Tree::attribute(const Node& n) const {
    const auto table = attributes_of(n.dir);
    return n.type == NodeType::attribute && n.slot < table.size() ? &table[n.slot] : nullptr;
}

bool Tree::exists(const Node& n) const {
    if (n.dir == Dir::placeholder) return n.life < placeholders_.size();
    if (n.type == NodeType::link && n.slot == listed_slot) return member_exists(machine_, n);
    const auto dir = directory_of(n);
    if (!directory_exists(machine_, dir)) return false;
    if (n.type == NodeType::directory) return true;
    if (n.type == NodeType::link)
        return n.slot < fixed_links().size() && present(machine_, fixed_links()[n.slot], dir);
    const auto* a = attribute(n);
    return a != nullptr && present(machine_, *a, dir);
}

unsigned Tree::mode(const Node& n) const {
    if (n.type == NodeType::directory) return 0755;
    if (n.type == NodeType::link) return 0777;
    const auto* a = attribute(n);
    return a == nullptr ? 0444 : a->mode;
}

unsigned Tree::links(const Node& n) const {
    if (n.type != NodeType::directory) return 1;
    unsigned count = 2 + count_directories(machine_, n);
    if (is_device(n.dir)) return count;
    for (const auto& d : fixed_directories())
        count += d.parent == n.dir && fixed_directory_exists(machine_, d.dir);
    for (const auto& p : placeholders_) count += p.parent == n.dir && p.kind == Placeholder::Kind::directory;
    return count;
}

std::string Tree::target(const Node& link) const {
    if (link.dir == Dir::placeholder) return placeholder(link).target;
    if (link.slot == listed_slot) return member_target(machine_, link);
    std::string text(fixed_links()[link.slot].target);
    const auto* mdev = machine_.mdev(link.life);
    const auto mark = text.find_first_of("%@");
    if (mdev != nullptr && mark != std::string::npos)
        text.replace(mark, 1, text[mark] == '%' ? fmt::to_string(mdev->group) : mdev->uuid);
    return text;
}

Shown Tree::show(const Node& n) const {
    if (n.dir == Dir::placeholder) return std::string();
    if (!exists(n)) return std::unexpected(ENODEV);
    return attribute(n)->show(machine_, n);
}

Lock* Tree::read_lock(const Node& n) const {
    const auto* a = n.dir == Dir::placeholder ? nullptr : attribute(n);
    return a == nullptr || a->read_lock == nullptr ? nullptr : &(machine_.*(a->read_lock));
}

Outcome Tree::store(const Node& n, std::string_view text) {
    if (n.dir == Dir::placeholder) return refused(EIO);
    if (!exists(n)) return refused(ENODEV);
    return attribute(n)->store(machine_, n, text);
}

std::optional<Node> Tree::at(std::string_view path) const {
    std::optional<Node> node = fixed(Dir::root);
    while (node && !path.empty()) {
        path.remove_prefix(path.find_first_not_of('/') == std::string_view::npos
                               ? path.size()
                               : path.find_first_not_of('/'));
        if (path.empty()) break;
        const auto end = std::min(path.find('/'), path.size());
        node = node->type == NodeType::directory ? find(*node, path.substr(0, end)) : std::nullopt;
        path.remove_prefix(end);
    }
    return node;
}

namespace {

std::string fixed_path(Dir dir) {
    if (dir == Dir::root) return {};
    for (const auto& d : fixed_directories())
        if (d.dir == dir) return fixed_path(d.parent) + "/" + std::string(d.name);
    return {};
}

std::string directory_path(const Machine& machine, const Node& n) {
    switch (n.dir) {
    case Dir::card: return card_path(n.adapter);
    case Dir::queue: return queue_path(n.adapter, n.domain);
    default: break;
    }
    const auto* mdev = machine.mdev(n.life);
    if (n.life == 0 || mdev == nullptr) return fixed_path(n.dir);
    switch (n.dir) {
    case Dir::mdev: return mdev_path(*mdev);
    case Dir::vfio_dev: return mdev_path(*mdev) + "/vfio-dev";
    case Dir::vfio_dev_n: return fmt::format("{}/vfio-dev/vfio{}", mdev_path(*mdev), mdev->group);
    case Dir::vfio_group: return fmt::format("/devices/virtual/vfio/{}", mdev->group);
    case Dir::iommu_group: return fmt::format("/kernel/iommu_groups/{}", mdev->group);
    case Dir::iommu_group_devices: return fmt::format("/kernel/iommu_groups/{}/devices", mdev->group);
    default: return fixed_path(n.dir);
    }
}

} // namespace

std::string Tree::path(const Node& n) const {
    if (n.dir == Dir::placeholder) return fixed_path(placeholder(n).parent) + "/" + placeholder(n).name;
    const auto dir = directory_path(machine_, directory_of(n));
    if (n.type == NodeType::directory) return dir;
    if (n.type == NodeType::attribute) return dir + "/" + std::string(attribute(n)->name);
    return dir + "/" +
           (n.slot == listed_slot ? member_name(machine_, n) : std::string(fixed_links()[n.slot].name));
}

} // namespace apsim
