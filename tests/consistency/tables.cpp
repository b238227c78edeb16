// SPDX-License-Identifier: LGPL-2.1-or-later
// Prints core's tables of verbs and errors, so that a script can hold the manual against them.
#include "core/error.hpp"
#include "core/wish.hpp"

#include <fmt/core.h>

int main() {
    for (const auto& row : ap::verb_table()) fmt::print("verb\t{}\t{}\t{}\n", row.name, row.arguments, row.summary);
    for (const auto& row : ap::fault_table()) fmt::print("fault\t{}\t{}\t{}\n", row.dbus_name, row.exit_code, row.meaning);
}
