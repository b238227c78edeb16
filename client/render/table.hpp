// SPDX-License-Identifier: LGPL-2.1-or-later
// Aligned columns. The last one may be wrapped at the width of the terminal; nothing is ever cut.
#pragma once

#include "render/look.hpp"

#include <string>
#include <vector>

namespace ap::cli {

struct TableCell {
    std::string text;
    Ink ink = Ink::plain;
    TableCell(std::string t, Ink i = Ink::plain) : text(std::move(t)), ink(i) {}
    TableCell(const char* t, Ink i = Ink::plain) : text(t), ink(i) {}
};

class Table {
  public:
    explicit Table(std::vector<std::string> headings) : headings_(std::move(headings)) {}
    void add(std::vector<TableCell> row) { rows_.push_back(std::move(row)); }
    [[nodiscard]] bool empty() const { return rows_.empty(); }
    /// Empty columns are shown all the same: a table has one shape.
    [[nodiscard]] std::string text(const Look& look) const;

  private:
    std::vector<std::string> headings_;
    std::vector<std::vector<TableCell>> rows_;
};

} // namespace ap::cli
