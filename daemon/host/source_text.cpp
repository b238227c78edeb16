// SPDX-License-Identifier: LGPL-2.1-or-later
// Readers as forgiving as the programs these files are for, and no more.
#include "host/source_text.hpp"

#include "core/parse.hpp"
#include "core/quote.hpp"
#include "host/kernel_mask.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>

namespace ap::host {
namespace {

constexpr std::string_view vfio_ap = "vfio_ap";

/// The kernel takes - for _ in names of parameters and modules.
std::string with_underscores(std::string_view text) {
    std::string out(text);
    std::ranges::replace(out, '-', '_');
    return out;
}

// --- The kernel's command line
// --------------------------------------------------------------------------------------------------------

/// Parameters by name, of each the last value. Double quotes keep blanks together and go.
std::map<std::string, std::string> parameters_of(std::string_view line) {
    std::map<std::string, std::string> out;
    std::string word;
    bool quoted = false;
    const auto end_word = [&] {
        if (const auto equals = word.find('='); equals != std::string::npos)
            out[with_underscores(word.substr(0, equals))] = word.substr(equals + 1);
        word.clear();
    };
    for (const char c : line) {
        if (c == '"') quoted = !quoted;
        else if (!quoted && (c == ' ' || c == '\t' || c == '\n')) end_word();
        else word += c;
    }
    end_word();
    return out;
}

bool lists_vfio_ap(const std::string& list) {
    const auto modules = "," + with_underscores(list) + ",";
    return modules.find("," + std::string(vfio_ap) + ",") != std::string::npos;
}

/// A mask parameter changes an empty mask, not a full one, and one that the kernel cannot read leaves it empty (kernel-abi 3.4).
template <class Says, class Id>
Source boot_mask(const std::string& name, const std::string& value) {
    const auto mask = kernel_mask<Id>(value, {});
    Source out{.kind = Source::Kind::boot, .says = Says{mask.value_or(IdSet<Id>{})}};
    if (!mask) out.problem = fmt::format("{}={} is no mask, and the kernel takes an empty one for it", name, quote(value));
    return out;
}

Source boot_domain(const std::string& value) {
    int domain = -1;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), domain);
    if (error == std::errc{} && end == value.data() + value.size() && domain >= 0 && domain <= 255)
        return {.kind = Source::Kind::boot, .says = SaysDomain{static_cast<Apqi>(domain)}};
    return {.kind = Source::Kind::boot, .problem = fmt::format("domain={} is no domain", quote(value))};
}

/// A parameter of the module ap, without its prefix.
std::optional<Source> ap_parameter(const std::string& name, const std::string& value) {
    if (name == "apmask") return boot_mask<SaysApmask, Apid>(name, value);
    if (name == "aqmask") return boot_mask<SaysAqmask, Apqi>(name, value);
    if (name == "domain") return boot_domain(value);
    return std::nullopt;
}

// --- Rules of udev
// ----------------------------------------------------------------------------------------------------------------

struct Token { std::string key, op, value; };

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r')) text.remove_suffix(1);
    return text;
}

/// KEY OP "VALUE", separated by commas; nullopt when a line is anything else.
std::optional<std::vector<Token>> tokens_of(std::string_view line) {
    std::vector<Token> out;
    for (line = trimmed(line); !line.empty(); line = trimmed(line)) {
        const auto op = line.find_first_of("=!+-:", line.find('}') == std::string_view::npos || line.find('}') > line.find('"') ? 0 : line.find('}'));
        const auto quote_at = line.find('"');
        if (op == std::string_view::npos || quote_at == std::string_view::npos || quote_at < op) return std::nullopt;
        const auto end = line.find('"', quote_at + 1);
        if (end == std::string_view::npos) return std::nullopt;
        out.push_back({std::string(trimmed(line.substr(0, op))), std::string(trimmed(line.substr(op, quote_at - op))),
                       std::string(line.substr(quote_at + 1, end - quote_at - 1))});
        line = trimmed(line.substr(end + 1));
        if (line.starts_with(',')) line.remove_prefix(1);
    }
    return out;
}

class RuleReader {
  public:
    RuleReader(const std::string& file, const BootMasks& before) : file_(file), apmask_(before.apmask), aqmask_(before.aqmask) {}

