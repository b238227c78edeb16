// SPDX-License-Identifier: LGPL-2.1-or-later
// The real ports on a simulated host, and the question every test asks: does following events give what a
// full read gives?
#pragma once

#include "apsim_control.hpp"
#include "host/ap_bus_sysfs.hpp"
#include "host/matrix_devices_sysfs.hpp"
#include "host/uevents.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace ap::host::testing {

/// Names of the parts in which the two differ; empty when they are equal.
[[nodiscard]] std::vector<std::string> differences(const HostState& a, const HostState& b);

/// Starts every test on the untouched host, and leaves it so.
class ApsimScene : public ::testing::Test {
  protected:
    ApsimScene();
    ~ApsimScene() override;

    /// All that the events so far ask for.
    Dirty drain();
    /// Drains, refreshes by what was drained and `besides`, and compares with a full read.
    void follow(const Dirty& besides = {});
    void follow_silent();
    [[nodiscard]] HostState full_read() const;
    /// A write by somebody else: errno, or 0.
    static int foreign_write(const std::string& path, const std::string& text);

    ApsimControl control;
    std::unique_ptr<Uevents> events;
    ApBusSysfs bus;
    MatrixDevicesSysfs devices;
    HostState state;
};

} // namespace ap::host::testing
