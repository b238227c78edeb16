// SPDX-License-Identifier: LGPL-2.1-or-later
// Readers of ids, lists and queues.
#include "core/parse.hpp"

#include "core/quote.hpp"

#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <utility>

namespace ap {
namespace {

constexpr std::size_t longest_list = 4096;
constexpr std::size_t longest_number = 6; ///< "0x00ff"; more digits are a slip, not a number

std::unexpected<Error> refuse(std::string subject, std::string reason) {
    return std::unexpected(Error{.fault = Fault::invalid, .subject = std::move(subject), .reason = std::move(reason)});
}

/// All of `text` as an unsigned number, at most 0xffffff; nullopt for anything else, also for "" and signs.
std::optional<unsigned> number(std::string_view text, int base) {
    unsigned value = 0;
    if (text.empty() || text.size() > longest_number) return std::nullopt;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

/// The piece before the next `separator`; `rest` keeps what follows it, nullopt after the last piece.
std::string_view next_piece(std::optional<std::string_view>& rest, char separator) {
    const auto text = *rest;
    const auto at = text.find(separator);
    rest = at == std::string_view::npos ? std::nullopt : std::optional(text.substr(at + 1));
    return text.substr(0, at);
}

struct Range { unsigned first, last; };

/// `3` or `3-5`, the numbers read by `read`; nullopt when a number cannot be read.
template <class Read>
std::optional<Range> range(std::string_view text, Read read) {
    const auto dash = text.find('-');
    const auto first = read(text.substr(0, dash));
    const auto last = dash == std::string_view::npos ? first : read(text.substr(dash + 1));
    if (!first || !last) return std::nullopt;
    return Range{*first, *last};
}

/// What is wrong with a range of ids that could be read; "" when nothing is.
std::string complaint(Range r) {
    if (r.first > 255 || r.last > 255) return "is out of range; ids are 0 to 255 (0xff)";
    if (r.first > r.last) return "is a range backwards; expected the smaller id first";
    return {};
}

template <class Id>
void insert(IdSet<Id>& set, Range r) {
    for (unsigned i = r.first; i <= r.last; ++i) set.insert(static_cast<Id>(i));
}

/// What kind of thing a list holds, for messages, and the prefix under which the kernel prints it in hex.
template <class Id> struct Kind;
template <> struct Kind<Apid> {
    static constexpr std::string_view list = "adapters", kernel_prefix = "card";
};
template <> struct Kind<Apqi> {
    static constexpr std::string_view list = "domains", kernel_prefix = "";
};

template <class Id>
std::optional<unsigned> id_number(std::string_view text) {
    constexpr auto prefix = Kind<Id>::kernel_prefix;
    if (!prefix.empty() && text.starts_with(prefix)) return number(text.substr(prefix.size()), 16);
    if (text.starts_with("0x") || text.starts_with("0X")) return number(text.substr(2), 16);
    return number(text, 10);
}

/// Would the item be right if its numbers were hex? Then the way out is to say so.
bool lacks_0x(std::string_view item) {
    const auto as_hex = range(item, [](std::string_view t) { return number(t, 16); });
    return as_hex && complaint(*as_hex).empty();
}

template <class Id>
Result<Range> list_item(std::string_view item) {
    const auto refused = [item](std::string_view what) {
        return refuse(std::string(Kind<Id>::list), fmt::format("{} {}", quote(item), what));
    };
    if (item.empty())
        return refuse(std::string(Kind<Id>::list), "an item is empty; expected numbers or ranges like 3,5-7,0x2f");
    const auto r = range(item, id_number<Id>);
    if (!r && lacks_0x(item)) return refused("is not decimal; write hex numbers with 0x");
    if (!r) return refused("is not a number or a range; expected for example 3, 0x2f or 5-7");
    if (auto wrong = complaint(*r); !wrong.empty()) return refused(wrong);
    return *r;
}

std::unexpected<Error> too_long(std::string_view what, std::size_t length) {
    return refuse(std::string(what), fmt::format("the list has {} bytes; expected at most {}", length, longest_list));
}

template <class Id>
Result<IdSet<Id>> id_list(std::string_view list) {
    if (list.size() > longest_list) return too_long(Kind<Id>::list, list.size());
    IdSet<Id> out;
    for (std::optional rest = list; rest;) {
        const auto r = list_item<Id>(next_piece(rest, ','));
        if (!r) return std::unexpected(r.error());
        insert(out, *r);
    }
    return out;
}

/// A half of a queue name: hex, without 0x, at most as many digits as the kernel prints.
std::optional<unsigned> queue_half(std::string_view text, std::size_t digits) {
    return text.size() <= digits ? number(text, 16) : std::nullopt;
}

struct QueueRange { Range adapters, domains; };

std::optional<QueueRange> queue_range(std::string_view part) {
    const auto dot = part.find('.');
    if (dot == std::string_view::npos) return std::nullopt;
    const auto adapters = range(part.substr(0, dot), [](std::string_view t) { return queue_half(t, 2); });
    const auto domains = range(part.substr(dot + 1), [](std::string_view t) { return queue_half(t, 4); });
    if (!adapters || !domains) return std::nullopt;
    return QueueRange{*adapters, *domains};
}

} // namespace

Result<AdapterSet> parse_adapters(std::string_view list) { return id_list<Apid>(list); }
Result<DomainSet> parse_domains(std::string_view list) { return id_list<Apqi>(list); }

Result<Apqn> parse_apqn(std::string_view text) {
    const auto refused = [text](std::string_view what) { return refuse("queue", fmt::format("{} {}", quote(text), what)); };
    const auto q = queue_range(text);
    if (!q || text.find('-') != std::string_view::npos)
        return refused("is not a queue; expected ADAPTER.DOMAIN in hex, for example 03.002f");
    if (q->adapters.first > 255 || q->domains.first > 255) return refused("is out of range; ids are 00.0000 to ff.00ff");
    return Apqn{static_cast<Apid>(q->adapters.first), static_cast<Apqi>(q->domains.first)};
}

Result<QueueSet> parse_queues(std::string_view list) {
    if (list.size() > longest_list) return too_long("queues", list.size());
    QueueSet out;
    for (std::optional rest = list; rest;) {
        const auto part = next_piece(rest, ',');
        const auto refused = [part](std::string_view what) { return refuse("queues", fmt::format("{} {}", quote(part), what)); };
        const auto q = queue_range(part);
        if (!q) return refused("is not a queue; expected ADAPTER.DOMAIN in hex, for example 03.002f or 04.0030-0032");
        for (auto r : {q->adapters, q->domains})
            if (auto wrong = complaint(r); !wrong.empty()) return refused(wrong);
        AdapterSet adapters;
        DomainSet domains;
        insert(adapters, q->adapters);
        insert(domains, q->domains);
        out.insert(adapters, domains);
    }
    return out;
}

} // namespace ap
