// SPDX-License-Identifier: LGPL-2.1-or-later
// The texts of an mdev's attributes, to values and back.
#include "core/parse.hpp"
#include "host/matrix_reader.hpp"

#include <charconv>

namespace ap::host {
namespace {

/// 4096 bytes less the final NUL: a text this long is one that was cut.
constexpr std::size_t cut_at = 4095;

template <class Id>
bool insert_hex(IdSet<Id>& set, std::string_view digits, std::size_t width) {
    unsigned value = 0;
    auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
    if (digits.size() != width || error != std::errc{} || end != digits.data() + width || value > 255)
        return false;
    set.insert(static_cast<Id>(value));
    return true;
}

/// "03.002f", "03." (no domains) or ".002f" (no adapters).
bool insert_line(Matrix& matrix, std::string_view line) {
    auto dot = line.find('.');
    if (dot == std::string_view::npos || line.size() < 2) return false;
    auto adapter = line.substr(0, dot);
    auto domain = line.substr(dot + 1);
    return (adapter.empty() || insert_hex(matrix.adapters, adapter, 2)) &&
           (domain.empty() || insert_hex(matrix.domains, domain, 4));
}

/// Calls fn(line) for every complete line; false as soon as fn is.
template <class Fn>
bool for_each_line(std::string_view text, Fn&& fn) {
    for (auto end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
        if (!fn(text.substr(0, end))) return false;
        text.remove_prefix(end + 1);
    }
    return true;
}

} // namespace

std::optional<MatrixText> parse_matrix_text(std::string_view text) {
    MatrixText out;
    out.cut = text.size() >= cut_at;
    if (!out.cut && !text.empty() && !text.ends_with('\n')) return std::nullopt;
    if (!for_each_line(text, [&](std::string_view line) { return insert_line(out.matrix, line); }))
        return std::nullopt;
    return out;
}

std::optional<DomainSet> parse_control_domains(std::string_view text) {
    DomainSet out;
    if (!text.empty() && !text.ends_with('\n')) return std::nullopt;
    if (!for_each_line(text, [&](std::string_view line) { return insert_hex(out, line, 4); }))
        return std::nullopt;
    return out;
}

std::optional<Matrix> parse_ap_config(std::string_view text) {
    text = without_newline(text);
    auto first = text.find(',');
    auto second = first == std::string_view::npos ? first : text.find(',', first + 1);
    if (second == std::string_view::npos) return std::nullopt;
    auto adapters = parse_adapter_mask(text.substr(0, first));
    auto domains = parse_domain_mask(text.substr(first + 1, second - first - 1));
    auto control = parse_domain_mask(text.substr(second + 1));
    if (!adapters || !domains || !control) return std::nullopt;
    return Matrix{*adapters, *domains, *control};
}

std::string to_ap_config(const Matrix& matrix) {
    return to_mask(matrix.adapters) + "," + to_mask(matrix.domains) + "," + to_mask(matrix.control) + "\n";
}

} // namespace ap::host
