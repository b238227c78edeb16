// SPDX-License-Identifier: LGPL-2.1-or-later
// Life of a checkpoint object, and the two ways to end it.
#include "dbus/checkpoint_object.hpp"

#include "dbus/answer.hpp"
#include "dbus/quietly.hpp"
#include "dbus/wire.hpp"

#include <fmt/format.h>

namespace ap::dbus {

std::string CheckpointObject::path_of(std::uint32_t job) { return fmt::format("{}{}", wire::checkpoint_prefix, job); }

CheckpointObject::CheckpointObject(sdbus::IConnection& connection, engine::Engine& engine, CheckpointView view, ShowJob show_job)
    : AdaptorInterfaces(connection, path_of(view.job)), engine_(engine), view_(std::move(view)), show_job_(std::move(show_job)) {
    registerAdaptor();
    emitInterfacesAddedSignal({INTERFACE_NAME});
}

CheckpointObject::~CheckpointObject() {
    quietly([this] { emitInterfacesRemovedSignal({INTERFACE_NAME}); });
    unregisterAdaptor();
}

void CheckpointObject::update(CheckpointView view, const std::vector<std::string>& changed) {
    view_ = std::move(view);
    getObject().emitPropertiesChangedSignal(INTERFACE_NAME, changed);
}

std::uint64_t CheckpointObject::TimeLeft() {
    const auto left = view_.overdue.empty() ? engine_.checkpoint_due_in() : std::nullopt;
    return left ? static_cast<std::uint64_t>(std::chrono::ceil<std::chrono::seconds>(*left).count()) : 0;
}

sdbus::ObjectPath CheckpointObject::Confirm() {
    return answer("org.apctl1.Checkpoint.Confirm", getObject(), [this](const engine::Requester& who) -> std::expected<sdbus::ObjectPath, std::vector<Error>> {
        const auto job = engine_.confirm(view_.job, who);
        if (!job) return std::unexpected(job.error());
        return show_job_(*job);
    });
}

sdbus::ObjectPath CheckpointObject::RollBack(const wire::Options& options) {
    return answer("org.apctl1.Checkpoint.RollBack", getObject(), [&](const engine::Requester& who) -> std::expected<sdbus::ObjectPath, std::vector<Error>> {
        auto how = plan_options_from(options);
        if (!how) return std::unexpected(std::vector{how.error()});
        const std::vector<wire::Wish> wishes{{"rollback", {{"job", fmt::to_string(view_.job)}}}};
        const auto read = wishes_from(wishes);
        if (!read) return std::unexpected(read.error());
        how->said = texts_of(wishes);
        const auto job = engine_.apply(*read, *how, who);
        if (!job) return std::unexpected(job.error());
        return show_job_(*job);
    });
}

} // namespace ap::dbus
