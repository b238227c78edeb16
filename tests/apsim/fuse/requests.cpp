// SPDX-License-Identifier: LGPL-2.1-or-later
// Requests of the kernel, answered as sysfs answers them.
#include "fuse/requests.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>
#include <optional>
#include <poll.h>
#include <sys/stat.h>

#include "fuse/filesystem.hpp"

namespace apsim {

namespace {

constexpr double forever = std::numeric_limits<std::int32_t>::max();
constexpr std::size_t page = 4096;

Filesystem& filesystem(fuse_req_t request) { return *static_cast<Filesystem*>(fuse_req_userdata(request)); }

/// An attribute shows one text per pass from offset 0, as seq_file does.
struct OpenFile {
    std::optional<std::string> text;
};

/// A listing, made at the first read of a pass.
struct OpenDirectory {
    std::string entries;
};

template <class Open>
Open* handle(fuse_file_info* info) {
    return reinterpret_cast<Open*>(static_cast<std::uintptr_t>(info->fh));
}

mode_t type_bits(const Tree& tree, const Node& node) {
    return tree.is_file(node) ? S_IFREG : node.type == NodeType::directory ? S_IFDIR : S_IFLNK;
}

struct stat attributes(const Tree& tree, const Node& node, std::int64_t since) {
    struct stat st {};
    st.st_ino = inode(node);
    st.st_mode = type_bits(tree, node) | tree.mode(node);
    st.st_nlink = tree.links(node);
    st.st_size = tree.is_file(node) ? static_cast<off_t>(page) : 0;
    st.st_blksize = page;
    st.st_atim.tv_sec = st.st_mtim.tv_sec = st.st_ctim.tv_sec = since;
    return st;
}

void init(void*, fuse_conn_info* connection) {
    connection->want |= connection->capable & FUSE_CAP_CACHE_SYMLINKS;
    // Looking up every name of a large listing costs more than it saves.
    connection->want &= ~static_cast<unsigned>(FUSE_CAP_READDIRPLUS | FUSE_CAP_READDIRPLUS_AUTO);
}

void lookup(fuse_req_t request, fuse_ino_t parent, const char* name) {
    if (parent == FUSE_ROOT_ID && std::string_view(name) == vfio_directory_name)
        return vfio_requests().lookup(request, parent, name);
    auto& fs = filesystem(request);
    std::optional<fuse_entry_param> entry;
    fs.host().look([&](const Machine&, const Tree& tree) {
        const auto node = tree.find(node_of(parent), name);
        if (!node) return;
        entry.emplace();
        entry->ino = inode(*node);
        entry->generation = 1;
        entry->attr = attributes(tree, *node, fs.start_time());
        entry->attr_timeout = entry->entry_timeout = forever;
    });
    // Absence is not cached, so a new name needs no invalidation of its own.
    if (entry)
        fuse_reply_entry(request, &*entry);
    else
        fuse_reply_err(request, ENOENT);
}

void forget(fuse_req_t request, fuse_ino_t, std::uint64_t) { fuse_reply_none(request); }

void getattr(fuse_req_t request, fuse_ino_t ino, fuse_file_info*) {
    auto& fs = filesystem(request);
    const auto st = fs.host().look([&](const Machine&, const Tree& tree) -> std::optional<struct stat> {
        if (!tree.exists(node_of(ino))) return std::nullopt;
        return attributes(tree, node_of(ino), fs.start_time());
    });
    if (st)
        fuse_reply_attr(request, &*st, forever);
    else
        fuse_reply_err(request, ENOENT);
}

/// Truncation (a shell's '>') and new time stamps mean nothing but are allowed; mode and owner stay.
void setattr(fuse_req_t request, fuse_ino_t ino, struct stat*, int what, fuse_file_info* info) {
    if ((what & (FUSE_SET_ATTR_MODE | FUSE_SET_ATTR_UID | FUSE_SET_ATTR_GID)) != 0)
        fuse_reply_err(request, EPERM);
    else
        getattr(request, ino, info);
}

void readlink(fuse_req_t request, fuse_ino_t ino) {
    const auto target = filesystem(request).host().look([&](const Machine&, const Tree& tree) {
        return tree.exists(node_of(ino)) ? tree.target(node_of(ino)) : std::string();
    });
    if (target.empty())
        fuse_reply_err(request, ENOENT);
    else
        fuse_reply_readlink(request, target.c_str());
}

/// sysfs checks the mode bits also for root, who would pass the VFS's check.
int open_error(unsigned mode, int flags) {
    const int access = flags & O_ACCMODE;
    const bool reads = access == O_RDONLY || access == O_RDWR;
    const bool writes = access == O_WRONLY || access == O_RDWR;
    if ((reads && (mode & 0444) == 0) || (writes && (mode & 0222) == 0)) return EACCES;
    return 0;
}

void open(fuse_req_t request, fuse_ino_t ino, fuse_file_info* info) {
    const int error = filesystem(request).host().look([&](const Machine&, const Tree& tree) {
        return tree.exists(node_of(ino)) ? open_error(tree.mode(node_of(ino)), info->flags) : ENOENT;
    });
    if (error != 0) {
        fuse_reply_err(request, error);
        return;
    }
    auto file = std::make_unique<OpenFile>();
    info->fh = reinterpret_cast<std::uintptr_t>(file.get());
    info->direct_io = 1;
    if (fuse_reply_open(request, info) == 0) (void)file.release();
}

void reply_text(fuse_req_t request, const std::string& text, std::size_t size, off_t offset) {
    const auto start = std::min(static_cast<std::size_t>(offset), text.size());
    fuse_reply_buf(request, text.data() + start, std::min(size, text.size() - start));
}

/// A pass that begins may have to wait for the kernel's locks; the handle stays open until the answer.
void read(fuse_req_t request, fuse_ino_t ino, std::size_t size, off_t offset, fuse_file_info* info) {
    auto& file = *handle<OpenFile>(info);
    auto& host = filesystem(request).host();
    if (offset == 0 || !file.text) {
        host.read(node_of(ino), [request, size, offset, &file](const Shown& shown) {
            if (!shown) {
                fuse_reply_err(request, shown.error());
                return;
            }
            file.text = *shown;
            reply_text(request, *file.text, size, offset);
        });
    } else if (host.look([&](const Machine&, const Tree& tree) { return tree.exists(node_of(ino)); })) {
        reply_text(request, *file.text, size, offset);
    } else {
        fuse_reply_err(request, ENODEV);
    }
}

/// One call takes at most a page; the offset does not matter, and no bytes are no call of the store function.
void write(fuse_req_t request, fuse_ino_t ino, const char* bytes, std::size_t size, off_t, fuse_file_info*) {
    const auto taken = std::min(size, page);
    const auto* caller = fuse_req_ctx(request);
    filesystem(request).host().write(node_of(ino), std::string(bytes, taken), {caller->pid, caller->uid},
                                     [request, taken](int error) {
                                         if (error != 0)
                                             fuse_reply_err(request, error);
                                         else
                                             fuse_reply_write(request, taken);
                                     });
}

void release(fuse_req_t request, fuse_ino_t, fuse_file_info* info) {
    delete handle<OpenFile>(info);
    fuse_reply_err(request, 0);
}

/// Attributes are always ready; kernfs would also tell of sysfs_notify(), which the AP drivers do not use.
void poll(fuse_req_t request, fuse_ino_t, fuse_file_info*, fuse_pollhandle* wake) {
    if (wake != nullptr) fuse_pollhandle_destroy(wake);
    fuse_reply_poll(request, POLLIN | POLLOUT | POLLRDNORM | POLLWRNORM);
}

void opendir(fuse_req_t request, fuse_ino_t ino, fuse_file_info* info) {
    const bool in_vfio = is_vfio(ino);
    const bool exists = in_vfio || filesystem(request).host().look([&](const Machine&, const Tree& tree) {
        return tree.exists(node_of(ino));
    });
    if (!exists) {
        fuse_reply_err(request, ENOENT);
        return;
    }
    auto directory = std::make_unique<OpenDirectory>();
    info->fh = reinterpret_cast<std::uintptr_t>(directory.get());
    info->cache_readdir = !in_vfio;
    info->keep_cache = !in_vfio;
    if (fuse_reply_open(request, info) == 0) (void)directory.release();
}

std::string listing(fuse_req_t request, const Tree& tree, const Node& dir) {
    std::string entries;
    append_entry(request, entries, ".", inode(dir), S_IFDIR);
    append_entry(request, entries, "..", FUSE_ROOT_ID, S_IFDIR);
    std::string terminated;
    tree.list(dir, [&](std::string_view name, const Node& node) {
        terminated = name;
        append_entry(request, entries, terminated.c_str(), inode(node), type_bits(tree, node));
    });
    return entries;
}

/// The length of the whole entries at the start of `entries` that fit into `size`.
std::size_t whole_entries(std::string_view entries, std::size_t size, std::size_t start) {
    if (entries.size() <= size) return entries.size();
    std::size_t fit = 0;
    for (;;) {
        // struct fuse_dirent: ino, off, namelen, type, name; `off` is the offset behind the entry.
        std::uint64_t next;
        std::memcpy(&next, entries.data() + fit + sizeof(std::uint64_t), sizeof next);
        if (next - start > size) return fit;
        fit = next - start;
    }
}

void readdir(fuse_req_t request, fuse_ino_t ino, std::size_t size, off_t offset, fuse_file_info* info) {
    auto& directory = *handle<OpenDirectory>(info);
    if (offset == 0 || directory.entries.empty())
        directory.entries = filesystem(request).host().look([&](const Machine& machine, const Tree& tree) {
            return is_vfio(ino) ? vfio_listing(request, machine) : listing(request, tree, node_of(ino));
        });
    const auto start = std::min(static_cast<std::size_t>(offset), directory.entries.size());
    const auto rest = std::string_view(directory.entries).substr(start);
    fuse_reply_buf(request, rest.data(), whole_entries(rest, size, start));
}

void releasedir(fuse_req_t request, fuse_ino_t, fuse_file_info* info) {
    delete handle<OpenDirectory>(info);
    fuse_reply_err(request, 0);
}

/// The operation for one of the two trees, by the inode that is always its second argument.
template <auto operation, auto ours, class... More>
void divided(fuse_req_t request, fuse_ino_t ino, More... more) {
    (is_vfio(ino) ? vfio_requests().*operation : ours)(request, ino, more...);
}

fuse_lowlevel_ops make_table() {
    using Ops = fuse_lowlevel_ops;
    Ops ops{};
    ops.init = init;
    ops.lookup = divided<&Ops::lookup, lookup>;
    ops.forget = forget;
    ops.getattr = divided<&Ops::getattr, getattr>;
    ops.setattr = divided<&Ops::setattr, setattr>;
    ops.readlink = readlink; // there are no links in /dev/vfio
    ops.open = divided<&Ops::open, open>;
    ops.read = divided<&Ops::read, read>;
    ops.write = divided<&Ops::write, write>;
    ops.release = divided<&Ops::release, release>;
    ops.poll = divided<&Ops::poll, poll>;
    ops.opendir = opendir;
    ops.readdir = readdir;
    ops.releasedir = releasedir;
    // What sysfs refuses, with its errno; without a handler the answer would be ENOSYS.
    ops.create = [](fuse_req_t r, fuse_ino_t, const char*, mode_t, fuse_file_info*) {
        fuse_reply_err(r, EACCES);
    };
    ops.mknod = [](fuse_req_t r, fuse_ino_t, const char*, mode_t, dev_t) { fuse_reply_err(r, EPERM); };
    ops.mkdir = [](fuse_req_t r, fuse_ino_t, const char*, mode_t) { fuse_reply_err(r, EPERM); };
    ops.unlink = [](fuse_req_t r, fuse_ino_t, const char*) { fuse_reply_err(r, EPERM); };
    ops.rmdir = [](fuse_req_t r, fuse_ino_t, const char*) { fuse_reply_err(r, EPERM); };
    ops.symlink = [](fuse_req_t r, const char*, fuse_ino_t, const char*) { fuse_reply_err(r, EPERM); };
    ops.link = [](fuse_req_t r, fuse_ino_t, fuse_ino_t, const char*) { fuse_reply_err(r, EPERM); };
    ops.rename = [](fuse_req_t r, fuse_ino_t, const char*, fuse_ino_t, const char*, unsigned) {
        fuse_reply_err(r, EPERM);
    };
    return ops;
}

} // namespace

void append_entry(fuse_req_t request, std::string& entries, const char* name, fuse_ino_t ino, mode_t type) {
    struct stat st {};
    st.st_ino = ino;
    st.st_mode = type;
    const auto start = entries.size();
    const auto length = fuse_add_direntry(request, nullptr, 0, name, nullptr, 0);
    entries.resize(start + length);
    fuse_add_direntry(request, entries.data() + start, length, name, &st, static_cast<off_t>(start + length));
}

const fuse_lowlevel_ops& requests() {
    static const fuse_lowlevel_ops table = make_table();
    return table;
}

} // namespace apsim
