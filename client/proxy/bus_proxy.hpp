// SPDX-License-Identifier: LGPL-2.1-or-later
// The daemon over D-Bus. One thread; waits are polls on the bus and on Ctrl-C. Connects with the first
// question.
#pragma once

#include "proxy/proxy.hpp"

#include <memory>

namespace ap::cli {

class BusProxy final : public Proxy {
  public:
    BusProxy();
    ~BusProxy() override;

    Answer<HostView> host() override;
    Answer<ServiceView> service() override;
    Answer<ExplanationView> explain(Apqn queue) override;
    Answer<std::vector<UserView>> who_uses(const std::string& what) override;
    Answer<std::string> hostdev_xml(const Uuid& matrix) override;
    Answer<std::uint64_t> rescan() override;
    Answer<bool> may(const std::string& member) override;
    Answer<PlanView> plan(const std::vector<WireWish>& wishes, bool disrupt) override;
    Answer<std::uint32_t> apply(const std::vector<WireWish>& wishes, const ApplyOptions& options) override;
    Answer<JobNews> job_news(std::uint32_t id, Patience until) override;
    Answer<std::vector<JobView>> jobs() override;
    Answer<void> cancel(std::uint32_t id) override;
    Answer<SourcesView> sources() override;
    Answer<std::vector<HistoryView>> history(std::uint32_t most) override;
    Answer<HistoryEntryView> history_entry(std::uint32_t job) override;
    Answer<OpenJobView> open_job() override;
    Answer<std::optional<CheckpointView>> checkpoint() override;
    Answer<std::uint32_t> confirm(std::uint32_t job) override;
    Answer<std::uint32_t> recover(const std::string& how) override;
    Answer<std::optional<Event>> next_event(Patience until) override;

  private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace ap::cli
