// SPDX-License-Identifier: LGPL-2.1-or-later
// Text to values and back: ids, lists, queues, masks. The only place that knows the number rules of the manual.
#pragma once

#include "core/error.hpp"
#include "core/queue_set.hpp"

#include <string>
#include <string_view>

namespace ap {

/// Lists: items separated by commas, each a number or a range `3-5`; a bare number is decimal, `0x` is hex.
/// No blanks inside, no empty item, no range backwards, ids 0..255. At most 4096 bytes. Fault::invalid names the item and what was expected.
/// `card03` is accepted as an adapter (hex, as the kernel prints it).
Result<AdapterSet> parse_adapters(std::string_view list);
Result<DomainSet> parse_domains(std::string_view list);
/// A queue in the kernel's form, always hex: "03.002f"; also "3.2f".
Result<Apqn> parse_apqn(std::string_view text);
/// Comma separated queues; each part may be a range, hex as queues are: "03.002f,04.0030-0032,05-06.0004".
Result<QueueSet> parse_queues(std::string_view list);

/// The kernel's form: "0x" + 64 lower-case hex digits, leftmost bit = id 0. Never shorter, so never misread.
std::string to_mask(const AdapterSet& set);
std::string to_mask(const DomainSet& set);
/// Exactly what the kernel prints in apmask, ap_config etc. (optional trailing newline); Fault::invalid otherwise.
Result<AdapterSet> parse_adapter_mask(std::string_view text);
Result<DomainSet> parse_domain_mask(std::string_view text);

/// For people, both bases, ranges folded: "3-5, 47 (0x2f)"; "none".
std::string describe(const AdapterSet& set);
std::string describe(const DomainSet& set);
/// For lists that are parsed again: "3-5,47"; "" for the empty set.
std::string to_list(const AdapterSet& set);
std::string to_list(const DomainSet& set);
/// Folded rectangles: "03.002f", "03-04.002f-0031, 05.0004"; after `limit` parts "… and 120 more queues".
std::string describe(const QueueSet& set, unsigned limit = 8);

} // namespace ap
