// SPDX-License-Identifier: LGPL-2.1-or-later
// Gathers and applies what wishes say about one matrix.
#include "core/wish_edit.hpp"

#include "core/wish_several.hpp"

namespace ap {

void MatrixChange::gather(const Wish& wish) {
    control_given |= wish.control || wish.add_control || wish.remove_control;
    switch (wish.verb) {
    case Verb::assign:
        adapters.gather(wish.adapters, {});
        domains.gather(wish.domains, {});
        control.gather(wish.control, {});
        if (wish.control_same) control_along |= wish.domains.value_or(DomainSet{});
        break;
    case Verb::unassign:
        adapters.gather({}, wish.adapters);
        domains.gather({}, wish.domains);
        control.gather({}, wish.control);
        if (wish.control_same) control.gather({}, wish.domains);
        control_given |= wish.control_same;
        break;
    default:
        adapters.set_whole(wish.adapters);
        adapters.gather(wish.add_adapters, wish.remove_adapters);
        domains.set_whole(wish.domains);
        domains.gather(wish.add_domains, wish.remove_domains);
        control.set_whole(wish.control);
        control.gather(wish.add_control, wish.remove_control);
        control_same |= wish.control_same;
    }
}

std::string MatrixChange::problem() const {
    if (auto wrong = adapters.problem("adapters"); !wrong.empty()) return wrong;
    if (auto wrong = domains.problem("domains"); !wrong.empty()) return wrong;
    if (control_same && control_given) return "control domains shall follow the domains and are also given";
    if (control.remove.intersects(control_along))
        return "control domains " + describe(control.remove & control_along) + " are both added and taken away";
    return control.problem("control domains");
}

Matrix MatrixChange::apply_to(const Matrix& base) const {
    Matrix out{adapters.apply_to(base.adapters), domains.apply_to(base.domains), control.apply_to(base.control)};
    const bool follows = control_same || (!control_given && base.control == base.domains);
    out.control = follows ? out.domains : out.control | control_along;
    return out;
}

void MatrixEdit::gather(const Wish& wish) {
    if (wish.verb == Verb::define) {
        two_definitions |= definition != nullptr;
        definition = &wish;
        return;
    }
    const bool whole_unassign = wish.verb == Verb::unassign && !takes_only_ids(wish);
    assign |= wish.verb == Verb::assign;
    start |= wish.verb == Verb::start || wish.verb == Verb::assign;
    stop |= wish.verb == Verb::stop || whole_unassign;
    undefine |= wish.verb == Verb::undefine || whole_unassign;
    adopt |= wish.verb == Verb::adopt;
    moves |= wish.verb == Verb::move;
    drains |= wish.verb == Verb::drain;
    if (wish.verb == Verb::assign || wish.verb == Verb::modify || wish.verb == Verb::unassign || is_about_several(wish.verb)) change.gather(wish);
    // What assign calls the matrix is its name, also when it makes it.
    const bool named = wish.verb == Verb::assign && !parse_uuid(wish.matrix);
    new_name.gather(named ? std::optional(wish.matrix) : wish.name);
    autostart.gather(wish.autostart);
}

std::string MatrixEdit::problem() const {
    if (two_definitions) return "is defined twice and differently";
    if (definition != nullptr && (undefine || assign || !change.empty())) return "is defined and also changed or undefined; say it in one define";
    if (adopt && (definition != nullptr || start || stop || undefine || !change.empty())) return "shall be taken over as it is and also changed";
    if (start && stop) return "shall be started and stopped";
    if (undefine && (start || !change.empty() || new_name.value)) return "shall be undefined and also changed or started";
    if (new_name.disputed) return "is given two names";
    if (autostart.disputed) return "shall start automatically and shall not";
    return change.problem();
}

} // namespace ap
