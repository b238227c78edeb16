// SPDX-License-Identifier: LGPL-2.1-or-later
// Definitions and wishes in memory behind the port Store.
#pragma once

#include "fakes/call_gate.hpp"
#include "ports/store.hpp"

#include <map>
#include <mutex>

namespace ap::fakes {

/// As the port promises, a failed change has changed nothing. Tests may look from another thread.
class FakeStore final : public Store {
  public:
    explicit FakeStore(CallGate& gate, Wanted start = {});

    // --- for tests: not counted
    [[nodiscard]] Wanted wanted() const;
    /// The bytes of a definition file; empty when there is none.
    [[nodiscard]] std::string file_of(const Uuid& uuid) const;
    /// Somebody else writes a definition file, or removes it.
    void write_file(const Uuid& uuid, const std::optional<Definition>& definition, std::string bytes);
    void set_problems(std::vector<std::string> problems);

    // --- Store
    Result<Wanted> load(std::vector<std::string>& problems) override;
    Result<Saved> save(const Uuid& uuid) override;
    Result<void> set_definition(const Uuid& uuid, const std::optional<Definition>& definition) override;
    Result<void> restore(const Saved& saved) override;
    Result<void> set_pools(const QueueSet& reserved, const QueueSet& keep) override;

  private:
    [[nodiscard]] std::optional<Error> refusal(const char* name);
    void put(const Uuid& uuid, const std::optional<Definition>& definition, const std::string& bytes);

    CallGate& gate_;
    mutable std::mutex mutex_;
    Wanted wanted_;
    std::map<Uuid, std::string> files_;
    std::vector<std::string> problems_;
};

} // namespace ap::fakes
