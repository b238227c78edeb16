// SPDX-License-Identifier: LGPL-2.1-or-later
// Three writes for a queue, each read back: the kernel checks neither the text of an override nor who uses
// the queue (kernel-abi 5.3, 10), and a probe that found no driver counts as success.
#include "host/queue_binder.hpp"

#include "core/quote.hpp"
#include "host/device_names.hpp"

#include <fmt/format.h>

#include <cerrno>

namespace ap::host {
namespace {

std::unexpected<Error> up(Error& error) { return std::unexpected(std::move(error)); }

std::unexpected<Error> refused(std::string subject, std::string reason, std::string remedy = "try again") {
    return std::unexpected(Error{.fault = Fault::kernel_refused,
                                 .subject = std::move(subject),
                                 .reason = std::move(reason),
                                 .remedy = std::move(remedy)});
}

constexpr const char* directory_of(Driver driver) { return driver == Driver::host ? "cex4queue" : "vfio_ap"; }

class Binder {
  public:
    Binder(const Directory& root, Apqn queue)
        : root_(root), queue_(queue), file_(queue_path(queue) + "/driver_override") {}

    Result<void> mark(const std::string& before, const std::string& after) const;
    Result<void> move_to(const QueueBinding& after) const;

  private:
    Result<std::string> read_override() const;
    Result<void> write_override(const std::string& text) const;
    Result<std::string> driver_name() const; ///< "" for none

    const Directory& root_;
    Apqn queue_;
    std::string file_;
};

Result<std::string> Binder::read_override() const {
    auto text = root_.read(file_.c_str());
    if (!text) return up(text.error());
    if (*text) return std::string(without_newline(**text));
    return std::unexpected(
        io_error(Fault::kernel_refused, root_.full(file_), "is not there: the queue has gone", ENODEV));
}

Result<void> Binder::mark(const std::string& before, const std::string& after) const {
    auto is = read_override();
    if (!is) return up(is.error());
    if (*is == after) return {};
    if (*is != before)
        return std::unexpected(
            Error{.fault = Fault::foreign_owner,
                  .subject = root_.full(file_),
                  .reason = fmt::format("reads {}: somebody else has set it meanwhile", quote(*is)),
                  .remedy = "try again"});
    return write_override(after);
}

Result<void> Binder::write_override(const std::string& text) const {
    auto written = root_.write(file_.c_str(), text + "\n");
    if (!written) {
        auto& error = written.error();
        if (error.errno_value != EINVAL) return written;
        error.reason += "; the kernel takes no driver_override while a mask has a clear bit";
        error.remedy = "apctl convert tells how to change over";
        return written;
    }
    auto now = read_override();
    if (!now) return up(now.error());
    if (*now == text) return {};
    return refused(root_.full(file_),
                   fmt::format("reads {} after {} was written; somebody else changes it at the same time",
                               quote(*now), quote(text)));
}

Result<std::string> Binder::driver_name() const {
    auto target = root_.link((queue_path(queue_) + "/driver").c_str());
    if (!target) return up(target.error());
    if (!*target) return std::string();
    return (**target).substr((**target).rfind('/') + 1);
}

Result<void> Binder::move_to(const QueueBinding& after) const {
    auto has = driver_name();
    if (!has) return up(has.error());
    const auto driver = after.driver;
    const std::string should = driver == Driver::none ? "" : directory_of(driver);
    // The driver that a queue is marked for may be loaded just now, and have it already.
    const auto as_it_should = [&](const std::string& is) { return is == should || (driver == Driver::none && is == after.driver_override); };
    if (as_it_should(*has)) return {};
    if (!has->empty())
        if (auto left =
                root_.write(fmt::format("sys/bus/ap/drivers/{}/unbind", *has).c_str(), to_string(queue_));
            !left)
            return left;
    if (driver != Driver::none)
        if (auto probed = root_.write("sys/bus/ap/drivers_probe", to_string(queue_)); !probed) return probed;
    auto now = driver_name();
    if (!now) return up(now.error());
    if (as_it_should(*now)) return {};
    return refused(to_string(queue_), now->empty()
                                          ? fmt::format("no driver has it after it was probed for {}", should)
                                          : fmt::format("is bound to {} instead of {}", *now,
                                                        should.empty() ? "no driver" : should));
}

} // namespace

Result<void> rebind_queue(const Directory& root, Apqn queue, const QueueBinding& before,
                          const QueueBinding& after) {
    const Binder binder(root, queue);
    if (auto marked = binder.mark(before.driver_override, after.driver_override); !marked) return marked;
    return binder.move_to(after);
}

} // namespace ap::host
