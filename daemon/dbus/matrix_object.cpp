// SPDX-License-Identifier: LGPL-2.1-or-later
// Life of a matrix object.
#include "dbus/matrix_object.hpp"

#include "dbus/answer.hpp"
#include "dbus/quietly.hpp"
#include "dbus/wire.hpp"

#include <algorithm>

namespace ap::dbus {
namespace {

/// A path element has no room for "-".
std::string path_of(const Uuid& uuid) {
    auto text = to_string(uuid);
    std::ranges::replace(text, '-', '_');
    return wire::matrix_prefix + text;
}

} // namespace

MatrixObject::MatrixObject(sdbus::IConnection& connection, const ap::Uuid& uuid, MatrixView view)
    : AdaptorInterfaces(connection, path_of(uuid)), uuid_(uuid), view_(std::move(view)) {
    registerAdaptor();
    emitInterfacesAddedSignal({INTERFACE_NAME});
}

MatrixObject::~MatrixObject() {
    quietly([this] { emitInterfacesRemovedSignal({INTERFACE_NAME}); });
    unregisterAdaptor();
}

void MatrixObject::update(MatrixView view, const std::vector<std::string>& changed) {
    view_ = std::move(view);
    getObject().emitPropertiesChangedSignal(INTERFACE_NAME, changed);
}

std::string MatrixObject::GetHostdevXml() {
    return answer("org.apctl1.Matrix.GetHostdevXml", getObject(), [this] { return hostdev_xml(uuid_); });
}

} // namespace ap::dbus
