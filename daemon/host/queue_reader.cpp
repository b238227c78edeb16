// SPDX-License-Identifier: LGPL-2.1-or-later
// There can be 65,536 queues. Listing costs one system call for about a thousand of them; an attribute costs
// three each.
#include "host/queue_reader.hpp"

#include "host/device_names.hpp"

#include <array>
#include <charconv>
#include <cstring>

namespace ap::host {
namespace {

Result<QueueSet> members(const Directory& root, const char* driver) {
    QueueSet queues;
    auto listed = root.list(driver, [&](std::string_view name) {
        if (auto queue = queue_of(name)) queues.insert(*queue);
    });
    if (!listed) return std::unexpected(std::move(listed.error()));
    return queues;
}

/// Calls fn(queue, text) with attribute `file` of every queue of `which`; text is empty when it is not there.
template <class Fn>
Result<void> for_each_attribute(const Directory& root, const QueueSet& which, const char* file, Fn&& fn) {
    for (Apid adapter : which.adapters()) {
        auto card = root.at(card_path(adapter)); // held, so that each lookup is two names rather than six
        for (Apqi domain : which.row(adapter)) {
            Apqn queue{adapter, domain};
            auto path = to_string(queue) + "/" + file;
            std::array<char, 128> buffer;
            auto got = card.read(path.c_str(), std::span<char>(buffer));
            if (got < 0 && !means_not_there(static_cast<int>(-got)))
                return std::unexpected(
                    io_error(Fault::host_io, card.full(path), "cannot be read", static_cast<int>(-got)));
            fn(queue, std::string_view(buffer.data(), got > 0 ? static_cast<std::size_t>(got) : 0));
        }
    }
    return {};
}

/// The same for a few, which are likely to be looked at again.
template <class Fn>
Result<void> for_a_few(const Directory& root, KeptFiles& files, const QueueSet& which, const char* file, Fn&& fn) {
    if (which.size() > KeptFiles::most / 4) return for_each_attribute(root, which, file, fn);
    for (Apid adapter : which.adapters())
        for (Apqi domain : which.row(adapter)) {
            Apqn queue{adapter, domain};
            auto text = files.read(queue_path(queue) + "/" + file);
            if (!text) return std::unexpected(std::move(text.error()));
            fn(queue, std::string_view(text->value_or("")));
        }
    return {};
}

void put(QueueSet& set, Apqn queue, bool in) { in ? set.insert(queue) : set.erase(queue); }

constexpr const char* request_counters[] = {"requestq_count", "pendingq_count"};

std::uint64_t number_in(std::string_view text) {
    std::uint64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

/// Most hosts have a few requests at a time, and a thousand queues. A card's load is 0 when zcrypt has given none of its queues a request that is not answered
/// (zcrypt_pick_queue and zcrypt_drop_queue, zcrypt_api.c). Without its driver a card has no such file, and its queues are asked.
Result<QueueSet> queues_of_busy_cards(KeptFiles& files, const QueueSet& which) {
    QueueSet busy;
    for (Apid adapter : which.adapters()) {
        auto load = files.read(card_path(adapter) + "/load");
        if (!load) return std::unexpected(std::move(load.error()));
        if (!*load || number_in(**load) != 0) busy.set_row(adapter, which.row(adapter));
    }
    return busy;
}

/// For queues that are deconfigured or checkstopped the state machine stands still.
Result<QueueSet> without_ill_ones(const Directory& root, const QueueSet& queues) {
    auto out = queues;
    const auto drop = [&](char ill) {
        return [&out, ill](Apqn queue, std::string_view text) {
            if (text.empty() || text.starts_with(ill)) out.erase(queue);
        };
    };
    if (auto r = for_each_attribute(root, queues, "config", drop('0')); !r)
        return std::unexpected(std::move(r.error()));
    if (auto r = for_each_attribute(root, queues, "chkstop", drop('1')); !r)
        return std::unexpected(std::move(r.error()));
    return out;
}

} // namespace

Result<Devices> list_devices(const Directory& root) {
    Devices devices;
    auto listed = root.list("sys/bus/ap/devices", [&](std::string_view name) {
        if (auto queue = queue_of(name))
            devices.queues.insert(*queue);
        else if (auto card = card_of(name))
            devices.cards.insert(*card);
    });
    if (!listed) return std::unexpected(std::move(listed.error()));
    return devices;
}

Result<DomainSet> list_queues(const Directory& root, Apid adapter) {
    DomainSet domains;
    auto listed = root.list(card_path(adapter).c_str(), [&](std::string_view name) {
        if (auto queue = queue_of(name); queue && queue->adapter == adapter) domains.insert(queue->domain);
    });
    if (!listed) return std::unexpected(std::move(listed.error()));
    return domains;
}

Result<void> read_drivers(const Directory& root, HostState& host) {
    auto zcrypt = members(root, "sys/bus/ap/drivers/cex4queue");
    if (!zcrypt) return std::unexpected(std::move(zcrypt.error()));
    auto vfio = members(root, "sys/bus/ap/drivers/vfio_ap");
    if (!vfio) return std::unexpected(std::move(vfio.error()));
    host.host = *zcrypt & host.present;
    // A queue that moved between the two listings is in both; it was seen in vfio_ap's later.
    host.guest = *vfio & host.present;
    host.host -= host.guest;
    return {};
}

Result<void> read_online(const Directory& root, const QueueSet& which, QueueSet& offline) {
    return for_each_attribute(root, which, "online", [&](Apqn queue, std::string_view text) {
        put(offline, queue, text.starts_with('0'));
    });
}

Result<void> read_overrides(const Directory& root, const QueueSet& which, HostState& host) {
    // An unset override is an empty line here, not "(null)" as on other buses.
    return for_each_attribute(root, which, "driver_override", [&](Apqn queue, std::string_view text) {
        set_override(host, queue, std::string(without_newline(text)));
    });
}

std::optional<bool> have_override(const Directory& root, const QueueSet& present) {
    auto queue = present.first();
    if (!queue) return std::nullopt;
    if (root.has((queue_path(*queue) + "/driver_override").c_str())) return true;
    return root.has(queue_path(*queue).c_str()) ? std::optional(false) : std::nullopt; // gone since it was listed
}

Result<std::map<Apqn, std::uint64_t>> read_requests(const Directory& root, KeptFiles& files, const QueueSet& which) {
    std::map<Apqn, std::uint64_t> requests;
    const auto busy = queues_of_busy_cards(files, which);
    if (!busy) return std::unexpected(busy.error());
    for (const char* file : request_counters) {
        auto read = for_each_attribute(root, *busy, file, [&](Apqn queue, std::string_view text) {
            if (const auto number = number_in(text); number != 0) requests[queue] += number;
        });
        if (!read) return std::unexpected(std::move(read.error()));
    }
    return requests;
}

/// What a queue of vfio_ap shows in `reset` is what it showed when it left the host's driver, be it
/// "Reset in progress." for ever: vfio_ap does not use the bus's state machine (kernel-abi 5.1; seen on
/// 6.12). `interrupt` asks the hardware. The reset with which the host's driver lets go switches
/// interruptions off, and only a guest switches them on again.
Result<QueueSet> read_resets(const Directory& root, KeptFiles& files, const QueueSet& with_host, const QueueSet& with_vfio_ap) {
    QueueSet out;
    const auto put_in = [&](const char* beginning) {
        return [&out, beginning](Apqn queue, std::string_view text) {
            if (text.starts_with(beginning)) out.insert(queue);
        };
    };
    if (auto r = for_a_few(root, files, with_host, "reset", put_in("Reset in progress")); !r)
        return std::unexpected(std::move(r.error()));
    if (auto r = for_a_few(root, files, with_vfio_ap, "interrupt", put_in("Interrupts enabled")); !r)
        return std::unexpected(std::move(r.error()));
    return without_ill_ones(root, out);
}

} // namespace ap::host
