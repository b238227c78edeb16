// SPDX-License-Identifier: LGPL-2.1-or-later
// While the directory is missing the nearest existing one above it is watched, and the watch moves down as
// directories appear.
#include "host/directory_watch.hpp"

#include <sys/inotify.h>

#include <array>
#include <cerrno>

namespace ap::host {
namespace {

constexpr std::uint32_t events = IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO |
                                 IN_DELETE_SELF | IN_MOVE_SELF | IN_ATTRIB | IN_ONLYDIR;

std::string above(const std::string& directory) {
    auto slash = directory.rfind('/');
    return slash == 0 || slash == std::string::npos ? "/" : directory.substr(0, slash);
}

bool concerns_directory(const inotify_event& event) {
    return (event.mask & (IN_DELETE_SELF | IN_MOVE_SELF | IN_IGNORED | IN_UNMOUNT | IN_Q_OVERFLOW)) != 0;
}

bool is_hidden(const inotify_event& event) { return event.len > 0 && event.name[0] == '.'; }

} // namespace

DirectoryWatch::DirectoryWatch(std::string directory)
    : directory_(std::move(directory)), inotify_(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {
    if (inotify_) watch();
}

void DirectoryWatch::watch() {
    if (wd_ >= 0)
        ::inotify_rm_watch(inotify_.get(), wd_); // fails when it went with its directory, which is as good
    auto at = directory_;
    while ((wd_ = ::inotify_add_watch(inotify_.get(), at.c_str(), events)) < 0 && at != "/") at = above(at);
    complete_ = at == directory_;
}

bool DirectoryWatch::changed() {
    if (!inotify_) return false;
    bool was_complete = complete_;
    bool happened = drain();
    // A directory can appear between looking for it and watching the one above it; hence look again until
    // nothing stirs.
    for (bool stirred = happened; stirred && !complete_; stirred = drain()) watch();
    return happened && (was_complete || complete_);
}

bool DirectoryWatch::drain() {
    alignas(inotify_event) std::array<char, 16384> buffer;
    bool happened = false;
    for (;;) {
        auto got = ::read(inotify_.get(), buffer.data(), buffer.size());
        if (got <= 0) return happened;
        for (const char* at = buffer.data(); at < buffer.data() + got;) {
            const auto& event = *reinterpret_cast<const inotify_event*>(at);
            at += sizeof(inotify_event) + event.len;
            if (event.wd != wd_ && event.wd != -1) continue; // the end of a watch that we moved
            if (concerns_directory(event)) complete_ = false;
            happened |= concerns_directory(event) || !is_hidden(event);
        }
    }
}

} // namespace ap::host
