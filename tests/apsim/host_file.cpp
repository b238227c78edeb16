// SPDX-License-Identifier: LGPL-2.1-or-later
// Reading host files.  Strict: an unknown key or a doubtful value is an error, never a guess.
#include "host_file.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>
#include <iterator>
#include <span>

#include <fmt/format.h>
#include <toml++/toml.h>

#include "model/topology_text.hpp"

namespace apsim {

namespace {

template <class T>
using Parsed = std::expected<T, std::string>;

std::unexpected<std::string> wrong(std::string text) { return std::unexpected(std::move(text)); }

/// Text of the file as a message may show it: short and printable.
std::string quoted(std::string_view text) {
    std::string out;
    for (const char c : text.substr(0, 40)) out += c >= ' ' && c <= '~' ? c : '?';
    return "\"" + out + (text.size() > 40 ? "...\"" : "\"");
}

Parsed<unsigned> parse_id(std::string_view text) {
    const bool hex = text.starts_with("0x");
    const auto digits = hex ? text.substr(2) : text;
    unsigned id = 0;
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), id, hex ? 16 : 10);
    if (digits.empty() || error != std::errc() || end != digits.data() + digits.size() || id > 255)
        return wrong(fmt::format("{} is no id; expected 0 to 255 or 0x0 to 0xff", quoted(text)));
    return id;
}

} // namespace

Parsed<Mask256> parse_ids(std::string_view text) {
    Mask256 ids;
    for (;;) {
        const auto comma = std::min(text.find(','), text.size());
        const auto part = text.substr(0, comma);
        const auto dash = part.find('-');
        const auto first = parse_id(part.substr(0, dash));
        if (!first) return wrong(first.error());
        const auto last = dash == std::string_view::npos ? first : parse_id(part.substr(dash + 1));
        if (!last) return wrong(last.error());
        if (*last < *first) return wrong(fmt::format("{} is a range that runs backwards", quoted(part)));
        for (unsigned id = *first; id <= *last; ++id) ids.set(id);
        if (comma == text.size()) return ids;
        text.remove_prefix(comma + 1);
    }
}

Parsed<unsigned> parse_type(std::string_view text) {
    if (text.size() == 4 && text.starts_with("CEX") && text[3] >= '4' && text[3] <= '8')
        return unsigned(text[3] - '0') + 6;
    return wrong(fmt::format("{} is no adapter type; expected CEX4 to CEX8", quoted(text)));
}

Parsed<Mode> parse_mode(std::string_view text) {
    for (auto mode : {Mode::accelerator, Mode::cca, Mode::ep11})
        if (text == mode_name(mode)) return mode;
    return wrong(fmt::format("{} is no mode; expected accel, cca or ep11", quoted(text)));
}

std::string default_serial(unsigned adapter) { return fmt::format("93AASIM{:X}", adapter % 16); }

namespace {

/// One table of the file, with errors that name the file, the line and the key.
class Section {
  public:
    Section(const toml::table& table, std::string_view file) : table_(table), file_(file) {}

    std::string place(const toml::node& node, std::string_view text) const {
        return fmt::format("{}:{}: {}", file_, node.source().begin.line, text);
    }

    Parsed<void> only(std::span<const std::string_view> known) const {
        for (const auto& [key, value] : table_)
            if (std::ranges::find(known, key.str()) == known.end())
                return wrong(place(value, fmt::format("unknown key {}; expected one of {}", quoted(key.str()),
                                                      fmt::join(known, ", "))));
        return {};
    }

    Parsed<std::string> text(std::string_view key, std::string fallback) const {
        const auto* node = table_.get(key);
        if (node == nullptr) return fallback;
        const auto value = node->value_exact<std::string>();
        if (!value) return wrong(place(*node, fmt::format("{} must be a string", key)));
        if (std::ranges::any_of(*value, [](char c) { return c < ' ' || c > '~'; }))
            return wrong(place(*node, fmt::format("{} must be plain text", key)));
        return *value;
    }

    Parsed<bool> flag(std::string_view key, bool fallback) const {
        const auto* node = table_.get(key);
        if (node == nullptr) return fallback;
        const auto value = node->value_exact<bool>();
        if (!value) return wrong(place(*node, fmt::format("{} must be true or false", key)));
        return *value;
    }

    Parsed<unsigned> id(std::string_view key, unsigned fallback) const {
        const auto* node = table_.get(key);
        if (node == nullptr) return fallback;
        const auto value = node->value_exact<std::int64_t>();
        if (!value || *value < 0 || *value > 255)
            return wrong(place(*node, fmt::format("{} must be a number from 0 to 255", key)));
        return static_cast<unsigned>(*value);
    }

    /// A number, a text such as "4-7,0x47", or an array of both.
    Parsed<Mask256> ids(std::string_view key, const Mask256& fallback) const {
        const auto* node = table_.get(key);
        if (node == nullptr) return fallback;
        if (!node->is_array()) return some_ids(*node, key);
        Mask256 all;
        for (const auto& element : *node->as_array()) {
            const auto some = some_ids(element, key);
            if (!some) return some;
            all |= *some;
        }
        return all;
    }

    bool has(std::string_view key) const { return table_.contains(key); }
    const toml::table& table() const { return table_; }

