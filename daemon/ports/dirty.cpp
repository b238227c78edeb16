// SPDX-License-Identifier: LGPL-2.1-or-later
// Merging of "what wants reading again".
#include "ports/ap_bus.hpp"

namespace ap {

bool Dirty::any() const {
    return everything || binding || configuration || matrix_list || silent || definitions || sources || !adapters.empty() || !matrices.empty();
}

Dirty& Dirty::operator|=(const Dirty& other) {
    everything |= other.everything;
    binding |= other.binding;
    configuration |= other.configuration;
    adapters |= other.adapters;
    matrix_list |= other.matrix_list;
    matrices.insert(other.matrices.begin(), other.matrices.end());
    silent |= other.silent;
    definitions |= other.definitions;
    sources |= other.sources;
    return *this;
}

} // namespace ap
