// SPDX-License-Identifier: LGPL-2.1-or-later
// Undoing, and looking whether it helped.
#include "engine/undo.hpp"

#include "engine/verdict.hpp"

#include <algorithm>
#include <ranges>

namespace ap::engine {

std::vector<Error> Undo::run(const std::vector<const Step*>& done) {
    for (const auto* step : done) advance(writer_.host, *step);
    for (const auto& step : marks_to_give_back(found_, picture_.host())) write(step);
    for (const auto* step : done | std::views::reverse) take_back(*step);
    put_files_back();
    return differences_from_found();
}

void Undo::take_back(const Step& step) {
    const auto back = inverse(step);
    if (!back) return;
    write(*back);
}

void Undo::write(const Step& back) {
    if (const auto result = writer_.write(back, "undo: " + describe(back, names_)); !result) note_trouble(result.error());
}

void Undo::put_files_back() {
    const auto foreign = writer_.ports.store.put_back(record_.changes);
    if (!foreign) return note_trouble(foreign.error());
    std::erase_if(plan_.steps, [&](const Step& step) {
        const auto* s = std::get_if<SetDefinition>(&step);
        return s != nullptr && std::ranges::find(*foreign, s->uuid) != foreign->end();
    });
}

void Undo::note_trouble(const Error& error) {
    auto trouble = error;
    trouble.reason = "while undoing: " + trouble.reason;
    troubles_.push_back(std::move(trouble));
}

Result<void> Undo::read(const Dirty& what) {
    progress_.begin("read the host");
    auto result = picture_.read(what);
    progress_.end();
    return result;
}

std::vector<Error> Undo::differences_from_found() {
    const auto unreadable = [](const Error& error) {
        return std::vector{
            Error{Fault::degraded, "the host", "cannot be read, so nobody can say how it is: " + to_string(error), "", error.errno_value}};
    };
    auto what = touched_by(plan_);
    what.definitions = true;
    if (auto done = read(what); !done) return unreadable(done.error());
    writer_.bind(unbound_since(found_, picture_.host()));
    if (auto done = read(touched_by(plan_)); !done) return unreadable(done.error());
    return unlike_found(plan_, found_, picture_.host(), picture_.wanted());
}

} // namespace ap::engine
