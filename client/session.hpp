// SPDX-License-Identifier: LGPL-2.1-or-later
// One run of the command: what was asked of it, who asked, the daemon, and libvirt.
#pragma once

#include "console.hpp"
#include "libvirt/libvirt.hpp"
#include "proxy/proxy.hpp"
#include "render/json_fwd.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace ap::cli {

struct Options {
    bool json = false, quiet = false, no_headings = false;
    bool yes = false, dry_run = false, disrupt = false, verbose = false;
    std::string color = "auto";
    std::optional<double> wait; ///< seconds
    std::optional<std::uint32_t> confirm_within, drain_timeout; ///< seconds
    std::optional<std::string> connect; ///< URI of libvirt
};

struct Session {
    const Options& options;
    Console& console;
    Proxy& proxy;
    Libvirt& libvirt;
    bool answered_in_json = false; ///< there is one answer only: what failed later is part of it

    [[nodiscard]] Look look() const;
    void say(const std::string& text); ///< for people: nothing with --quiet
    void say_json(const Json& json);   ///< for programs
};

} // namespace ap::cli
