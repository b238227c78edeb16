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

class ControlSocket {
 public:
  explicit ControlSocket(RunningHost& host) : host_(host) {}
  ControlSocket(const ControlSocket&) = delete;
  ControlSocket& operator=(const ControlSocket&) = delete;

  /// Binds the socket and serves it on a thread of its own until the process ends.
  Done<void> listen(const std::string& path);

 private:
  class Client;
  [[noreturn]] void loop();
  void accept_client();

  RunningHost& host_;
  int socket_ = -1;
  std::list<std::shared_ptr<Client>> clients_;
};

}  // namespace apsim
