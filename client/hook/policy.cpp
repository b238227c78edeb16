// SPDX-License-Identifier: LGPL-2.1-or-later
#include "hook/policy.hpp"

#include "core/quote.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <filesystem>

namespace ap::hook {
namespace {

/// Reads the keys of one table; the first mistake is kept.
class Reader {
  public:
    explicit Reader(const std::string& path) : path_(path) {}

    void read(const toml::table& table, Policy& into) {
        for (const auto& [key, node] : table) {
            if (key == "deadline") seconds(node, 1, into.deadline);
            else if (key == "settle-time") seconds(node, 0, into.settle_time);
            else if (key == "without-daemon") into.start_without_daemon = word(node, {"refuse", "start"}) == 1;
            else if (key != "matrix") read_of_matrix(key, node, into.matrix);
        }
        // What holds for all is known before what differs from it.
        const auto* matrices = table["matrix"].as_table();
        if (table.contains("matrix") && matrices == nullptr) mistake(*table.get("matrix"), "is to be tables, [matrix.NAME]");
        if (matrices == nullptr) return;
        for (const auto& [name, node] : *matrices) read_matrix(std::string(name.str()), node, into);
    }
    [[nodiscard]] const std::string& first_mistake() const { return mistake_; }

  private:
    void read_matrix(const std::string& name, const toml::node& node, Policy& into) {
        auto policy = into.matrix;
        if (const auto* table = node.as_table())
            for (const auto& [key, value] : *table) read_of_matrix(key, value, policy);
        else mistake(node, "is to be a table, [matrix.NAME]");
        into.matrices[name] = policy;
    }
    void read_of_matrix(const toml::key& key, const toml::node& node, MatrixPolicy& into) {
        if (key == "require") into.require = static_cast<Require>(word(node, {"all", "any", "none"}));
        else if (key != "stop-with-guest") mistake(node, fmt::format("there is no setting {}", quote(key.str())));
        else if (const auto value = node.value_exact<bool>()) into.stop_with_guest = *value;
        else mistake(node, "stop-with-guest is to be true or false");
    }
    void seconds(const toml::node& node, int least, std::chrono::seconds& into) {
        const auto value = node.value_exact<std::int64_t>();
        if (value && *value >= least && *value <= 300) into = std::chrono::seconds(*value);
        else mistake(node, fmt::format("a time is to be {} to 300, in seconds", least));
    }
    /// The place of the text among these words.
    int word(const toml::node& node, std::initializer_list<std::string_view> words) {
        const auto text = node.value_exact<std::string>().value_or("");
        const auto found = std::find(words.begin(), words.end(), text);
        if (found != words.end()) return static_cast<int>(found - words.begin());
        std::string all;
        for (const auto known : words) all += (all.empty() ? "" : ", ") + quote(known);
        mistake(node, "is to be one of " + all);
        return 0;
    }
    void mistake(const toml::node& node, std::string text) {
        if (mistake_.empty()) mistake_ = fmt::format("{} line {}: {}", path_, node.source().begin.line, text);
    }

    const std::string& path_;
    std::string mistake_;
};

std::unexpected<Error> bad(std::string text) { return std::unexpected(Error{Fault::invalid, "", std::move(text), "", 0}); }

} // namespace

const MatrixPolicy& Policy::of(const std::string& uuid, const std::string& name) const {
    for (const auto& key : {uuid, name})
        if (const auto own = matrices.find(key); own != matrices.end()) return own->second;
    return matrix;
}

Result<Policy> read_policy_file(const std::string& path) {
    Policy out;
    std::error_code error;
    if (!std::filesystem::exists(path, error)) return out;
    try {
        Reader reader(path);
        reader.read(toml::parse_file(path), out);
        if (!reader.first_mistake().empty()) return bad(reader.first_mistake());
        return out;
    } catch (const toml::parse_error& e) {
        return bad(fmt::format("{} line {}: {}", path, e.source().begin.line, e.description()));
    }
}

} // namespace ap::hook
