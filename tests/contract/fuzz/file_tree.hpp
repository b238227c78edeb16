// SPDX-License-Identifier: LGPL-2.1-or-later
// The whole tree of AP and vfio_ap, kept up to date, and what changed in it.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "host.hpp"

namespace contract {

class FileTree {
  public:
    /// `tell` gets a line for each difference: "+ path 0644 \"text\"", "- path", "~ path old => new"; paths
    /// are below /sys.
    using Tell = std::function<void(const std::string&)>;

    explicit FileTree(Host&);

    /// Looks for differences.  What cannot change while a device lives and stays with its driver is not read
    /// again, unless forget() was told of the device.
    void update(const Tell&);

    /// The device of this uevent is another now, or has another driver.
    void forget(const std::string& uevent);

    /// update() reads everything again.
    void forget_all();

    /// A line for every file.
    void show(const Tell&) const;

    /// Does some AP queue have no driver?
    bool has_unbound_queue() const;

  private:
    struct Entry {
        std::string name;
        std::string path;      ///< with /sys
        unsigned mode = 0;     ///< 0: lstat(2) fails
        std::string text = {}; ///< or where a link points to, or an errno
        bool stale = true;
        std::vector<Entry> entries = {}; ///< of a directory, by name
    };

    bool is_read_again(const Entry&) const;
    void look(Entry&);
    void refresh(Entry&, const Tell&);
    void refresh_directory(Entry&, const Tell&);
    void show(const Entry&, const Tell&) const;
    static std::string line(const Entry&);
    static std::string value(const Entry&);
    static std::string shown_path(const Entry&);

    Host& host_;
    std::vector<Entry> roots_;
};

} // namespace contract
