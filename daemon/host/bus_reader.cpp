// SPDX-License-Identifier: LGPL-2.1-or-later
// Small files, all of them read again and again.
#include "host/bus_reader.hpp"

#include "core/parse.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace ap::host {
namespace {

std::string path_of(std::string_view file) { return fmt::format("sys/bus/ap/{}", file); }

std::unexpected<Error> not_understood(const KeptFiles& files, const char* file, std::string_view text) {
    return std::unexpected(Error{.fault = Fault::host_io,
                                 .subject = files.full(path_of(file)),
                                 .reason = "reads \"" + std::string(without_newline(text).substr(0, 40)) +
                                           "\", which no AP bus is known to say",
                                 .remedy = {}});
}

/// A mask file; without QCI the kernel says "not supported", which is the empty set: nothing is configured
/// that vfio_ap could give on.
template <class Set, class Parse>
Result<bool> read_mask(KeptFiles& files, const char* file, Parse parse, Set& into) {
    auto text = files.read(path_of(file));
    if (!text) return std::unexpected(std::move(text.error()));
    if (!*text) return false;
    if (without_newline(**text) == "not supported") {
        into = {};
        return true;
    }
    auto set = parse(**text);
    if (!set) return not_understood(files, file, **text);
    into = *set;
    return true;
}

/// A decimal number; `into` keeps its value when the file is not there.
Result<void> read_number(KeptFiles& files, const char* file, int& into) {
    auto text = files.read(path_of(file));
    if (!text) return std::unexpected(std::move(text.error()));
    if (!*text) return {};
    auto digits = without_newline(**text);
    auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), into);
    if (error != std::errc{} || end != digits.data() + digits.size() || into < -1 || into > 255)
        return not_understood(files, file, **text);
    return {};
}

Result<void> read_numbers(KeptFiles& files, HostState& host) {
    int adapter = 255, domain = 255, standard = -1;
    if (auto r = read_number(files, "ap_max_adapter_id", adapter); !r) return r;
    if (auto r = read_number(files, "ap_max_domain_id", domain); !r) return r;
    if (auto r = read_number(files, "ap_domain", standard); !r) return r;
    host.max_adapter = static_cast<unsigned>(std::max(adapter, 0));
    host.max_domain = static_cast<unsigned>(std::max(domain, 0));
    host.default_domain = standard < 0 ? std::nullopt : std::optional(static_cast<Apqi>(standard));
    return {};
}

} // namespace

Result<bool> read_masks(const Directory& root, KeptFiles& files, HostState& host) {
    for (auto there : {read_mask(files, "apmask", parse_adapter_mask, host.apmask),
                       read_mask(files, "aqmask", parse_domain_mask, host.aqmask)})
        if (!there || !*there) return there;
    host.bus_present = true;
    host.vfio_ap_present = root.has("sys/devices/vfio_ap/matrix");
    return true;
}

Result<void> read_configuration(KeptFiles& files, HostState& host) {
    for (auto there : {read_mask(files, "ap_adapter_mask", parse_adapter_mask, host.host_adapters),
                       read_mask(files, "ap_usage_domain_mask", parse_domain_mask, host.host_domains),
                       read_mask(files, "ap_control_domain_mask", parse_domain_mask, host.host_control)})
        if (!there) return std::unexpected(std::move(there.error()));
    return read_numbers(files, host);
}

} // namespace ap::host
