// SPDX-License-Identifier: LGPL-2.1-or-later
// From jobs to journal entries.
#include "engine/ledger.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include <unistd.h>

namespace ap::engine {

Result<Journal> Ledger::read() {
    auto journal = store_.read_journal();
    if (!journal) return journal;
    for (const auto& entry : journal->history) history_.put(entry);
    if (journal->checkpoint) checkpoint_ = read_checkpoint(*journal->checkpoint, calendar_);
    return journal;
}

Result<OpenRecord> Ledger::begin(const JobOrigin& origin, const Plan& plan, const HostState& found) {
    if (late_)
        if (auto closed = close(JournalEntry(*late_)); !closed) return std::unexpected(closed.error());
    auto changes = store_.prepare(plan.steps, files_removed_by(origin.takes_back));
    if (!changes) return std::unexpected(changes.error());
    OpenRecord record{origin, calendar_.boot(), static_cast<std::uint32_t>(::getpid()), plan, found_parts(found, plan), *std::move(changes)};
    if (std::ranges::any_of(plan.steps, touches_kernel) || record.changes.touches_files())
        if (auto begun = store_.begin({origin.id, write_record(record)}); !begun) return std::unexpected(begun.error());
    return record;
}

JournalEntry Ledger::closing(const OpenRecord& record, JobState state, std::string how, std::vector<Error> errors) {
    return {record.origin.id, write_entry(entry_of(record, state, std::move(how), std::move(errors), calendar_.now()))};
}

Result<void> Ledger::commit(const OpenRecord& record, std::string how, Store::Foreign foreign, const std::function<void()>& before_sync) {
    const auto checkpoint = checkpoint_of(record.origin, calendar_);
    if (checkpoint) how += fmt::format("{}to be confirmed within {}", how.empty() ? "" : "; ", in_seconds(checkpoint->terms.within));
    const auto entry = closing(record, JobState::done, std::move(how), {});
    auto done = store_.commit(record.changes, entry, foreign, checkpoint ? std::optional(write_checkpoint(*checkpoint)) : std::nullopt, before_sync);
    if (!done) return done;
    history_.put(entry);
    checkpoint_ = checkpoint;
    return done;
}

Result<void> Ledger::confirm(const Requester& who) {
    auto entry = history_.entry(checkpoint_->job);
    if (!entry) return std::unexpected(entry.error());
    entry->how += fmt::format("; confirmed by user {}", who.uid);
    const JournalEntry text{checkpoint_->job, write_entry(*entry)};
    auto done = store_.confirm(text);
    if (!done) return done;
    history_.put(text);
    confirmed_ = checkpoint_->job;
    checkpoint_.reset();
    return done;
}

Result<void> Ledger::close(JournalEntry entry) {
    auto closed = store_.close(entry);
    history_.put(entry);
    if (closed) late_.reset();
    else late_ = std::move(entry);
    return closed;
}

Result<void> Ledger::close(const OpenRecord& record, JobState state, std::string how, std::vector<Error> errors) {
    return close(closing(record, state, std::move(how), std::move(errors)));
}

Result<void> Ledger::close(const HistoryEntry& entry) { return close(JournalEntry{entry.origin.id, write_entry(entry)}); }

Result<void> Ledger::keep_open(const OpenRecord& record, std::string how, std::vector<Error> errors) {
    const auto entry = closing(record, JobState::degraded, std::move(how), std::move(errors));
    history_.put(entry);
    return store_.note(entry);
}

std::map<Uuid, std::string> Ledger::files_removed_by(std::optional<std::uint32_t> job) const {
    if (!job) return {};
    auto entry = history_.entry(*job);
    return entry ? std::move(entry->files) : std::map<Uuid, std::string>{};
}

bool Ledger::remember_locked_masks() { return store_.remember_locked_masks(calendar_.boot()).has_value(); }

void Ledger::settle() {
    const auto last_job = std::exchange(unsettled_, std::nullopt);
    // What could not be settled is settled after the next job, or found unsettled at the next start: the marks of commit() stay.
    if (last_job) (void)store_.settle(*last_job);
}

} // namespace ap::engine
