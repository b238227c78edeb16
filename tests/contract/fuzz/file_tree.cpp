// SPDX-License-Identifier: LGPL-2.1-or-later
// Walking the tree, and what is left out of it.
#include "fuzz/file_tree.hpp"

#include <algorithm>
#include <sys/stat.h>

#include "fuzz/comparable.hpp"
#include "fuzz/literal.hpp"
#include "text.hpp"

namespace contract {

namespace {

constexpr std::string_view sys = "/sys";
constexpr std::string_view ap_devices = "/sys/devices/ap";

bool is_among(std::string_view name, std::initializer_list<std::string_view> names) {
    return std::ranges::find(names, name) != names.end();
}

/// Not looked at: a directory every device has, from the driver core's power management.
bool is_foreign(std::string_view name) { return name == "power"; }

/// Seen with its mode, but not read.
bool has_no_comparable_text(std::string_view name) {
    return is_among(name,
                    {
                        "scans", "bindings_complete_count", // how many scans there are is a matter of time
                        "dev",                              // device numbers
                        "reset", "interrupt",               // the queue's state machine runs by itself
                        "load", "requestq_count", "pendingq_count",                     // messages under way
                        "serialnr", "mkvps", "API_ordinalnr", "FW_version", "op_modes", // ask the card
                    });
}

/// What cannot change, and what costs much to look at and is looked at in the end in any case.
bool is_lasting(std::string_view name) {
    return is_among(name, {"hwtype", "raw_hwtype", "depth", "modalias", "max_msg_size", "type", "name",
                           "device_api", "features", "ap_max_adapter_id", "ap_max_domain_id", "ap_interrupts",
                           "ap_functions", "uevent"});
}

} // namespace

FileTree::FileTree(Host& host) : host_(host) {
    for (const auto* root : {"/sys/bus/ap", "/sys/bus/matrix", "/sys/bus/mdev", "/sys/class/mdev_bus",
                             "/sys/devices/ap", "/sys/devices/vfio_ap"})
        roots_.push_back({root, root});
}

void FileTree::update(const Tell& tell) {
    for (auto& root : roots_) {
        // A root that is not there is an empty directory.
        root.mode = S_IFDIR;
        refresh_directory(root, tell);
    }
}

bool FileTree::is_read_again(const Entry& entry) const {
    return entry.stale || !(S_ISLNK(entry.mode) || is_lasting(entry.name));
}

void FileTree::look(Entry& entry) {
    if (entry.stale) entry.mode = host_.mode(entry.path).value_or(0);
    if (entry.mode == 0) {
        entry.text = "cannot be seen";
    } else if (S_ISLNK(entry.mode)) {
        const auto target = host_.readlink(entry.path);
        entry.text = target ? comparable_path(*target) : errno_text(target.error());
    } else if (S_ISREG(entry.mode) && (entry.mode & S_IRUSR) != 0 && !has_no_comparable_text(entry.name)) {
        const auto text = host_.read(entry.path);
        entry.text = text ? literal(comparable_content(entry.name, *text)) : errno_text(text.error());
    }
    entry.stale = false;
}

void FileTree::refresh(Entry& entry, const Tell& tell) {
    if (is_read_again(entry)) {
        const auto before = value(entry);
        look(entry);
        const auto now = value(entry);
        if (now != before) tell("~ " + shown_path(entry) + ' ' + before + " => " + now);
    }
    if (S_ISDIR(entry.mode)) refresh_directory(entry, tell);
}

void FileTree::refresh_directory(Entry& directory, const Tell& tell) {
    auto names = host_.list(directory.path).value_or(std::vector<std::string>());
    std::erase_if(names, is_foreign);
    std::vector<Entry> entries;
    entries.reserve(names.size());
    auto old = directory.entries.begin();
    const auto gone_before = [&](const std::string* name) {
        for (; old != directory.entries.end() && (name == nullptr || old->name < *name); ++old)
            tell("- " + shown_path(*old));
    };
    for (auto& name : names) {
        gone_before(&name);
        if (old != directory.entries.end() && old->name == name) {
            entries.push_back(std::move(*old++));
            refresh(entries.back(), tell);
            continue;
        }
        entries.push_back({name, directory.path + '/' + name});
        look(entries.back());
        tell("+ " + line(entries.back()));
        if (S_ISDIR(entries.back().mode)) refresh_directory(entries.back(), tell);
    }
    gone_before(nullptr);
    directory.entries = std::move(entries);
}

void FileTree::forget(const std::string& uevent) {
    const auto at = uevent.find('@') + 1;
    const auto path = std::string(sys) + uevent.substr(at, uevent.find(' ') - at);
    auto* entries = &roots_;
    for (bool deeper = true; deeper;) {
        deeper = false;
        for (auto& entry : *entries) {
            if (path != entry.path && !path.starts_with(entry.path + '/')) continue;
            entries = &entry.entries;
            deeper = path != entry.path;
            if (!deeper)
                for (auto& file : entry.entries) file.stale = true;
            break;
        }
    }
}

bool FileTree::has_unbound_queue() const {
    for (const auto& root : roots_) {
        if (root.name != ap_devices) continue;
        for (const auto& card : root.entries)
            for (const auto& queue : card.entries)
                if (queue.name.find('.') != std::string::npos &&
                    std::ranges::find(queue.entries, "driver", &Entry::name) == queue.entries.end())
                    return true;
    }
    return false;
}

namespace {

template <class Entry>
void make_stale(Entry& entry) {
    entry.stale = true;
    for (auto& inner : entry.entries) make_stale(inner);
}

} // namespace

void FileTree::forget_all() {
    for (auto& root : roots_) make_stale(root);
}

std::string FileTree::shown_path(const Entry& entry) {
    return comparable_path(entry.path.substr(sys.size()));
}

std::string FileTree::value(const Entry& entry) {
    if (S_ISLNK(entry.mode)) return "-> " + entry.text;
    if (S_ISDIR(entry.mode)) return octal(entry.mode & 07777) + '/';
    return octal(entry.mode & 07777) + (entry.text.empty() ? "" : ' ' + entry.text);
}

std::string FileTree::line(const Entry& entry) { return shown_path(entry) + ' ' + value(entry); }

void FileTree::show(const Tell& tell) const {
    for (const auto& root : roots_)
        for (const auto& entry : root.entries) show(entry, tell);
}

void FileTree::show(const Entry& entry, const Tell& tell) const {
    tell(line(entry));
    for (const auto& inner : entry.entries) show(inner, tell);
}

} // namespace contract
