// SPDX-License-Identifier: LGPL-2.1-or-later
// Writing to the journal or to standard error.
#include "dbus/log.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <systemd/sd-journal.h>
#include <unistd.h>

#include <cstdlib>
#include <vector>

namespace ap::log {
namespace {

/// systemd names device and inode of the stream it gave us; a redirected stderr differs, and then is what people want to read.
bool stderr_is_the_journal() {
    const char* stream = std::getenv("JOURNAL_STREAM");
    struct stat st{};
    return stream != nullptr && fstat(STDERR_FILENO, &st) == 0 && fmt::format("{}:{}", st.st_dev, st.st_ino) == stream;
}

void to_journal(Level level, std::string_view message, std::initializer_list<Field> fields) {
    std::vector<std::string> lines{fmt::format("MESSAGE={}", message), fmt::format("PRIORITY={}", static_cast<int>(level)),
                                   "SYSLOG_IDENTIFIER=apctld"};
    for (const auto& field : fields) lines.push_back(fmt::format("{}={}", field.name, field.value));
    std::vector<iovec> parts;
    parts.reserve(lines.size());
    for (auto& line : lines) parts.push_back({line.data(), line.size()});
    sd_journal_sendv(parts.data(), static_cast<int>(parts.size()));
}

void to_stderr(std::string_view message) {
    // One write(2), so that lines of several threads do not mix.
    const auto line = fmt::format("apctld: {}\n", message);
    [[maybe_unused]] const auto written = ::write(STDERR_FILENO, line.data(), line.size());
}

} // namespace

void write(Level level, std::string_view message, std::initializer_list<Field> fields) {
    static const bool journal = stderr_is_the_journal();
    if (journal) to_journal(level, message, fields);
    else to_stderr(message);
}

} // namespace ap::log
