// SPDX-License-Identifier: LGPL-2.1-or-later
// Canned answers.
#include "fake_proxy.hpp"

namespace ap::fakes {

template <class T>
cli::Answer<T> FakeProxy::answer(T value) {
    ++questions;
    if (refuse_all) return std::unexpected(*refuse_all);
    return value;
}

cli::Answer<cli::HostView> FakeProxy::host() {
    if (views.empty()) return answer(view);
    auto out = std::move(views.front());
    views.pop_front();
    return answer(std::move(out));
}
cli::Answer<cli::ServiceView> FakeProxy::service() { return answer(properties); }
cli::Answer<cli::ExplanationView> FakeProxy::explain(Apqn queue) {
    explained.push_back(queue);
    const auto own = explanations.find(queue);
    return answer(own != explanations.end() ? own->second : explanation);
}
cli::Answer<std::vector<cli::UserView>> FakeProxy::who_uses(const std::string&) { return answer(users); }
cli::Answer<std::uint64_t> FakeProxy::rescan() {
    ++rescans;
    if (rescan_ends_refusal) refuse_plan.reset();
    return answer(view.generation + 1);
}
cli::Answer<bool> FakeProxy::may(const std::string&) { return answer(is_root); }
cli::Answer<std::vector<cli::JobView>> FakeProxy::jobs() { return answer(job_list); }

cli::Answer<std::vector<cli::HistoryView>> FakeProxy::history(std::uint32_t most) {
    std::vector<cli::HistoryView> out;
    for (const auto& entry : past)
        if (out.size() < most) out.push_back(entry.job);
    return answer(std::move(out));
}

cli::Answer<cli::HistoryEntryView> FakeProxy::history_entry(std::uint32_t job) {
    for (const auto& entry : past)
        if (entry.job.job == job) return answer(entry);
    return std::unexpected(cli::Failure{Fault::not_found, {"job " + std::to_string(job) + ": is not in the history"}});
}

cli::Answer<cli::SourcesView> FakeProxy::sources() { return answer(others); }

cli::Answer<cli::OpenJobView> FakeProxy::open_job() {
    if (left_open) return answer(*left_open);
    return std::unexpected(cli::Failure{Fault::conflict, {"apctld: is not degraded: no job is left open"}});
}

cli::Answer<std::uint32_t> FakeProxy::recover(const std::string& how) {
    remedies.push_back(how);
    return answer(std::uint32_t{18});
}

cli::Answer<std::string> FakeProxy::hostdev_xml(const Uuid& matrix) {
    return answer("<hostdev mode='subsystem' type='mdev' model='vfio-ap'>\n  <source>\n    <address uuid='" +
                  to_string(matrix) + "'/>\n  </source>\n</hostdev>\n");
}

cli::Answer<cli::PlanView> FakeProxy::plan(const std::vector<cli::WireWish>& wishes, bool) {
    planned.push_back(wishes);
    if (refuse_plan) return std::unexpected(*refuse_plan);
    auto out = plans.front();
    if (plans.size() > 1) plans.pop_front();
    return answer(std::move(out));
}

cli::Answer<std::optional<cli::CheckpointView>> FakeProxy::checkpoint() { return answer(waiting); }

cli::Answer<std::uint32_t> FakeProxy::confirm(std::uint32_t job) {
    confirmed.push_back(job);
    return answer(std::uint32_t{18});
}

cli::Answer<std::uint32_t> FakeProxy::apply(const std::vector<cli::WireWish>& wishes, const cli::ApplyOptions& options) {
    when_applied(wishes);
    applied.push_back(options.digest);
    disrupted.push_back(options.disrupt);
    to_confirm_within.push_back(options.confirm_within);
    to_drain.push_back(options.drain_timeout);
    return answer(std::uint32_t{17});
}

cli::Answer<cli::JobNews> FakeProxy::job_news(std::uint32_t, cli::Patience) {
    auto out = news.front();
    news.pop_front();
    return answer(std::move(out));
}

cli::Answer<void> FakeProxy::cancel(std::uint32_t id) {
    cancelled.push_back(id);
    if (const auto asked = answer(id); !asked) return std::unexpected(asked.error());
    return {};
}

cli::Answer<std::optional<cli::Event>> FakeProxy::next_event(cli::Patience until) {
    if (events.empty()) return answer(until ? std::nullopt : std::optional<cli::Event>(cli::Interrupted{}));
    std::optional<cli::Event> out = events.front();
    events.pop_front();
    return answer(std::move(out));
}

} // namespace ap::fakes
