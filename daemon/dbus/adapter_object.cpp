// SPDX-License-Identifier: LGPL-2.1-or-later
// Life of an adapter object.
#include "dbus/adapter_object.hpp"

#include "dbus/quietly.hpp"

namespace ap::dbus {
namespace {

std::string path_of(const AdapterView& view) { return wire::adapter_prefix + to_string(static_cast<Apid>(view.id)); }

} // namespace

AdapterObject::AdapterObject(sdbus::IConnection& connection, AdapterView view)
    : AdaptorInterfaces(connection, path_of(view)), view_(std::move(view)) {
    registerAdaptor();
    emitInterfacesAddedSignal({INTERFACE_NAME});
}

AdapterObject::~AdapterObject() {
    quietly([this] { emitInterfacesRemovedSignal({INTERFACE_NAME}); });
    unregisterAdaptor();
}

void AdapterObject::update(AdapterView view, const std::vector<std::string>& changed) {
    view_ = std::move(view);
    getObject().emitPropertiesChangedSignal(INTERFACE_NAME, changed);
}

} // namespace ap::dbus
