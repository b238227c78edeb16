// SPDX-License-Identifier: LGPL-2.1-or-later
// Spreads wishes over the matrices they are about, in the words of modify, so that they meet all other wishes there.
#include "core/wish_several.hpp"

#include "core/parse.hpp"
#include "core/wish_drains.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ap {
namespace {

using Spread = std::expected<std::vector<Wish>, std::vector<Error>>;

/// A matrix of the wish as it is before all wishes.
struct Party {
    Uuid uuid;
    std::string name;
    Matrix matrix;
};

Wish about(Verb verb, const Uuid& uuid) {
    Wish wish;
    wish.verb = verb;
    wish.matrix = to_string(uuid);
    return wish;
}

Result<Party> party(const HostState& host, const Wanted& wanted, const Targets& targets, const std::string& text) {
    Wish asked;
    asked.verb = Verb::modify;
    asked.matrix = text;
    const auto uuid = targets.of(asked);
    if (!uuid) return std::unexpected(uuid.error());
    if (const auto defined = wanted.definitions.find(*uuid); defined != wanted.definitions.end())
        return Party{*uuid, display_name(wanted, *uuid), defined->second.matrix};
    if (const auto active = host.matrices.find(*uuid); active != host.matrices.end()) return Party{*uuid, to_string(*uuid), active->second.assigned};
    return Party{*uuid, text, {}}; // another wish of the call makes it
}

/// Keeps references: lives no longer than its arguments.
class Spreader {
  public:
    Spreader(const HostState& host, const Wanted& wanted, const Targets& targets, const Wish& wish) : host_(host), wanted_(wanted), targets_(targets), wish_(wish) {}
    Spread run();

  private:
    std::vector<Wish> move();
    std::vector<Wish> move_all(const Party& from, const Party& into);
    std::vector<Wish> swap();
    std::vector<Wish> drain();
    std::vector<Wish> restore();
    std::vector<Party> parties();
    template <class Set>
    void expect_part_of(const Party& party, const char* what, const Set& has, const std::optional<Set>& ids) {
        if (ids && !ids->subset_of(has))
            refuse(Fault::not_found, party.name, fmt::format("has no {} {}", what, describe(*ids - has)), fmt::format("it has {}", describe(has)));
    }
    void refuse(Fault fault, std::string subject, std::string reason, std::string remedy = {}) {
        errors_.push_back({fault, std::move(subject), std::move(reason), std::move(remedy), 0});
    }

    const HostState& host_;
    const Wanted& wanted_;
    const Targets& targets_;
    const Wish& wish_;
    std::vector<Error> errors_;
};

Spread Spreader::run() {
    std::vector<Wish> parts;
    switch (wish_.verb) {
    case Verb::move: parts = move(); break;
    case Verb::swap: parts = swap(); break;
    case Verb::drain: parts = drain(); break;
    case Verb::restore: parts = restore(); break;
    default: break;
    }
    if (!errors_.empty()) return std::unexpected(std::move(errors_));
    return parts;
}

/// Those named, each once; none where one of them is wrong.
std::vector<Party> Spreader::parties() {
    std::vector<Party> out;
    for (const auto& text : wish_.matrices) {
        auto one = party(host_, wanted_, targets_, text);
        if (!one) {
            errors_.push_back(one.error());
            continue;
        }
        if (std::ranges::find(out, one->uuid, &Party::uuid) != out.end()) refuse(Fault::invalid, one->name, "is named twice", "name different matrices");
        out.push_back(*std::move(one));
    }
    return errors_.empty() ? std::move(out) : std::vector<Party>{};
}

std::vector<Wish> Spreader::move() {
    const auto named = parties();
    if (named.empty()) return {};
    const auto &from = named[0], &into = named[1];
    if (!wish_.adapters && !wish_.domains && !wish_.control) return move_all(from, into);
    expect_part_of(from, "adapters", from.matrix.adapters, wish_.adapters);
    expect_part_of(from, "domains", from.matrix.domains, wish_.domains);
    expect_part_of(from, "control domains", from.matrix.control, wish_.control);
    auto gives = about(Verb::move, from.uuid), gets = about(Verb::move, into.uuid);
    gives.remove_adapters = gets.add_adapters = wish_.adapters;
    gives.remove_domains = gets.add_domains = wish_.domains;
    gives.remove_control = gets.add_control = wish_.control;
    return {gives, gets};
}

std::vector<Wish> Spreader::move_all(const Party& from, const Party& into) {
    if (from.matrix.empty()) refuse(Fault::conflict, from.name, "has nothing that could be moved");
    auto gets = about(Verb::move, into.uuid);
    gets.add_adapters = from.matrix.adapters;
    gets.add_domains = from.matrix.domains;
    gets.add_control = from.matrix.control;
    return {about(Verb::unassign, from.uuid), gets};
}

std::vector<Wish> Spreader::swap() {
    const auto named = parties();
    std::vector<Wish> parts;
    for (std::size_t i = 0; i < named.size(); ++i) {
        const auto& theirs = named[(i + 1) % named.size()].matrix;
        auto one = about(Verb::swap, named[i].uuid);
        if (wish_.swap_adapters) one.adapters = theirs.adapters;
        if (wish_.swap_domains) one.domains = theirs.domains;
        if (wish_.swap_adapters && wish_.swap_domains) one.control = theirs.control;
        parts.push_back(std::move(one));
    }
    return parts;
}

std::vector<Wish> Spreader::drain() {
    const auto unknown = *wish_.adapters - adapters_known(host_, wanted_);
    if (!unknown.empty())
        refuse(Fault::not_found, (unknown.size() == 1 ? "adapter " : "adapters ") + describe(unknown), "is neither on this host nor in any matrix",
               "apctl list adapters shows those there are");
    std::vector<Wish> parts;
    for (const auto& [uuid, adapters] : holders_of(host_, wanted_, *wish_.adapters)) {
        parts.push_back(about(Verb::drain, uuid));
        parts.back().remove_adapters = adapters;
    }
    return parts;
}

std::vector<Wish> Spreader::restore() {
    auto getters = getters_of(wanted_, wish_);
    if (!getters) {
        errors_ = std::move(getters.error());
        return {};
    }
    std::vector<Wish> parts;
    for (const auto& [uuid, adapters] : *getters) {
        parts.push_back(about(Verb::restore, uuid));
        parts.back().add_adapters = adapters;
    }
    return parts;
}

} // namespace

std::string parties_in_words(const Wish& wish) {
    if (wish.verb != Verb::move && wish.verb != Verb::swap) return {};
    std::string out;
    for (const auto& name : wish.matrices) out += (out.empty() ? "" : wish.verb == Verb::move ? " to " : ", ") + name;
    return out;
}

std::expected<std::vector<Wish>, std::vector<Error>> spread(const HostState& host, const Wanted& wanted, const Targets& targets, const Wish& wish) {
    return Spreader(host, wanted, targets, wish).run();
}

} // namespace ap
