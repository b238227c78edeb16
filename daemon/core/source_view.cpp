// SPDX-License-Identifier: LGPL-2.1-or-later
// One visit to each source.
#include "core/source_view.hpp"

#include "core/parse.hpp"
#include "core/quote.hpp"

#include <fmt/format.h>

#include <utility>

namespace ap {
namespace {

Opinion agrees() { return {Stand::agrees, {}}; }
Opinion differs(std::string why) { return {Stand::differs, std::move(why)}; }
Opinion silent(std::string why = {}) { return {Stand::silent, std::move(why)}; }

/// "adapters 3-4".
template <class Ids>
std::string counted(const char* noun, const Ids& ids) { return fmt::format("{}{} {}", noun, ids.size() == 1 ? "" : "s", describe(ids)); }

template <class Ids>
Opinion compare_masks(const Ids& said, const Ids& is, const char* noun) {
    if (said == is) return agrees();
    std::string why;
    const auto add = [&](const Ids& ids, const char* how) {
        if (!ids.empty()) why += fmt::format("{}{} {} now", why.empty() ? "" : "; ", counted(noun, ids), how);
    };
    add(is - said, "set");
    add(said - is, "clear");
    return differs(std::move(why));
}

class Viewer {
  public:
    Viewer(const std::vector<Source>& sources, const HostState& host, const Wanted& wanted)
        : host_(host), wanted_(wanted), pool_(guest_pool_of(wanted)), mode_(bind_mode(host, wanted.binding)), boot_(masks_at_boot(sources)) {
        if (boot_.said()) masks_wanted_ = judge_masks();
    }

    SourceView view(const Source& source) {
        SourceView out{source, {}, {}, {}};
        std::visit([&](const auto& says) {
            out.host = host(says);
            out.wanted = wanted(says, source);
        }, source.says);
        const bool stands = out.wanted.stand != Stand::differs && source.problem.empty();
        if (!stands) out.remedy = how_to_change(source, host_.apmask, host_.aqmask);
        // Written anew with the present masks it would say the same.
        if (!stands && source.kind == Source::Kind::chzdev && out.host.stand == Stand::agrees) out.remedy = "remove the file, or make it the wish here: apctl reserve";
        return out;
    }

  private:
    // Is it so now?
    static Opinion host(const NotUnderstood&) { return silent(); }
    Opinion host(const SaysApmask& s) const { return compare_masks(s.mask, host_.apmask, "adapter"); }
    Opinion host(const SaysAqmask& s) const { return compare_masks(s.mask, host_.aqmask, "domain"); }
    Opinion host(const SaysOverride& s) const {
        if (!host_.present.contains(s.queue)) return silent("there is no such queue");
        const auto is = binding_of(host_, s.queue).driver_override;
        if (is == s.driver) return agrees();
        return differs(is.empty() ? "it has none now" : fmt::format("it is {} now", quote(is)));
    }
    Opinion host(const SaysDomain& s) const {
        if (host_.default_domain == s.domain) return agrees();
        return differs(host_.default_domain ? fmt::format("it is {} now", describe(DomainSet{*host_.default_domain})) : "there is none now");
    }
    Opinion host(const SaysModule& s) const {
        if (s.loaded == host_.vfio_ap_present) return agrees();
        return differs(host_.vfio_ap_present ? "it is loaded now" : "it is not loaded now");
    }
    Opinion host(const OwnsBinding&) const {
        const bool ones = host_.apmask == AdapterSet::all() && host_.aqmask == DomainSet::all();
        return ones ? agrees() : differs("bits are clear in the masks now");
    }
    static Opinion host(const UsesHostPool&) { return silent(); }

