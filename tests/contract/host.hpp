// SPDX-License-Identifier: LGPL-2.1-or-later
// An AP host as the contract sees it: its files, its uevents, and the little hardware a test can move.  There
// are three: the kernel on the testbed, the mounted apsim (both through plain system calls), and apsim's
// model inside this process.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace contract {

/// A write or read that was begun; valid until its outcome was taken.
enum class Ticket : std::uint32_t {};

/// Errors are errnos, paths are absolute and below /sys.  What a test rig itself cannot do (no control
/// socket, no /run/testbed) is thrown as std::runtime_error.  To be used from one thread.
class Host {
  public:
    Host() = default;
    Host(const Host&) = delete;
    Host& operator=(const Host&) = delete;
    virtual ~Host() = default;

    enum class Kind { kernel, apsim, model };
    virtual Kind kind() const = 0;

    /// For reports: "model 6.12", "apsim 6.12", "kernel 6.12.107".
    virtual std::string name() const = 0;

    /// open(O_WRONLY) and one write(2) of exactly these bytes.  0: all were taken; -1: only some were.
    /// Waits as long as the kernel does.
    virtual int write(const std::string& path, std::string_view bytes) = 0;

    /// The same without waiting, for writes that may block.
    virtual Ticket begin_write(const std::string& path, std::string_view bytes) = 0;

    /// A read that may block; its text is forgotten.
    virtual Ticket begin_read(const std::string& path) = 0;

    /// What came of it: as write() returns it, or nothing if it is still blocked after `patience`.
    virtual std::optional<int> outcome(Ticket, std::chrono::milliseconds patience) = 0;

    /// A clock that only goes forward; that of the model stands still but for what waits.
    virtual std::chrono::milliseconds now() = 0;

    /// open(O_RDONLY) and read(2) to the end.
    virtual std::expected<std::string, int> read(const std::string& path) = 0;

    virtual std::expected<std::string, int> readlink(const std::string& path) = 0;

    /// Names in a directory, sorted.
    virtual std::expected<std::vector<std::string>, int> list(const std::string& path) = 0;

    /// Type and permission bits as lstat(2) has them.
    virtual std::expected<unsigned, int> mode(const std::string& path) = 0;

    /// The AP and vfio_ap uevents since the last call, in order: "action@devpath KEY=value ...", without
    /// ACTION, DEVPATH and SEQNUM; a newline in a value is shown as "\n".  Never waits: a write's events have
    /// been sent when it returns, those of hardware changes after settle().
    virtual std::vector<std::string> uevents() = 0;

    /// Lines of the kernel's log since the last call.
    virtual std::vector<std::string> messages() = 0;

    /// The machine below the kernel becomes what the text says, in the grammar of the testbed's topology
    /// files; the kernel is told, its scan may still be under way.
    virtual void topology(const std::string& text) = 0;

    /// Loads or unloads a module (vfio_ap, zcrypt_cex4).  Loading what is loaded is no error.
    virtual int module(const std::string& name, bool load) = 0;

    /// A guest opens the mdev, lets go of it, or its process is killed while it has it.
    virtual int guest_open(const std::string& uuid) = 0;
    virtual int guest_close(const std::string& uuid) = 0;
    virtual int guest_kill(const std::string& uuid) = 0;

    /// Returns when every change of the hardware has been seen: after two scans of the bus, as a forced scan
    /// joins one under way, which may have begun before the change.
    void settle();
};

/// The last part of what a link points to; empty when there is no such link.
std::string link_name(Host&, const std::string& path);

bool exists(Host&, const std::string& path);

} // namespace contract
