// SPDX-License-Identifier: LGPL-2.1-or-later
// Each question of the Proxy as one call on the bus.
#include "proxy/bus_proxy.hpp"

#include "checkpoint_proxy.h"
#include "job_proxy.h"
#include "manager_proxy.h"
#include "matrix_proxy.h"
#include "proxy/bus_link.hpp"
#include "proxy/from_wire.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <deque>
#include <set>

namespace ap::cli {
namespace {

using PropertyMap = std::map<std::string, sdbus::Variant>;
constexpr auto properties_interface = "org.freedesktop.DBus.Properties";
constexpr auto job_interface = "org.apctl1.Job";
constexpr auto checkpoint_interface = "org.apctl1.Checkpoint";
using ManagedObjects = std::map<sdbus::ObjectPath, std::map<std::string, PropertyMap>>;

/// The generated proxies; only a listening one subscribes to signals.
class Manager final : public sdbus::ProxyInterfaces<org::apctl1::Manager_proxy> {
  public:
    Manager(sdbus::IConnection& connection, std::deque<Event>& events)
        : ProxyInterfaces(connection, wire::bus_name, wire::manager_path), events_(events) {}
    ~Manager() {
        if (listening_) unregisterProxy();
    }
    void listen() {
        if (!listening_) registerProxy();
        listening_ = true;
    }

  private:
    void onChanged(const std::uint64_t& generation, const std::vector<std::string>& what) override {
        events_.emplace_back(Changed{generation, what});
    }
    void onDriftChanged(const std::vector<wire::DriftRow>& drift) override {
        events_.emplace_back(DriftChanged{from_wire(drift)});
    }
    void onCheckpointChanged(const std::uint32_t& job, const std::string& what, const std::string& text) override {
        events_.emplace_back(CheckpointChanged{job, what, text});
    }
    std::deque<Event>& events_;
    bool listening_ = false;
};

class MatrixObject final : public sdbus::ProxyInterfaces<org::apctl1::Matrix_proxy> {
  public:
    MatrixObject(sdbus::IConnection& connection, const std::string& path)
        : ProxyInterfaces(connection, wire::bus_name, path) {}
};

class JobObject final : public sdbus::ProxyInterfaces<org::apctl1::Job_proxy> {
  public:
    JobObject(sdbus::IConnection& connection, const std::string& path)
        : ProxyInterfaces(connection, wire::bus_name, path) {}

  private:
    void onCompleted(const std::string&, const std::string&, const std::string&) override {}
};

class CheckpointObject final : public sdbus::ProxyInterfaces<org::apctl1::Checkpoint_proxy> {
  public:
    CheckpointObject(sdbus::IConnection& connection, const std::string& path)
        : ProxyInterfaces(connection, wire::bus_name, path) {}
};

std::string job_path(std::uint32_t id) { return wire::job_prefix + std::to_string(id); }

std::optional<std::uint32_t> job_of(std::string_view path) {
    const std::string_view prefix = wire::job_prefix;
    std::uint32_t id = 0;
    if (!path.starts_with(prefix)) return std::nullopt;
    path.remove_prefix(prefix.size());
    const auto [end, error] = std::from_chars(path.data(), path.data() + path.size(), id);
    if (error != std::errc{} || end != path.data() + path.size()) return std::nullopt;
    return id;
}

std::string matrix_path(const Uuid& uuid) {
    auto text = to_string(uuid);
    std::ranges::replace(text, '-', '_');
    return wire::matrix_prefix + text;
}

wire::Options options_of(bool disrupt) {
    wire::Options out;
    if (disrupt) out.emplace("disrupt", true);
    return out;
}

} // namespace

class BusProxy::Impl {
  public:
    BusLink link;
    std::deque<Event> events;
    std::set<std::uint32_t> jobs_with_news;
    bool gone = false;

