// SPDX-License-Identifier: LGPL-2.1-or-later
// Folds wishes into the wanted state. Wishes are a set: what they say about one matrix or pool is gathered with operations that
// do not care for order, checked for contradictions, and applied once.
#include "core/parse.hpp"
#include "core/wish_drains.hpp"
#include "core/wish_edit.hpp"
#include "core/wish_pools.hpp"
#include "core/wish_several.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

namespace ap {
namespace {

class Folder {
  public:
    Folder(const HostState& host, const Wanted& before) : host_(host), before_(before), after_(before) {}

    void matrices(const std::vector<Wish>& wishes);
    void pools(const std::vector<Wish>& wishes);
    void drains(const std::vector<Wish>& wishes);
    void binding(const std::vector<Wish>& wishes);
    std::expected<Wanted, std::vector<Error>> result();

  private:
    void gather(const Targets& targets, const Wish& wish);
    [[nodiscard]] std::set<Uuid> named() const;
    void apply(const Uuid& uuid, const MatrixEdit& edit);
    void define(const Uuid& uuid, const Wish& wish);
    std::optional<Definition> base_of(const Uuid& uuid, const MatrixEdit& edit);
    void undefine(const Uuid& uuid, const Definition& base, bool stopped);
    void change(const Uuid& uuid, Definition definition, const MatrixEdit& edit);
    void adopt(const Uuid& uuid, Definition& definition);
    void refuse_emptied(const std::string& name, const Matrix& before, const Matrix& after, const MatrixEdit& edit);
    void refuse_shared_names();
    void refuse(Fault fault, std::string subject, std::string reason, std::string remedy = {}) {
        errors_.push_back({fault, std::move(subject), std::move(reason), std::move(remedy)});
    }

