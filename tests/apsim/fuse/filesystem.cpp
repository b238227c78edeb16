// SPDX-License-Identifier: LGPL-2.1-or-later
// The FUSE session and the telling of changes.
#include "fuse/filesystem.hpp"

#include <cerrno>
#include <cstring>
#include <ctime>
#include <unordered_set>

#include <fmt/format.h>

#include "fuse/requests.hpp"

namespace apsim {

Filesystem::Filesystem(RunningHost& host, UdevMessages messages)
    : host_(host), groups_(host), messages_(messages), start_time_(std::time(nullptr)) {
    // No max_read= among the options: it would have to be repeated in the init reply.
    const char* arguments[] = {"apsim", "-o", "allow_other,default_permissions,fsname=apsim,subtype=apsim"};
    fuse_args args = FUSE_ARGS_INIT(std::size(arguments), const_cast<char**>(arguments));
    session_ = fuse_session_new(&args, &requests(), sizeof requests(), this);
    fuse_opt_free_args(&args);
}

Filesystem::~Filesystem() {
    if (session_ != nullptr) fuse_session_destroy(session_);
}

bool Filesystem::mount(const std::string& where) {
    return session_ != nullptr && fuse_session_mount(session_, where.c_str()) == 0;
}

int Filesystem::connection() const { return fuse_session_fd(session_); }

int Filesystem::serve() {
    const int result = fuse_session_loop(session_);
    return result < 0 ? -result : 0;
}

/// Invalidating an entry takes the directory's lock, so it also waits for listings and lookups under way,
/// whose answers may be from before the change; only then is it safe to drop the cached listing.  A new name
/// has nothing to invalidate but needs that wait too.  One name per directory is enough for both, as all
/// changes are in the model already. Errors: ENOENT says that the kernel has nothing cached; ENOTCONN and the
/// like that the file system is going away.
void Filesystem::tree_changed(const std::vector<TreeChange>& changes) {
    std::unordered_set<fuse_ino_t> told;
    for (const auto& change : changes) {
        const auto dir = inode(change.dir);
        const bool first = told.insert(dir).second;
        if (change.gone || first)
            fuse_lowlevel_notify_inval_entry(session_, dir, change.name.c_str(), change.name.size());
        if (first) fuse_lowlevel_notify_inval_inode(session_, dir, 0, 0); // listing and link count
    }
    groups_.pass_requests_on();
}

void Filesystem::uevents(const std::vector<Uevent>& events) {
    if (!sender_) sender_ = std::make_unique<UeventSender>(messages_);
    for (const auto& event : events) {
        const int error = sender_->send(event);
        if (error == 0 || complained_) continue;
        complained_ = true;
        fmt::print(stderr, "apsim: cannot send uevents: {}\n", std::strerror(error));
    }
}

} // namespace apsim