    Manager& manager() {
        if (!manager_) manager_.emplace(link.connection(), events);
        return *manager_;
    }
    PropertyMap properties(const std::string& path, const char* interface) {
        PropertyMap out;
        sdbus::createProxy(link.connection(), wire::bus_name, path)
            ->callMethod("GetAll")
            .onInterface(properties_interface)
            .withArguments(interface)
            .storeResultsTo(out);
        return out;
    }
    /// The properties of all objects that have this interface.
    std::vector<PropertyMap> objects_with(const char* interface) {
        ManagedObjects objects;
        sdbus::createProxy(link.connection(), wire::bus_name, wire::manager_path)
            ->callMethod("GetManagedObjects")
            .onInterface("org.freedesktop.DBus.ObjectManager")
            .storeResultsTo(objects);
        std::vector<PropertyMap> out;
        for (auto& [path, interfaces] : objects)
            if (const auto found = interfaces.find(interface); found != interfaces.end())
                out.push_back(std::move(found->second));
        return out;
    }
    Answer<JobView> job(std::uint32_t id) {
        return on_the_bus([&] { return job_from_wire(properties(job_path(id), job_interface)); });
    }

    bool is_new(const JobView& job) {
        auto& known = known_jobs_[job.id];
        if (known == job) return false;
        known = job;
        return true;
    }
    void listen() {
        link.listen([this](sdbus::Message& message) { hear(message.getPath()); },
                    [this](bool back) {
                        gone = !back;
                        events.emplace_back(back ? Event{ServiceBack{}} : Event{ServiceGone{}});
                    });
    }

    /// The number of a job that was just begun; its first news is that it is there.
    Answer<std::uint32_t> begun(const std::string& path) {
        const auto id = job_of(path);
        if (!id)
            return fail(Fault::internal, fmt::format("the daemon sent something unreadable: job {}", path));
        jobs_with_news.insert(*id);
        return *id;
    }

