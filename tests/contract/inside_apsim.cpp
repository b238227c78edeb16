// SPDX-License-Identifier: LGPL-2.1-or-later
// The one host around a test program.
#include "inside_apsim.hpp"

#include <sstream>
#include <stdexcept>
#include <unistd.h>

#include "apsim_host.hpp"
#include "control/client.hpp"

namespace contract {

namespace {

std::vector<std::string> words_of(const std::string& text) {
    std::istringstream stream(text);
    std::vector<std::string> words;
    for (std::string word; stream >> word;) words.push_back(word);
    return words;
}

ApsimHost& host() {
    static ApsimHost around;
    return around;
}

/// Orders about writes, and guests by request, which no scene knows of.
void clear_requests() {
    control("clear-faults");
    control("release");
    const auto names = names_in("/sys/devices/vfio_ap/matrix");
    for (const auto& name : names.value())
        // Most mdevs have no guest, and closing what is not open is refused.
        if (name.size() == 36) (void)apsim::call_control(apsim::request_from_words({"guest-close", name}));
}

} // namespace

void control(const std::string& words) {
    const auto reply = apsim::call_control(apsim::request_from_words(words_of(words)));
    if (!reply) throw std::runtime_error(reply.error());
    if (reply->find("\"ok\":true") == std::string::npos) throw std::runtime_error(words + ": " + *reply);
}

void enter(State state) {
    clear_requests();
    // A new scene trusts nothing it finds.
    Scene(host()).enter(state == State::s3 ? State::s2 : state);
    if (state == State::s3) control("guest-open " + m1);
}

std::string link_name(const std::string& path) { return link_name(host(), path); }

bool exists(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

} // namespace contract
