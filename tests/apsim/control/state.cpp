// SPDX-License-Identifier: LGPL-2.1-or-later
// State, orders and records as JSON.
#include "control/state.hpp"

#include <fmt/format.h>

#include "control/errnos.hpp"
#include "model/binding.hpp"
#include "model/names.hpp"

namespace apsim {

namespace {

using nlohmann::json;

json ids(const Mask256& mask) {
    auto list = json::array();
    mask.for_each([&](unsigned id) { list.push_back(id); });
    return list;
}

json matrix_json(const Matrix& matrix) {
    return {{"adapters", ids(matrix.adapters)},
            {"domains", ids(matrix.domains)},
            {"control_domains", ids(matrix.control)}};
}

json mdev_json(const Mdev& mdev) {
    return {{"uuid", mdev.uuid},
            {"assigned", matrix_json(mdev.matrix)},
            {"effective", matrix_json(mdev.shadow)},
            {"group", mdev.group},
            {"leaving", mdev.leaving},
            {"guest", mdev.guest ? json(*mdev.guest) : json(nullptr)},
            {"pid", mdev.holder != 0 ? json(mdev.holder) : json(nullptr)}};
}

json card_json(unsigned adapter, const Card& card) {
    return {{"adapter", adapter},           {"type", fmt::format("CEX{}", card.type - 6)},
            {"mode", mode_name(card.mode)}, {"driver", driver_name(card.driver)},
            {"online", card.online},        {"config", card.config},
            {"chkstop", card.chkstop}};
}

json queues_of(const Machine& machine, Driver driver) {
    auto list = json::array();
    for (unsigned adapter = 0; adapter < 256; ++adapter)
        for (unsigned domain = 0; domain < 256; ++domain) {
            const auto& queue = machine.queue(adapter, domain);
            if (queue.life != 0 && queue.driver == driver) list.push_back(queue_name(adapter, domain));
        }
    return list;
}

std::string kind_name(Fault::Kind kind) {
    return kind == Fault::Kind::fail ? "fail" : kind == Fault::Kind::delay ? "delay" : "hold";
}

} // namespace

json state_json(const Machine& machine) {
    const auto count = count_bindings(machine);
    json state{{"kernel", machine.personality.name},
               {"apmask", machine.apmask.text()},
               {"aqmask", machine.aqmask.text()},
               {"adapters", ids(machine.seen.adapters)},
               {"domains", ids(machine.seen.domains)},
               {"control_domains", ids(machine.seen.control)},
               {"scans", machine.scans},
               {"bindings", {{"bound", count.bound}, {"total", count.total}}},
               {"cards", json::array()},
               {"mdevs", json::array()}};
    for (unsigned adapter = 0; adapter < 256; ++adapter)
        if (machine.card(adapter).life != 0)
            state["cards"].push_back(card_json(adapter, machine.card(adapter)));
    for (const auto& [life, mdev] : machine.mdevs) state["mdevs"].push_back(mdev_json(mdev));
    state["queues"] = {{"cex4queue", queues_of(machine, Driver::cex4queue)},
                       {"vfio_ap", queues_of(machine, Driver::vfio_ap)},
                       {"unbound", queues_of(machine, Driver::none)}};
    return state;
}

json fault_json(const Fault& fault) {
    json out{{"id", fault.id},   {"op", kind_name(fault.kind)}, {"path", fault.pattern},
             {"nth", fault.nth}, {"count", fault.count},        {"seen", fault.seen}};
    if (fault.kind == Fault::Kind::fail)
        out["errno"] = errno_name(fault.error);
    else
        out["after"] = fault.after;
    if (fault.kind == Fault::Kind::delay) out["ms"] = fault.milliseconds;
    return out;
}

json trace_json(const TraceEntry& entry) {
    json out{{"number", entry.number},  {"path", entry.path},      {"bytes", entry.bytes},
             {"pid", entry.writer.pid}, {"uid", entry.writer.uid}, {"returned", entry.error >= 0}};
    if (entry.error > 0) out["errno"] = errno_name(entry.error);
    return out;
}

} // namespace apsim
