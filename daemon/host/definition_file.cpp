// SPDX-License-Identifier: LGPL-2.1-or-later
// mdevctl's format, read as `mdevctl start` would act on it, written as every mdevctl can read it.
#include "host/definition_file.hpp"

#include "core/quote.hpp"
#include "host/json_text.hpp"
#include "host/matrix_reader.hpp"
#include "host/sysfs.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <optional>
#include <utility>
#include <vector>

namespace ap::host {
namespace {

using Json = nlohmann::ordered_json;
constexpr std::string_view mdev_type = "vfio_ap-passthrough";

std::unexpected<Error> invalid(std::string reason) {
    return std::unexpected(
        Error{.fault = Fault::invalid, .subject = {}, .reason = std::move(reason), .remedy = {}});
}

// --- Attributes
// -----------------------------------------------------------------------------------------------------

enum class Field { adapter, domain, control };
struct Attribute {
    std::string_view name;
    Field field;
    bool assign;
};
constexpr std::array attributes{
    Attribute{"assign_adapter", Field::adapter, true},
    Attribute{"unassign_adapter", Field::adapter, false},
    Attribute{"assign_domain", Field::domain, true},
    Attribute{"unassign_domain", Field::domain, false},
    Attribute{"assign_control_domain", Field::control, true},
    Attribute{"unassign_control_domain", Field::control, false},
};

const Attribute* find_attribute(std::string_view name) {
    for (const auto& attribute : attributes)
        if (attribute.name == name) return &attribute;
    return nullptr;
}

bool is_ours(std::string_view name) { return name == "ap_config" || find_attribute(name) != nullptr; }

/// A number as the kernel's kstrtoul with base 0 takes it; nothing when it is above 255 or no number.
std::optional<unsigned> kernel_number(std::string_view text) {
    if (text.starts_with('+')) text.remove_prefix(1);
    int base = 10;
    if (text.starts_with("0x") || text.starts_with("0X")) {
        base = 16;
        text.remove_prefix(2);
    } else if (text.size() > 1 && text.starts_with('0')) {
        base = 8;
    }
    unsigned value = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size() || value > 255)
        return std::nullopt;
    return value;
}

template <class Id>
void put(IdSet<Id>& set, unsigned id, bool in) {
    in ? set.insert(static_cast<Id>(id)) : set.erase(static_cast<Id>(id));
}

void put(Matrix& matrix, const Attribute& attribute, unsigned id) {
    switch (attribute.field) {
    case Field::adapter: put(matrix.adapters, id, attribute.assign); break;
    case Field::domain: put(matrix.domains, id, attribute.assign); break;
    case Field::control: put(matrix.control, id, attribute.assign); break;
    }
}

Result<void> apply_list(Matrix& matrix, const Attribute& attribute, std::string_view value) {
    auto rest = without_newline(value);
    for (bool more = true; more;) {
        auto comma = rest.find(',');
        auto item = rest.substr(0, comma);
        auto id = kernel_number(item);
        if (!id)
            return invalid(
                fmt::format("attribute {} has {}; expected numbers from 0 to 255, separated by commas",
                            attribute.name, quote(value)));
        put(matrix, attribute, *id);
        more = comma != std::string_view::npos;
        if (more) rest.remove_prefix(comma + 1);
    }
    return {};
}

Result<void> apply(Matrix& matrix, const std::string& name, const std::string& value) {
    if (const auto* attribute = find_attribute(name)) return apply_list(matrix, *attribute, value);
    if (name != "ap_config") return {};
    auto whole = parse_ap_config(value);
    if (!whole)
        return invalid("attribute ap_config is not three masks of 64 hex digits, separated by commas");
    matrix = *whole;
    return {};
}

// --- Reading
// --------------------------------------------------------------------------------------------------------

Result<const std::string*> string_at(const Json& json, const char* key) {
    auto found = json.find(key);
    if (found == json.end()) return invalid(fmt::format("has no \"{}\"", key));
    if (!found->is_string()) return invalid(fmt::format("\"{}\" is not a string", key));
    return found->get_ptr<const std::string*>();
}

Result<bool> autostart_of(const Json& json) {
    auto start = string_at(json, "start");
    if (!start) return std::unexpected(std::move(start.error()));
    if (**start == "auto") return true;
    if (**start == "manual") return false;
    return invalid(fmt::format("\"start\" is {}; expected \"auto\" or \"manual\"", quote(**start)));
}

Result<Matrix> matrix_of(const Json& json) {
    Matrix matrix;
    auto attrs = json.find("attrs");
    if (attrs == json.end() || attrs->is_null()) return matrix; // mdevctl takes both for "none"
    if (!attrs->is_array()) return invalid("\"attrs\" is not a list");
    for (const auto& entry : *attrs) {
        if (!entry.is_object() || entry.size() != 1)
            return invalid("\"attrs\" has an entry that is not an object with one key");
        auto attribute = entry.begin();
        if (!attribute.value().is_string())
            return invalid(fmt::format("the value of attribute {} is not a string", quote(attribute.key())));
        auto applied = apply(matrix, attribute.key(), attribute.value().get_ref<const std::string&>());
        if (!applied) return std::unexpected(std::move(applied.error()));
    }
    return matrix;
}

Result<DefinitionFile> definition_of(const Json& json) {
    if (!json.is_object()) return invalid("is not a JSON object");
    auto type = string_at(json, "mdev_type");
    if (!type) return std::unexpected(std::move(type.error()));
    if (**type != mdev_type)
        return invalid(fmt::format("\"mdev_type\" is {}; expected \"{}\"", quote(**type), mdev_type));
    auto autostart = autostart_of(json);
    if (!autostart) return std::unexpected(std::move(autostart.error()));
    auto matrix = matrix_of(json);
    if (!matrix) return std::unexpected(std::move(matrix.error()));
    return DefinitionFile{*matrix, *autostart};
}

// --- Writing
// --------------------------------------------------------------------------------------------------------

/// The id of an attribute that assigns one, written in whatever way; nothing for all others.
std::optional<std::pair<Field, unsigned>> single_assign(const Json& entry) {
    const auto* attribute = find_attribute(entry.begin().key());
    if (attribute == nullptr || !attribute->assign) return std::nullopt;
    auto id = kernel_number(without_newline(entry.begin().value().get_ref<const std::string&>()));
    if (!id) return std::nullopt;
    return std::pair{attribute->field, *id};
}

template <class Id>
bool take(IdSet<Id>& missing, unsigned id) {
    const bool wanted = missing.contains(static_cast<Id>(id));
    missing.erase(static_cast<Id>(id));
    return wanted;
}

bool take(Matrix& missing, Field field, unsigned id) {
    switch (field) {
    case Field::adapter: return take(missing.adapters, id);
    case Field::domain: return take(missing.domains, id);
    case Field::control: return take(missing.control, id);
    }
    std::unreachable();
}

/// A list of attributes on its way from what it was to what it shall say.
class Attributes {
  public:
    Attributes(const Json& old, const Matrix& matrix) : missing_(matrix) {
        for (const auto& entry : old) keep_or_drop(entry);
    }
    Json with_the_rest() {
        add(Field::adapter, "assign_adapter", missing_.adapters);
        add(Field::domain, "assign_domain", missing_.domains);
        add(Field::control, "assign_control_domain", missing_.control);
        auto out = Json::array();
        for (auto& [entry, field] : entries_) out.push_back(std::move(entry));
        return out;
    }

