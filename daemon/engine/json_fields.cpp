// SPDX-License-Identifier: LGPL-2.1-or-later
// Sets as short texts that a person with a database browser can read.
#include "engine/json_fields.hpp"

namespace ap::engine::json {

void read(const Json& json, AdapterSet& into) {
    const auto text = json.get<std::string>();
    into = text.empty() ? AdapterSet{} : value_or_throw(parse_adapters(text));
}

void read(const Json& json, DomainSet& into) {
    const auto text = json.get<std::string>();
    into = text.empty() ? DomainSet{} : value_or_throw(parse_domains(text));
}

/// One member for all adapters with the same domains: {"3-6": "4,47"}.
Json json_of(const QueueSet& value) {
    std::map<DomainSet, AdapterSet> adapters_with;
    for (Apid adapter : value.adapters()) adapters_with[value.row(adapter)].insert(adapter);
    auto rows = Json::object();
    for (const auto& [domains, adapters] : adapters_with) rows[to_list(adapters)] = to_list(domains);
    return rows;
}

void read(const Json& json, QueueSet& into) {
    if (!json.is_object()) throw Malformed("not an object");
    into = {};
    for (const auto& [adapter, domains] : json.items()) {
        DomainSet row;
        read(domains, row);
        into.insert(value_or_throw(parse_adapters(adapter)), row);
    }
}

} // namespace ap::engine::json
