// SPDX-License-Identifier: LGPL-2.1-or-later
#include "migration.hpp"

#include "core/parse.hpp"
#include "core/quote.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <set>

namespace ap::cli {
namespace {

using nlohmann::json;

/// Reads foreign JSON; what is not as it should be is remembered, and read as nothing.
class Reader {
  public:
    template <class T>
    T get(const json& object, const char* key) {
        const auto found = object.is_object() ? object.find(key) : object.end();
        if constexpr (std::is_same_v<T, bool>) {
            if (object.is_object() && found != object.end() && found->is_boolean()) return found->template get<bool>();
        } else if constexpr (std::is_same_v<T, std::string>) {
            if (object.is_object() && found != object.end() && found->is_string()) return found->template get<std::string>();
        } else {
            if (object.is_object() && found != object.end() && found->is_number_unsigned() && found->template get<std::uint64_t>() <= 255) return static_cast<T>(found->template get<std::uint64_t>());
        }
        good_ = false;
        return {};
    }
    const json& list(const json& object, const char* key) {
        static const json nothing = json::array();
        if (object.is_object() && object.contains(key) && object.at(key).is_array()) return object.at(key);
        good_ = false;
        return nothing;
    }
    template <class Id>
    IdSet<Id> ids(const json& object, const char* key) {
        IdSet<Id> out;
        for (const auto& one : list(object, key)) {
            if (one.is_number_unsigned() && one.get<std::uint64_t>() <= 255) out.insert(static_cast<Id>(one.get<std::uint64_t>()));
            else good_ = false;
        }
        return out;
    }
    Matrix matrix(const json& object) { return {ids<Apid>(object, "adapters"), ids<Apqi>(object, "domains"), ids<Apqi>(object, "control_domains")}; }
    Uuid uuid(const json& object) {
        const auto read = parse_uuid(get<std::string>(object, "uuid"));
        good_ = good_ && read.has_value();
        return read.value_or(Uuid{});
    }
    [[nodiscard]] bool good() const { return good_; }

  private:
    bool good_ = true;
};

HostProfile read(Reader& reader, const json& root) {
    HostProfile out;
    out.bus_present = reader.get<bool>(root.is_object() && root.contains("host") ? root.at("host") : json(), "bus_present");
    for (const auto& one : reader.list(root, "adapters"))
        out.adapters[static_cast<Apid>(reader.get<std::uint8_t>(one, "adapter"))] = {.type = reader.get<std::string>(one, "type"),
                                                                                      .generation = reader.get<unsigned>(one, "hardware_type"),
                                                                                      .mode = reader.get<std::string>(one, "mode"),
                                                                                      .domains = reader.ids<Apqi>(one, "domains"),
                                                                                      .usable = reader.get<bool>(one, "configured") && !reader.get<bool>(one, "checkstopped")};
    for (const auto& one : reader.list(root, "matrices")) {
        const char* truth = reader.get<bool>(one, "defined") ? "definition" : "assigned";
        out.matrices[reader.uuid(one)] = {.matrix = reader.matrix(one.is_object() && one.contains(truth) ? one.at(truth) : json()),
                                          .in_use = reader.get<bool>(one, "in_use"),
                                          .holder = reader.get<std::string>(one, "holder")};
    }
    return out;
}

std::string in_words(Apid id) { return "adapter " + describe(AdapterSet{id}); }

void compare_adapter(Apid id, const AdapterProfile& here, const HostProfile& there, std::vector<std::string>& out) {
    const auto found = there.adapters.find(id);
    if (found == there.adapters.end()) {
        out.push_back(fmt::format("{} ({}) is not there", in_words(id), here.type));
        return;
    }
    const auto& other = found->second;
    if (other.mode != here.mode) out.push_back(fmt::format("{} is in mode {} there, and has to be in mode {}", in_words(id), other.mode, here.mode));
    if (other.generation < here.generation) out.push_back(fmt::format("{} is {} there, older than {}", in_words(id), other.type, here.type));
    if (!other.usable) out.push_back(fmt::format("{} is deconfigured or checkstopped there", in_words(id)));
    if (const auto missing = here.domains - other.domains; !missing.empty())
        out.push_back(fmt::format("{} not there", describe(QueueSet::rectangle({id}, missing)) + (missing.size() == 1 ? " is" : " are")));
}

/// The command that makes the matrix there.
std::string define_command(const Needs& needs) {
    auto out = fmt::format("apctl define {} --name {} --adapters {} --domains {}", to_string(needs.uuid), needs.name, to_list(needs.matrix.adapters), to_list(needs.matrix.domains));
    if (needs.matrix.control != needs.matrix.domains) out += " --control " + (needs.matrix.control.empty() ? "none" : to_list(needs.matrix.control));
    return out;
}

void compare_matrix(const Needs& needs, const HostProfile& there, std::vector<std::string>& out) {
    const auto found = there.matrices.find(needs.uuid);
    if (found == there.matrices.end()) {
        out.push_back(fmt::format("there is no matrix of uuid {} there; on that host: {}", to_string(needs.uuid), define_command(needs)));
        return;
    }
    const auto& [matrix, in_use, holder] = found->second;
    if (matrix != needs.matrix)
        out.push_back(fmt::format("the matrix of this uuid has adapters {}, domains {} and control domains {} there", describe(matrix.adapters), describe(matrix.domains), describe(matrix.control)));
    if (in_use) out.push_back(fmt::format("the matrix of this uuid is in use there by {}", holder.empty() ? "somebody" : quote(holder)));
}

} // namespace

Needs needs_of(const HostView& view, const Uuid& uuid) {
    const auto defined = view.wanted.definitions.find(uuid);
    Needs out{.uuid = uuid, .name = display_name(view.wanted, uuid), .matrix = defined != view.wanted.definitions.end() ? defined->second.matrix : view.host.matrices.at(uuid).assigned, .adapters = {}};
    for (const Apid id : out.matrix.adapters) {
        const auto adapter = view.host.adapters.find(id);
        if (adapter == view.host.adapters.end()) continue;
        out.adapters[id] = {.type = view.types.at(id), .generation = adapter->second.hwtype, .mode = to_string(adapter->second.mode), .domains = out.matrix.domains, .usable = true};
    }
    return out;
}

Answer<HostProfile> read_profile(std::string_view text, const std::string& file) {
    const auto wrong = fail(Fault::invalid, fmt::format("{} is not the output of: apctl status --json", quote(file)));
    if (text.size() > longest_profile) return wrong;
    const auto root = json::parse(text, nullptr, false);
    if (root.is_discarded()) return wrong;
    Reader reader;
    auto out = read(reader, root);
    if (!reader.good()) return wrong;
    return out;
}

std::vector<std::string> differences(const Needs& needs, const HostProfile& there) {
    if (!there.bus_present) return {"that host has no AP bus"};
    std::vector<std::string> out;
    for (const auto& [id, adapter] : needs.adapters) compare_adapter(id, adapter, there, out);
    compare_matrix(needs, there, out);
    return out;
}

} // namespace ap::cli
