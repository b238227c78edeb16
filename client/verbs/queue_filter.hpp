// SPDX-License-Identifier: LGPL-2.1-or-later
// Which queues `list queues` prints.
#pragma once

#include "core/explainer.hpp"
#include "session.hpp"

#include <optional>
#include <string>
#include <vector>

namespace ap::cli {

/// As given; unset ones do not filter.
struct QueueFilter {
    std::optional<std::string> adapters, domains, queues, owner, matrix, condition;
};

struct CheckedFilter {
    QueueSet queues;         ///< adapters, domains and queues together
    bool absent_too = false; ///< queues were named, so those that do not exist are worth a line
    std::optional<Owner::Kind> owner;
    std::optional<QueueCondition> condition;
    std::optional<std::string> matrix; ///< its name, or its guest's
};

/// Fault::invalid for what cannot be understood, without asking anybody.
Answer<CheckedFilter> read_filter(const QueueFilter& filter);
/// Fault::not_found for a matrix that does not exist. Of one that is not active it is what is defined.
Answer<std::vector<Apqn>> select(Session& session, const HostView& view, const CheckedFilter& filter);

} // namespace ap::cli
