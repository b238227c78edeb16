// SPDX-License-Identifier: LGPL-2.1-or-later
// An engine that has started on two adapters, before anything was wished.
#pragma once

#include "engine/rig.hpp"

#include <gtest/gtest.h>

namespace ap::engine {

struct StartedRig : testing::Test {
    Rig rig{two_adapters()};
    World found; ///< as the engine found it

    void SetUp() override {
        rig.start();
        found = rig.world();
        rig.gate.reset();
    }
};

} // namespace ap::engine
