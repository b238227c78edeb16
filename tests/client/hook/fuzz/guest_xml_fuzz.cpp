// SPDX-License-Identifier: LGPL-2.1-or-later
// For any text: the reader of guests ends, within its memory, and what it says fits together. libFuzzer's entry; replay.cpp calls it with the files of the corpus.
#include "core/guest_xml.hpp"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view xml(reinterpret_cast<const char*>(data), size);
    const auto guest = ap::read_guest_xml(xml);
    // A guest that is not looked at must have no matrix.
    if (guest && !guest->matrices.empty() && !ap::may_have_matrices(xml)) std::abort();
    if (!guest && guest.error().fault != ap::Fault::invalid) std::abort();
    // The reason is one line for libvirt's log.
    if (!guest && to_string(guest.error()).find('\n') != std::string::npos) std::abort();
    return 0;
}