  private:
    void hear(const std::string& path) {
        if (const auto id = job_of(path)) jobs_with_news.insert(*id);
    }
    std::optional<Manager> manager_;
    std::map<std::uint32_t, JobView> known_jobs_;
};

BusProxy::BusProxy() : impl_(std::make_unique<Impl>()) {}
BusProxy::~BusProxy() = default;

Answer<HostView> BusProxy::host() {
    return on_the_bus([&] { return from_wire(impl_->manager().GetHost()); });
}

Answer<ServiceView> BusProxy::service() {
    return on_the_bus([&]() -> Answer<ServiceView> {
        return service_from_wire(
            impl_->properties(wire::manager_path, org::apctl1::Manager_proxy::INTERFACE_NAME));
    });
}

Answer<ExplanationView> BusProxy::explain(Apqn queue) {
    return on_the_bus([&] { return from_wire(impl_->manager().ExplainQueue(to_string(queue))); });
}

Answer<std::vector<UserView>> BusProxy::who_uses(const std::string& what) {
    return on_the_bus([&] { return from_wire(impl_->manager().WhoUses(what)); });
}

Answer<std::string> BusProxy::hostdev_xml(const Uuid& matrix) {
    return on_the_bus([&]() -> Answer<std::string> {
        return MatrixObject(impl_->link.connection(), matrix_path(matrix)).GetHostdevXml();
    });
}

Answer<std::uint64_t> BusProxy::rescan() {
    return on_the_bus([&]() -> Answer<std::uint64_t> { return impl_->manager().Rescan(); });
}

Answer<bool> BusProxy::may(const std::string& member) {
    return on_the_bus([&]() -> Answer<bool> {
        const auto permissions = impl_->manager().GetPermissions();
        const auto row = permissions.find(member);
        return row != permissions.end() && row->second == "yes";
    });
}

Answer<PlanView> BusProxy::plan(const std::vector<WireWish>& wishes, bool disrupt) {
    return on_the_bus([&] { return from_wire(impl_->manager().Plan(to_wire(wishes), options_of(disrupt))); });
}

Answer<std::uint32_t> BusProxy::apply(const std::vector<WireWish>& wishes, const ApplyOptions& how) {
    return on_the_bus([&]() -> Answer<std::uint32_t> {
        // Before the call: a job may have ended before its path reaches us.
        impl_->listen();
        auto options = options_of(how.disrupt);
        if (!how.digest.empty()) options.emplace("digest", how.digest);
        if (how.confirm_within) options.emplace("confirm-within", *how.confirm_within);
        if (how.drain_timeout) options.emplace("drain-timeout", *how.drain_timeout);
        return impl_->begun(impl_->manager().Apply(to_wire(wishes), options));
    });
}

Answer<std::optional<CheckpointView>> BusProxy::checkpoint() {
    return on_the_bus([&]() -> Answer<std::optional<CheckpointView>> {
        const auto found = impl_->objects_with(checkpoint_interface);
        if (found.empty()) return std::nullopt;
        return checkpoint_from_wire(found.front());
    });
}

Answer<std::uint32_t> BusProxy::confirm(std::uint32_t job) {
    return on_the_bus([&]() -> Answer<std::uint32_t> {
        impl_->listen();
        return impl_->begun(
            CheckpointObject(impl_->link.connection(), wire::checkpoint_prefix + std::to_string(job)).Confirm());
    });
}

Answer<std::uint32_t> BusProxy::recover(const std::string& how) {
    return on_the_bus([&]() -> Answer<std::uint32_t> {
        impl_->listen();
        return impl_->begun(impl_->manager().Recover(how));
    });
}

Answer<SourcesView> BusProxy::sources() {
    return on_the_bus([&]() -> Answer<SourcesView> { return from_wire(impl_->manager().GetSources()); });
}

Answer<std::vector<HistoryView>> BusProxy::history(std::uint32_t most) {
    return on_the_bus([&]() -> Answer<std::vector<HistoryView>> {
        std::vector<HistoryView> out;
        for (const auto& row : impl_->manager().History(most)) out.push_back(from_wire(row));
        return out;
    });
}

Answer<HistoryEntryView> BusProxy::history_entry(std::uint32_t job) {
    return on_the_bus([&]() -> Answer<HistoryEntryView> { return from_wire(impl_->manager().HistoryEntry(job)); });
}

Answer<OpenJobView> BusProxy::open_job() {
    return on_the_bus([&]() -> Answer<OpenJobView> { return from_wire(impl_->manager().OpenJob()); });
}

Answer<JobNews> BusProxy::job_news(std::uint32_t id, Patience until) {
    return on_the_bus([&]() -> Answer<JobNews> {
        impl_->listen();
        const auto why =
            impl_->link.wait([&] { return impl_->gone || impl_->jobs_with_news.contains(id); }, until);
        if (impl_->gone)
            return fail(
                Fault::unreachable,
                fmt::format("the daemon ended while job {} was under way; once it runs again: apctl jobs",
                            id));
        impl_->jobs_with_news.erase(id);
        auto job = impl_->job(id);
        if (!job) return std::unexpected(job.error());
        // There may be another question to the person, at which Ctrl-C means what it always means.
        if (job->ended()) impl_->link.leave_interrupts_alone();
        return JobNews{why, *std::move(job)};
    });
}

Answer<std::vector<JobView>> BusProxy::jobs() {
    return on_the_bus([&]() -> Answer<std::vector<JobView>> {
        std::vector<JobView> out;
        for (const auto& properties : impl_->objects_with(job_interface)) {
            auto job = job_from_wire(properties);
            if (!job) return std::unexpected(job.error());
            out.push_back(*std::move(job));
        }
        std::ranges::sort(out, {}, &JobView::id);
        return out;
    });
}

Answer<void> BusProxy::cancel(std::uint32_t id) {
    auto done = on_the_bus([&]() -> Answer<void> {
        JobObject(impl_->link.connection(), job_path(id)).Cancel();
        return {};
    });
    if (!done && done.error().fault == Fault::not_found)
        return fail(Fault::not_found, fmt::format("there is no job {}; all: apctl jobs", id));
    return done;
}

Answer<std::optional<Event>> BusProxy::next_event(Patience until) {
    return on_the_bus([&]() -> Answer<std::optional<Event>> {
        impl_->listen();
        impl_->manager().listen();
        for (;;) {
            const auto why = impl_->link.wait(
                [&] { return !impl_->events.empty() || !impl_->jobs_with_news.empty(); }, until);
            if (why == Woken::time_up) return std::nullopt;
            if (why == Woken::interrupted) return Interrupted{};
            if (!impl_->events.empty()) {
                auto event = std::move(impl_->events.front());
                impl_->events.pop_front();
                return event;
            }
            auto job = impl_->job(impl_->jobs_with_news.extract(impl_->jobs_with_news.begin()).value());
            // One change may be several signals; what was told once is no news.
            if (job && impl_->is_new(*job)) return JobChanged{*std::move(job)};
            if (job) continue;
            // The daemon forgets old jobs, and all of them when it ends; neither ends the watch.
            if (job.error().fault != Fault::not_found && job.error().fault != Fault::unreachable)
                return std::unexpected(job.error());
        }
    });
}

} // namespace ap::cli
