// SPDX-License-Identifier: LGPL-2.1-or-later
// Sets as people read them: ranges folded, both bases, long lists cut.
#include "core/parse.hpp"

#include <fmt/format.h>

#include <ranges>
#include <vector>

namespace ap {
namespace {

template <class Id> struct Run { Id first, last; };

template <class Id>
std::vector<Run<Id>> runs(const IdSet<Id>& set) {
    std::vector<Run<Id>> out;
    for (Id id : set) {
        if (!out.empty() && to_int(out.back().last) + 1 == to_int(id)) out.back().last = id;
        else out.push_back({id, id});
    }
    return out;
}

/// Below ten both bases look the same, so one is enough.
template <class Id>
std::string in_both_bases(Run<Id> run) {
    const unsigned first = to_int(run.first), last = to_int(run.last);
    if (first == last) return first < 10 ? fmt::format("{}", first) : fmt::format("{0} ({0:#x})", first);
    return last < 10 ? fmt::format("{}-{}", first, last) : fmt::format("{0}-{1} ({0:#x}-{1:#x})", first, last);
}

template <class Id>
std::string in_words(const IdSet<Id>& set) {
    std::string out;
    for (auto run : runs(set)) out += (out.empty() ? "" : ", ") + in_both_bases(run);
    return out.empty() ? "none" : out;
}

template <class Id>
std::string as_list(const IdSet<Id>& set) {
    std::string out;
    for (auto [first, last] : runs(set)) {
        if (!out.empty()) out += ',';
        out += fmt::to_string(to_int(first));
        if (first != last) out += "-" + fmt::to_string(to_int(last));
    }
    return out;
}

template <class Id>
std::string hex(Run<Id> run) {
    return run.first == run.last ? to_string(run.first) : to_string(run.first) + "-" + to_string(run.last);
}

struct Part { Run<Apid> adapters; Run<Apqi> domains; };

/// Neighbouring adapters with equal rows together, then one part for each run of domains in the row.
std::vector<Part> parts_of(const QueueSet& set) {
    std::vector<Run<Apid>> bands;
    for (Apid a : set.adapters()) {
        const bool continues = !bands.empty() && to_int(bands.back().last) + 1 == to_int(a) &&
                               set.row(bands.back().last) == set.row(a);
        if (continues) bands.back().last = a;
        else bands.push_back({a, a});
    }
    std::vector<Part> out;
    for (auto band : bands)
        for (auto run : runs(set.row(band.first))) out.push_back({band, run});
    return out;
}

unsigned size(const Part& p) {
    return (to_int(p.adapters.last) - to_int(p.adapters.first) + 1) *
           (to_int(p.domains.last) - to_int(p.domains.first) + 1);
}

} // namespace

std::string describe(const AdapterSet& set) { return in_words(set); }
std::string describe(const DomainSet& set) { return in_words(set); }
std::string to_list(const AdapterSet& set) { return as_list(set); }
std::string to_list(const DomainSet& set) { return as_list(set); }

std::string describe(const QueueSet& set, unsigned limit) {
    const auto parts = parts_of(set);
    std::string out;
    unsigned shown = 0;
    for (const auto& p : parts | std::views::take(limit)) {
        out += (out.empty() ? "" : ", ") + hex(p.adapters) + "." + hex(p.domains);
        shown += size(p);
    }
    if (const unsigned more = set.size() - shown; more > 0)
        out += fmt::format("{}… and {} more queue{}", out.empty() ? "" : ", ", more, more == 1 ? "" : "s");
    return parts.empty() ? "none" : out;
}

} // namespace ap
