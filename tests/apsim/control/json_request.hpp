// SPDX-License-Identifier: LGPL-2.1-or-later
// A request as a JSON object, read strictly: every field is used, has the right type and range, and occurs
// once.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace apsim {

/// Thrown by the readers below with a one-line reason and caught where requests are handled; a request has
/// some ten fields, and a result to test after each would hide what a request means.
struct BadRequest {
    std::string why;
};

class JsonRequest {
  public:
    /// Throws BadRequest: no JSON, not an object, duplicate keys, not UTF-8, nested deeper than a request
    /// ever is.
    explicit JsonRequest(std::string_view line);

    std::string text(std::string_view key); ///< required, no NUL, not empty
    std::string text(std::string_view key, std::string_view fallback);
    std::uint64_t number(std::string_view key, std::uint64_t max); ///< required, 0 to max
    std::uint64_t number(std::string_view key, std::uint64_t max, std::uint64_t fallback);
    bool flag(std::string_view key, bool fallback);
    bool has(std::string_view key) const;

    /// The fields that the request may have besides "op", as in a RequestForm.  To ask for another from then on
    /// is an error of the program.
    void declare(std::string_view fields) { declared_ = " " + std::string(fields) + " "; }

    /// Throws BadRequest if the request has a field nobody asked for.
    void done() const;

  private:
    const nlohmann::json* field(std::string_view key);

    void must_be_declared(std::string_view key) const;

    nlohmann::json object_;
    std::optional<std::string> declared_; ///< blanks around each
    std::set<std::string, std::less<>> used_;
};

} // namespace apsim