  private:
    void keep_or_drop(const Json& entry) {
        if (!is_ours(entry.begin().key())) {
            entries_.push_back({entry, std::nullopt});
            return;
        }
        if (!first_) first_ = entries_.size();
        const auto one = single_assign(entry);
        if (one && take(missing_, one->first, one->second)) entries_.push_back({entry, one->first});
    }
    /// Behind the last of its kind or of a kind before it, else where the first of ours was, else at the end.
    [[nodiscard]] std::size_t place_of(Field field) const {
        for (auto i = entries_.size(); i > 0; --i)
            if (entries_[i - 1].second && *entries_[i - 1].second <= field) return i;
        return first_.value_or(entries_.size());
    }
    template <class Id>
    void add(Field field, const char* name, const IdSet<Id>& ids) {
        auto at = place_of(field);
        for (Id id : ids)
            entries_.insert(entries_.begin() + static_cast<std::ptrdiff_t>(at++),
                            {Json::object({{name, fmt::format("{}", to_int(id))}}), field});
    }

    Matrix missing_;
    std::vector<std::pair<Json, std::optional<Field>>> entries_; ///< with the kind of those that are ours
    std::optional<std::size_t> first_;
};

} // namespace

Result<DefinitionFile> parse_definition_file(std::string_view text) {
    auto json = parse_json(text, largest_definition_file);
    if (!json) return std::unexpected(std::move(json.error()));
    return definition_of(*json);
}

Result<std::string> write_definition_file(const DefinitionFile& definition, std::string_view old) {
    auto json = Json::object({{"mdev_type", mdev_type}});
    if (!old.empty()) {
        auto before = parse_json(old, largest_definition_file);
        if (!before) return std::unexpected(std::move(before.error()));
        auto said = definition_of(*before);
        if (!said) return std::unexpected(std::move(said.error()));
        if (*said == definition) return std::string(old);
        json = std::move(*before);
    }
    json["start"] = definition.autostart ? "auto" : "manual";
    auto attrs = json.find("attrs");
    json["attrs"] =
        Attributes(attrs == json.end() || attrs->is_null() ? Json::array() : *attrs, definition.matrix).with_the_rest();
    return json.dump(2) + (old.empty() || old.ends_with('\n') ? "\n" : "");
}

} // namespace ap::host
