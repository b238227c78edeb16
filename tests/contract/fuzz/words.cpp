// SPDX-License-Identifier: LGPL-2.1-or-later
// Choosing what to write.
#include "fuzz/words.hpp"

#include <cstdio>

namespace contract {

namespace {

template <class... Arguments>
std::string format(const char* pattern, Arguments... arguments) {
    char text[128];
    std::snprintf(text, sizeof text, pattern, arguments...);
    return text;
}

/// Bit n is bit 3 - n % 4 of digit n / 4.
std::string hex_mask(std::initializer_list<unsigned> ids, bool inverted) {
    std::string digits(64, '0');
    unsigned values[64] = {};
    for (const unsigned id : ids) values[id / 4] |= 8U >> id % 4;
    for (unsigned i = 0; i < 64; ++i) digits[i] = "0123456789abcdef"[inverted ? 15 - values[i] : values[i]];
    return digits;
}

std::string relative_term(Random& random, unsigned (*id)(Random&)) {
    const char sign = random.percent(60) ? '-' : '+';
    const unsigned from = id(random);
    if (random.percent(75)) return sign + a_number(random, from);
    return sign + std::to_string(from) + '-' +
           std::to_string(random.percent(80) ? from + random.below(4) : id(random));
}

std::string relative_mask(Random& random, unsigned (*id)(Random&)) {
    auto text = relative_term(random, id);
    while (random.percent(35)) {
        text += random.one_of({",", ",", ",", "\n", ",,", " ", ""});
        text += relative_term(random, id);
    }
    return text;
}

std::string absolute_mask(Random& random, unsigned (*id)(Random&)) {
    const unsigned first = id(random), second = id(random);
    auto digits = hex_mask({first, second}, random.percent(60));
    if (random.percent(30)) digits.resize(random.below(64));
    if (random.percent(5)) digits += '0';
    if (random.percent(5)) digits += random.one_of({"g", " ", "x", ","});
    return random.one_of({"0x", "0x", "0x", "0x", "", "x", "0X"}) + digits;
}

std::string odd_mask(Random& random) {
    return random.one_of<std::string>({"\n",
                                       "0x",
                                       "0x\n",
                                       "+256",
                                       "-5-256",
                                       "-5-3",
                                       "-",
                                       "+",
                                       "-1 -2",
                                       "-18446744073709551619",
                                       "+0x100000003",
                                       "-3,foo",
                                       "--3",
                                       "-3-",
                                       "all",
                                       " -3",
                                       "0x" + std::string(64, 'f'),
                                       std::string(64, 'f') + "\n",
                                       "0x" + std::string(65, 'f'),
                                       std::string(64, 'F'),
                                       "-0-255",
                                       "+0-255",
                                       "-3,+3",
                                       "-3+5",
                                       "-3\n-5\n",
                                       std::string("-3\0,-5", 6),
                                       "-" + std::string(4094, '3'),
                                       std::string(2000, ',') + "-3",
                                       "-3" + std::string(3000, ',') + "-5",
                                       std::string(4200, '\n')});
}

} // namespace

unsigned an_adapter(Random& random) {
    if (random.percent(85)) return random.one_of({3U, 3U, 5U, 5U, 6U});
    return random.one_of({0U, 7U, 10U, 63U, 64U, 200U, 255U});
}

unsigned a_domain(Random& random) {
    if (random.percent(85)) return random.one_of({4U, 4U, 6U, 0x47U, 0x47U});
    return random.one_of({0U, 5U, 84U, 85U, 200U, 255U});
}

std::string a_number(Random& random, unsigned value) {
    switch (random.below(10)) {
    case 0: return format("0x%x", value);
    case 1: return format("0%o", value);
    case 2: return format("0X%02X", value);
    default: return std::to_string(value);
    }
}

std::string ended(Random& random, std::string text) {
    if (random.percent(40)) return text + '\n';
    if (random.percent(4)) return text + random.one_of({" ", "\n\n", "x", ",", "\t"});
    if (random.percent(1)) return text + std::string("\0", 1);
    return text;
}

std::string a_mask(Random& random, unsigned (*id)(Random&)) {
    const unsigned kind = random.below(100);
    if (kind < 60) return ended(random, relative_mask(random, id));
    if (kind < 75) return ended(random, absolute_mask(random, id));
    if (kind < 88) return "0x" + std::string(64, 'f');
    return odd_mask(random);
}

std::string a_config(Random& random) {
    if (random.percent(8))
        return random.one_of<std::string>({"\n", ",,\n", ",,", "", "0x1,0x08", "0x1,0x08\n",
                                           "0x1\n0x08\n0x08\n", "g,0x08,0x08", "0x1,0x08,0x08,",
                                           "0x1 ,0x08,0x08"});
    const auto adapters = hex_mask({an_adapter(random)}, false);
    const auto more = hex_mask({an_adapter(random), an_adapter(random)}, false);
    const auto domains = hex_mask({a_domain(random)}, false);
    const auto many = hex_mask({a_domain(random), a_domain(random), a_domain(random)}, false);
    const auto control = random.percent(50) ? std::string() : hex_mask({a_domain(random)}, false);
    auto text = "0x" + (random.percent(60) ? adapters : more);
    text += random.one_of({",0x", ",0x", ","});
    text += random.percent(40) ? domains : many;
    return ended(random, text + ",0x" + control);
}

std::string a_queue_name(Random& random) {
    if (random.percent(4))
        return random.one_of<std::string>({"card03", "03.4", "3.4", "03.0004x", "nosuch", "", "."});
    const unsigned adapter = an_adapter(random), domain = a_domain(random);
    return format("%02x.%04x", adapter, domain);
}

std::string a_queue_file(Random& random) {
    const unsigned adapter = random.one_of({3U, 3U, 5U, 6U}), domain = random.one_of({4U, 4U, 0x47U, 6U});
    return format("%02x.%04x", adapter, domain);
}

std::string a_card_file(Random& random) { return format("card%02x", random.one_of({3U, 3U, 5U, 6U})); }

} // namespace contract
