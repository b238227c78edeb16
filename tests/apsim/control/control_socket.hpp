// SPDX-License-Identifier: LGPL-2.1-or-later
// The control socket: one JSON object per line in, one per line out.
#pragma once

#include <list>
#include <memory>
#include <string>
#include <thread>

#include "host/running_host.hpp"
#include "run/result.hpp"

namespace apsim {

/// A listening socket at `path`.
Done<int> listen_control(const std::string& path);

class ControlSocket {
  public:
    /// Serves the listening socket on a thread of its own until the process ends.
    ControlSocket(RunningHost& host, int listening);
    ControlSocket(const ControlSocket&) = delete;
    ControlSocket& operator=(const ControlSocket&) = delete;

  private:
    class Client;
    [[noreturn]] void loop();
    void accept_client();

    RunningHost& host_;
    int socket_;
    std::list<std::shared_ptr<Client>> clients_;
};

} // namespace apsim
