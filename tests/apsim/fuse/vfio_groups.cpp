// SPDX-License-Identifier: LGPL-2.1-or-later
// Keeping track of open VFIO groups.
#include "fuse/vfio_groups.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include "model/mdev.hpp"

namespace apsim {

namespace {

/// The last number in a line of /proc/<pid>/status: of "NSpid:", the number in the innermost namespace.
std::int64_t last_number(const std::string& line) {
    std::istringstream words(line.substr(line.find(':') + 1));
    std::int64_t number = 0;
    while (words >> number) {}
    return number;
}

std::string line_of(const std::string& path, std::string_view key) {
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);)
        if (line.starts_with(key)) return line;
    return {};
}

void drop(fuse_pollhandle*& handle) {
    if (handle != nullptr) fuse_pollhandle_destroy(handle);
    handle = nullptr;
}

} // namespace

Process process_of(std::int64_t thread) {
    const auto leader = last_number(line_of(fmt::format("/proc/{}/status", thread), "Tgid:"));
    const auto directory = fmt::format("/proc/{}/", leader);
    Process process;
    process.pid = last_number(line_of(directory + "status", "NSpid:"));
    process.name = line_of(directory + "comm", "");
    if (process.name.empty()) process.name = "guest";
    return process;
}

void VfioGroups::open(std::uint32_t life, bool as_guest, const Process& process, Opened opened) {
    const GroupUser user{process.pid, as_guest ? process.name : std::string()};
    const auto open_it = [life, user](Machine& machine) { return group_open(machine, life, user); };
    host_.change(open_it, [this, life, opened = std::move(opened)](int error) {
        if (error != 0) return opened(error, nullptr);
        OpenGroup* group = nullptr;
        {
            const std::lock_guard lock(mutex_);
            group = &open_.emplace_back(OpenGroup{life});
        }
        opened(0, group);
        // A removal may have come while the answer was on its way.
        pass_requests_on();
    });
}

void VfioGroups::close(OpenGroup* group) {
    const auto life = group->life;
    {
        const std::lock_guard lock(mutex_);
        drop(group->wake);
        open_.remove_if([group](const OpenGroup& other) { return &other == group; });
    }
    host_.change([life](Machine& machine) { return group_close(machine, life); }, [](int) {});
}

std::uint64_t VfioGroups::take_requests(OpenGroup& group) {
    const std::lock_guard lock(mutex_);
    return std::exchange(group.requests, 0);
}

bool VfioGroups::has_requests(OpenGroup& group, fuse_pollhandle* wake) {
    const std::lock_guard lock(mutex_);
    if (wake != nullptr) {
        drop(group.wake);
        group.wake = wake;
    }
    return group.requests != 0;
}

void VfioGroups::pass_requests_on() {
    const std::lock_guard lock(mutex_);
    for (auto& group : open_) {
        const bool wanted = host_.look([&](const Machine& machine, const Tree&) {
            const auto* mdev = machine.mdev(group.life);
            return mdev != nullptr && mdev->leaving && mdev->guest;
        });
        if (!wanted || std::exchange(group.asked, true)) continue;
        ++group.requests;
        if (group.wake != nullptr) fuse_lowlevel_notify_poll(group.wake);
        drop(group.wake);
    }
}

Ownership VfioGroups::ownership(const VfioNode& node) const {
    const std::lock_guard lock(mutex_);
    if (const auto it = changed_.find(inode(node)); it != changed_.end()) return it->second;
    switch (node.kind) {
    case VfioNode::Kind::directory: return {0755};
    case VfioNode::Kind::container: return {0666};
    case VfioNode::Kind::group: break;
    }
    return {0600};
}

void VfioGroups::set_ownership(const VfioNode& node, const Ownership& ownership) {
    const std::lock_guard lock(mutex_);
    changed_[inode(node)] = ownership;
}

} // namespace apsim
