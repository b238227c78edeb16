// SPDX-License-Identifier: LGPL-2.1-or-later
// The simulated host while it runs: the model behind a lock, the worker that carries out effects, standing
// orders about writes, and the record of writes.  Front ends (file system, control socket) call it from their
// own threads.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "host/faults.hpp"
#include "host/worker.hpp"
#include "model/machine.hpp"
#include "model/tree.hpp"

namespace apsim {

/// Who hears of changes.  Called on the worker thread only, without the host's lock.
class Audience {
  public:
    virtual ~Audience() = default;
    virtual void tree_changed(const std::vector<TreeChange>&) = 0;
    virtual void uevents(const std::vector<Uevent>&) = 0;
};

struct Writer {
    std::int64_t pid;
    std::uint32_t uid;
};

/// One write(2) to an attribute, as it ended.
struct TraceEntry {
    std::uint64_t number; ///< from 1, without gaps
    std::string path;     ///< under /sys
    std::string bytes;
    int error; ///< 0: success, -1: has not returned yet
    Writer writer;
};

class RunningHost : private Waiting {
  public:
    using Reply = std::function<void(int error)>;
    using ReadReply = std::function<void(const Shown&)>;
    using Rule = std::function<Outcome(Machine&)>;

    RunningHost(Hardware, const Boot&, std::vector<Placeholder>);
    RunningHost(Hardware, const Personality&, std::vector<Placeholder>);
    ~RunningHost() override; ///< operations that wait are dropped, their replies too

    /// Requires: before the first write.
    void set_audience(Audience& audience) { audience_ = &audience; }

    /// A write(2) to an attribute.  `reply` is called once, possibly much later, on the worker thread.
    void write(const Node& attribute, std::string text, Writer, Reply reply);

    /// A read(2) from the start of an attribute.  `reply` is called once: at once, or much later in another
    /// thread when the kernel would have to wait for a lock.
    void read(const Node& attribute, ReadReply reply);

    /// A change from below or beside the kernel (hot plug, guests).  `reply` as for write().
    void change(Rule, Reply reply);

    /// A change of the hardware, which nobody above it hears of by itself.
    void alter(const std::function<void(Machine&)>&);

    /// Whether the bus scans by itself every `config_time` seconds.
    void set_timer(bool on);

    /// Looks at the state under the lock.
    template <class Look>
    auto look(Look&& look) {
        const std::lock_guard lock(mutex_);
        return look(machine_, static_cast<const Tree&>(tree_));
    }

    std::uint32_t add_fault(Fault fault);
    bool remove_fault(std::uint32_t id);
    void clear_faults();
    std::vector<Fault> faults();

    /// Lets held writes go on whose path matches the pattern (empty: all); how many there were.
    std::size_t release(const std::string& pattern);

    /// Paths of the writes that are held or delayed.
    std::vector<std::string> held();

    std::vector<TraceEntry> trace(std::uint64_t after);
    void clear_trace();

    /// The last kernel log lines.
    std::vector<std::string> messages();

  private:
    struct Write {
        Node attribute;
        std::string path, text;
        Reply reply;
        std::uint64_t number;
    };
    struct Held {
        std::string path;
        std::function<void()> go_on;
    };

    std::int64_t now() const override;
    void pause(Effects& so_far, std::optional<std::int64_t> until) override;

    void execute(Write, const Fault* late);
    void operate(Rule, Reply reply);
    void run(const Rule&, const Reply& reply);
    void start_thread(std::function<void()>);
    void settle();
    void tell(Effects&, Reply reply, int error);
    void arm_timer();
    void timer_due();
    void hold(const Fault&, const std::string& path, std::function<void()> go_on);
    void let_go(std::uint64_t ticket);
    std::uint64_t record(const std::string& path, const std::string& text, Writer);
    void finish(std::uint64_t number, int error);
    Reply finishing(std::uint64_t number, Reply reply);

    /// Of the operation this thread runs: has it ended or begun to wait?  Null once somebody knows.
    static thread_local std::shared_ptr<bool> settled_;

    std::mutex mutex_;
    std::condition_variable changed_; // an operation has ended or paused
    std::condition_variable idle_;    // an operation's thread has ended
    unsigned threads_ = 0;
    bool stopping_ = false;
    Machine machine_;
    Tree tree_;
    Faults faults_;
    std::deque<TraceEntry> trace_;
    std::uint64_t writes_ = 0;
    std::deque<std::string> messages_;
    std::map<std::uint64_t, Held> held_;
    std::uint64_t tickets_ = 0;
    bool timer_ = false;
    std::int64_t timer_set_for_ = -1;
    Audience* audience_ = nullptr;
    Worker worker_; // last: its thread must end before the rest goes
};

} // namespace apsim
