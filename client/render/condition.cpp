// SPDX-License-Identifier: LGPL-2.1-or-later
// Letters and inks. The host's own queues are quiet; what guests have stands out; what is wrong glares.
#include "render/condition.hpp"

#include <array>

namespace ap::cli {
namespace {

using enum QueueCondition;
constexpr std::array looks{
    ConditionLook{absent, ' ', Ink::plain, Ink::dim, "no such queue"},
    ConditionLook{missing, '!', Ink::on_red, Ink::red, "missing: a matrix has it, the host does not"},
    ConditionLook{unbound, 'n', Ink::yellow, Ink::yellow, "no driver"},
    ConditionLook{host, '.', Ink::dim, Ink::plain, "host pool"},
    ConditionLook{host_offline, 'o', Ink::dim, Ink::dim, "host pool, switched off"},
    ConditionLook{pool, 'f', Ink::on_cyan, Ink::cyan, "guest pool, free"},
    ConditionLook{matrix, 'm', Ink::on_blue, Ink::blue, "in a matrix, no guest has it open"},
    ConditionLook{in_use, 'U', Ink::on_green, Ink::green, "in use by a running guest"},
    ConditionLook{filtered, 'x', Ink::on_yellow, Ink::yellow, "in a matrix, hidden from its guest"},
    ConditionLook{checkstop, 'c', Ink::on_red, Ink::red, "adapter checkstopped"},
    ConditionLook{deconfigured, 'd', Ink::on_magenta, Ink::red, "adapter configured off"},
};

constexpr bool in_order_of_the_enum() {
    for (std::size_t i = 0; i < looks.size(); ++i)
        if (static_cast<std::size_t>(looks[i].condition) != i) return false;
    return true;
}
static_assert(in_order_of_the_enum(), "look_of() finds a row by its place");

} // namespace

const ConditionLook& look_of(QueueCondition condition) {
    return looks.at(static_cast<std::size_t>(condition));
}

} // namespace ap::cli
