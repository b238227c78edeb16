// SPDX-License-Identifier: LGPL-2.1-or-later
// Kernel parameters and lists of modules.
#include "model/boot.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "model/kernel_text.hpp"

namespace apsim {

namespace {

std::unexpected<std::string> wrong(std::string why) { return std::unexpected(std::move(why)); }

std::expected<void, std::string> take_parameter(Boot& boot, std::string_view name, std::string_view value) {
    const auto number = scan_int(value, ScanBase::any);
    if (name == "apmask") {
        boot.apmask = value;
    } else if (name == "aqmask") {
        boot.aqmask = value;
    } else if (name != "domain" && name != "poll_thread" && name != "useirq") {
        return wrong(fmt::format(
            "ap.{} is no parameter of the AP bus; expected apmask, aqmask, domain, poll_thread or "
            "useirq",
            name));
    } else if (!number) {
        return wrong(fmt::format("ap.{} needs a number", name));
    } else if (name == "domain") {
        boot.domain = *number;
    } else if (name == "poll_thread") {
        boot.poll_thread = *number != 0;
    } else {
        boot.use_interrupts = *number != 0;
    }
    return {};
}

std::string_view take_until(std::string_view& text, char separator) {
    const auto end = std::min(text.find(separator), text.size());
    const auto part = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return part;
}

} // namespace

std::expected<void, std::string> take_kernel_parameters(Boot& boot, std::string_view text) {
    while (!text.empty()) {
        auto word = take_until(text, ' ');
        if (!word.starts_with("ap.")) continue;
        const auto name = take_until(word, '=').substr(3);
        if (auto ok = take_parameter(boot, name, word); !ok) return ok;
    }
    return {};
}

std::expected<void, std::string> take_modules(Boot& boot, std::string_view list) {
    boot.zcrypt_cex4 = boot.vfio_ap = false;
    if (list == "none") return {};
    while (!list.empty()) {
        const auto name = take_until(list, ',');
        if (name == "zcrypt_cex4")
            boot.zcrypt_cex4 = true;
        else if (name == "vfio_ap")
            boot.vfio_ap = true;
        else
            return wrong(fmt::format("{} is no module here; expected zcrypt_cex4, vfio_ap or none", name));
    }
    return {};
}

} // namespace apsim
