// SPDX-License-Identifier: LGPL-2.1-or-later
// Terminal or not, how wide, and yes or no.
#include "console.hpp"

#include <cstdlib>
#include <iostream>
#include <sys/ioctl.h>
#include <unistd.h>

namespace ap::cli {
namespace {

unsigned width_of(int fd) {
    winsize size{};
    return ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

bool set(const char* variable) {
    const char* value = std::getenv(variable); // NOLINT(concurrency-mt-unsafe): one thread
    return value != nullptr && *value != '\0';
}

bool dumb_terminal() {
    const char* term = std::getenv("TERM"); // NOLINT(concurrency-mt-unsafe): one thread
    return term != nullptr && std::string_view(term) == "dumb";
}

} // namespace

bool Console::ask(std::string_view question) {
    end_progress();
    out << question << " [y/N] " << std::flush;
    std::string answer;
    std::getline(in, answer);
    // Without an echoed newline the next text would stand behind the question.
    if (!in) out << "\n";
    return answer == "y" || answer == "Y" || answer == "yes";
}

void Console::progress(std::string_view text) {
    if (!out_is_terminal) return;
    // Room for the "^C" that the terminal writes itself.
    const auto line = wrap(text, width > 4 ? width - 4 : 1).front();
    out << "\r\x1b[K" << line << std::flush;
    line_is_open_ = true;
}

void Console::end_progress() {
    if (line_is_open_) out << "\r\x1b[K" << std::flush;
    line_is_open_ = false;
}

Console real_console() {
    Console console(std::cout, std::cerr, std::cin);
    console.out_is_terminal = isatty(STDOUT_FILENO) != 0;
    console.in_is_terminal = isatty(STDIN_FILENO) != 0;
    if (console.out_is_terminal) console.width = width_of(STDOUT_FILENO);
    console.no_color = set("NO_COLOR") || dumb_terminal();
    return console;
}

} // namespace ap::cli
