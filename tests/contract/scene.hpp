// SPDX-License-Identifier: LGPL-2.1-or-later
// The starting states of the tables, and short names for their files.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "host.hpp"

namespace contract {

/// S0: masks all ones, no mdev. S1: adapter 3 freed. S1m: S1 and the empty mdev M1. S2: S1 and M1
/// {3; 4, 0x47; 4}. S3: S2 and a guest on M1. S4: S2 and the empty mdev M2. D1: both queues of adapter 3 on
/// vfio_ap by driver_override. D1m: D1 and the empty mdev M1. D2: D1 and M1 as in S2. As booted: nothing is
/// done to the host, and nothing is put back after it.
enum class State { s0, s1, s1m, s2, s3, s4, d1, d1m, d2, as_booted };

inline const std::string m1 = "11111111-1111-4111-8111-111111111111";
inline const std::string m2 = "22222222-2222-4222-8222-22222222222a";

/// The machine H of the tables, with more lines behind it.
std::string machine_h(std::string_view more = {});

/// The path a short name stands for: "apmask" and other files of /sys/bus/ap; "create" and
/// "available_instances" of the type; "M1/..." and "M2/..."; "03.0004/..." and "card03/..."; "matrix/...";
/// what starts with a slash is a path.
std::string path_of(std::string_view name);

/// The host during one row, and what must be put back after it.
class Scene {
  public:
    explicit Scene(Host& host) : host_(host) {}

    Host& host() { return host_; }

    /// Puts the host into the state, whatever it was in, and forgets the events so far.  Throws
    /// std::runtime_error when that fails.
    void enter(State);

    void change_hardware(const std::string& topology);
    int open_guest(const std::string& uuid);
    int close_guest(const std::string& uuid);
    int kill_guest(const std::string& uuid);

    /// Writes that were begun and have not been seen to end, in order.
    std::vector<Ticket> begun;

    /// What a step made and later ones use; gone when the row is over.
    std::map<std::string, std::shared_ptr<void>> kept;

    /// Texts that a step noted for a later one to compare with.
    std::map<std::string, std::string> noted;

  private:
    void clear();
    void end_guests_and_writes();
    void load_modules();
    void remove_mdevs();
    void clear_overrides();
    void wait_until_started();
    bool starts(const std::string& queue);
    void set_masks(const std::string& apmask);
    void put_hardware_back();
    void rebind();
    void configure_cards();
    void build(State);
    void reset_files();
    std::string fingerprint();
    void must(std::string_view name, std::string_view bytes);

    Host& host_;
    bool hardware_changed_ = true;
    std::vector<std::string> guests_;
    std::string print_; ///< of the state that was built last
    State state_ = State::as_booted;
};

} // namespace contract