    // Is it what is wanted here?
    static Opinion wanted(const NotUnderstood&, const Source&) { return silent(); }
    Opinion wanted(const SaysApmask&, const Source& source) const { return mask_wanted(boot_.apmask_from, source); }
    Opinion wanted(const SaysAqmask&, const Source& source) const { return mask_wanted(boot_.aqmask_from, source); }
    Opinion wanted(const SaysOverride& s, const Source&) const {
        const bool to_guests = s.driver == guest_driver_name, for_guests = pool_.contains(s.queue);
        if (to_guests && !for_guests) return differs("nobody wished it for guests here");
        if (!to_guests && for_guests) return differs("it is wanted for guests here");
        if (mode_ == BindMode::masks && mode_in_use(host_)) return differs("masks are in use, and the kernel takes no driver_override meanwhile");
        return agrees();
    }
    static Opinion wanted(const SaysDomain&, const Source&) { return silent(); }
    Opinion wanted(const SaysModule& s, const Source&) const {
        if (s.loaded || pool_.empty()) return agrees();
        return differs(fmt::format("{} are wanted for guests, which takes vfio_ap", describe(pool_, 4)));
    }
    Opinion wanted(const OwnsBinding&, const Source&) const {
        if (pool_.empty()) return agrees();
        return differs(fmt::format("it may give {} back to the host at any time", describe(pool_, 4)));
    }
    static Opinion wanted(const UsesHostPool&, const Source&) { return silent(); }

    Opinion mask_wanted(const Source* effective, const Source& source) const {
        if (*effective != source) return silent("superseded by " + place_of(*effective));
        return masks_wanted_;
    }
    /// The two masks only mean something together.
    [[nodiscard]] Opinion judge_masks() const {
        if (boot_.all_ones() && mode_ == BindMode::overrides) return agrees();
        if (mode_ == BindMode::overrides && mode_in_use(host_)) return differs("with these masks the kernel takes no driver_override, and overrides are in use here");
        const auto reserved = QueueSet::rectangle(boot_.apmask, boot_.aqmask);
        if (const auto lost = pool_ & reserved; !lost.empty()) return differs(fmt::format("after a boot the host has {}, wanted for guests here", describe(lost, 4)));
        if (const auto lost = wanted_.keep - reserved; !lost.empty()) return differs(fmt::format("after a boot guests may have {}, which the host must keep", describe(lost, 4)));
        auto after_boot = host_;
        after_boot.apmask = boot_.apmask;
        after_boot.aqmask = boot_.aqmask;
        if (const auto bits = cleared_for_nobody(after_boot, wanted_); !bits.empty()) return differs("after a boot " + in_words(bits) + " for guests though nobody wished it here");
        return agrees();
    }
    static std::string in_words(const MaskBits& bits) {
        std::string out;
        if (!bits.adapters.empty()) out = counted("adapter", bits.adapters);
        if (!bits.domains.empty()) out += (out.empty() ? "" : " and ") + counted("domain", bits.domains);
        return out + (bits.adapters.size() + bits.domains.size() == 1 ? " is" : " are");
    }

    const HostState& host_;
    const Wanted& wanted_;
    QueueSet pool_;
    BindMode mode_;
    BootMasks boot_;
    Opinion masks_wanted_;
};

/// chzdev's own words: what it calls the masks are the ids that stay with the host.
std::string chzdev_with(const AdapterSet& apmask, const DomainSet& aqmask) {
    if (apmask.empty() || aqmask.empty()) return {};
    return fmt::format("write it anew: chzdev -t ap -p apmask={} aqmask={}", to_list(apmask), to_list(aqmask));
}

} // namespace

std::string to_string(Stand stand) {
    switch (stand) {
    case Stand::agrees: return "agrees";
    case Stand::differs: return "differs";
    case Stand::silent: return "silent";
    }
    std::unreachable();
}

std::vector<SourceView> view_sources(const std::vector<Source>& sources, const HostState& host, const Wanted& wanted) {
    Viewer viewer(sources, host, wanted);
    std::vector<SourceView> out;
    for (const auto& source : sources) out.push_back(viewer.view(source));
    return out;
}

std::string how_to_change(const Source& source, const AdapterSet& apmask, const DomainSet& aqmask) {
    switch (source.kind) {
    case Source::Kind::boot: return "change the kernel's command line in the boot loader";
    case Source::Kind::chzdev:
        if (auto command = chzdev_with(apmask, aqmask); !command.empty()) return command;
        return "remove the file";
    case Source::Kind::driverctl:
        if (const auto* says = std::get_if<SaysOverride>(&source.says)) return fmt::format("driverctl -b ap unset-override {}", to_string(says->queue));
        return "correct or remove the file";
    case Source::Kind::dra_driver: return "stop the CEX DRA driver on this node, or leave the binding to it";
    case Source::Kind::device_plugin: return "stop the CEX device plugin on this node";
    }
    std::unreachable();
}

} // namespace ap
