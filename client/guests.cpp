// SPDX-License-Identifier: LGPL-2.1-or-later
// A wish about a guest becomes one about its matrix, before it is planned.
#include "guests.hpp"

#include "core/quote.hpp"
#include "render/look.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

namespace ap::cli {
namespace {

constexpr std::array names_of_matrices{"matrix", "from", "into", "matrices", "without"};

/// The definition goes, and what the guest's XML names is not there any more.
bool ends_matrices(const WireWish& wish) {
    const auto& [verb, arguments] = wish;
    const bool some = arguments.contains("adapters") || arguments.contains("domains") || arguments.contains("control");
    return verb == "undefine" || (verb == "unassign" && !some);
}

bool makes_matrices(const std::string& verb) { return verb == "assign" || verb == "define"; }
/// `restore` may leave out matrices that are there no more.
bool needs_matrices(const std::string& verb) { return !makes_matrices(verb) && verb != "restore"; }

/// An ambiguous name is one of the daemon's, too.
bool is_matrix(const HostView& view, const std::string& name) {
    const auto found = find_matrix(view.host, view.wanted, name);
    return found || found.error().fault != Fault::not_found;
}

bool is_known(const HostView& view, const Uuid& uuid) { return view.wanted.definitions.contains(uuid) || view.host.matrices.contains(uuid); }

/// Of a name that libvirt does not know either.
std::string nobody(const HostView& view, const std::string& name) {
    auto error = find_matrix(view.host, view.wanted, name).error();
    error.reason = "no matrix and no guest has this name or UUID";
    return to_string(error);
}

/// Guests may be called what no matrix can be.
std::string matrix_name_of(const HostView& view, const LibvirtGuest& guest) {
    if (parse_name(guest.name)) return guest.name;
    std::string name;
    for (const char c : guest.name) name += parse_name(std::string("x") + c) ? c : '-';
    name.erase(0, std::min(name.find_first_not_of("-._"), name.size()));
    name.resize(std::min<std::size_t>(name.size(), 64));
    return parse_name(name) && !is_matrix(view, name) ? name : "guest-" + to_string(guest.uuid).substr(0, 8);
}

/// Where `assign` is to put the matrix, without the places that have it.
Answer<Places> to_attach(const LibvirtGuest& guest, const GuestWish& target) {
    if (target.live && !guest.running()) return fail(Fault::conflict, fmt::format("guest {} is not running, so there is nothing to attach to; --config changes its definition", quote(guest.name)));
    if (target.config && !guest.config) return fail(Fault::conflict, fmt::format("guest {} has no definition, it is transient; --live changes the running guest", quote(guest.name)));
    const bool either = target.live || target.config;
    const auto has = guest.having();
    return Places{.live = (either ? target.live : guest.running()) && !has.live, .config = (either ? target.config : guest.config.has_value()) && !has.config};
}

class Resolver {
  public:
    Resolver(Session& session, const HostView& view, const GuestWish& target) : session_(session), view_(view), target_(target) {}

    Answer<void> resolve(WireWish wish) {
        for (const char* key : names_of_matrices) {
            const auto found = wish.second.find(key);
            if (found == wish.second.end()) continue;
            std::vector<std::string> words;
            for (auto rest = std::optional(found->second); rest;) {
                const auto comma = rest->find(',');
                auto word = matrix_for(wish, rest->substr(0, comma));
                if (!word) return std::unexpected(word.error());
                words.push_back(*std::move(word));
                rest = comma == std::string::npos ? std::nullopt : std::optional(rest->substr(comma + 1));
            }
            found->second = fmt::format("{}", fmt::join(words, ","));
        }
        out_.wishes.push_back(std::move(wish));
        return {};
    }
    Answer<Named> take() {
        if (!nobodies_.empty()) return std::unexpected(Failure{Fault::not_found, std::move(nobodies_)});
        return std::move(out_);
    }

  private:
    /// The matrix that a word stands for; the word itself where it is no guest.
    Answer<std::string> matrix_for(WireWish& wish, const std::string& word) {
        if (target_.any()) {
            auto guest = need_guest(session_, word);
            return guest ? matrix_of(wish, *guest) : std::unexpected(guest.error());
        }
        if (is_matrix(view_, word)) return word;
        auto guest = find_guest(session_, word);
        if (guest && *guest) return matrix_of(wish, **guest);
        if (guest) {
            if (needs_matrices(wish.first) && session_.libvirt.there()) nobodies_.push_back(nobody(view_, word));
            return word;
        }
        if (guest.error().fault == Fault::conflict) return std::unexpected(guest.error());
        std::ranges::copy(guest.error().lines, std::back_inserter(out_.doubts));
        return word;
    }

    Answer<std::string> matrix_of(WireWish& wish, const LibvirtGuest& guest) {
        auto named = makes_matrices(wish.first) ? as_target(wish, guest) : as_matrix(guest);
        if (!named) return std::unexpected(named.error());
        named->is_last = ends_matrices(wish);
        out_.guests.push_back(*named);
        return std::move(named->matrix);
    }

