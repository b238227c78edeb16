// SPDX-License-Identifier: LGPL-2.1-or-later
// The running host in one process: what waits is answered later, and nothing else is held up.
#include <cerrno>
#include <condition_variable>
#include <future>
#include <gtest/gtest.h>
#include <mutex>

#include "host/running_host.hpp"
#include "small_kernel.hpp"

namespace apsim {

namespace {

const std::string m1 = "11111111-1111-4111-8111-111111111111";
const std::string dir = "/devices/vfio_ap/matrix/" + m1 + "/";

/// Hears everything.
class Ears : public Audience {
  public:
    void tree_changed(const std::vector<TreeChange>&) override {}
    void uevents(const std::vector<Uevent>& events) override {
        const std::lock_guard lock(mutex_);
        for (const auto& event : events) heard_ += event.keys + "\n";
        came_.notify_all();
    }
    bool hear(std::string_view text) {
        std::unique_lock lock(mutex_);
        return came_.wait_for(lock, std::chrono::seconds(10),
                              [&] { return heard_.find(text) != std::string::npos; });
    }

  private:
    std::mutex mutex_;
    std::condition_variable came_;
    std::string heard_;
};

class Running : public testing::Test {
  protected:
    Running()
        : host_(std::in_place, small_hardware(), linux_6_12,
                std::vector<Placeholder>()) {
        host().set_audience(ears_);
    }

    RunningHost& host() { return *host_; }
    Node node(std::string_view path) {
        return host().look([&](const Machine&, const Tree& tree) { return tree.at(path).value(); });
    }
    std::future<int> write(std::string_view path, std::string_view bytes) {
        const auto done = std::make_shared<std::promise<int>>();
        host().write(node(path), std::string(bytes), {1, 0}, [done](int error) { done->set_value(error); });
        return done->get_future();
    }
    std::future<std::string> read(std::string_view path) {
        const auto done = std::make_shared<std::promise<std::string>>();
        host().read(node(path),
                    [done](const Shown& shown) { done->set_value(shown.value_or("cannot be read")); });
        return done->get_future();
    }
    void make_m1() {
        ASSERT_EQ(write("/bus/ap/apmask", "-3").get(), 0);
        ASSERT_EQ(write("/devices/vfio_ap/matrix/mdev_supported_types/vfio_ap-passthrough/create", m1).get(),
                  0);
        for (const auto& [file, id] : {std::pair{"assign_adapter", "3"}, {"assign_domain", "4"}})
            ASSERT_EQ(write(dir + file, id).get(), 0);
    }
    void become(std::string_view adapters) {
        host().alter([now = small_hardware(adapters)](Machine& machine) { machine.hardware = now; });
    }
    template <class T>
    static bool ready(std::future<T>& future) {
        return future.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
    }

    Ears ears_;
    std::optional<RunningHost> host_;
};

TEST_F(Running, AnswersReadersOfWhatAStuckResetHoldsOnlyAfterIt) {
    make_m1();
    become("adapter 3,5 type=CEX7 mode=cca\nqueue 3.4 state=resetting\n");
    auto unassign = write(dir + "unassign_domain", "4");
    auto matrix = read(dir + "matrix");
    EXPECT_EQ(read(dir + "ap_config").get().substr(0, 3), "0x1");
    EXPECT_EQ(read("/bus/ap/apmask").get().substr(0, 4), "0xef");
    EXPECT_EQ(write("/bus/ap/scans", "1").get(), 0);
    EXPECT_FALSE(ready(unassign));
    EXPECT_FALSE(ready(matrix));
    become("adapter 3,5 type=CEX7 mode=cca\n");
    EXPECT_EQ(unassign.get(), 0);
    EXPECT_EQ(matrix.get(), "03.\n");
}

TEST_F(Running, ScansByItselfOnlyWithTheTimer) {
    host().alter([](Machine& machine) { machine.config_time = 0; });
    EXPECT_EQ(write("/bus/ap/apmask", "-3").get(), 0);
    EXPECT_EQ(read("/bus/ap/scans").get(), "1\n");
    host().set_timer(true);
    EXPECT_TRUE(ears_.hear("BINDINGS=complete"));
    host().set_timer(false);
}

TEST_F(Running, EndsWithWhatStillWaits) {
    make_m1();
    become("adapter 3,5 type=CEX7 mode=cca\nqueue 3.4 state=resetting\n");
    auto unassign = write(dir + "unassign_domain", "4");
    auto matrix = read(dir + "matrix");
    host_.reset();
    EXPECT_THROW(unassign.get(), std::future_error); // nobody is left to answer
    EXPECT_THROW(matrix.get(), std::future_error);
}

} // namespace

} // namespace apsim
