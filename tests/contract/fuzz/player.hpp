// SPDX-License-Identifier: LGPL-2.1-or-later
// Plays episodes on a host and writes down what comes of every operation.
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "fuzz/episode.hpp"
#include "fuzz/file_tree.hpp"
#include "host.hpp"

namespace contract {

/// The host cannot be brought to the start of an episode any more; only a boot helps.
struct HostSpoilt : std::runtime_error {
    using runtime_error::runtime_error;
};

class Player {
  public:
    /// `tell` gets the log, line by line: "7 write apmask \"-3\"", "7 = success", "7 ! uevent", "7 ~ change",
    /// and the whole tree in the end.
    Player(Host& host, std::function<void(const std::string&)> tell) : host_(host), tell_(std::move(tell)) {}

    /// Brings the host to the start of the episode: no mdevs, masks all ones, devices and vfio_ap fresh. Then
    /// plays it.
    void play(const Episode&);

  private:
    struct Blocked {
        std::size_t number;
        Ticket ticket;
    };

    void enter(const Episode&);
    void clear_overrides();
    void open_masks();
    void unload_vfio_ap();
    void load_modules();
    void must(const std::string& name, std::string_view bytes);
    void change_hardware(const std::string& line);

    std::string carry_out(const Operation&);
    std::string write(const Operation&);
    std::string wait(Ticket, bool may_block);
    bool may_block(const Operation&) const;
    void end_guests();
    void tell_what_ended();
    void tell_changes();
    std::vector<std::string> uevents();
    void line(const std::string& text) { tell_(std::to_string(number_) + ' ' + text); }

    Host& host_;
    std::function<void(const std::string&)> tell_;
    std::optional<FileTree> tree_;
    MachineLines machine_;
    std::set<std::string> guests_;
    std::deque<Blocked> blocked_;
    std::size_t number_ = 0;
};

} // namespace contract
