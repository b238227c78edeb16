// SPDX-License-Identifier: LGPL-2.1-or-later
// Rows of the conformance tables as data: a state, steps, and what must be true after each.
#pragma once

#include <cerrno>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/scene.hpp"

namespace apsim::conformance {

struct Step {
    enum class Kind { write, control, shows, driver, absent, unreadable, size, events } kind;
    std::string name; ///< of the file or queue, as path_of() takes it
    std::string text; ///< bytes written, or text expected
    int error = 0;    ///< expected of a write or an open for reading
    std::size_t size = 0;
    std::vector<std::string> events = {}; ///< all events since the previous events step
};

inline Step write(std::string name, std::string bytes, int error = 0) {
    return {Step::Kind::write, std::move(name), std::move(bytes), error};
}
inline Step ask(std::string words) { return {Step::Kind::control, {}, std::move(words)}; }
inline Step shows(std::string name, std::string text) {
    return {Step::Kind::shows, std::move(name), std::move(text)};
}
inline Step on(std::string queue, std::string driver) {
    return {Step::Kind::driver, std::move(queue), std::move(driver)};
}
inline Step unbound(std::string queue) { return on(std::move(queue), ""); }
inline Step absent(std::string name) { return {Step::Kind::absent, std::move(name), {}}; }
inline Step unreadable(std::string name, int error) {
    return {Step::Kind::unreadable, std::move(name), {}, error};
}
inline Step has_size(std::string name, std::size_t size) {
    return {Step::Kind::size, std::move(name), {}, 0, size};
}
inline Step events(std::vector<std::string> all) {
    return {Step::Kind::events, {}, {}, 0, 0, std::move(all)};
}

struct Row {
    std::string id; ///< as in the table
    State state;
    std::vector<Step> steps;
};

/// A row that is not run here, and why.
struct Elsewhere {
    std::string_view id, why;
};

std::span<const Row> rows_a();
std::span<const Row> rows_b();
std::span<const Row> rows_c();
std::span<const Row> rows_d();
std::span<const Row> rows_e();
std::span<const Elsewhere> rows_elsewhere();

} // namespace apsim::conformance
