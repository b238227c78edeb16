// SPDX-License-Identifier: LGPL-2.1-or-later
// What all hosts do alike.
#include "host.hpp"

#include <cstring>
#include <stdexcept>

namespace contract {

namespace {

const std::string scans_file = "/sys/bus/ap/scans";

unsigned long scans(Host& host) {
    const auto text = host.read(scans_file);
    if (!text) throw std::runtime_error(scans_file + ": " + std::strerror(text.error()));
    return std::stoul(*text);
}

} // namespace

void Host::settle() {
    const auto enough = scans(*this) + 2;
    while (scans(*this) < enough)
        if (const int error = write(scans_file, "1"))
            throw std::runtime_error(scans_file + ": " + std::strerror(error));
}

std::string link_name(Host& host, const std::string& path) {
    const auto target = host.readlink(path);
    return target ? target->substr(target->rfind('/') + 1) : std::string();
}

bool exists(Host& host, const std::string& path) { return host.mode(path).has_value(); }

} // namespace contract
