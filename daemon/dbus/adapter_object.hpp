// SPDX-License-Identifier: LGPL-2.1-or-later
// org.apctl1.Adapter: one adapter on the bus.
#pragma once

#include "core/parse.hpp"
#include "dbus/views.hpp"

#include <adapter_adaptor.h>

namespace ap::dbus {

/// Loop thread only. Announces itself when made and when destroyed.
class AdapterObject final : public sdbus::AdaptorInterfaces<org::apctl1::Adapter_adaptor, sdbus::ManagedObject_adaptor> {
  public:
    AdapterObject(sdbus::IConnection& connection, AdapterView view);
    ~AdapterObject();
    /// `changed`: names of the properties that differ from before.
    void update(AdapterView view, const std::vector<std::string>& changed);

  private:
    std::uint8_t Id() override { return view_.id; }
    std::string Type() override { return view_.type; }
    std::uint32_t HardwareType() override { return view_.hardware_type; }
    std::string Mode() override { return view_.mode; }
    bool Online() override { return view_.online; }
    bool Configured() override { return view_.configured; }
    bool Checkstopped() override { return view_.checkstopped; }
    std::string Serial() override { return view_.serial; }
    std::string Domains() override { return to_list(view_.domains); }
    std::string HostPool() override { return to_list(view_.host_pool); }
    std::string GuestPool() override { return to_list(view_.guest_pool); }
    bool Drained() override { return view_.drained; }

    AdapterView view_;
};

} // namespace ap::dbus