    const HostState& host_;
    const Wanted& before_;
    Wanted after_;
    std::map<Uuid, MatrixEdit> edits_;
    std::vector<Error> errors_;
};

std::string describe(const Matrix& m) {
    return fmt::format("adapters {}, domains {}, control domains {}", describe(m.adapters), describe(m.domains), describe(m.control));
}

Definition defined_by(const Wish& wish) {
    Matrix matrix{wish.adapters.value_or(AdapterSet{}), wish.domains.value_or(DomainSet{}), wish.control.value_or(DomainSet{})};
    if (wish.control_same) matrix.control = matrix.domains;
    return {parse_uuid(wish.matrix) ? wish.name.value_or("") : wish.matrix, matrix, wish.autostart.value_or(true), false};
}

void Folder::matrices(const std::vector<Wish>& wishes) {
    const Targets targets(host_, before_, wishes);
    for (const auto& wish : wishes) {
        if (is_about_a_matrix(wish.verb)) gather(targets, wish);
        if (!is_about_several(wish.verb)) continue;
        const auto parts = spread(host_, before_, targets, wish);
        if (!parts) errors_.insert(errors_.end(), parts.error().begin(), parts.error().end());
        else
            for (const auto& part : *parts) gather(targets, part);
    }
    for (const auto& [uuid, edit] : edits_) apply(uuid, edit);
    refuse_shared_names();
}

void Folder::gather(const Targets& targets, const Wish& wish) {
    if (const auto uuid = targets.of(wish)) edits_[*uuid].gather(wish);
    else errors_.push_back(uuid.error());
}

std::set<Uuid> Folder::named() const {
    std::set<Uuid> out;
    for (const auto& [uuid, edit] : edits_) out.insert(uuid);
    return out;
}

void Folder::apply(const Uuid& uuid, const MatrixEdit& edit) {
    if (auto wrong = edit.problem(); !wrong.empty()) {
        const bool only_new = !before_.definitions.contains(uuid) && edit.definition != nullptr;
        return refuse(Fault::invalid, only_new ? edit.definition->matrix : display_name(before_, uuid), std::move(wrong));
    }
    if (edit.definition != nullptr) define(uuid, *edit.definition);
    const auto base = base_of(uuid, edit);
    if (!base) return;
    if (edit.undefine) undefine(uuid, *base, edit.stop);
    else change(uuid, *base, edit);
}

void Folder::define(const Uuid& uuid, const Wish& wish) {
    const auto wanted = defined_by(wish);
    const auto existing = before_.definitions.find(uuid);
    if (existing == before_.definitions.end() && !host_.matrices.contains(uuid)) {
        after_.definitions.emplace(uuid, wanted);
        return;
    }
    if (existing == before_.definitions.end())
        return refuse(Fault::conflict, wish.matrix, fmt::format("{} is active already, without a definition", to_string(uuid)),
                      fmt::format("apctl adopt {} takes it over as it is", to_string(uuid)));
    const auto& is = existing->second;
    if (is.name == wanted.name && is.matrix == wanted.matrix && is.autostart == wanted.autostart) return;
    const auto name = display_name(before_, uuid);
    refuse(Fault::conflict, name, fmt::format("{} exists ({}{})", name, describe(is.matrix), is.autostart ? "" : ", no autostart"),
           fmt::format("apctl modify {} changes it", name));
}

/// What the edit starts from: the definition, the mdev that is taken over, or nothing yet.
std::optional<Definition> Folder::base_of(const Uuid& uuid, const MatrixEdit& edit) {
    if (const auto found = after_.definitions.find(uuid); found != after_.definitions.end()) return found->second;
    if (const auto active = host_.matrices.find(uuid); active != host_.matrices.end())
        // Somebody made it for now only; that it shall come back after a boot must be said.
        return Definition{"", active->second.assigned, edit.assign, true};
    if (edit.assign) return Definition{};
    return std::nullopt; // A define that was refused: the reason has been given.
}

void Folder::undefine(const Uuid& uuid, const Definition& base, bool stopped) {
    const auto name = display_name(before_, uuid);
    if (!stopped && !before_.definitions.contains(uuid))
        return refuse(Fault::not_found, name, "is active, but has no definition", fmt::format("apctl unassign {} removes the mdev", name));
    if (!stopped && (base.active || host_.matrices.contains(uuid)))
        return refuse(Fault::conflict, name, "is active", fmt::format("apctl stop {0}, then undefine it; apctl unassign {0} does both", name));
    after_.definitions.erase(uuid);
}

void Folder::change(const Uuid& uuid, Definition definition, const MatrixEdit& edit) {
    const auto before = definition;
    const bool is_new = edit.assign && !before_.definitions.contains(uuid);
    definition.matrix = edit.change.apply_to(before.matrix);
    if (edit.adopt) adopt(uuid, definition);
    if (edit.new_name.value) definition.name = *edit.new_name.value;
    if (edit.autostart.value) definition.autostart = *edit.autostart.value;
    // Whoever changes a matrix that runs means what runs, also when somebody else started it.
    if (edit.start || (edit.edits() && host_.matrices.contains(uuid))) definition.active = true;
    if (edit.stop) definition.active = false;

    const auto name = definition.name.empty() ? to_string(uuid) : definition.name;
    if (edit.assign && !before.name.empty() && before.name != definition.name)
        return refuse(Fault::conflict, name, fmt::format("the matrix {} is called {} already", to_string(uuid), before.name),
                      fmt::format("apctl modify {} renames it", before.name));
    if (is_new && (definition.matrix.adapters.empty() || definition.matrix.domains.empty()))
        return refuse(Fault::invalid, name, "is new and needs adapters and domains");
    refuse_emptied(name, before.matrix, definition.matrix, edit);
    after_.definitions.insert_or_assign(uuid, std::move(definition));
}

/// What is so becomes the wish.
void Folder::adopt(const Uuid& uuid, Definition& definition) {
    const auto active = host_.matrices.find(uuid);
    definition.active = active != host_.matrices.end();
    if (!definition.active) return;
    if (before_.definitions.contains(uuid) && may_be(active->second, definition.matrix)) return;
    if (active->second.cut)
        return refuse(Fault::conflict, display_name(before_, uuid), "has 512 queues or more; this kernel does not show all of them, so nobody can say what to take over",
                      "say what it shall have with apctl modify");
    definition.matrix = active->second.assigned;
}

void Folder::refuse_emptied(const std::string& name, const Matrix& before, const Matrix& after, const MatrixEdit& edit) {
    const bool no_adapters = after.adapters.empty() && !before.adapters.empty() && !edit.drains;
    const bool no_domains = after.domains.empty() && !before.domains.empty();
    if (!no_adapters && !no_domains) return;
    refuse(Fault::invalid, name, fmt::format("would be left without {}", no_adapters ? "adapters" : "domains"),
           fmt::format("use apctl unassign {} to remove it{}", name, edit.moves ? "; apctl move without lists moves all of it" : ""));
}

void Folder::refuse_shared_names() {
    std::map<std::string_view, std::vector<Uuid>> holders;
    for (const auto& [uuid, definition] : after_.definitions)
        if (!definition.name.empty()) holders[definition.name].push_back(uuid);
    for (const auto& [name, uuids] : holders) {
        const bool ours = std::ranges::any_of(uuids, [&](const Uuid& u) { return edits_.contains(u); });
        if (uuids.size() > 1 && ours)
            refuse(Fault::conflict, std::string(name), fmt::format("would be the name of {} and {}", to_string(uuids[0]), to_string(uuids[1])),
                   "choose another name");
    }
}

void Folder::pools(const std::vector<Wish>& wishes) {
    for (auto& error : fold_pools(host_, after_, named(), wishes)) errors_.push_back(std::move(error));
}

void Folder::drains(const std::vector<Wish>& wishes) {
    for (auto& error : fold_drains(host_, before_, after_, named(), wishes)) errors_.push_back(std::move(error));
}

void Folder::binding(const std::vector<Wish>& wishes) {
    Agreed<BindChoice> said;
    for (const auto& wish : wishes) said.gather(wish.binding);
    if (said.disputed) return refuse(Fault::invalid, "convert", "the host shall be converted to two ways of binding");
    after_.binding = said.value.value_or(before_.binding);
}

std::expected<Wanted, std::vector<Error>> Folder::result() {
    if (errors_.empty()) return std::move(after_);
    const auto key = [](const Error& e) { return std::tie(e.fault, e.subject, e.reason, e.remedy); };
    std::ranges::sort(errors_, {}, key);
    errors_.erase(std::unique(errors_.begin(), errors_.end()), errors_.end());
    return std::unexpected(std::move(errors_));
}

} // namespace

std::expected<Wanted, std::vector<Error>> fold(const HostState& host, const Wanted& wanted, const std::vector<Wish>& wishes) {
    std::vector<Wish> in_order = wishes;
    std::ranges::sort(in_order);
    in_order.erase(std::unique(in_order.begin(), in_order.end()), in_order.end());
    Folder folder(host, wanted);
    folder.matrices(in_order);
    folder.pools(in_order);
    folder.drains(in_order);
    folder.binding(in_order);
    return folder.result();
}

} // namespace ap
