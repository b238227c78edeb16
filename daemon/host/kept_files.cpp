// SPDX-License-Identifier: LGPL-2.1-or-later
// Whatever is not a plain success of a kept file is left to the way that knows errors.
#include "host/kept_files.hpp"

#include <array>
#include <utility>

namespace ap::host {

std::optional<std::string> KeptFiles::read_kept(const std::string& path) {
    const auto kept = kept_.find(path);
    if (kept == kept_.end()) return std::nullopt;
    std::array<char, Directory::attribute_size> buffer;
    const auto got = ::pread(kept->second.get(), buffer.data(), buffer.size(), 0);
    if (got >= 0) return std::string(buffer.data(), static_cast<std::size_t>(got));
    kept_.erase(kept);
    return std::nullopt;
}

Result<std::optional<std::string>> KeptFiles::read(const std::string& path) {
    if (auto text = read_kept(path)) return text;
    if (kept_.size() < most)
        if (auto file = root_.open_to_read(path.c_str())) {
            kept_.emplace(path, std::move(file));
            if (auto text = read_kept(path)) return text;
        }
    return root_.read(path.c_str());
}

} // namespace ap::host
