// SPDX-License-Identifier: LGPL-2.1-or-later
// Strict reading of requests.
#include "control/json_request.hpp"

#include <stdexcept>
#include <vector>

#include <fmt/format.h>

namespace apsim {

namespace {

using nlohmann::json;

/// The parser keeps the last of several equal keys; a request with two is refused instead.
class DuplicateGuard {
  public:
    bool operator()(int depth, json::parse_event_t event, json& parsed) {
        if (depth > 4) throw BadRequest{"nested too deeply for a request"};
        if (event == json::parse_event_t::object_start) {
            keys_.emplace_back();
        } else if (event == json::parse_event_t::object_end) {
            keys_.pop_back();
        } else if (event == json::parse_event_t::key &&
                   !keys_.back().insert(parsed.get<std::string>()).second) {
            throw BadRequest{"a key occurs twice"};
        }
        return true;
    }

  private:
    std::vector<std::set<std::string>> keys_;
};

json parse(std::string_view line) {
    if (line.empty()) throw BadRequest{"empty request; expected a JSON object"};
    if (line.contains('\0')) throw BadRequest{"request contains a NUL byte"};
    auto object = json::parse(line, DuplicateGuard(), false);
    if (object.is_discarded()) throw BadRequest{"not valid JSON in UTF-8"};
    if (!object.is_object()) throw BadRequest{"expected a JSON object"};
    return object;
}

} // namespace

JsonRequest::JsonRequest(std::string_view line) : object_(parse(line)) {}

void JsonRequest::must_be_declared(std::string_view key) const {
    const auto required = fmt::format(" {} ", key), optional = fmt::format(" {}? ", key);
    if (declared_ && !declared_->contains(required) && !declared_->contains(optional))
        throw std::logic_error(fmt::format("the table of requests does not have the field {}", key));
}

bool JsonRequest::has(std::string_view key) const {
    must_be_declared(key);
    return object_.contains(key);
}

const json* JsonRequest::field(std::string_view key) {
    must_be_declared(key);
    const auto it = object_.find(key);
    if (it == object_.end()) return nullptr;
    used_.emplace(key);
    return &*it;
}

std::string JsonRequest::text(std::string_view key) {
    if (!has(key)) throw BadRequest{fmt::format("\"{}\" is missing", key)};
    auto value = text(key, "");
    if (value.empty()) throw BadRequest{fmt::format("\"{}\" must not be empty", key)};
    return value;
}

std::string JsonRequest::text(std::string_view key, std::string_view fallback) {
    const auto* value = field(key);
    if (value == nullptr) return std::string(fallback);
    if (!value->is_string()) throw BadRequest{fmt::format("\"{}\" must be a string", key)};
    auto result = value->get<std::string>();
    if (result.contains('\0')) throw BadRequest{fmt::format("\"{}\" contains a NUL character", key)};
    return result;
}

std::uint64_t JsonRequest::number(std::string_view key, std::uint64_t max) {
    if (!has(key)) throw BadRequest{fmt::format("\"{}\" is missing", key)};
    return number(key, max, 0);
}

std::uint64_t JsonRequest::number(std::string_view key, std::uint64_t max, std::uint64_t fallback) {
    const auto* value = field(key);
    if (value == nullptr) return fallback;
    if (!value->is_number_unsigned() || value->get<std::uint64_t>() > max)
        throw BadRequest{fmt::format("\"{}\" must be a whole number from 0 to {}", key, max)};
    return value->get<std::uint64_t>();
}

bool JsonRequest::flag(std::string_view key, bool fallback) {
    const auto* value = field(key);
    if (value == nullptr) return fallback;
    if (!value->is_boolean()) throw BadRequest{fmt::format("\"{}\" must be true or false", key)};
    return value->get<bool>();
}

void JsonRequest::done() const {
    for (const auto& [key, value] : object_.items())
        if (!used_.contains(key)) throw BadRequest{fmt::format("unknown key {}", json(key).dump())};
}

} // namespace apsim
