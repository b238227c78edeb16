// SPDX-License-Identifier: LGPL-2.1-or-later
// A daemon of canned answers that remembers what it was asked to do.
#pragma once

#include "proxy/proxy.hpp"

#include <deque>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace ap::fakes {

class FakeProxy final : public cli::Proxy {
  public:
    cli::HostView view;
    std::deque<cli::HostView> views; ///< one for each call of host() before it is `view`
    cli::ServiceView properties{.version = "0.1.0",
                                .kernel_features = {"ap_config", "guest_matrix"},
                                .settled = true,
                                .degraded = false,
                                .degraded_reason = {},
                                .problems = {},
                                .bind_reason = {}};
    std::vector<cli::JobView> job_list;
    cli::ExplanationView explanation; ///< of every queue that is not in `explanations`
    std::map<Apqn, cli::ExplanationView> explanations;
    std::vector<cli::UserView> users;
    bool is_root = true;
    std::optional<cli::Failure> refuse_all, refuse_plan;
    bool rescan_ends_refusal = false; ///< refuse_plan is over after a rescan
    std::deque<cli::PlanView> plans; ///< one for each call of plan(); the last one stays
    std::deque<cli::JobNews> news;   ///< one for each call of job_news()
    std::deque<cli::Event> events;   ///< Interrupted after the last one, or nothing where the time is up some day

    std::vector<std::vector<cli::WireWish>> planned;
    std::vector<std::string> applied; ///< digests
    std::vector<bool> disrupted;      ///< of applied
    std::function<void(const std::vector<cli::WireWish>&)> when_applied = [](const auto&) {};
    std::vector<Apqn> explained;
    std::vector<std::optional<std::uint32_t>> to_confirm_within, to_drain; ///< of applied
    std::optional<cli::CheckpointView> waiting;
    std::vector<std::uint32_t> confirmed, cancelled;
    std::vector<cli::HistoryEntryView> past; ///< the last one first
    std::optional<cli::OpenJobView> left_open;
    cli::SourcesView others;
    std::vector<std::string> remedies;
    unsigned questions = 0; ///< calls of any kind
    unsigned rescans = 0;

    cli::Answer<cli::HostView> host() override;
    cli::Answer<cli::ServiceView> service() override;
    cli::Answer<cli::ExplanationView> explain(Apqn queue) override;
    cli::Answer<std::vector<cli::UserView>> who_uses(const std::string& what) override;
    cli::Answer<std::string> hostdev_xml(const Uuid& matrix) override;
    cli::Answer<std::uint64_t> rescan() override;
    cli::Answer<bool> may(const std::string& member) override;
    cli::Answer<cli::PlanView> plan(const std::vector<cli::WireWish>& wishes, bool disrupt) override;
    cli::Answer<std::uint32_t> apply(const std::vector<cli::WireWish>& wishes, const cli::ApplyOptions& options) override;
    cli::Answer<std::optional<cli::CheckpointView>> checkpoint() override;
    cli::Answer<std::uint32_t> confirm(std::uint32_t job) override;
    cli::Answer<cli::JobNews> job_news(std::uint32_t id, cli::Patience until) override;
    cli::Answer<std::vector<cli::JobView>> jobs() override;
    cli::Answer<void> cancel(std::uint32_t id) override;
    cli::Answer<std::vector<cli::HistoryView>> history(std::uint32_t most) override;
    cli::Answer<cli::HistoryEntryView> history_entry(std::uint32_t job) override;
    cli::Answer<cli::SourcesView> sources() override;
    cli::Answer<cli::OpenJobView> open_job() override;
    cli::Answer<std::uint32_t> recover(const std::string& how) override;
    cli::Answer<std::optional<cli::Event>> next_event(cli::Patience until) override;

  private:
    template <class T>
    cli::Answer<T> answer(T value);
};

} // namespace ap::fakes
