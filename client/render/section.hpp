// SPDX-License-Identifier: LGPL-2.1-or-later
// A heading on the left, its lines on the right, wrapped: the shape of previews, of status and of show.
#pragma once

#include "render/look.hpp"

#include <string>
#include <vector>

namespace ap::cli {

class Section {
  public:
    Section(std::string heading, const Look& look) : look_(look), heading_(std::move(heading)) {}
    void add(const std::string& text, Ink ink = Ink::plain);
    /// The lines so far; "" when nothing was added, so that an empty section leaves no heading.
    [[nodiscard]] const std::string& text() const { return out_; }

  private:
    const Look& look_;
    std::string heading_, out_;
};

/// A section of one line.
std::string fact(const std::string& heading, const std::string& text, const Look& look, Ink ink = Ink::plain);
/// A section of many lines of foreign text.
std::string facts(const std::string& heading, const std::vector<std::string>& lines, const Look& look,
                  Ink ink = Ink::plain);

} // namespace ap::cli
