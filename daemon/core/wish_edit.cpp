// SPDX-License-Identifier: LGPL-2.1-or-later
// Gathers and applies changes of ids.
#include "core/wish_edit.hpp"

namespace ap {

void MatrixChange::gather(const Wish& wish) {
    switch (wish.verb) {
    case Verb::assign:
        adapters.gather(wish.adapters, {});
        domains.gather(wish.domains, {});
        control.gather(wish.control_same ? wish.domains : wish.control, {});
        break;
    case Verb::unassign:
        adapters.gather({}, wish.adapters);
        domains.gather({}, wish.domains);
        control.gather({}, wish.control_same ? wish.domains : wish.control);
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
    if (control_same && !control.empty()) return "control domains shall follow the domains and are also given";
    return control.problem("control domains");
}

Matrix MatrixChange::apply_to(const Matrix& base) const {
    Matrix out{adapters.apply_to(base.adapters), domains.apply_to(base.domains), control.apply_to(base.control)};
    if (control_same || (control.empty() && base.control == base.domains)) out.control = out.domains;
    return out;
}

} // namespace ap
