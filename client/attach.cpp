// SPDX-License-Identifier: LGPL-2.1-or-later
// The matrix is there before libvirt hears of it, since libvirt starts no guest without; so it is libvirt's refusal that has something to undo.
#include "attach.hpp"

#include "follow.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ap::cli {
namespace {

Answer<void> attach(Session& session, const NamedGuest& named) {
    const auto view = session.proxy.host();
    if (!view) return std::unexpected(view.error());
    const auto uuid = find_matrix(view->host, view->wanted, named.matrix);
    if (!uuid) return fail(uuid.error());
    const auto hostdev = session.proxy.hostdev_xml(*uuid);
    if (!hostdev) return std::unexpected(hostdev.error());
    return session.libvirt.attach(named.guest.uuid, *hostdev, named.attach);
}

std::optional<Failure> take_back(Session& session, std::uint32_t job) {
    const auto id = session.proxy.apply({{"rollback", {{"job", std::to_string(job)}}}}, {.disrupt = session.options.disrupt, .digest = {}, .confirm_within = {}, .drain_timeout = {}});
    if (!id) return id.error();
    const auto undone = follow(session, *id);
    if (!undone) return undone.error();
    return failure_of_job(*undone);
}

NotAttached undone(Session& session, const NamedGuest& named, Failure failure, std::optional<std::uint32_t> job) {
    if (!job) {
        failure.lines.push_back("nothing has changed");
        return {failure, true};
    }
    const auto not_undone = take_back(session, *job);
    if (!not_undone) {
        failure.lines.push_back(fmt::format("job {} has been taken back, so nothing has changed", *job));
        return {failure, true};
    }
    // What the codes of refusals promise, that nothing changed, would not be so.
    failure.fault = Fault::host_io;
    std::ranges::copy(not_undone->lines, std::back_inserter(failure.lines));
    failure.lines.push_back(fmt::format("job {} could not be taken back: matrix {} is as it was to be, and guest {} has not got it; to try again: apctl assign {} --guest; to take it back: apctl rollback {}",
                                        *job, named.matrix, named.guest.name, named.guest.name, *job));
    return {failure, false};
}

} // namespace

std::optional<NotAttached> attach_guests(Session& session, const std::vector<NamedGuest>& guests, std::optional<std::uint32_t> job) {
    for (const auto& named : guests) {
        if (!named.attach.any()) continue;
        if (auto done = attach(session, named); !done) return undone(session, named, done.error(), job);
    }
    return std::nullopt;
}

} // namespace ap::cli
