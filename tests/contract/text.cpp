// SPDX-License-Identifier: LGPL-2.1-or-later
// Making texts for results.
#include "text.hpp"

#include <cstdio>
#include <cstring>

namespace contract {

std::string errno_text(int error) {
    if (error == 0) return "success";
    if (error < 0) return "a short write";
    const char* name = ::strerrorname_np(error);
    return name == nullptr ? std::to_string(error) : name;
}

namespace {

void escape(std::string& out, unsigned char c) {
    if (c == '\n') {
        out += "\\n";
    } else if (c == '"' || c == '\\') {
        out += '\\';
        out += static_cast<char>(c);
    } else if (c < ' ' || c > '~') {
        char code[5];
        std::snprintf(code, sizeof code, "\\x%02x", c);
        out += code;
    } else {
        out += static_cast<char>(c);
    }
}

} // namespace

std::string quoted(std::string_view text) {
    constexpr std::size_t most = 400;
    std::string out = "\"";
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text.size() > most && i == most / 2) {
            out += "...";
            i = text.size() - most / 2;
        }
        escape(out, static_cast<unsigned char>(text[i]));
    }
    return out + "\"";
}

std::string joined(const std::vector<std::string>& texts) {
    std::string out;
    for (const auto& text : texts) out += (out.empty() ? "" : ", ") + text;
    return out;
}

std::string octal(unsigned number) {
    char digits[16];
    std::snprintf(digits, sizeof digits, "%04o", number);
    return digits;
}

} // namespace contract
