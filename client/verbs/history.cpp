// SPDX-License-Identifier: LGPL-2.1-or-later
// apctl history: the last jobs as a table, or some of them in full.
#include "core/quote.hpp"
#include "render/history.hpp"
#include "render/json.hpp"
#include "verbs/verbs.hpp"

#include <fmt/format.h>

#include <charconv>

namespace ap::cli {
namespace {

constexpr std::uint32_t usual_number = 20;

Answer<int> list(Session& session, std::uint32_t most) {
    const auto jobs = session.proxy.history(most);
    if (!jobs) return std::unexpected(jobs.error());
    if (!session.options.json) {
        session.say(history_text(*jobs, session.look()));
        return 0;
    }
    Json out{{"format", 1}, {"history", Json::array()}};
    for (const auto& job : *jobs) out["history"].push_back(json_of(job));
    session.say_json(out);
    return 0;
}

Answer<std::vector<std::uint32_t>> numbers_of(const std::vector<std::string>& words) {
    std::vector<std::uint32_t> out;
    for (const auto& word : words) {
        if (word == "show" && out.empty() && words.size() > 1) continue; // `history show 17` says the same as `history 17`
        std::uint32_t number = 0;
        const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
        if (error != std::errc{} || end != word.data() + word.size())
            return fail(Fault::invalid, quote(word) + " is not the number of a job");
        out.push_back(number);
    }
    return out;
}

Answer<int> show(Session& session, const std::vector<std::string>& words) {
    const auto numbers = numbers_of(words);
    if (!numbers) return std::unexpected(numbers.error());
    Json out{{"format", 1}, {"history", Json::array()}};
    std::string text;
    for (const auto number : *numbers) {
        const auto entry = session.proxy.history_entry(number);
        if (!entry) return std::unexpected(entry.error());
        out["history"].push_back(json_of(*entry));
        text += (text.empty() ? "" : "\n") + history_entry_text(*entry, session.look());
    }
    if (session.options.json) session.say_json(out);
    else session.say(text);
    return 0;
}

} // namespace

void add_history(Grammar& grammar) {
    auto words = std::make_shared<std::vector<std::string>>();
    auto last = std::make_shared<std::optional<std::uint32_t>>();
    grammar
        .listing("history", "list the jobs of the past, or tell all about some",
                 [words, last](Session& session) {
                     return words->empty() ? list(session, last->value_or(usual_number)) : show(session, *words);
                 })
        .optional_positions("job", *words, "JOB", "numbers of jobs to tell all about; also: show JOB")
        .number("--last", *last, "NUMBER", "list so many (20)")
        .example("apctl history, apctl history show 17");
}

} // namespace ap::cli
