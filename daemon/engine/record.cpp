// SPDX-License-Identifier: LGPL-2.1-or-later
// The journal's texts. A record that cannot be read is an error with a reason, never a guess: somebody's queues hang on it.
#include "engine/record.hpp"

#include "engine/checkpoint.hpp"
#include "engine/plan_fields.hpp"
#include "engine/verdict.hpp"

#include <fmt/format.h>

namespace ap::engine {
namespace json {

constexpr auto last_of(Names, JobState) { return JobState::degraded; }
constexpr auto last_of(Names, Fault) { return Fault::internal; }

template <class A> void fields(A& a, Like<Requester> auto& r) { a("uid", r.uid), a("bus_name", r.bus_name), a("pid", r.pid), a("unit", r.unit); }
template <class A> void fields(A& a, Like<WishText> auto& w) { a("verb", w.verb), a("arguments", w.arguments); }
template <class A> void fields(A& a, Like<Error> auto& e) {
    a("fault", e.fault), a("subject", e.subject), a("reason", e.reason), a("remedy", e.remedy), a("errno", e.errno_value);
}
template <class A> void fields(A& a, Like<CheckpointTerms> auto& t) { a("within", t.within), a("disrupt", t.disrupt); }
template <class A> void fields(A& a, Like<JobOrigin> auto& o) {
    a("id", o.id), a("who", o.who), a("wishes", o.wishes), a("description", o.description), a("begun", o.begun), a.later("checkpoint", o.checkpoint), a.later("takes_back", o.takes_back);
}
template <class A> void fields(A& a, Like<Checkpoint> auto& c) {
    a("job", c.job), a("description", c.description), a("who", c.who), a("terms", c.terms), a("boot", c.boot), a("due", c.due), a("due_by_wall", c.due_by_wall);
}
template <class A> void fields(A& a, Like<ActiveMatrix> auto& m) {
    a("assigned", m.assigned), a("effective", m.effective), a("in_use", m.in_use), a("holder", m.holder), a("cut", m.cut);
}
template <class A> void fields(A& a, Like<FoundParts> auto& f) {
    a("apmask", f.apmask), a("aqmask", f.aqmask), a("host", f.host), a("guest", f.guest), a("overridden", f.overridden),
        a("other_overrides", f.other_overrides), a("matrices", f.matrices);
}
template <class A> void fields(A& a, Like<RecordChanges::OneDefinition> auto& d) {
    a("uuid", d.uuid), a("after", d.after), a("file_before", d.file_before), a("file_after", d.file_after);
}
template <class A> void fields(A& a, Like<RecordChanges::Pools> auto& p) { a("reserved", p.reserved), a("keep", p.keep); }
template <class A> void fields(A& a, Like<RecordChanges> auto& c) {
    a("definitions", c.definitions), a("pools", c.pools), a.later("binding", c.binding);
    a.later("drains", c.drains);
}
template <class A> void fields(A& a, Like<OpenRecord> auto& r) {
    a("origin", r.origin), a("boot", r.boot), a("pid", r.pid), a("plan", r.plan), a("found", r.found), a("changes", r.changes);
}
template <class A> void fields(A& a, Like<HistoryEntry> auto& e) {
    a("origin", e.origin), a("ended", e.ended), a("state", e.state), a("how", e.how), a("steps", e.steps), a("errors", e.errors), a("records", e.records), a.later("files", e.files);
}

namespace {

template <class T>
Result<T> read_text(const std::string& text, const char* what) {
    // The one place in which exceptions of the JSON library become errors.
    try {
        T value;
        read(Json::parse(text), value);
        return value;
    } catch (const std::exception& e) {
        return std::unexpected(Error{.fault = Fault::host_io,
                                     .subject = what,
                                     .reason = fmt::format("is not understood: {}", e.what()),
                                     .remedy = "install the apctl that wrote it"});
    }
}

/// A file of somebody else need not be UTF-8, which JSON is; our own texts are, and such files are refused before they are recorded.
template <class T>
std::string text_of(const T& value) { return json_of(value).dump(-1, ' ', false, Json::error_handler_t::replace); }

} // namespace
} // namespace json

FoundParts found_parts(const HostState& host, const Plan& plan) {
    FoundParts parts{host.apmask, host.aqmask, host.host, host.guest, host.overridden, host.other_overrides, {}};
    for (const auto& uuid : touched_by(plan).matrices)
        if (const auto found = host.matrices.find(uuid); found != host.matrices.end()) parts.matrices.insert(*found);
    return parts;
}

HostState as_found(const FoundParts& parts, const Plan& plan, const HostState& now) {
    auto host = now;
    host.apmask = parts.apmask;
    host.aqmask = parts.aqmask;
    host.host = parts.host;
    host.guest = parts.guest;
    host.overridden = parts.overridden;
    host.other_overrides = parts.other_overrides;
    for (const auto& uuid : touched_by(plan).matrices) host.matrices.erase(uuid);
    host.matrices.insert(parts.matrices.begin(), parts.matrices.end());
    return host;
}

HistoryEntry entry_of(const OpenRecord& record, JobState state, std::string how, std::vector<Error> errors, std::chrono::sys_seconds ended) {
    HistoryEntry entry{.origin = record.origin, .ended = ended, .state = state, .how = std::move(how), .errors = std::move(errors)};
    for (const auto& one : record.changes.definitions)
        if (one.file_before && !one.file_after) entry.files.emplace(one.uuid, *one.file_before);
    const auto names = names_in(record.plan);
    entry.steps = describe_in_short(record.plan.steps, names);
    for (const auto& step : record.plan.steps)
        if (!touches_kernel(step)) entry.records.push_back(step);
    return entry;
}

std::string write_record(const OpenRecord& record) { return json::text_of(record); }
std::string write_entry(const HistoryEntry& entry) { return json::text_of(entry); }
Result<OpenRecord> read_record(const std::string& text) { return json::read_text<OpenRecord>(text, "the record of the open job"); }
Result<HistoryEntry> read_entry(const std::string& text) { return json::read_text<HistoryEntry>(text, "an entry of the history"); }

JournalEntry write_checkpoint(const Checkpoint& checkpoint) { return {checkpoint.job, json::text_of(checkpoint)}; }
Result<Checkpoint> parse_checkpoint(const std::string& text) { return json::read_text<Checkpoint>(text, "the record of the checkpoint"); }

} // namespace ap::engine
