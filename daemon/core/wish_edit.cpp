// SPDX-License-Identifier: LGPL-2.1-or-later
// Gathers and applies changes of ids.
#include "core/wish_edit.hpp"

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

} // namespace ap
