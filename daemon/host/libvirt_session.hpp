// SPDX-License-Identifier: LGPL-2.1-or-later
// One connection to libvirt, from its opening to its loss: what it tells of guests, and what has changed since.
#pragma once

#include "core/guest.hpp"
#include "loaded/libvirt_library.hpp"

#include <map>
#include <memory>
#include <set>
#include <string>

namespace ap::host {

/// The thread that runs libvirt's event loop only.
class LibvirtSession {
  public:
    /// Takes over the connection. Every guest is news.
    LibvirtSession(const loaded::LibvirtLibrary& library, virConnectPtr connection);
    ~LibvirtSession();
    LibvirtSession(const LibvirtSession&) = delete;
    LibvirtSession& operator=(const LibvirtSession&) = delete;

    /// Reads what events have named since the last call, everything after all_is_news(). True when something was read.
    bool read_news();
    void all_is_news() { all_ = true; }
    [[nodiscard]] bool lost() const { return !reason_.empty(); }
    [[nodiscard]] const std::string& reason() const { return reason_; } ///< why it is lost
    /// Those whose XML names a matrix, by name.
    [[nodiscard]] std::vector<Guest> guests() const;

  private:
    static int on_lifecycle(virConnectPtr, virDomainPtr domain, int event, int detail, void* self);
    static void on_device(virConnectPtr, virDomainPtr domain, const char* alias, void* self);
    static void on_close(virConnectPtr, int reason, void* self);
    void listen();
    void listen_to(int event, virConnectDomainEventGenericCallback callback);
    void changed(virDomainPtr domain);
    bool read_all();
    void read_one(const Uuid& uuid);
    void keep(virDomainPtr domain);
    void give_up();

    const loaded::LibvirtLibrary& library_;
    virConnectPtr connection_;
    std::set<int> callbacks_;
    std::map<Uuid, Guest> guests_;
    std::set<Uuid> changed_;
    bool all_ = true;
    std::string reason_;
};

} // namespace ap::host
