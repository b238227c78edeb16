// SPDX-License-Identifier: LGPL-2.1-or-later
// The log: the journal with fields under systemd, standard error otherwise.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace ap::log {

/// The priorities of syslog(3).
enum class Level { error = 3, warning = 4, notice = 5, info = 6 };

/// A journal field, "AP_JOB" and "17": one `journalctl AP_JOB=17` then follows one operation.
struct Field { std::string_view name; std::string value; };

/// One line. Any thread. What cannot be written is lost: there is nobody left to tell.
void write(Level level, std::string_view message, std::initializer_list<Field> fields = {});

inline void error(std::string_view message, std::initializer_list<Field> fields = {}) { write(Level::error, message, fields); }
inline void warning(std::string_view message, std::initializer_list<Field> fields = {}) { write(Level::warning, message, fields); }
inline void notice(std::string_view message, std::initializer_list<Field> fields = {}) { write(Level::notice, message, fields); }
inline void info(std::string_view message, std::initializer_list<Field> fields = {}) { write(Level::info, message, fields); }

} // namespace ap::log
