// SPDX-License-Identifier: LGPL-2.1-or-later
// How help looks: what is special about a verb first, what all verbs share last.
#pragma once

#include <CLI/CLI.hpp>

namespace ap::cli {

class Help final : public CLI::Formatter {
  public:
    Help() { column_width(26); }
    std::string make_usage(const CLI::App* app, std::string name) const override;
    std::string make_help(const CLI::App* app, std::string name, CLI::AppFormatMode mode) const override;
    std::string make_subcommand(const CLI::App* verb) const override;
    std::string make_option_name(const CLI::Option* option, bool is_positional) const override;
    std::string make_option_opts(const CLI::Option* option) const override;
};

} // namespace ap::cli