    /// Of a verb that makes a matrix where there is none.
    Answer<NamedGuest> as_target(WireWish& wish, const LibvirtGuest& guest) {
        const auto has = guest.matrix();
        if (!has) return std::unexpected(has.error());
        NamedGuest out{.guest = guest, .matrix = {}, .attach = {}, .is_new = !*has};
        if (wish.first == "assign") {
            auto places = to_attach(guest, target_);
            if (!places) return std::unexpected(places.error());
            out.attach = *places;
        }
        const auto name = matrix_name_of(view_, guest);
        out.matrix = *has ? display_name(view_.wanted, **has) : name;
        const bool nameless = *has && !view_.wanted.definitions.contains(**has);
        if (nameless && !wish.second.contains("name") && !is_matrix(view_, name)) wish.second["name"] = name;
        if (auto no = taken_by_another(out)) return std::unexpected(*std::move(no));
        return out;
    }

    [[nodiscard]] std::optional<Failure> taken_by_another(const NamedGuest& named) const {
        const auto uuid = find_matrix(view_.host, view_.wanted, named.matrix);
        if (!named.attach.any() || !uuid || named.guest.having().live) return std::nullopt;
        const auto active = view_.host.matrices.find(*uuid);
        if (active == view_.host.matrices.end() || !active->second.in_use) return std::nullopt;
        return Failure{Fault::in_use, {fmt::format("matrix {} is in use by {}, not by guest {}; a matrix is one guest's at a time", quote(named.matrix),
                                                   active->second.holder.empty() ? "somebody" : quote(active->second.holder), quote(named.guest.name))}};
    }

    Answer<NamedGuest> as_matrix(const LibvirtGuest& guest) {
        const auto has = guest.matrix();
        if (!has) return std::unexpected(has.error());
        if (!*has) return fail(Fault::not_found, fmt::format("guest {} has no matrix; to give it one: apctl assign", quote(guest.name)));
        if (!is_known(view_, **has))
            return fail(Fault::not_found, fmt::format("guest {} names matrix {}, which is neither defined nor active on this host; to make it: apctl assign", quote(guest.name), to_string(**has)));
        return NamedGuest{.guest = guest, .matrix = display_name(view_.wanted, **has), .attach = {}};
    }

    Session& session_;
    const HostView& view_;
    const GuestWish& target_;
    Named out_;
    std::vector<std::string> nobodies_; ///< a line each
};

} // namespace

Answer<std::optional<LibvirtGuest>> find_guest(Session& session, const std::string& name) {
    if (!session.libvirt.there()) return std::nullopt;
    const auto xml = session.libvirt.guest(name);
    if (!xml) return std::unexpected(xml.error());
    if (!*xml) return std::nullopt;
    auto guest = read_guest(**xml);
    if (!guest) return std::unexpected(guest.error());
    return *std::move(guest);
}

Answer<LibvirtGuest> need_guest(Session& session, const std::string& name) {
    if (!session.libvirt.there()) return fail(Fault::unreachable, fmt::format("guest {}: there is no libvirt on this host that could be asked; another one: --connect URI", quote(name)));
    auto guest = find_guest(session, name);
    if (!guest) return std::unexpected(guest.error());
    if (!*guest) return fail(Fault::not_found, fmt::format("{}: libvirt has no guest of this name; all: virsh list --all", quote(name)));
    return **std::move(guest);
}

Answer<Named> resolve_names(Session& session, const HostView& view, const std::vector<WireWish>& wishes, const GuestWish& target) {
    Resolver resolver(session, view, target);
    for (const auto& wish : wishes)
        if (auto done = resolver.resolve(wish); !done) return std::unexpected(done.error());
    return resolver.take();
}

Answer<Uuid> find_matrix_or_guest(Session& session, const HostView& view, const std::string& name) {
    const auto named = resolve_names(session, view, {{"", {{"matrix", name}}}}, {});
    if (!named) return std::unexpected(named.error());
    const auto matrix = find_matrix(view.host, view.wanted, named->wishes.front().second.at("matrix"));
    if (matrix) return *matrix;
    auto failure = fail(matrix.error()).error();
    std::ranges::copy(named->doubts, std::back_inserter(failure.lines));
    return std::unexpected(failure);
}

Answer<Meant> find_meant(Session& session, const HostView& view, const std::string& name) {
    const auto matrix = find_matrix(view.host, view.wanted, name);
    if (matrix) return Meant{.guest = {}, .matrices = {*matrix}};
    if (matrix.error().fault != Fault::not_found) return fail(matrix.error());
    const auto guest = find_guest(session, name);
    if (guest && *guest) {
        Meant out{.guest = **guest, .matrices = (*guest)->matrices()};
        std::erase_if(out.matrices, [&](const Uuid& uuid) { return !is_known(view, uuid); });
        return out;
    }
    if (guest && session.libvirt.there()) return fail(Fault::not_found, nobody(view, name));
    if (!guest && guest.error().fault == Fault::conflict) return std::unexpected(guest.error());
    auto failure = fail(matrix.error()).error();
    if (!guest) std::ranges::copy(guest.error().lines, std::back_inserter(failure.lines));
    return std::unexpected(failure);
}

bool may_be_a_name(std::string_view word) {
    constexpr std::size_t longest = 255, shortest_of_a_uuid = 4;
    if (word.empty() || word.size() > longest || harmless(word) != word) return false;
    const bool only_hex = word.find_first_not_of("0123456789abcdefABCDEF.,-") == std::string_view::npos;
    const bool only_decimal = word.find_first_not_of("0123456789-") == std::string_view::npos;
    return !only_hex || (word.find_first_of(".,") == std::string_view::npos && (!only_decimal || word.size() >= shortest_of_a_uuid));
}

} // namespace ap::cli
