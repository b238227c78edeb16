// SPDX-License-Identifier: LGPL-2.1-or-later
// A 4 x 4 matrix assigned as one durable job, from the call on the bus until it is told to be done: job_bench ROUNDS [BETWEEN]. Prints for each round the milliseconds;
// what sysfs_meter.c has counted meanwhile, where it is in the daemon; and what the command BETWEEN prints, which runs when the matrix is gone again.
#include "bench.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <sdbus-c++/sdbus-c++.h>
#include <string>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

namespace {

using Wishes = std::vector<sdbus::Struct<std::string, std::map<std::string, std::string>>>;

/// One thread: handing over to another one would be measured, too.
class Jobs {
  public:
    Jobs() : connection_(sdbus::createSystemBusConnection()), manager_(sdbus::createProxy(*connection_, "org.apctl1", "/org/apctl1")) {
        connection_->addMatch("type='signal',interface='org.apctl1.Job',member='Completed'", [this](sdbus::Message& signal) { ended(signal); }, sdbus::floating_slot);
    }
    /// Until the daemon says how it ended.
    void run(const Wishes& wishes) {
        sdbus::ObjectPath job;
        manager_->callMethod("Apply").onInterface("org.apctl1.Manager").withArguments(wishes, std::map<std::string, sdbus::Variant>{}).storeResultsTo(job);
        while (!states_.contains(job))
            if (!connection_->processPendingRequest()) wait();
        if (states_.at(job) != "done") {
            fmt::print(stderr, "job_bench: {} ended as {}\n", std::string(job), states_.at(job));
            std::exit(1);
        }
    }
    /// Until what the last change brought with it is read too; the next one would wait for that.
    void settle() {
        do {
            std::uint64_t generation;
            manager_->callMethod("Rescan").onInterface("org.apctl1.Manager").storeResultsTo(generation);
        } while (!manager_->getProperty("Settled").onInterface("org.apctl1.Manager").get<bool>());
    }

  private:
    void wait() {
        const auto data = connection_->getEventLoopPollData();
        pollfd bus{data.fd, data.events, 0};
        if (::poll(&bus, 1, data.getPollTimeout()) < 0) std::exit(1);
    }
    void ended(sdbus::Message& signal) {
        std::string state;
        signal >> state;
        states_[signal.getPath()] = state;
    }

    std::unique_ptr<sdbus::IConnection> connection_;
    std::unique_ptr<sdbus::IProxy> manager_;
    std::map<std::string, std::string> states_; ///< of the jobs that ended, by their paths
};

class SysfsMeter {
  public:
    using Counters = std::array<unsigned long, 3>;
    [[nodiscard]] Counters now() const {
        Counters counters{};
        if (fd_ >= 0 && ::pread(fd_, counters.data(), sizeof counters, 0) != sizeof counters) std::exit(1);
        return counters;
    }

  private:
    const char* path_ = std::getenv("SYSFS_METER");
    int fd_ = path_ == nullptr ? -1 : ::open(path_, O_RDONLY | O_CLOEXEC);
};

} // namespace

int main(int argc, char** argv) {
    const int rounds = argc > 1 ? std::atoi(argv[1]) : 9;
    const Wishes assign{{"assign", {{"matrix", "web"}, {"adapters", "3-6"}, {"domains", "0x2c-0x2f"}}}}, unassign{{"unassign", {{"matrix", "web"}}}};
    const SysfsMeter meter;
    Jobs jobs;
    for (int i = 0; i < rounds; ++i) {
        jobs.settle();
        const auto before = meter.now();
        const auto all = bench::time_ms([&] { jobs.run(assign); });
        const auto after = meter.now();
        fmt::print("{:.3f} {} {} {} ", all, after[0] - before[0], after[1] - before[1], after[2] - before[2]);
        std::fflush(stdout);
        jobs.run(unassign);
        if (argc > 2 && std::system(argv[2]) != 0) return 1;
        if (argc <= 2) fmt::print("\n");
    }
}
