// SPDX-License-Identifier: LGPL-2.1-or-later
// Tables of adapters, queues, matrices and jobs, and what people read about one of them.
#pragma once

#include "proxy/views.hpp"
#include "render/look.hpp"

#include <string>
#include <vector>

namespace ap::cli {

std::string adapters_text(const HostView& view, const Look& look);
std::string queues_text(const HostView& view, const std::vector<Apqn>& queues, const Look& look);
/// Defined and active ones, by name.
std::vector<Uuid> all_matrices(const HostView& view);
/// What is assigned for an active matrix, what is defined for the others. Requires: it is one of all_matrices().
const Matrix& present_matrix(const HostView& view, const Uuid& uuid);
std::string matrices_text(const HostView& view, const Look& look);
std::string jobs_text(const std::vector<JobView>& jobs, const Look& look);
std::string users_text(const HostView& view, const std::vector<UserView>& users, const Look& look);

std::string adapter_text(const HostView& view, Apid adapter, const Look& look);
/// Of one that is drained, and not there.
std::string absent_adapter_text(const HostView& view, Apid adapter, const Look& look);
std::string matrix_text(const HostView& view, const Uuid& uuid, const Look& look);
std::string explanation_text(const ExplanationView& why, const Look& look);
/// Where the kernel or its definition is not as wished, a line each; "" where all is.
std::string drift_text(const HostView& view, const Uuid& uuid, const Look& look);

/// "running, 3 of 7 steps", "failed: …".
std::string job_state(const JobView& job);
/// What there is to say about a job that its state does not, on lines of its own; "" for nothing.
std::string remarks_text(const JobView& job, const Look& look);
/// "in use by web", "active", "defined".
std::string matrix_state(const HostView& view, const Uuid& uuid);

} // namespace ap::cli
