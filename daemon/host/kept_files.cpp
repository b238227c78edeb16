// SPDX-License-Identifier: LGPL-2.1-or-later
// Whatever is not a plain success of a kept file is left to the way that knows errors.
#include "host/kept_files.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace ap::host {

std::optional<std::string> KeptFiles::read_kept(const std::string& path) {
    const auto kept = kept_.find(path);
    if (kept == kept_.end()) return std::nullopt;
    std::array<char, Directory::attribute_size> buffer;
    kept->second.read_at = ++reads_;
    const auto got = ::pread(kept->second.file.get(), buffer.data(), buffer.size(), 0);
    if (got >= 0) return std::string(buffer.data(), static_cast<std::size_t>(got));
    kept_.erase(kept);
    return std::nullopt;
}

Result<std::optional<std::string>> KeptFiles::read(const std::string& path) {
    if (auto text = read_kept(path)) return text;
    if (auto file = root_.open_to_read(path.c_str())) {
        make_room();
        kept_.emplace(path, Kept{std::move(file), reads_});
        if (auto text = read_kept(path)) return text;
    }
    return root_.read(path.c_str());
}

void KeptFiles::make_room() {
    if (kept_.size() < most) return;
    kept_.erase(std::ranges::min_element(kept_, {}, [](const auto& entry) { return entry.second.read_at; }));
}

} // namespace ap::host
