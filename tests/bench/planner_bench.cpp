// SPDX-License-Identifier: LGPL-2.1-or-later
// Planning one more matrix on a host of 256 x 256 queues with 1,000 matrices, against copying that host's state once.
#include "bench.hpp"
#include "core/planner.hpp"
#include "core/predictor.hpp"
#include "core/wish.hpp"

#include <cstdlib>

namespace {

ap::Uuid numbered(unsigned n) {
    ap::Uuid uuid;
    uuid.bytes[14] = static_cast<std::uint8_t>(n >> 8);
    uuid.bytes[15] = static_cast<std::uint8_t>(n);
    return uuid;
}

/// Matrix k: one adapter and four domains, so that 1,000 of them are disjoint.
ap::Matrix nth_matrix(unsigned k, bool scattered) {
    ap::Matrix m;
    m.adapters.insert(static_cast<ap::Apid>(k % 250));
    for (unsigned i = 0; i < 4; ++i) {
        unsigned domain = scattered ? (k / 250 * 4 + i + (k % 250) * 7) % 200 : k / 250 * 4 + i;
        m.domains.insert(static_cast<ap::Apqi>(domain));
    }
    m.control = m.domains;
    return m;
}

struct Scene {
    ap::HostState host;
    ap::Wanted wanted;
};

Scene scene(bool scattered) {
    Scene s;
    s.host.bus_present = s.host.vfio_ap_present = s.host.has_ap_config = true;
    s.host.host_adapters = ap::AdapterSet::all();
    s.host.host_domains = s.host.host_control = ap::DomainSet::all();
    for (unsigned a = 0; a < 256; ++a)
        s.host.adapters[static_cast<ap::Apid>(a)] = {.hwtype = 14, .raw_hwtype = 14, .mode = ap::Mode::ep11, .online = true, .serial = {}};
    s.host.present = s.host.host = ap::QueueSet::rectangle(ap::AdapterSet::all(), ap::DomainSet::all());
    std::vector<ap::Wish> wishes;
    for (unsigned k = 0; k < 1000; ++k) {
        auto m = nth_matrix(k, scattered);
        s.wanted.definitions[numbered(k)] = {.name = fmt::format("m{}", k), .matrix = m, .active = true};
    }
    auto built = ap::plan(s.host, {}, s.wanted, {});
    if (!built) {
        fmt::print(stderr, "the scene cannot be planned: {}\n", ap::to_string(built.error().front()));
        std::exit(1);
    }
    for (const auto& step : built->steps) s.host = ap::after(s.host, step);
    return s;
}

void measure(std::string_view what, bool scattered) {
    const auto s = scene(scattered);
    const auto wish = ap::parse_wish("assign", {{"matrix", "one-more"}, {"adapters", "251,252"}, {"domains", "210,211"}});
    if (!wish) std::exit(1);
    std::vector<double> ours, copies;
    bool exact = true;
    for (int i = 0; i < 25; ++i) {
        ours.push_back(bench::time_ms([&] {
            auto base = ap::adopt(s.host, s.wanted);
            auto want = ap::fold(s.host, base, {*wish});
            auto plan = ap::plan(s.host, base, *want, {});
            if (!plan) {
                fmt::print(stderr, "{}\n", ap::to_string(plan.error().front()));
                std::exit(1);
            }
            exact = plan->exact;
        }));
        copies.push_back(bench::time_ms([&] {
            auto copy = s.host;
            if (copy.matrices.size() != 1000) std::exit(1);
        }));
    }
    bench::row(fmt::format("{}{}", what, exact ? "" : " (bounded)"), bench::median(ours), "copying the host state", bench::median(copies));
}

} // namespace

int main() {
    measure("plan, 65,536 queues, 1,000 equal-row matrices", false);
    measure("plan, 65,536 queues, 1,000 scattered matrices", true);
}
