// SPDX-License-Identifier: LGPL-2.1-or-later
// org.apctl1.Matrix: one matrix on the bus.
#pragma once

#include "dbus/views.hpp"

#include <matrix_adaptor.h>

namespace ap::dbus {

/// Loop thread only. Announces itself when made and when destroyed.
class MatrixObject final : public sdbus::AdaptorInterfaces<org::apctl1::Matrix_adaptor, sdbus::ManagedObject_adaptor> {
  public:
    MatrixObject(sdbus::IConnection& connection, const ap::Uuid& uuid, MatrixView view);
    ~MatrixObject();
    /// `changed`: names of the properties that differ from before.
    void update(MatrixView view, const std::vector<std::string>& changed);

  private:
    std::string GetHostdevXml() override;

    std::string Uuid() override { return view_.uuid; }
    std::string Name() override { return view_.name; }
    bool Defined() override { return view_.defined; }
    bool Autostart() override { return view_.autostart; }
    bool WantedActive() override { return view_.wanted_active; }
    bool Active() override { return view_.active; }
    bool InUse() override { return view_.in_use; }
    std::string Holder() override { return view_.holder; }
    std::vector<std::string> Guests() override { return view_.guests; }
    wire::Triple Definition() override { return view_.definition; }
    wire::Triple Assigned() override { return view_.assigned; }
    wire::Triple Effective() override { return view_.effective; }

    ap::Uuid uuid_;
    MatrixView view_;
};

} // namespace ap::dbus
