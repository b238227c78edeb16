// SPDX-License-Identifier: LGPL-2.1-or-later
// Sources in words, and the masks they come to.
#include "core/source.hpp"

#include "core/parse.hpp"
#include "core/quote.hpp"

#include <fmt/format.h>

#include <utility>

namespace ap {
namespace {

template <class Ids>
std::string mask_in_words(const char* mask, const char* noun, const Ids& set) {
    const auto clear = ~set;
    if (clear.empty()) return fmt::format("no {} is clear in {} at boot", noun, mask);
    const bool one = clear.size() == 1;
    return fmt::format("{}{} {} {} clear in {} at boot", noun, one ? "" : "s", describe(clear), one ? "is" : "are", mask);
}

struct InWords {
    std::string operator()(const NotUnderstood&) const { return "-"; }
    std::string operator()(const SaysApmask& s) const { return mask_in_words("apmask", "adapter", s.mask); }
    std::string operator()(const SaysAqmask& s) const { return mask_in_words("aqmask", "domain", s.mask); }
    std::string operator()(const SaysOverride& s) const {
        return fmt::format("driver_override of {} is {} whenever the queue appears", to_string(s.queue), quote(s.driver));
    }
    std::string operator()(const SaysDomain& s) const { return fmt::format("domain {} is the host's default domain", describe(DomainSet{s.domain})); }
    std::string operator()(const SaysModule& s) const { return s.loaded ? "vfio_ap is loaded at boot" : "vfio_ap is not loaded"; }
    std::string operator()(const OwnsBinding&) const {
        return "the CEX DRA driver sets the driver_override of every queue as its claims need it, and wants both masks all ones";
    }
    std::string operator()(const UsesHostPool&) const { return "the CEX device plugin gives queues of the host pool to containers"; }
};

} // namespace

std::string to_string(Source::Kind kind) {
    switch (kind) {
    case Source::Kind::boot: return "boot";
    case Source::Kind::chzdev: return "chzdev";
    case Source::Kind::driverctl: return "driverctl";
    case Source::Kind::dra_driver: return "dra_driver";
    case Source::Kind::device_plugin: return "device_plugin";
    }
    std::unreachable();
}

std::string place_of(const Source& source) { return source.line == 0 ? source.file : fmt::format("{} line {}", source.file, source.line); }

std::string asks_for(const Source& source) { return std::visit(InWords{}, source.says); }

BootMasks masks_at_boot(const std::vector<Source>& sources) {
    BootMasks out;
    for (const auto& source : sources) {
        if (const auto* says = std::get_if<SaysApmask>(&source.says)) out.apmask = says->mask, out.apmask_from = &source;
        if (const auto* says = std::get_if<SaysAqmask>(&source.says)) out.aqmask = says->mask, out.aqmask_from = &source;
    }
    return out;
}

std::string places_of(const BootMasks& masks) {
    const auto *a = masks.apmask_from, *q = masks.aqmask_from;
    if (a == nullptr || q == nullptr) return place_of(a != nullptr ? *a : *q);
    if (a->file != q->file) return fmt::format("{} and {}", place_of(*a), place_of(*q));
    return a->line == q->line ? place_of(*a) : fmt::format("{} lines {} and {}", a->file, a->line, q->line);
}

} // namespace ap
