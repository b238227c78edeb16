// SPDX-License-Identifier: LGPL-2.1-or-later
// Merging of "what wants reading again".
#include "ports/ap_bus.hpp"

namespace ap {

bool Dirty::any() const {
    return everything || binding || configuration || matrix_list || silent || definitions || sources || guests || !adapters.empty() || !matrices.empty();
}

Dirty Dirty::of_the_kernel() const {
    auto out = *this;
    out.definitions = out.sources = out.guests = false;
    return out;
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
    guests |= other.guests;
    return *this;
}

} // namespace ap
