// SPDX-License-Identifier: LGPL-2.1-or-later
// The model's tree as a host.
#include "model_host.hpp"

#include <algorithm>
#include <cerrno>
#include <stdexcept>
#include <sys/stat.h>
#include <utility>

#include "model/mdev.hpp"
#include "model/modules.hpp"
#include "model/scan.hpp"
#include "model/topology_text.hpp"
#include "uevents.hpp"

namespace contract {

using apsim::Node;
using apsim::NodeType;

namespace {

apsim::Hardware hardware_of(const std::string& topology) {
    auto hardware = apsim::parse_topology(topology);
    if (!hardware) throw std::runtime_error(hardware.error());
    return *hardware;
}

} // namespace

ModelHost::ModelHost(const std::string& topology, const apsim::Boot& boot)
    : machine_(hardware_of(topology), boot), tree_(machine_, {}),
      operations_(machine_, [this](apsim::Effects& effects) { tell(effects); }) {}

std::string ModelHost::name() const { return "model " + std::string(machine_.personality.name); }

namespace {

constexpr int most_links = 40;
constexpr std::size_t page = 4096; ///< as much as a file of /sys takes

std::string_view below_sys(std::string_view path) {
    if (!path.starts_with("/sys/")) throw std::runtime_error(std::string(path) + " is not below /sys");
    return path.substr(4);
}

/// "/devices/ap/card03" and "../../bus/ap" become "/bus/ap".
std::string joined(std::string base, std::string_view target) {
    while (target.starts_with("../")) {
        base.erase(std::min(base.rfind('/'), base.size()));
        target.remove_prefix(3);
    }
    return base + "/" + std::string(target);
}

} // namespace

ModelHost::Found ModelHost::find(std::string_view path, bool through, int depth) const {
    Node node = apsim::fixed(apsim::Dir::root);
    while (!path.empty()) {
        path.remove_prefix(1);
        if (path.empty()) break; // a slash at the end
        const auto end = std::min(path.find('/'), path.size());
        if (node.type != NodeType::directory) return std::unexpected(ENOTDIR);
        const auto child = tree_.find(node, path.substr(0, end));
        if (!child) return std::unexpected(ENOENT);
        path.remove_prefix(end);
        if (child->type == NodeType::link && (through || !path.empty())) {
            if (depth == most_links) return std::unexpected(ELOOP);
            return find(joined(tree_.path(node), tree_.target(*child)) + std::string(path), through,
                        depth + 1);
        }
        node = *child;
    }
    return node;
}

void ModelHost::tell(apsim::Effects& effects) {
    for (const auto& event : effects.uevents) {
        auto message = std::string(event.action) + "@" + event.devpath + '\0';
        message += "SUBSYSTEM=" + std::string(event.subsystem) + '\0' + event.keys;
        if (auto text = shown_uevent(message)) uevents_.push_back(std::move(*text));
    }
    for (auto& message : effects.messages) messages_.push_back(std::move(message));
}

int ModelHost::carry_out(apsim::Outcome outcome) {
    tell(outcome.effects);
    return outcome.error;
}

Ticket ModelHost::begin(ModelOperations::Rule rule) { return Ticket{operations_.begin(std::move(rule))}; }

/// As long as it takes, in the model's time; what takes longer than a day never ends, and whoever waits for
/// it would never come back.
int ModelHost::wait_for(Ticket ticket) {
    const auto error = outcome(ticket, std::chrono::hours(24));
    if (!error) throw std::runtime_error("an operation of the model never ends");
    return *error;
}

std::optional<int> ModelHost::outcome(Ticket ticket, std::chrono::milliseconds patience) {
    const auto number = static_cast<ModelOperations::Number>(ticket);
    operations_.advance(number, patience.count());
    return operations_.take(number);
}

ModelHost::Found ModelHost::writable(const std::string& path) const {
    const auto node = find(below_sys(path), true);
    if (!node) return node;
    if (node->type == NodeType::directory) return std::unexpected(EISDIR);
    if ((tree_.mode(*node) & S_IWUSR) == 0) return std::unexpected(EACCES);
    return node;
}

ModelHost::Found ModelHost::readable(const std::string& path) const {
    const auto node = find(below_sys(path), true);
    if (!node) return node;
    if (node->type == NodeType::directory) return std::unexpected(EISDIR);
    if ((tree_.mode(*node) & S_IRUSR) == 0) return std::unexpected(EACCES);
    return node;
}

Ticket ModelHost::begin_write(const std::string& path, std::string_view bytes) {
    return begin([this, node = writable(path), text = std::string(bytes)] {
        if (!node) return node.error();
        const int error =
            text.empty() ? 0 : carry_out(tree_.store(*node, std::string_view(text).substr(0, page)));
        return error == 0 && text.size() > page ? -1 : error;
    });
}

int ModelHost::write(const std::string& path, std::string_view bytes) {
    return wait_for(begin_write(path, bytes));
}

Ticket ModelHost::begin_read(const std::string& path) {
    return begin([this, node = readable(path)] {
        if (!node) return node.error();
        apsim::Effects nothing;
        std::optional<apsim::Hold> hold;
        if (auto* busy = tree_.read_lock(*node)) hold.emplace(machine_, *busy, nothing);
        const auto text = tree_.show(*node);
        return text ? 0 : text.error();
    });
}

std::expected<std::string, int> ModelHost::read(const std::string& path) {
    const auto node = readable(path);
    if (!node) return std::unexpected(node.error());
    const auto* busy = tree_.read_lock(*node);
    if (busy != nullptr && busy->held()) throw std::runtime_error("reading " + path + " blocks");
    return tree_.show(*node);
}

std::expected<std::string, int> ModelHost::readlink(const std::string& path) {
    const auto node = find(below_sys(path), false);
    if (!node) return std::unexpected(node.error());
    if (node->type != NodeType::link) return std::unexpected(EINVAL);
    return tree_.target(*node);
}

std::expected<std::vector<std::string>, int> ModelHost::list(const std::string& path) {
    const auto node = find(below_sys(path), true);
    if (!node) return std::unexpected(node.error());
    if (node->type != NodeType::directory) return std::unexpected(ENOTDIR);
    std::vector<std::string> names;
    tree_.list(*node, [&](std::string_view name, const Node&) { names.emplace_back(name); });
    std::ranges::sort(names);
    return names;
}

std::expected<unsigned, int> ModelHost::mode(const std::string& path) {
    const auto node = find(below_sys(path), false);
    if (!node) return std::unexpected(node.error());
    const unsigned type = node->type == NodeType::directory ? S_IFDIR
                          : node->type == NodeType::link    ? S_IFLNK
                                                            : S_IFREG;
    return type | tree_.mode(*node);
}

std::vector<std::string> ModelHost::uevents() { return std::exchange(uevents_, {}); }

std::vector<std::string> ModelHost::messages() { return std::exchange(messages_, {}); }

/// Whoever opens an mdev looks for its group first.
int ModelHost::guest_open(const std::string& uuid) {
    if (const auto group = mode("/sys/bus/mdev/devices/" + uuid + "/iommu_group"); !group)
        return group.error();
    return wait_for(begin([=, this] { return carry_out(apsim::guest_open(machine_, uuid, "guest")); }));
}

int ModelHost::guest_close(const std::string& uuid) {
    return wait_for(begin([=, this] { return carry_out(apsim::guest_close(machine_, uuid)); }));
}

int ModelHost::guest_kill(const std::string& uuid) { return guest_close(uuid); }

void ModelHost::topology(const std::string& text) {
    wait_for(begin([this, hardware = hardware_of(text)] {
        machine_.hardware = hardware;
        return carry_out(apsim::run_scan(machine_));
    }));
}

int ModelHost::module(const std::string& name, bool load) {
    const int error = wait_for(begin([=, this] {
        return carry_out(load ? apsim::load_module(machine_, name) : apsim::unload_module(machine_, name));
    }));
    return load && error == EEXIST ? 0 : error; // as modprobe has it
}

} // namespace contract
