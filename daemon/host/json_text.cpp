// SPDX-License-Identifier: LGPL-2.1-or-later
// nlohmann keeps the last of two equal keys without a word; two programs could read one file differently.
#include "host/json_text.hpp"

#include "core/quote.hpp"

#include <fmt/format.h>

#include <set>
#include <string>
#include <vector>

namespace ap::host {
namespace {

using Json = nlohmann::ordered_json;

std::unexpected<Error> invalid(std::string reason) {
    return std::unexpected(
        Error{.fault = Fault::invalid, .subject = {}, .reason = std::move(reason), .remedy = {}});
}

/// Watches a parser go by and remembers the first key that occurs twice in its object.
class DuplicateWatch {
  public:
    bool operator()(int, Json::parse_event_t event, Json& value) {
        using Event = Json::parse_event_t;
        if (event == Event::object_start) open_.emplace_back();
        if (event == Event::object_end && !open_.empty()) open_.pop_back();
        if (event == Event::key && !open_.back().insert(value.get_ref<const std::string&>()).second &&
            duplicate_.empty())
            duplicate_ = quote(value.get_ref<const std::string&>());
        return true;
    }
    const std::string& duplicate() const { return duplicate_; }

  private:
    std::vector<std::set<std::string>> open_;
    std::string duplicate_;
};

} // namespace

Result<nlohmann::ordered_json> parse_json(std::string_view text, std::size_t most) {
    if (text.size() > most) return invalid(fmt::format("is larger than {} KiB", most / 1024));
    if (text.find('\0') != std::string_view::npos) return invalid("contains a NUL byte; expected JSON text");
    DuplicateWatch watch;
    auto json = Json::parse(text.begin(), text.end(), std::ref(watch), false);
    if (json.is_discarded()) return invalid("is not valid JSON in UTF-8");
    if (!watch.duplicate().empty()) return invalid(fmt::format("has the key {} twice", watch.duplicate()));
    return json;
}

} // namespace ap::host
