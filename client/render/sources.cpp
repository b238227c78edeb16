// SPDX-License-Identifier: LGPL-2.1-or-later
// A table of all, then one paragraph for each that differs or is not understood.
#include "render/sources.hpp"

#include "render/section.hpp"
#include "render/table.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace ap::cli {
namespace {

std::string place_of(const SourceView& source) {
    auto text = harmless(source.file);
    return source.line == 0 ? text : fmt::format("{} line {}", text, source.line);
}

TableCell stand_cell(const std::string& stand) {
    if (stand == "agrees") return {stand, Ink::green};
    return stand == "differs" ? TableCell{stand, Ink::yellow} : TableCell{"-", Ink::dim};
}

std::string_view meaning_of(const std::string& policy) {
    if (policy == "yield") return "a change that contradicts one of these is refused";
    if (policy == "enforce") return "a binding that somebody else changes is brought back";
    return "differences are told";
}

bool differs(const SourceView& source) { return source.wanted == "differs" || !source.problem.empty(); }

std::string with(const std::string& text, const std::string& more) { return more.empty() ? text : text + "; " + harmless(more); }

std::string details(const SourcesView& others, const Look& look) {
    std::string out;
    for (const auto& source : others.sources) {
        if (!source.problem.empty()) out += fact("Problem", with(place_of(source) + ": " + harmless(source.problem), source.remedy), look, Ink::red);
        else if (source.wanted == "differs") out += fact("Differs", with(place_of(source) + ": " + harmless(source.wanted_why), source.remedy), look, Ink::yellow);
    }
    return out;
}

} // namespace

std::string sources_text(const SourcesView& others, const Look& look) {
    auto out = fact("Policy", fmt::format("{}: {}", harmless(others.policy), meaning_of(others.policy)), look);
    if (!others.trouble.empty()) out += fact("Trouble", harmless(others.trouble), look, Ink::red);
    if (others.sources.empty()) return out + "nobody else decides about binding on this host\n";
    Table table({"where", "now", "wanted", "asks for"});
    for (const auto& source : others.sources) {
        auto asks = harmless(source.asks);
        if (!source.host_why.empty()) asks += fmt::format(" ({})", harmless(source.host_why));
        table.add({place_of(source), stand_cell(source.host), stand_cell(source.wanted), asks});
    }
    return out + table.text(look) + details(others, look);
}

std::string sources_line(const SourcesView& others, const Look& look) {
    std::string out;
    if (!others.trouble.empty()) out = fact("Policy", fmt::format("{}: {}", harmless(others.policy), harmless(others.trouble)), look, Ink::red);
    const auto n = std::ranges::count_if(others.sources, differs);
    if (n == 0) return out;
    return out + fact("Others", fmt::format("{} of {} that decide about binding too {} from what is wanted: apctl status --sources", n, others.sources.size(),
                                            n == 1 ? "differs" : "differ"),
                      look, Ink::yellow);
}

Json json_of(const SourcesView& others) {
    auto out = Json::array();
    for (const auto& s : others.sources)
        out.push_back({{"kind", s.kind},
                       {"file", s.file},
                       {"line", s.line},
                       {"asks", s.asks},
                       {"host", {{"stand", s.host}, {"why", s.host_why}}},
                       {"wanted", {{"stand", s.wanted}, {"why", s.wanted_why}}},
                       {"remedy", s.remedy},
                       {"problem", s.problem}});
    return out;
}

} // namespace ap::cli
