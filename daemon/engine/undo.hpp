// SPDX-License-Identifier: LGPL-2.1-or-later
// Brings kernel and files back to what was found before a job.
#pragma once

#include "engine/picture.hpp"
#include "engine/progress.hpp"
#include "engine/record.hpp"
#include "engine/step_writer.hpp"

#include <vector>

namespace ap::engine {

/// Engine thread only. Whether undoing succeeded is decided by reading, never by what the undo steps returned: a step may fail and the host be right (the
/// read back failed), and all may succeed and it be wrong (somebody else was there).
class Undo {
  public:
    Undo(const Ports& ports, Picture& picture, Progress& progress, const OpenRecord& record, const HostState& found)
        : writer_{ports, progress, found}, picture_(picture), progress_(progress), record_(record), plan_(record.plan), found_(found), names_(names_in(plan_)) {}

    /// Takes these kernel steps back, the last one first, and the files. What remains different from before: empty when nothing does. A definition that somebody else
    /// has written since is no difference: it is his.
    std::vector<Error> run(const std::vector<const Step*>& done);
    void note_trouble(const Error& error);
    /// What went wrong on the way.
    [[nodiscard]] const std::vector<Error>& troubles() const { return troubles_; }

  private:
    void take_back(const Step& step);
    void write(const Step& back);
    void put_files_back();
    std::vector<Error> differences_from_found();
    Result<void> read(const Dirty& what);

    StepWriter writer_;
    Picture& picture_;
    Progress& progress_;
    const OpenRecord& record_;
    Plan plan_; ///< without what is somebody else's by now
    const HostState& found_;
    const Wanted names_; ///< for sentences
    std::vector<Error> troubles_;
};

} // namespace ap::engine
