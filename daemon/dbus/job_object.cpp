// SPDX-License-Identifier: LGPL-2.1-or-later
// Life of a job object.
#include "dbus/job_object.hpp"

#include "dbus/answer.hpp"
#include "dbus/quietly.hpp"

#include <fmt/format.h>

namespace ap::dbus {

std::string JobObject::path_of(std::uint32_t job) { return fmt::format("{}{}", wire::job_prefix, job); }

JobObject::JobObject(sdbus::IConnection& connection, engine::JobView job, CancelJob cancel)
    : AdaptorInterfaces(connection, path_of(job.id)), job_(std::move(job)), view_(job_view(job_)), cancel_(std::move(cancel)) {
    registerAdaptor();
    emitInterfacesAddedSignal({INTERFACE_NAME});
}

JobObject::~JobObject() {
    quietly([this] { emitInterfacesRemovedSignal({INTERFACE_NAME}); });
    unregisterAdaptor();
}

void JobObject::update(engine::JobView job) {
    const bool was_ended = ended();
    auto view = job_view(job);
    const auto changed = changed_properties(view_, view);
    job_ = std::move(job);
    view_ = std::move(view);
    if (!changed.empty()) getObject().emitPropertiesChangedSignal(INTERFACE_NAME, changed);
    if (ended() && !was_ended) emitCompleted(view_.state, std::get<0>(view_.error), std::get<1>(view_.error));
}

void JobObject::Cancel() {
    answer("org.apctl1.Job.Cancel", getObject(), [this] { return cancel_(job_.id); });
}

} // namespace ap::dbus
