// SPDX-License-Identifier: LGPL-2.1-or-later
// Strings in quotes, with escapes and repetitions.
#include "fuzz/literal.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <stdexcept>

namespace contract {

namespace {

constexpr std::size_t worth_a_count = 16;

std::string escaped(char c) {
    if (c == '\n') return "\\n";
    if (c == '"' || c == '\\') return std::string("\\") + c;
    const auto code = static_cast<unsigned char>(c);
    if (code >= ' ' && code <= '~') return std::string(1, c);
    char hex[5];
    std::snprintf(hex, sizeof hex, "\\x%02x", code);
    return hex;
}

std::size_t run_length(std::string_view bytes) {
    return std::min(bytes.find_first_not_of(bytes.front()), bytes.size());
}

template <class Number>
Number take_number(std::string_view& text, std::size_t digits, int base) {
    Number number{};
    const auto part = text.substr(0, digits);
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), number, base);
    if (error != std::errc() || end == part.data()) throw std::runtime_error("a number is missing");
    text.remove_prefix(static_cast<std::size_t>(end - part.data()));
    return number;
}

char take_escape(std::string_view& text) {
    const char c = text.empty() ? '\0' : text.front();
    if (!text.empty()) text.remove_prefix(1);
    if (c == 'n') return '\n';
    if (c == '"' || c == '\\') return c;
    if (c == 'x') return static_cast<char>(take_number<unsigned char>(text, 2, 16));
    throw std::runtime_error("unknown escape");
}

/// One string in quotes; `text` starts behind the first quote.
std::string take_string(std::string_view& text) {
    std::string bytes;
    while (!text.empty() && text.front() != '"') {
        const char c = text.front();
        text.remove_prefix(1);
        bytes += c == '\\' ? take_escape(text) : c;
    }
    if (text.empty()) throw std::runtime_error("a quote is missing");
    text.remove_prefix(1);
    return bytes;
}

} // namespace

std::string literal(std::string_view bytes) {
    std::string text = "\"";
    while (!bytes.empty()) {
        const auto length = run_length(bytes);
        if (length < worth_a_count) {
            text += escaped(bytes.front());
            bytes.remove_prefix(1);
            continue;
        }
        text += "\" \"" + escaped(bytes.front()) + "\"*" + std::to_string(length) + " \"";
        bytes.remove_prefix(length);
    }
    return text + '"';
}

std::string parse_literal(std::string_view text) {
    std::string bytes;
    while (!text.empty()) {
        if (text.front() == ' ') {
            text.remove_prefix(1);
            continue;
        }
        if (text.front() != '"') throw std::runtime_error("bytes are written in quotes");
        text.remove_prefix(1);
        const auto part = take_string(text);
        std::size_t times = 1;
        if (text.starts_with('*')) {
            text.remove_prefix(1);
            times = take_number<std::size_t>(text, text.size(), 10);
        }
        for (std::size_t i = 0; i < times; ++i) bytes += part;
    }
    return bytes;
}

} // namespace contract
