// SPDX-License-Identifier: LGPL-2.1-or-later
// Port to what is remembered: definitions in mdevctl's files; names, reservations and must-keeps in our database.
#pragma once

#include "core/wanted.hpp"

#include <optional>
#include <string>
#include <vector>

namespace ap {

/// May block on disk: engine thread only. Fault::host_io (errno, path) on failure; a failed change has changed nothing.
class Store {
  public:
    virtual ~Store() = default;
    /// Everything. Files that are not understood are left out and named in `problems`, one sentence each; they are never touched.
    virtual Result<Wanted> load(std::vector<std::string>& problems) = 0;
    /// What a definition was, byte for byte, so that it can be put back.
    struct Saved {
        Uuid uuid;
        std::optional<std::string> file; ///< content of the definition file
        std::optional<Definition> record;
    };
    virtual Result<Saved> save(const Uuid& uuid) = 0;
    /// Writes or removes a definition: unknown keys of an existing file are kept; the file is replaced atomically (temporary file, fsync, rename, fsync of the directory).
    virtual Result<void> set_definition(const Uuid& uuid, const std::optional<Definition>& definition) = 0;
    virtual Result<void> restore(const Saved& saved) = 0;
    virtual Result<void> set_pools(const QueueSet& reserved, const QueueSet& keep) = 0;
};

} // namespace ap
