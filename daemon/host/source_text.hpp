// SPDX-License-Identifier: LGPL-2.1-or-later
// What the files of others say about binding: the kernel's command line, chzdev's rule, driverctl's files.
// Text in, sources out; what is not understood is a source with a problem.
#pragma once

#include "core/source.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace ap::host {

/// ap.apmask=, ap.aqmask=, ap.domain=, and parameters that load vfio_ap or keep it from being loaded. Of each the
/// last one, as the kernel does.
[[nodiscard]] std::vector<Source> boot_sources(const std::string& file, std::string_view command_line);
/// A file of modprobe: the options of the module ap, which count for nothing where the bus is built into the kernel.
[[nodiscard]] std::vector<Source> module_sources(const std::string& file, std::string_view text, bool built_in);
/// A file of udev rules: which masks it writes, and whether it loads vfio_ap. `before` are the masks that it finds.
[[nodiscard]] std::vector<Source> rule_sources(const std::string& file, std::string_view text,
                                               const BootMasks& before);
/// A file "ap-03.002f" of driverctl; its content is the driver.
[[nodiscard]] Source override_source(const std::string& file, std::string_view name, std::string_view text);

} // namespace ap::host