    void read(unsigned number, std::string_view line) {
        const auto tokens = tokens_of(line);
        if (!tokens) return add(number, NotUnderstood{}, quote(line) + " is no rule of udev");
        for (const auto& token : *tokens) {
            const bool writes = token.op == "=" || token.op == ":=";
            if (writes && sets(token, "apmask")) mask<SaysApmask>(number, token, apmask_);
            if (writes && sets(token, "aqmask")) mask<SaysAqmask>(number, token, aqmask_);
            if (token.key == "RUN{builtin}" && with_underscores(token.value) == "kmod load vfio_ap") add(number, SaysModule{true}, {});
        }
    }
    std::vector<Source> take() { return std::move(out_); }

  private:
    static bool sets(const Token& token, std::string_view attribute) {
        return token.key.starts_with("ATTR{") && (token.key.ends_with("/" + std::string(attribute) + "}") || token.key == "ATTR{" + std::string(attribute) + "}");
    }
    template <class Says, class Set>
    void mask(unsigned number, const Token& token, Set& mask) {
        const auto read = kernel_mask(token.value, mask);
        if (!read) return add(number, NotUnderstood{}, fmt::format("{} is no mask, and the kernel refuses it", quote(token.value)));
        mask = *read;
        add(number, Says{mask}, {});
    }
    void add(unsigned number, Saying says, std::string problem) { out_.push_back({Source::Kind::chzdev, file_, number, std::move(says), std::move(problem)}); }

    const std::string& file_;
    AdapterSet apmask_;
    DomainSet aqmask_;
    std::vector<Source> out_;
};

} // namespace

std::vector<Source> boot_sources(const std::string& file, std::string_view command_line) {
    std::vector<Source> out;
    const auto add = [&](Source source) {
        source.file = file;
        out.push_back(std::move(source));
    };
    for (const auto& [name, value] : parameters_of(command_line)) {
        if (name.starts_with("ap."))
            if (auto source = ap_parameter(name.substr(3), value)) add(*std::move(source));
        if (!lists_vfio_ap(value)) continue;
        if (name.ends_with("blacklist")) add({.kind = Source::Kind::boot, .says = SaysModule{false}});
        else if (name.ends_with("modules_load") || name.starts_with("rd.driver.")) add({.kind = Source::Kind::boot, .says = SaysModule{true}});
    }
    return out;
}

std::vector<Source> module_sources(const std::string& file, std::string_view text, bool built_in) {
    std::vector<Source> out;
    for (unsigned number = 1; !text.empty(); ++number) {
        const auto end = std::min(text.find('\n'), text.size());
        const auto line = trimmed(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        constexpr std::string_view options = "options ap ";
        if (!line.starts_with(options)) continue;
        for (const auto& [name, value] : parameters_of(line.substr(options.size()))) {
            auto source = ap_parameter(name, value);
            if (!source) continue;
            source->file = file;
            source->line = number;
            if (built_in) source->says = NotUnderstood{}, source->problem = fmt::format("{}= has no effect: the AP bus is built into this kernel", name);
            out.push_back(*std::move(source));
        }
    }
    return out;
}

std::vector<Source> rule_sources(const std::string& file, std::string_view text, const BootMasks& before) {
    RuleReader reader(file, before);
    std::string rule;
    unsigned begun = 0;
    for (unsigned number = 1; !text.empty(); ++number) {
        const auto end = std::min(text.find('\n'), text.size());
        const auto line = trimmed(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        if (rule.empty()) begun = number;
        if (line.starts_with('#')) continue;
        rule += line;
        if (rule.ends_with('\\')) { // goes on in the next line
            rule.pop_back();
            continue;
        }
        if (!rule.empty()) reader.read(begun, rule);
        rule.clear();
    }
    return reader.take();
}

Source override_source(const std::string& file, std::string_view name, std::string_view text) {
    const auto bad = [&](std::string why) { return Source{Source::Kind::driverctl, file, 1, NotUnderstood{}, std::move(why)}; };
    constexpr std::string_view prefix = "ap-";
    const auto queue = parse_apqn(name.substr(std::min(prefix.size(), name.size())));
    if (!queue || to_string(*queue) != name.substr(prefix.size())) return bad(fmt::format("{} names no queue", quote(name)));
    const auto line = trimmed(text.substr(0, text.find('\n')));
    if (line.empty()) return bad("is empty; the name of a driver was expected");
    if (line.find_first_of(" \t") != std::string_view::npos) return bad(quote(line) + " is not the name of a driver");
    return {Source::Kind::driverctl, file, 1, SaysOverride{*queue, std::string(line)}, {}};
}

} // namespace ap::host
