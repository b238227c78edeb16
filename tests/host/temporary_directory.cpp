// SPDX-License-Identifier: LGPL-2.1-or-later
// Failures to set a test up end it by an exception: there is nothing to test then.
#include "temporary_directory.hpp"

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <system_error>

namespace ap::host::testing {

namespace fs = std::filesystem;

TemporaryDirectory::TemporaryDirectory() {
    auto name = (fs::temp_directory_path() / "apctl-test-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::system_error(errno, std::generic_category(), name);
    path_ = name;
}

TemporaryDirectory::~TemporaryDirectory() {
    std::error_code ignored; // a directory left behind in /tmp fails no test
    fs::remove_all(path_, ignored);
}

void TemporaryDirectory::write(std::string_view relative, std::string_view content) const {
    fs::create_directories((path_ / relative).parent_path());
    std::ofstream file(path_ / relative, std::ios::binary | std::ios::trunc);
    file.exceptions(std::ios::failbit | std::ios::badbit);
    file << content;
}

std::optional<std::string> TemporaryDirectory::read(std::string_view relative) const {
    std::ifstream file(path_ / relative, std::ios::binary);
    if (!file) return std::nullopt;
    std::ostringstream content;
    content << file.rdbuf();
    return content.str();
}

void TemporaryDirectory::mkdir(std::string_view relative) const { fs::create_directories(path_ / relative); }

void TemporaryDirectory::symlink(std::string_view relative, std::string_view target) const {
    fs::create_directories((path_ / relative).parent_path());
    fs::create_symlink(target, path_ / relative);
}

void TemporaryDirectory::remove(std::string_view relative) const { fs::remove_all(path_ / relative); }

} // namespace ap::host::testing
