// SPDX-License-Identifier: LGPL-2.1-or-later
#include "hook/taken.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <unistd.h>

namespace ap::hook {
namespace {

std::unexpected<Error> failed(const std::string& path, const char* what) {
    const int error = errno;
    return std::unexpected(Error{Fault::host_io, path, std::string(what) + ": " + std::strerror(error), "", error});
}

} // namespace

Result<std::vector<Uuid>> Taken::read() const {
    std::ifstream file(path_);
    if (!file && errno == ENOENT) return {};
    if (!file) return failed(path_, "cannot be read");
    std::vector<Uuid> matrices;
    for (std::string line; std::getline(file, line);)
        if (const auto uuid = parse_uuid(line)) matrices.push_back(*uuid); // a last line that was cut is of a job that did not begin
    return matrices;
}

Result<void> Taken::add(const Uuid& matrix) const {
    std::error_code error;
    std::filesystem::create_directories(directory_, error); // if not, the file cannot be written either
    std::ofstream file(path_, std::ios::app);
    if (!(file << to_string(matrix) << '\n' << std::flush)) return failed(path_, "cannot be written");
    return {};
}

void Taken::forget() const { ::unlink(path_.c_str()); }

} // namespace ap::hook
