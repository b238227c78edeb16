// SPDX-License-Identifier: LGPL-2.1-or-later
// The operations of the control socket.
#include "control/requests.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "control/errnos.hpp"
#include "control/json_request.hpp"
#include "control/state.hpp"
#include "host_file.hpp"
#include "model/mdev.hpp"
#include "model/modules.hpp"
#include "model/names.hpp"
#include "model/scan.hpp"
#include "model/topology_text.hpp"

namespace apsim {

namespace {

using nlohmann::json;
using Answer = std::function<void(const std::string&)>;

/// Bytes of a write need not be UTF-8; what is not becomes the replacement character.
std::string dump(const json& value) { return value.dump(-1, ' ', false, json::error_handler_t::replace); }

json ok() { return {{"ok", true}}; }

constexpr std::uint32_t at_most = 1'000'000;

unsigned adapter_of(JsonRequest& request) { return static_cast<unsigned>(request.number("adapter", 255)); }

template <class T>
T value_of(std::expected<T, std::string> parsed) {
    if (!parsed) throw BadRequest{parsed.error()};
    return *parsed;
}

/// A change of the hardware, and the scan that finds it unless the request says not to scan.
void change_hardware(RunningHost& host, bool scan, const std::function<void(Machine&)>& change,
                     const Answer& answer) {
    host.alter(change);
    host.change([scan](Machine& machine) { return scan ? run_scan(machine) : Outcome(); },
                [answer](int) { answer(dump(ok())); });
}

void plug(RunningHost& host, JsonRequest& request, const Answer& answer) {
    const auto id = adapter_of(request);
    Adapter adapter;
    adapter.type = value_of(parse_type(request.text("type", "CEX8")));
    adapter.mode = value_of(parse_mode(request.text("mode", "cca")));
    adapter.serial = request.text("serial", default_serial(id));
    if (request.has("missing_domains"))
        adapter.domains = ~value_of(parse_ids(request.text("missing_domains")));
    const bool scan = request.flag("scan", true);
    request.done();
    if (id > host.look([](const Machine& m, const Tree&) { return m.hardware.max_adapter; }))
        throw BadRequest{fmt::format("adapter {} is above the machine's maximum", id)};
    change_hardware(
        host, scan, [=](Machine& m) { m.hardware.adapters[id] = adapter; }, answer);
}

/// Adapters that must be there for the request to make sense.
unsigned present_adapter(RunningHost& host, JsonRequest& request) {
    const auto id = adapter_of(request);
    if (!host.look([&](const Machine& m, const Tree&) { return m.hardware.adapters[id].has_value(); }))
        throw BadRequest{fmt::format("the machine has no adapter {}", id)};
    return id;
}

void unplug(RunningHost& host, JsonRequest& request, const Answer& answer) {
    const auto id = present_adapter(host, request);
    const bool scan = request.flag("scan", true);
    request.done();
    change_hardware(
        host, scan, [=](Machine& m) { m.hardware.adapters[id].reset(); }, answer);
}

void change_domain(RunningHost& host, JsonRequest& request, const Answer& answer, bool add) {
    const auto id = static_cast<unsigned>(request.number("domain", 255));
    const bool usage = request.flag("usage", true);
    const bool control = request.flag("control", true);
    const bool scan = request.flag("scan", true);
    request.done();
    if (id > host.look([](const Machine& m, const Tree&) { return m.hardware.max_domain; }))
        throw BadRequest{fmt::format("domain {} is above the machine's maximum", id)};
    const auto set = [id, add](Mask256& mask) { add ? mask.set(id) : mask.clear(id); };
    change_hardware(
        host, scan,
        [=](Machine& m) {
            if (usage) set(m.hardware.domains);
            if (control) set(m.hardware.control);
        },
        answer);
}

void checkstop(RunningHost& host, JsonRequest& request, const Answer& answer) {
    const auto id = present_adapter(host, request);
    const bool on = request.flag("on", true);
    const bool scan = request.flag("scan", true);
    request.done();
    change_hardware(
        host, scan,
        [=](Machine& m) {
            auto& state = m.hardware.adapters[id]->state;
            if (on)
                state = response::checkstopped;
            else if (state == response::checkstopped)
                state = response::normal;
        },
        answer);
}

void config(RunningHost& host, JsonRequest& request, const Answer& answer) {
    const auto id = present_adapter(host, request);
    const bool on = request.flag("on", true);
    const bool scan = request.flag("scan", true);
    request.done();
    change_hardware(
        host, scan, [=](Machine& m) { configure(*m.hardware.adapters[id], on); }, answer);
}

/// Programs of the host that ask a queue something and get no answer.
void set_requests(RunningHost& host, JsonRequest& request, const Answer& answer) {
    const auto name = request.text("queue");
    const auto waiting = static_cast<unsigned>(request.number("requestq", at_most, 0));
    const auto worked_on = static_cast<unsigned>(request.number("pendingq", at_most, 0));
    request.done();
    const auto queue = parse_queue_name(name);
    if (!queue) throw BadRequest{"\"queue\" must be a name such as 03.002f"};
    host.change(
        [=](Machine& m) {
            auto& there = m.queue(queue->adapter, queue->domain);
            if (there.driver != Driver::cex4queue) return refused(ENODEV);
            there.requestq = waiting;
            there.pendingq = worked_on;
            return Outcome();
        },
        [=](int error) {
            answer(error == 0 ? dump(ok()) : error_reply(fmt::format("the host has no queue {}", name)));
        });
}

std::string guest_error(int error, const std::string& uuid) {
    switch (error) {
    case ENOENT: return fmt::format("there is no mdev {}", uuid);
    case ENODEV: return fmt::format("mdev {} is being removed or has no driver", uuid);
    case EBUSY: return fmt::format("mdev {} is open already", uuid);
    case EINVAL: return fmt::format("mdev {} is not open", uuid);
    default: return errno_name(error);
    }
}

void open_guest(RunningHost& host, JsonRequest& request, const Answer& answer) {
    const auto uuid = request.text("uuid");
    const auto guest = request.text("guest", "guest");
    request.done();
    host.change([uuid, guest](Machine& m) { return guest_open(m, uuid, guest); },
                [answer, uuid](int error) {
                    answer(error == 0 ? dump(ok()) : error_reply(guest_error(error, uuid)));
                });
}

void close_guest(RunningHost& host, JsonRequest& request, const Answer& answer) {
    const auto uuid = request.text("uuid");
    request.done();
    host.change([uuid](Machine& m) { return guest_close(m, uuid); },
                [answer, uuid](int error) {
                    if (error == 0)
                        answer(dump(ok()));
                    else if (error == EBUSY)
                        answer(error_reply(
                            fmt::format("mdev {} is open in a process, which alone can close it", uuid)));
                    else
                        answer(error_reply(guest_error(error, uuid)));
                });
}

Fault fault_of(JsonRequest& request, Fault::Kind kind) {
    Fault fault;
    fault.kind = kind;
    fault.pattern = request.text("path");
    if (!fault.pattern.starts_with("/sys/")) throw BadRequest{"\"path\" must start with /sys/"};
    fault.nth = static_cast<std::uint32_t>(request.number("nth", at_most, 1));
    fault.count = static_cast<std::uint32_t>(request.number("count", at_most, 1));
    if (fault.nth == 0) throw BadRequest{"\"nth\" counts from 1"};
    return fault;
}

void add_fault(RunningHost& host, JsonRequest& request, const Answer& answer, Fault fault) {
    request.done();
    auto reply = ok();
    reply["id"] = host.add_fault(std::move(fault));
    answer(dump(reply));
}

void fail(RunningHost& host, JsonRequest& request, const Answer& answer) {
    auto fault = fault_of(request, Fault::Kind::fail);
    const auto name = request.text("errno");
    const auto error = errno_number(name);
    if (!error) throw BadRequest{"\"errno\" must be a name such as EBUSY"};
    fault.error = *error;
    add_fault(host, request, answer, std::move(fault));
}

void delay(RunningHost& host, JsonRequest& request, const Answer& answer) {
    auto fault = fault_of(request, Fault::Kind::delay);
    fault.milliseconds = static_cast<std::uint32_t>(request.number("ms", 3'600'000));
    fault.after = request.flag("after", false);
    add_fault(host, request, answer, std::move(fault));
}

void hold(RunningHost& host, JsonRequest& request, const Answer& answer) {
    auto fault = fault_of(request, Fault::Kind::hold);
    fault.after = request.flag("after", false);
    add_fault(host, request, answer, std::move(fault));
}

void release(RunningHost& host, JsonRequest& request, const Answer& answer) {
    const auto pattern = request.text("path", "");
    request.done();
    auto reply = ok();
    reply["released"] = host.release(pattern);
    answer(dump(reply));
}

void list_faults(RunningHost& host, JsonRequest& request, const Answer& answer) {
    request.done();
    auto reply = ok();
    reply["faults"] = json::array();
    for (const auto& fault : host.faults()) reply["faults"].push_back(fault_json(fault));
    reply["held"] = host.held();
    answer(dump(reply));
}

void clear_faults(RunningHost& host, JsonRequest& request, const Answer& answer) {
    const bool one = request.has("id");
    const auto id = static_cast<std::uint32_t>(request.number("id", UINT32_MAX, 0));
    request.done();
    if (one && !host.remove_fault(id)) throw BadRequest{fmt::format("there is no order {}", id)};
    if (!one) host.clear_faults();
    answer(dump(ok()));
}

/// The hardware as a topology text describes it; the kernel is told and scans at once.
void topology(RunningHost& host, JsonRequest& request, const Answer& answer) {
    const auto text = request.text("text", "");
    const bool scan = request.flag("scan", true);
    request.done();
    const auto hardware = value_of(parse_topology(text));
    change_hardware(
        host, scan, [=](Machine& m) { m.hardware = hardware; }, answer);
}

/// Loads or unloads a module; a refusal names the errno.
void module(RunningHost& host, JsonRequest& request, const Answer& answer) {
    const auto name = request.text("name");
    const auto action = request.text("action");
    request.done();
    if (name != "vfio_ap" && name != "zcrypt_cex4")
        throw BadRequest{"\"name\" must be vfio_ap or zcrypt_cex4"};
    if (action != "load" && action != "unload") throw BadRequest{"\"action\" must be load or unload"};
    host.change([=](Machine& m) { return action == "load" ? load_module(m, name) : unload_module(m, name); },
                [=](int error) {
                    if (error == 0) return answer(dump(ok()));
                    answer(
                        dump({{"ok", false},
                              {"errno", errno_name(error)},
                              {"error", fmt::format("cannot {} {}: {}", action, name, errno_name(error))}}));
                });
}

/// The bus's own scans every config_time seconds.
void timer(RunningHost& host, JsonRequest& request, const Answer& answer) {
    const bool on = request.flag("on", true);
    request.done();
    host.set_timer(on);
    answer(dump(ok()));
}

void trace(RunningHost& host, JsonRequest& request, const Answer& answer) {
    const auto since = request.number("since", UINT64_MAX, 0);
    const bool clear = request.flag("clear", false);
    request.done();
    auto reply = ok();
    reply["writes"] = json::array();
    for (const auto& entry : host.trace(since)) reply["writes"].push_back(trace_json(entry));
    if (clear) host.clear_trace();
    answer(dump(reply));
}

void log(RunningHost& host, JsonRequest& request, const Answer& answer) {
    request.done();
    auto reply = ok();
    reply["messages"] = host.messages();
    answer(dump(reply));
}

void scan(RunningHost& host, JsonRequest& request, const Answer& answer) {
    request.done();
    change_hardware(
        host, true, [](Machine&) {}, answer);
}

void state(RunningHost& host, JsonRequest& request, const Answer& answer) {
    request.done();
    auto reply = ok();
    reply["state"] = host.look([](const Machine& machine, const Tree&) { return state_json(machine); });
    answer(dump(reply));
}

void add_domain(RunningHost& h, JsonRequest& r, const Answer& a) { change_domain(h, r, a, true); }
void remove_domain(RunningHost& h, JsonRequest& r, const Answer& a) { change_domain(h, r, a, false); }

struct Operation {
    RequestForm form;
    void (*run)(RunningHost&, JsonRequest&, const Answer&);
};

constexpr Operation operations[] = {
    {{"plug", "adapter type? mode? serial? missing_domains? scan?"}, plug},
    {{"unplug", "adapter scan?"}, unplug},
    {{"add-domain", "domain usage? control? scan?"}, add_domain},
    {{"remove-domain", "domain usage? control? scan?"}, remove_domain},
    {{"checkstop", "adapter on? scan?"}, checkstop},
    {{"config", "adapter on? scan?"}, config},
    {{"topology", "text? scan?"}, topology},
    {{"requests", "queue requestq? pendingq?"}, set_requests},
    {{"scan", ""}, scan},
    {{"timer", "on?"}, timer},
    {{"module", "name action"}, module},
    {{"guest-open", "uuid guest?"}, open_guest},
    {{"guest-close", "uuid"}, close_guest},
    {{"fail", "path errno nth? count?"}, fail},
    {{"delay", "path ms nth? count? after?"}, delay},
    {{"hold", "path nth? count? after?"}, hold},
    {{"release", "path?"}, release},
    {{"faults", ""}, list_faults},
    {{"clear-faults", "id?"}, clear_faults},
    {{"trace", "since? clear?"}, trace},
    {{"log", ""}, log},
    {{"state", ""}, state},
};

} // namespace

std::string request_help() {
    std::string text;
    for (const auto& [form, run] : operations) text += fmt::format("  {:15}{}\n", form.name, form.fields);
    return text;
}

std::string error_reply(std::string_view why) { return dump({{"ok", false}, {"error", why}}); }

void handle_request(RunningHost& host, std::string_view line,
                    std::function<void(const std::string&)> answer) {
    try {
        JsonRequest request(line);
        const auto name = request.text("op");
        const auto operation = std::ranges::find(operations, name, [](const auto& o) { return o.form.name; });
        if (operation == std::end(operations)) throw BadRequest{"unknown op " + dump(name.substr(0, 40))};
        request.declare(operation->form.fields);
        operation->run(host, request, answer);
    } catch (const BadRequest& bad) {
        answer(error_reply(bad.why));
    }
}

} // namespace apsim
