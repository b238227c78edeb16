// SPDX-License-Identifier: LGPL-2.1-or-later
// What the command answers instead of a value: the kind of failure, which decides the exit code, and one line
// for each reason.
#pragma once

#include "core/error.hpp"

#include <expected>
#include <string>
#include <vector>

namespace ap::cli {

struct Failure {
    Fault fault{};
    std::vector<std::string> lines; ///< at least one
    bool interrupted = false;       ///< by Ctrl-C
    friend bool operator==(const Failure&, const Failure&) = default;
};

template <class T>
using Answer = std::expected<T, Failure>;

inline std::unexpected<Failure> fail(Fault fault, std::string line) {
    return std::unexpected(Failure{fault, {std::move(line)}});
}
inline std::unexpected<Failure> fail(const Error& error) { return fail(error.fault, to_string(error)); }
/// After Ctrl-C what shells use for it.
inline int exit_code(const Failure& failure) {
    return failure.interrupted ? 130 : row_of(failure.fault).exit_code;
}

} // namespace ap::cli
