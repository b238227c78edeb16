// SPDX-License-Identifier: LGPL-2.1-or-later
// Times are those of this machine's place, as journalctl shows them.
#include "render/history.hpp"

#include "core/quote.hpp"
#include "render/section.hpp"
#include "render/table.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <ctime>

namespace ap::cli {
namespace {

std::string time_text(std::int64_t seconds) {
    return fmt::format("{:%F %T}", fmt::localtime(static_cast<std::time_t>(seconds)));
}

std::string who_text(const HistoryView& job) {
    auto text = fmt::format("user {}", job.uid);
    if (job.pid != 0) text += fmt::format(", process {}", job.pid);
    return job.unit.empty() ? text : text + " of " + harmless(job.unit);
}

Ink ink_of(const std::string& state) {
    if (state == "done") return Ink::green;
    return state == "cancelled" ? Ink::yellow : Ink::red;
}

std::string wish_text(const std::pair<std::string, WishArguments>& wish) {
    auto text = wish.first;
    for (const auto& [key, value] : wish.second) text += fmt::format(" {}={}", key, value);
    return harmless(text);
}

std::vector<std::string> or_nothing(std::vector<std::string> steps) {
    if (steps.empty()) steps.emplace_back("nothing in the kernel: only what is recorded");
    return steps;
}

} // namespace

std::string history_text(const std::vector<HistoryView>& jobs, const Look& look) {
    Table table({"job", "begun", "user", "what", "result"});
    for (const auto& job : jobs)
        table.add({fmt::format("{}", job.job), time_text(job.begun), fmt::format("{}", job.uid), harmless(job.description),
                   {job.state, ink_of(job.state)}});
    return table.empty() ? "no jobs so far\n" : table.text(look);
}

std::string history_entry_text(const HistoryEntryView& entry, const Look& look) {
    const auto& job = entry.job;
    std::vector<std::string> wished;
    for (const auto& wish : entry.wishes) wished.push_back(wish_text(wish));
    auto text = fmt::format("job {}: {}\n", job.job, harmless(job.description));
    text += fact("by", who_text(job), look) + fact("begun", time_text(job.begun), look) + fact("ended", time_text(job.ended), look);
    text += fact("result", job.state, look, ink_of(job.state));
    if (!job.how.empty()) text += fact("how", harmless(job.how), look);
    return text + facts("wished", wished, look) + facts("steps", entry.steps, look) + facts("errors", entry.errors, look, Ink::red);
}

std::vector<std::string> steps_of(const OpenJobView& open, const std::string& how) {
    if (how == "undo") return open.undo;
    return how == "finish" ? open.finish : std::vector<std::string>{};
}

std::string open_job_text(const OpenJobView& open, const Look& look) {
    auto text = fmt::format("job {} is neither done nor undone\n", open.job);
    if (open.readable)
        text += fact("what", harmless(open.description), look) + fact("by", fmt::format("user {}", open.uid), look) +
                fact("begun", time_text(open.begun), look);
    else
        text += fact("what", "not known: its record cannot be read", look, Ink::red);
    text += facts("unlike before", open.differences, look, Ink::red);
    if (open.readable) text += facts("--undo", or_nothing(open.undo), look);
    if (open.can_finish) text += facts("--finish", or_nothing(open.finish), look);
    return text + fact("--accept", "writes nothing: closes the record, and what differs from the wanted state is told as drift", look);
}

Json json_of(const HistoryView& job) {
    return {{"job", job.job},   {"begun", job.begun}, {"ended", job.ended},           {"uid", job.uid}, {"pid", job.pid},
            {"unit", job.unit}, {"state", job.state}, {"description", job.description}, {"how", job.how}};
}

Json json_of(const HistoryEntryView& entry) {
    auto out = json_of(entry.job);
    out["wishes"] = Json::array();
    for (const auto& [verb, arguments] : entry.wishes) out["wishes"].push_back({{"verb", verb}, {"arguments", arguments}});
    out["steps"] = entry.steps;
    out["errors"] = entry.errors;
    return out;
}

Json json_of(const OpenJobView& open) {
    return {{"job", open.job},
            {"readable", open.readable},
            {"description", open.description},
            {"begun", open.begun},
            {"uid", open.uid},
            {"differences", open.differences},
            {"undo", open.undo},
            {"can_finish", open.can_finish},
            {"finish", open.finish}};
}

} // namespace ap::cli
