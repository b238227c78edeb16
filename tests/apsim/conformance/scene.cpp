// SPDX-License-Identifier: LGPL-2.1-or-later
// Setting the scene.
#include "conformance/scene.hpp"

#include <cstring>
#include <sstream>
#include <stdexcept>
#include <vector>

#include "conformance/sysfs.hpp"
#include "control/client.hpp"

namespace apsim::conformance {

namespace {

constexpr std::string_view type_dir = "/sys/devices/vfio_ap/matrix/mdev_supported_types/vfio_ap-passthrough/";
constexpr std::string_view all_ones = "0xffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff";

void must(std::string_view name, std::string_view bytes) {
    if (const int error = write_once(path_of(name), bytes))
        throw std::runtime_error(std::string(name) + ": " + std::strerror(error));
}

std::vector<std::string> words_of(const std::string& text) {
    std::istringstream stream(text);
    std::vector<std::string> words;
    for (std::string word; stream >> word;) words.push_back(word);
    return words;
}

/// Back to S0: guests away, mdevs away, hardware as in the host file, everything bound by the default
/// drivers.
void reset() {
    control("clear-faults");
    control("release");
    for (const auto& uuid : names_in("/sys/devices/vfio_ap/matrix"))
        if (uuid.size() == 36) {
            // Most mdevs have no guest, and closing what is not open is refused.
            (void)call_control(request_from_words({"guest-close", uuid}));
            const auto remove = "/sys/devices/vfio_ap/matrix/" + uuid + "/remove";
            if (exists(remove) && write_once(remove, "1") != 0)
                throw std::runtime_error("cannot remove " + uuid);
        }
    must("drivers_autoprobe", "1");
    must("apmask", all_ones);
    must("aqmask", all_ones);
    for (const auto& adapter : {"03", "05"})
        for (const auto& domain : {".0004", ".0047"}) must("drivers_probe", std::string(adapter) + domain);
}

void make_m1() {
    must("create", uuid_m1);
    must("M1/assign_adapter", "3");
    must("M1/assign_domain", "4");
    must("M1/assign_domain", "0x47");
    must("M1/assign_control_domain", "4");
}

} // namespace

std::string path_of(std::string_view name) {
    const auto rest = name.substr(std::min(name.find('/'), name.size()));
    if (name.starts_with("/")) return std::string(name);
    if (name == "create" || name == "available_instances") return std::string(type_dir) + std::string(name);
    if (name.starts_with("M1"))
        return "/sys/devices/vfio_ap/matrix/" + std::string(uuid_m1) + std::string(rest);
    if (name.starts_with("M2"))
        return "/sys/devices/vfio_ap/matrix/" + std::string(uuid_m2) + std::string(rest);
    if (name.starts_with("card") || (name.size() > 2 && name[2] == '.'))
        return "/sys/bus/ap/devices/" + std::string(name);
    return "/sys/bus/ap/" + std::string(name);
}

void control(const std::string& words) {
    const auto reply = call_control(request_from_words(words_of(words)));
    if (!reply) throw std::runtime_error(reply.error());
    if (reply->find("\"ok\":true") == std::string::npos) throw std::runtime_error(words + ": " + *reply);
}

void enter(State state) {
    reset();
    if (state == State::s0) return;
    must("apmask", "-3");
    if (state == State::s1) return;
    if (state == State::s1m) return must("create", uuid_m1);
    make_m1();
    if (state == State::s3) control("guest-open " + std::string(uuid_m1));
    if (state == State::s4) must("create", uuid_m2);
}

} // namespace apsim::conformance
