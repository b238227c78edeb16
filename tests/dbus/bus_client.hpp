// SPDX-License-Identifier: LGPL-2.1-or-later
// A client on the bus that remembers every signal of the daemon, so that tests wait for events and never sleep.
#pragma once

#include <wire_types.hpp>

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace ap::tests {

struct Heard {
    std::string path, member;
    std::vector<std::string> names; ///< properties of PropertiesChanged; interfaces of InterfacesAdded and -Removed; `what` of Changed; arguments of Completed; what and text of CheckpointChanged
    std::string about;              ///< interface of PropertiesChanged; object of InterfacesAdded and -Removed; job of CheckpointChanged
};

class BusClient {
  public:
    explicit BusClient(const std::string& address);
    ~BusClient();

    [[nodiscard]] std::unique_ptr<sdbus::IProxy> proxy(const std::string& path = wire::manager_path) const;
    /// Waits until a signal like this was heard; false after half a minute.
    bool hears(const std::function<bool(const Heard&)>& like);
    bool hears(const std::string& path, const std::string& member) {
        return hears([&](const Heard& h) { return h.path == path && h.member == member; });
    }
    [[nodiscard]] std::vector<Heard> all() const;
    void forget();
    /// Waits until the daemon's name is on the bus (or off it).
    bool sees_name(bool present);

    [[nodiscard]] wire::Host get_host() const;
    /// Object path of the job.
    [[nodiscard]] sdbus::ObjectPath apply(const std::vector<wire::Wish>& wishes, const wire::Options& options = {}) const;
    template <class T>
    [[nodiscard]] T property(const std::string& path, const char* interface, const char* name) const {
        return proxy(path)->getProperty(name).onInterface(interface).get<T>();
    }
    /// Name of the error that `call` is answered with; "" when it succeeds.
    static std::string error_of(const std::function<void()>& call);

  private:
    void on_message(sdbus::Message& message);

    std::unique_ptr<sdbus::IConnection> connection_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<Heard> heard_;
    bool name_ = false;
};

} // namespace ap::tests