  private:
    Parsed<Mask256> some_ids(const toml::node& node, std::string_view key) const {
        if (const auto number = node.value_exact<std::int64_t>()) {
            if (*number < 0 || *number > 255)
                return wrong(place(node, fmt::format("{}: ids go from 0 to 255", key)));
            return Mask256::of(static_cast<unsigned>(*number));
        }
        const auto text = node.value_exact<std::string>();
        if (!text)
            return wrong(place(
                node,
                fmt::format("{} must be ids: a number, a text such as \"4-7,0x47\", or an array of these",
                            key)));
        auto parsed = parse_ids(*text);
        if (!parsed) return wrong(place(node, fmt::format("{}: {}", key, parsed.error())));
        return parsed;
    }

    const toml::table& table_;
    std::string_view file_;
};

/// Takes a parsed value or hands the error on.
#define TAKE(name, expression)                                                                               \
    const auto name##_parsed = (expression);                                                                 \
    if (!name##_parsed) return wrong(name##_parsed.error());                                                 \
    const auto& name = *name##_parsed

Parsed<void> read_adapter(const toml::table& table, std::string_view file, Hardware& hardware) {
    static constexpr std::string_view known[] = {"id",        "type",   "mode",           "config",
                                                 "checkstop", "serial", "missing_domains"};
    const Section section(table, file);
    if (const auto ok = section.only(known); !ok) return ok;
    if (!section.has("id")) return wrong(section.place(table, "an adapter needs an id"));
    TAKE(ids, section.ids("id", {}));
    TAKE(type_text, section.text("type", "CEX8"));
    TAKE(mode_text, section.text("mode", "cca"));
    const auto type = parse_type(type_text);
    if (!type) return wrong(section.place(table, type.error()));
    const auto mode = parse_mode(mode_text);
    if (!mode) return wrong(section.place(table, mode.error()));
    TAKE(config, section.flag("config", true));
    TAKE(checkstop, section.flag("checkstop", false));
    TAKE(serial, section.text("serial", ""));
    TAKE(missing, section.ids("missing_domains", {}));
    std::string twice;
    ids.for_each([&](unsigned id) {
        if (hardware.adapters[id]) twice = fmt::format("adapter {} is described twice", id);
        if (id > hardware.max_adapter)
            twice = fmt::format("adapter {} is above max_adapter {}", id, hardware.max_adapter);
        auto& adapter = hardware.adapters[id].emplace();
        adapter.type = *type;
        adapter.mode = *mode;
        adapter.standby = !config;
        adapter.state = checkstop ? response::checkstopped : response::normal;
        adapter.domains = ~missing;
        adapter.serial = serial.empty() ? default_serial(id) : serial;
    });
    if (!twice.empty()) return wrong(section.place(table, twice));
    return {};
}

Parsed<Hardware> read_host(const toml::table& table, std::string_view file) {
    static constexpr std::string_view known[] = {"max_adapter", "max_domain", "usage_domains",
                                                 "control_domains", "adapter"};
    const Section section(table, file);
    if (const auto ok = section.only(known); !ok) return wrong(ok.error());
    Hardware hardware;
    TAKE(max_adapter, section.id("max_adapter", 255));
    TAKE(max_domain, section.id("max_domain", 255));
    TAKE(usage, section.ids("usage_domains", {}));
    TAKE(control, section.ids("control_domains", usage));
    hardware.max_adapter = max_adapter;
    hardware.max_domain = max_domain;
    hardware.domains = usage;
    hardware.control = control;
    std::string above;
    (usage | control).for_each([&](unsigned id) {
        if (id > max_domain)
            above = fmt::format("{}: domain {} is above max_domain {}", file, id, max_domain);
    });
    if (!above.empty()) return wrong(above);
    const auto* adapters = table.get("adapter");
    if (adapters == nullptr) return hardware;
    if (!adapters->is_array_of_tables())
        return wrong(section.place(*adapters, "adapters are written as [[adapter]] tables"));
    for (const auto& adapter : *adapters->as_array())
        if (const auto ok = read_adapter(*adapter.as_table(), file, hardware); !ok) return wrong(ok.error());
    return hardware;
}

#undef TAKE

std::string first_line(std::string_view text) { return std::string(text.substr(0, text.find('\n'))); }

} // namespace

Parsed<Hardware> parse_host(std::string_view text, std::string_view name) {
    static constexpr std::size_t limit = 1 << 18;
    if (text.size() > limit)
        return wrong(fmt::format("{}: longer than {} bytes, this is no host file", name, limit));
    if (text.contains('\0')) return wrong(fmt::format("{}: contains a NUL byte, this is no host file", name));
    try {
        return read_host(toml::parse(text, name), name);
    } catch (const toml::parse_error& error) {
        return wrong(
            fmt::format("{}:{}: {}", name, error.source().begin.line, first_line(error.description())));
    }
}

namespace {

Parsed<std::string> read_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) return wrong(fmt::format("{}: {}", path, std::strerror(errno)));
    std::string text{std::istreambuf_iterator<char>(file), {}};
    if (file.bad()) return wrong(fmt::format("{}: cannot be read", path));
    return text;
}

} // namespace

Parsed<Hardware> read_host_file(const std::string& path) {
    const auto text = read_file(path);
    return text ? parse_host(*text, path) : wrong(text.error());
}

Parsed<Hardware> read_topology_file(const std::string& path) {
    const auto text = read_file(path);
    if (!text) return wrong(text.error());
    auto hardware = parse_topology(*text);
    return hardware ? hardware : wrong(fmt::format("{}: {}", path, hardware.error()));
}

} // namespace apsim
