// SPDX-License-Identifier: LGPL-2.1-or-later
// Operations on a model that may have to wait, in a time of their own.
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <thread>

#include "model/machine.hpp"

namespace contract {

/// Runs operations one at a time; one that pauses gives the others their turn.  Time passes only where
/// advance() says so, so that nothing depends on the speed of this machine.  To be used from one thread.
class ModelOperations : public apsim::Waiting {
  public:
    using Number = std::uint32_t;
    using Rule = std::function<int()>;

    /// `tell` gets the effects of each operation as they come.
    ModelOperations(apsim::Machine& machine, std::function<void(apsim::Effects&)> tell);
    ~ModelOperations() override; ///< ends what still waits

    /// Begins an operation and returns when it has ended or waits.
    Number begin(Rule rule);

    /// What the operation returned; nothing while it waits.  It can be asked for once.
    std::optional<int> take(Number);

    /// Lets this much time pass, or less: no more than until the operation has ended.
    void advance(Number, std::int64_t milliseconds);

    std::int64_t now() const override { return now_; }
    void pause(apsim::Effects& so_far, std::optional<std::int64_t> until) override;

  private:
    struct Operation {
        std::thread thread;
        std::optional<int> error;
        bool parked = false;
        unsigned seen = 0;  ///< how far things were when it paused
        unsigned looks = 0; ///< how often it has looked again since something really happened
        std::optional<std::int64_t> until;
    };
    struct Stopping {};

    bool may_go_on(const Operation&) const;
    bool is_quiet() const;
    void wake(std::unique_lock<std::mutex>&);
    void run(Operation&, const Rule&);
    void something_happened();

    apsim::Machine& machine_;
    std::function<void(apsim::Effects&)> tell_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::map<Number, Operation> operations_;
    Number numbers_ = 0;
    Operation* current_ = nullptr; ///< the one that has the turn
    unsigned progress_ = 0;        ///< grows when what others wait for may have changed
    std::int64_t now_ = 0;
    bool stopping_ = false;
};

} // namespace contract
