// SPDX-License-Identifier: LGPL-2.1-or-later
// The thread that may wait for libvirt, so that nobody else has to.
#include "host/libvirt_guests.hpp"

#include "host/file_descriptor.hpp"
#include "host/libvirt_session.hpp"

#include <sys/eventfd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <expected>
#include <memory>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

namespace ap::host {
namespace {

using namespace std::chrono_literals;

/// Between two attempts to reach libvirt; doubles up to the second.
constexpr auto shortest_pause = 1000ms, longest_pause = 10'000ms;
/// What is changed in a persistent XML of a running guest has no event (qemuDomainAttachDeviceFlags with VIR_DOMAIN_AFFECT_CONFIG).
constexpr auto look_round_every = 10s;
/// So long the end of the daemon waits for a thread that libvirt may keep.
constexpr auto patience_at_the_end = 1s;

using loaded::LibvirtLibrary;

} // namespace

class LibvirtGuests::Follower {
  public:
    explicit Follower(std::string uri) : uri_(std::move(uri)), news_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
        if (!news_) throw std::system_error(errno, std::generic_category(), "eventfd");
        map_.trouble = "libvirt has not answered yet";
    }

    /// Before the thread is started.
    void begin() {
        std::lock_guard lock(mutex_);
        ended_ = false;
    }
    /// The thread's body.
    void follow();
    /// Any thread. Whether follow() has returned in time.
    bool stop();
    void look_again();

    [[nodiscard]] int fd() const { return news_.get(); }
    void heard() {
        eventfd_t times = 0;
        [[maybe_unused]] const int result = eventfd_read(news_.get(), &times);
    }
    [[nodiscard]] GuestMap map() const {
        std::lock_guard lock(mutex_);
        return map_;
    }

  private:
    /// The first one in a process loads the library; or why there is none.
    std::expected<std::unique_ptr<LibvirtSession>, std::string> connect();
    /// libvirt's event loop, until the connection is lost or stop().
    void serve(LibvirtSession& session);
    /// False when it is time to end.
    bool pause(std::chrono::milliseconds time);
    [[nodiscard]] bool ending() const {
        std::lock_guard lock(mutex_);
        return ending_;
    }
    void tell(GuestMap map);
    void tell_trouble(const std::string& why);
    /// A timer of libvirt's loop, since nothing else wakes it; -1 while there is no loop.
    void set_bell(int timer) {
        std::lock_guard lock(mutex_);
        bell_ = timer;
    }
    void ring() const {
        if (bell_ >= 0) library_->virEventUpdateTimeout(bell_, 0);
    }

    const std::string uri_;
    const LibvirtLibrary* library_ = nullptr; ///< written by the thread alone, before there is a bell
    FileDescriptor news_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    GuestMap map_;
    int bell_ = -1;
    bool ending_ = false, ended_ = true;
};

void LibvirtGuests::Follower::follow() {
    auto next_pause = shortest_pause;
    while (!ending()) {
        if (const auto session = connect(); session) {
            serve(**session);
            tell_trouble((*session)->reason());
            next_pause = shortest_pause;
        } else {
            tell_trouble(session.error());
        }
        if (!pause(next_pause)) break;
        next_pause = std::min(next_pause * 2, longest_pause);
    }
    std::lock_guard lock(mutex_);
    ended_ = true;
    changed_.notify_all();
}

std::expected<std::unique_ptr<LibvirtSession>, std::string> LibvirtGuests::Follower::connect() {
    const auto loaded = LibvirtLibrary::load();
    if (!loaded) return std::unexpected(to_string(loaded.error()));
    library_ = *loaded;
    // Before the first connection, which has no events otherwise.
    static const bool has_events = library_->virEventRegisterDefaultImpl() == 0;
    auto* connection = has_events ? library_->virConnectOpenReadOnly(uri_.c_str()) : nullptr;
    if (connection == nullptr) return std::unexpected(library_->last_words());
    return std::make_unique<LibvirtSession>(*library_, connection);
}

void LibvirtGuests::Follower::serve(LibvirtSession& session) {
    struct Bell {
        const LibvirtLibrary& library;
        LibvirtSession& session;
        int pause = static_cast<int>(std::chrono::milliseconds(look_round_every).count());
    } bell{*library_, session};
    const auto on_bell = [](int timer, void* data) {
        const auto& rung = *static_cast<Bell*>(data);
        rung.session.all_is_news();
        rung.library.virEventUpdateTimeout(timer, rung.pause);
    };
    const int timer = library_->virEventAddTimeout(bell.pause, on_bell, &bell, nullptr);
    set_bell(timer);
    while (!ending() && !session.lost()) {
        if (session.read_news()) tell({session.guests()});
        if (session.lost() || library_->virEventRunDefaultImpl() < 0) break;
    }
    set_bell(-1);
    library_->virEventRemoveTimeout(timer);
}

bool LibvirtGuests::Follower::pause(std::chrono::milliseconds time) {
    std::unique_lock lock(mutex_);
    return !changed_.wait_for(lock, time, [this] { return ending_; });
}

void LibvirtGuests::Follower::tell(GuestMap map) {
    std::lock_guard lock(mutex_);
    if (map_ == map) return;
    map_ = std::move(map);
    [[maybe_unused]] const int result = eventfd_write(news_.get(), 1);
}

/// Guests go on without libvirt: what was known of them stays.
void LibvirtGuests::Follower::tell_trouble(const std::string& why) {
    if (ending()) return;
    auto last = map();
    last.trouble = why;
    tell(std::move(last));
}

bool LibvirtGuests::Follower::stop() {
    std::unique_lock lock(mutex_);
    ending_ = true;
    ring();
    changed_.notify_all();
    return changed_.wait_for(lock, patience_at_the_end, [this] { return ended_; });
}

void LibvirtGuests::Follower::look_again() {
    std::lock_guard lock(mutex_);
    ring();
}

LibvirtGuests::LibvirtGuests(std::string uri) : follower_(std::make_shared<Follower>(std::move(uri))) {}

void LibvirtGuests::begin() {
    follower_->begin();
    // Signals are for the loop.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    std::thread([follower = follower_] { follower->follow(); }).detach();
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

LibvirtGuests::~LibvirtGuests() { follower_->stop(); }

int LibvirtGuests::fd() const { return follower_->fd(); }
void LibvirtGuests::heard() { follower_->heard(); }
GuestMap LibvirtGuests::now() const { return follower_->map(); }
void LibvirtGuests::look_again() { follower_->look_again(); }

} // namespace ap::host
