// SPDX-License-Identifier: LGPL-2.1-or-later
// Requests for /dev/vfio.  Nothing of it is kept in the kernel's caches, so that a group's file comes and goes
// with its mdev without being told.
//
// It is part of the connection that serves /sys: the release of a group that a process leaves behind when it
// ends is then answered before whatever anybody asks of /sys after that end.
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fcntl.h>
#include <optional>
#include <poll.h>

#include <fmt/format.h>

#include "fuse/filesystem.hpp"
#include "fuse/requests.hpp"

namespace apsim {

namespace {

constexpr const char* container_name = "vfio";
constexpr VfioNode directory{VfioNode::Kind::directory};
constexpr VfioNode container{VfioNode::Kind::container};

Filesystem& filesystem(fuse_req_t request) { return *static_cast<Filesystem*>(fuse_req_userdata(request)); }

OpenGroup* open_group(const fuse_file_info* info) {
    return reinterpret_cast<OpenGroup*>(static_cast<std::uintptr_t>(info->fh));
}

/// A group's file is there while the mdev has a driver, also while a removal waits for a guest.
bool has_group(const Mdev* mdev) { return mdev != nullptr && mdev->bound; }

bool exists(Filesystem& fs, const VfioNode& node) {
    return node.kind != VfioNode::Kind::group ||
           fs.host().look([&](const Machine& m, const Tree&) { return has_group(m.mdev(node.life)); });
}

std::optional<VfioNode> find(Filesystem& fs, std::string_view name) {
    if (name == container_name) return container;
    unsigned number = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
    if (error != std::errc() || end != name.data() + name.size()) return std::nullopt;
    return fs.host().look([&](const Machine& machine, const Tree&) -> std::optional<VfioNode> {
        for (const auto& [life, mdev] : machine.mdevs)
            if (has_group(&mdev) && mdev.group == number) return VfioNode{VfioNode::Kind::group, life};
        return std::nullopt;
    });
}

struct stat attributes(Filesystem& fs, const VfioNode& node) {
    const bool is_directory = node.kind == VfioNode::Kind::directory;
    const auto owned = fs.groups().ownership(node);
    struct stat st {};
    st.st_ino = inode(node);
    st.st_mode = (is_directory ? S_IFDIR : S_IFREG) | owned.mode;
    st.st_nlink = is_directory ? 2 : 1;
    st.st_uid = owned.uid;
    st.st_gid = owned.gid;
    st.st_atim.tv_sec = st.st_mtim.tv_sec = st.st_ctim.tv_sec = fs.start_time();
    return st;
}

void reply_entry(fuse_req_t request, const VfioNode& node) {
    fuse_entry_param entry{};
    entry.ino = inode(node);
    entry.generation = 1;
    entry.attr = attributes(filesystem(request), node);
    fuse_reply_entry(request, &entry);
}

/// The parent is the root of the file system, for the directory itself, or the directory.
void lookup(fuse_req_t request, fuse_ino_t parent, const char* name) {
    if (!is_vfio(parent)) return reply_entry(request, directory);
    if (const auto node = find(filesystem(request), name))
        reply_entry(request, *node);
    else
        fuse_reply_err(request, ENOENT);
}

void getattr(fuse_req_t request, fuse_ino_t ino, fuse_file_info*) {
    auto& fs = filesystem(request);
    const auto node = vfio_node_of(ino);
    if (!exists(fs, node)) {
        fuse_reply_err(request, ENOENT);
        return;
    }
    const auto st = attributes(fs, node);
    fuse_reply_attr(request, &st, 0);
}

/// As with a device node, owner and permissions can be changed, and truncation means nothing.
void setattr(fuse_req_t request, fuse_ino_t ino, struct stat* wanted, int what, fuse_file_info* info) {
    auto& groups = filesystem(request).groups();
    const auto node = vfio_node_of(ino);
    auto owned = groups.ownership(node);
    if ((what & FUSE_SET_ATTR_MODE) != 0) owned.mode = wanted->st_mode & 07777;
    if ((what & FUSE_SET_ATTR_UID) != 0) owned.uid = wanted->st_uid;
    if ((what & FUSE_SET_ATTR_GID) != 0) owned.gid = wanted->st_gid;
    groups.set_ownership(node, owned);
    getattr(request, ino, info);
}

/// The opener may have been killed while it waited: then nobody will release what it got.
void answer_open(fuse_req_t request, fuse_file_info info, VfioGroups& groups, int error, OpenGroup* group) {
    if (error != 0) {
        fuse_reply_err(request, error);
        return;
    }
    info.fh = reinterpret_cast<std::uintptr_t>(group);
    if (fuse_reply_open(request, &info) != 0 && group != nullptr) groups.close(group);
}

void open(fuse_req_t request, fuse_ino_t ino, fuse_file_info* info) {
    auto& groups = filesystem(request).groups();
    const auto node = vfio_node_of(ino);
    info->direct_io = 1;
    info->nonseekable = 1;
    if (node.kind == VfioNode::Kind::container) return answer_open(request, *info, groups, 0, nullptr);
    const bool as_guest = (info->flags & O_ACCMODE) != O_RDONLY;
    groups.open(node.life, as_guest, process_of(fuse_req_ctx(request)->pid),
                [request, info = *info, &groups](int error, OpenGroup* group) {
                    answer_open(request, info, groups, error, group);
                });
}

void release(fuse_req_t request, fuse_ino_t, fuse_file_info* info) {
    if (auto* group = open_group(info)) filesystem(request).groups().close(group);
    fuse_reply_err(request, 0);
}

void read(fuse_req_t request, fuse_ino_t, std::size_t size, off_t, fuse_file_info* info) {
    std::uint64_t requests = 0;
    if (open_group(info) == nullptr || size < sizeof requests) {
        fuse_reply_err(request, EINVAL);
        return;
    }
    requests = filesystem(request).groups().take_requests(*open_group(info));
    if (requests == 0)
        fuse_reply_err(request, EAGAIN);
    else
        fuse_reply_buf(request, reinterpret_cast<const char*>(&requests), sizeof requests);
}

void write(fuse_req_t request, fuse_ino_t, const char*, std::size_t, off_t, fuse_file_info*) {
    fuse_reply_err(request, EINVAL);
}

void poll(fuse_req_t request, fuse_ino_t, fuse_file_info* info, fuse_pollhandle* wake) {
    auto* group = open_group(info);
    if (group == nullptr && wake != nullptr) fuse_pollhandle_destroy(wake);
    const bool ready = group != nullptr && filesystem(request).groups().has_requests(*group, wake);
    fuse_reply_poll(request, ready ? POLLIN | POLLRDNORM : 0);
}

fuse_lowlevel_ops make_table() {
    fuse_lowlevel_ops ops{};
    ops.lookup = lookup;
    ops.getattr = getattr;
    ops.setattr = setattr;
    ops.open = open;
    ops.read = read;
    ops.write = write;
    ops.release = release;
    ops.poll = poll;
    return ops;
}

} // namespace

std::string vfio_listing(fuse_req_t request, const Machine& machine) {
    std::string entries;
    append_entry(request, entries, ".", inode(directory), S_IFDIR);
    append_entry(request, entries, "..", inode(directory), S_IFDIR);
    append_entry(request, entries, container_name, inode(container), S_IFREG);
    for (const auto& [life, mdev] : machine.mdevs)
        if (has_group(&mdev))
            append_entry(request, entries, fmt::to_string(mdev.group).c_str(),
                         inode(VfioNode{VfioNode::Kind::group, life}), S_IFREG);
    return entries;
}

const fuse_lowlevel_ops& vfio_requests() {
    static const fuse_lowlevel_ops table = make_table();
    return table;
}

} // namespace apsim
