// SPDX-License-Identifier: LGPL-2.1-or-later
// What is there, who has it, what is wrong; long lists end with the command that shows the rest.
#include "render/status.hpp"

#include "core/parse.hpp"
#include "render/checkpoint.hpp"
#include "render/condition.hpp"
#include "render/drains.hpp"
#include "render/grid.hpp"
#include "render/lists.hpp"
#include "render/section.hpp"
#include "render/sources.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace ap::cli {
namespace {

constexpr std::size_t most_lines = 10;

std::string bus_line(const HostState& host) {
    if (!host.bus_present) return "none: an ordinary machine, or a Z without crypto adapters";
    return fmt::format("{}, {}, {}", count(host.adapters.size(), "adapter"),
                       count(host.present.domains().size(), "domain"), count(host.present.size(), "queue"));
}

std::string vfio_ap_line(const HostView& view, const ServiceView& service) {
    if (!view.host.vfio_ap_present) return "not loaded: modprobe vfio_ap";
    if (service.kernel_features.empty()) return "loaded";
    return fmt::format("loaded; the kernel has {}", fmt::join(service.kernel_features, ", "));
}

std::string binding_text(const HostView& view, const ServiceView& service, const Look& look) {
    Section out("Binding", look);
    if (view.bind_mode == BindMode::overrides) {
        out.add("by driver_override, queue by queue");
    } else {
        const auto adapters = AdapterSet::all() - view.host.apmask;
        const auto domains = DomainSet::all() - view.host.aqmask;
        out.add(fmt::format("by masks; cleared for guests: adapters {}; domains {}", describe(adapters),
                            describe(domains)));
    }
    if (!service.bind_reason.empty()) out.add("because " + harmless(service.bind_reason), Ink::dim);
    return out.text();
}

std::string queues_text(const HostView& view, const Look& look) {
    Section out("Queues", look);
    for (const auto& [condition, n] : census(make_grid(view)))
        out.add(fmt::format("{:>5}  {}", n, look_of(condition).meaning), look_of(condition).word);
    return out.text();
}

/// At most most_lines of them; `rest` is the command that shows all.
template <class Values, class Line>
std::string some(std::string heading, const Values& values, Line line, std::string_view rest,
                 const Look& look, Ink ink = Ink::plain) {
    Section out(std::move(heading), look);
    std::size_t shown = 0;
    for (const auto& value : values) {
        if (shown++ == most_lines) {
            out.add(fmt::format("and {} more: {}", values.size() - most_lines, rest), Ink::dim);
            break;
        }
        out.add(line(value), ink);
    }
    return out.text();
}

std::string matrices_lines(const HostView& view, const Look& look) {
    const auto line = [&](const Uuid& uuid) {
        const auto active = view.host.matrices.find(uuid);
        const auto& matrix = active != view.host.matrices.end() ? active->second.assigned
                                                                : view.wanted.definitions.at(uuid).matrix;
        return fmt::format("{}: {}; adapters {}, domains {}", harmless(display_name(view.wanted, uuid)),
                           matrix_state(view, uuid), describe(matrix.adapters), describe(matrix.domains));
    };
    const auto all = all_matrices(view);
    return all.empty() ? fact("Matrices", "none", look)
                       : some("Matrices", all, line, "apctl list matrices", look);
}

std::string wishes_lines(const Wanted& wanted, const Look& look) {
    std::string out;
    if (!wanted.reserved.empty()) out += fact("Reserved", describe(wanted.reserved), look);
    if (!wanted.keep.empty()) out += fact("Host keeps", describe(wanted.keep), look);
    return out;
}

std::string jobs_lines(const std::vector<JobView>& jobs, const Look& look) {
    std::vector<JobView> open;
    std::ranges::copy_if(jobs, std::back_inserter(open), [](const JobView& job) { return !job.ended(); });
    const auto line = [](const JobView& job) {
        return fmt::format("{}: {}; {}", job.id, harmless(job.description), job_state(job));
    };
    return some("Jobs", open, line, "apctl jobs", look);
}

} // namespace

std::string no_bus_text(const HostView& view) {
    if (view.host.bus_present) return {};
    return "this machine has no AP bus: an ordinary machine, or a Z without crypto adapters\n";
}

std::string status_text(const HostView& view, const ServiceView& service, const std::vector<JobView>& jobs,
                        const std::optional<CheckpointView>& waiting, const SourcesView& others,
                        const Look& look) {
    std::string out = fact("apctld",
                           fmt::format("{}, generation {}{}", harmless(service.version), view.generation,
                                       service.settled ? "" : ", still reading"),
                           look);
    if (service.degraded)
        out += fact("DEGRADED", harmless(service.degraded_reason) + "; what can be done: apctl recover",
                    look, Ink::red);
    out += facts("Problems", service.problems, look, Ink::red) + checkpoint_text(waiting, look);
    out += fact("AP bus", bus_line(view.host), look);
    if (!view.host.bus_present) return out;
    out += fact("vfio_ap", vfio_ap_line(view, service), look,
                view.host.vfio_ap_present ? Ink::plain : Ink::yellow);
    out += binding_text(view, service, look) + queues_text(view, look) + matrices_lines(view, look) +
           wishes_lines(view.wanted, look) + drains_text(view, look);
    out += some(
        "Drift", view.drift, [](const DriftView& d) { return harmless(d.text); }, "apctl status --json", look,
        Ink::yellow);
    return out + sources_line(others, look) + jobs_lines(jobs, look);
}

} // namespace ap::cli
