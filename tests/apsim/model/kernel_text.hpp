// SPDX-License-Identifier: LGPL-2.1-or-later
// The kernel's number parsers, as far as the AP files use them.  Each behaves as its namesake does
// (kernel-abi 1).
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string_view>

namespace apsim {

/// A store function sees a C string: what follows a NUL byte does not exist for it.
std::string_view until_nul(std::string_view text);

/// The value of a hexadecimal digit of either case, or -1.
int hex_digit(char c);

struct TakenNumber {
    std::uint64_t value; ///< modulo 2^64
    bool overflowed;
};

/// simple_strtoul(base 0): digits only, no sign; `text` is advanced past them.  Nothing if there is no digit.
std::optional<TakenNumber> take_unsigned(std::string_view& text);

/// kstrtoul(base 0): one leading '+' and one trailing newline allowed.  Errors: EINVAL, ERANGE.
std::expected<std::uint64_t, int> kstrtoul(std::string_view text);

/// kstrtobool().  Error: EINVAL.
std::expected<bool, int> kstrtobool(std::string_view text);

enum class ScanBase { decimal, any };

/// sscanf("%d") or sscanf("%i"): leading blanks and any trailing text allowed.  Error: EINVAL.
std::expected<int, int> scan_int(std::string_view text, ScanBase base);

/// A name written to bind, unbind or drivers_probe: compared without one trailing newline.
std::string_view device_name(std::string_view text);

} // namespace apsim
