// SPDX-License-Identifier: LGPL-2.1-or-later
// Written by hand, so that what is shown does not depend on planner or explainer.
#include "canned.hpp"

#include "core/parse.hpp"

namespace ap::fakes {
namespace {

using namespace cli;

AdapterSet adapters(const char* list) { return parse_adapters(list).value(); }
DomainSet domains(const char* list) { return parse_domains(list).value(); }
QueueSet queues(const char* list) { return parse_queues(list).value(); }

Matrix matrix(const char* adapter_list, const char* domain_list) {
    return {adapters(adapter_list), domains(domain_list), domains(domain_list)};
}

void add_adapter(HostView& view, unsigned id, Mode mode, const DomainSet& row) {
    const auto apid = static_cast<Apid>(id);
    const char* letter = mode == Mode::accelerator ? "A" : mode == Mode::cca ? "C" : "P";
    view.types[apid] = std::string("CEX8") + letter;
    view.host.adapters[apid] = {.hwtype = 14,
                                .raw_hwtype = 14,
                                .mode = mode,
                                .online = true,
                                .configured = true,
                                .checkstopped = false,
                                .serial =
                                    mode == Mode::accelerator ? "" : "93AABC" + std::to_string(10 + id)};
    view.host.present.set_row(apid, row);
    view.host.host.set_row(apid, row);
}

HostView hardware(unsigned number, const char* domain_list) {
    HostView view;
    view.generation = 17;
    view.host.bus_present = view.host.vfio_ap_present = view.host.has_ap_config = true;
    view.host.host_domains = view.host.host_control = domains(domain_list);
    view.host.default_domain = *view.host.host_domains.begin();
    constexpr Mode modes[] = {Mode::accelerator, Mode::cca, Mode::ep11};
    for (unsigned i = 0; i < number; ++i) {
        view.host.host_adapters.insert(static_cast<Apid>(i));
        add_adapter(view, i, modes[i * 3 / number], view.host.host_domains);
    }
    return view;
}

void move_to_guests(HostView& view, const QueueSet& moved) {
    view.host.guest |= moved & view.host.present;
    view.host.host -= moved;
}

void add_matrix(HostView& view, unsigned id, const char* name, const Matrix& assigned,
                const Matrix& effective, const char* holder) {
    const auto uuid = uuid_of(id);
    view.host.matrices[uuid] = {
        .assigned = assigned, .effective = effective, .in_use = *holder != '\0', .holder = holder};
    view.wanted.definitions[uuid] = {.name = name, .matrix = assigned, .autostart = true, .active = true};
    move_to_guests(view, assigned.queues());
}

} // namespace

Uuid uuid_of(unsigned last_byte) {
    Uuid out{};
    out.bytes[0] = 0x6b;
    out.bytes[6] = 0x40;
    out.bytes[8] = 0x80;
    out.bytes[15] = static_cast<std::uint8_t>(last_byte);
    return out;
}

HostView fresh_host() { return hardware(16, "4-7,32-47"); }

HostView mixed_host() {
    auto view = fresh_host();
    add_matrix(view, 1, "web", matrix("3,4", "47"), matrix("3,4", "47"), "web1");
    // 06.002d does not exist, so the guest of db would not see adapter 6.
    add_matrix(view, 2, "db", matrix("5-7", "45,46"), matrix("5,7", "45,46"), "");
    move_to_guests(view, queues("00-0f.002d-002f"));
    view.host.present -= queues("06.002d");
    view.host.guest -= queues("06.002d");
    view.host.aqmask -= domains("45-47");
    view.host.offline = queues("00.0004-0007");
    view.host.host -= queues("0a.0020");
    view.host.adapters[Apid{14}].configured = false;
    view.host.adapters[Apid{15}].checkstopped = true;
    view.host.adapters[Apid{15}].online = false;
    view.wanted.keep = queues("08.0004");
    view.wanted.reserved = queues("03.002e");
    view.wanted.definitions[uuid_of(3)] = {
        .name = "test", .matrix = matrix("12", "0x20-0x23"), .autostart = false, .active = false};
    view.guests.guests = {{.name = "db1", .uuid = uuid_of(0x21), .state = "shut off", .autostart = true, .next_matrix = uuid_of(2)},
                          {.name = "lost", .uuid = uuid_of(0x22), .state = "shut off", .next_matrix = uuid_of(0x33)},
                          {.name = "web1", .uuid = uuid_of(0x23), .state = "running", .running = true, .matrix = uuid_of(1), .next_matrix = uuid_of(3)}};
    view.drift = {{"unbound", "0a.0020", "0a.0020 has no driver"},
                  {"matrix_differs", "db", "db is assigned other queues than defined"}};
    return view;
}

HostView drained_host() {
    auto view = mixed_host();
    view.drift.clear();
    view.guests = {.guests = {}, .trouble = "Failed to connect socket to '/var/run/libvirt/libvirt-sock-ro': No such file or directory"};
    auto& web = view.host.matrices.at(uuid_of(1));
    web.assigned = web.effective = view.wanted.definitions.at(uuid_of(1)).matrix = matrix("3", "47");
    view.host.adapters.erase(Apid{9});
    view.types.erase(Apid{9});
    view.host.host_adapters.erase(Apid{9});
    for (auto* queues : {&view.host.present, &view.host.host, &view.host.guest}) queues->set_row(Apid{9}, {});
    view.wanted.drains[Apid{4}] = {{{uuid_of(1), {"web", domains("47")}}, {uuid_of(9), {"old", domains("4-5"), false}}}, domains("46")};
    view.wanted.drains[Apid{9}] = {};
    return view;
}

HostView wide_host() {
    auto view = hardware(20, "0-84");
    add_matrix(view, 1, "web", matrix("3,4", "0x2f"), matrix("3,4", "0x2f"), "web1");
    add_matrix(view, 2, "db", matrix("5-7", "0x10-0x13"), matrix("5-7", "0x10-0x13"), "");
    add_matrix(view, 3, "batch", matrix("12-15", "0x30,0x31"), matrix("12-15", "0x30,0x31"), "batch");
    return view;
}

HostView striped_host() {
    auto view = hardware(6, "0-84");
    for (unsigned d = 0; d < 85; d += 2)
        move_to_guests(view, QueueSet::rectangle(AdapterSet::all(), {static_cast<Apqi>(d)}));
    return view;
}

HostView no_host() {
    HostView view;
    view.generation = 1;
    return view;
}

PlanView assign_plan() {
    PlanView plan;
    plan.generation = 17;
    plan.digest = "0123456789abcdef";
    plan.steps = {"clear domain 47 (0x2f) in aqmask", "create matrix web",
                  "assign adapters 3-4 and domain 47 (0x2f) to web", "record web"};
    plan.owners = {{"host", to_string(uuid_of(1)), queues("03-04.002f"), false},
                   {"host", "pool", queues("00-02.002f,05-0f.002f"), true}};
    plan.matrices = {{.uuid = uuid_of(1),
                      .name = "web",
                      .active_before = false,
                      .active_after = true,
                      .in_use = false,
                      .before = {},
                      .after = matrix("3,4", "47"),
                      .effective_before = {},
                      .effective_after = matrix("3,4", "47"),
                      .gained = queues("03-04.002f"),
                      .lost = {},
                      .filtered = {}}};
    plan.apmask = AdapterSet::all();
    plan.aqmask = DomainSet::all() - domains("47");
    plan.collateral = 14;
    return plan;
}

namespace {

/// Adapter 4 leaves web, which a guest uses.
PlanView adapter_taken_from_web() {
    PlanView plan;
    plan.generation = 17;
    plan.owners = {{to_string(uuid_of(1)), "pool", queues("04.002f"), false}};
    plan.matrices = {{.uuid = uuid_of(1),
                      .name = "web",
                      .active_before = true,
                      .active_after = true,
                      .in_use = true,
                      .before = matrix("3,4", "47"),
                      .after = matrix("3", "47"),
                      .effective_before = matrix("3,4", "47"),
                      .effective_after = matrix("3", "47"),
                      .gained = {},
                      .lost = queues("04.002f"),
                      .filtered = {}}};
    plan.disrupts = true;
    return plan;
}

} // namespace

PlanView assign_plan_of_app() {
    auto plan = assign_plan();
    plan.matrices.front().name = "app";
    return plan;
}

PlanView growing_plan() {
    auto plan = adapter_taken_from_web();
    plan.disrupts = false;
    plan.steps = {"assign domain 46 (0x2e) to web"};
    plan.owners = {{"pool", to_string(uuid_of(1)), queues("03-04.002e"), false}};
    auto& web = plan.matrices.front();
    web.after = web.effective_after = matrix("3,4", "46,47");
    web.gained = queues("03-04.002e");
    web.lost = {};
    plan.apmask = mixed_host().host.apmask;
    plan.aqmask = mixed_host().host.aqmask;
    return plan;
}

PlanView drain_plan() {
    auto plan = adapter_taken_from_web();
    plan.digest = "00112233aabbccdd";
    plan.steps = {"in web: remove adapter 4", "record the new definition of web", "record: adapter 4 is drained"};
    plan.notes = {"web, in use by web1, keeps 1 adapter, 1 queue: accelerator 3"};
    plan.apmask = mixed_host().host.apmask;
    plan.aqmask = mixed_host().host.aqmask;
    return plan;
}

PlanView disrupting_plan() {
    auto plan = adapter_taken_from_web();
    plan.digest = "fedcba9876543210";
    plan.steps = {"take adapter 4 from web", "record web"};
    plan.matrices.front().after = matrix("3,9", "47");
    plan.matrices.front().filtered = {{Apid{9}, queues("09.002f")}};
    plan.notes = {"09.002f does not exist: the guest of web will not see adapter 9"};
    plan.apmask = AdapterSet::all();
    plan.aqmask = DomainSet::all() - domains("45-47");
    return plan;
}

PlanView start_plan() {
    PlanView plan;
    plan.generation = 17;
    plan.steps = {"create matrix test"};
    const auto test = matrix("12", "0x20-0x23");
    plan.matrices = {{.uuid = uuid_of(3),
                      .name = "test",
                      .active_before = false,
                      .active_after = true,
                      .in_use = false,
                      .before = test,
                      .after = test,
                      .effective_before = {},
                      .effective_after = {{}, test.domains, test.control},
                      .gained = {},
                      .lost = {},
                      .filtered = {{Apid{12}, queues("0c.0021")}}}};
    return plan;
}

PlanView big_plan() {
    PlanView plan;
    plan.digest = "00000000deadbeef";
    plan.steps.assign(2, "clear many bits");
    plan.owners = {{"host", "pool",
                    queues("00-0f.0004-0007,00-0f.0020-0028,02.002a,04.002b,06.002c,08.002d,0a.002e"), false},
                   {"host", "pool", queues("00-01.002f,03.002f,05.002f,07.002f,09.002f,0b-0f.002f"), true}};
    plan.apmask = AdapterSet::all() - adapters("0-15");
    plan.aqmask = DomainSet::all() - domains("4-7,32-47");
    plan.collateral = 11;
    plan.exact = false;
    plan.bound = 9;
    plan.host_losses = {{HostLoss::Kind::cca, queues("05-0a.0004-0007")}, {HostLoss::Kind::default_domain, queues("00-0f.0004")}};
    plan.duration = {1600, 49'000};
    return plan;
}

PlanView already_so_plan() {
    PlanView plan;
    plan.apmask = mixed_host().host.apmask;
    plan.aqmask = mixed_host().host.aqmask;
    return plan;
}

SourcesView others_beside() {
    SourcesView others;
    others.sources = {
        {"boot", "/proc/cmdline", 0, "adapter 5 is clear in apmask at boot", "differs", "adapter 5 set now", "silent",
         "superseded by /etc/udev/rules.d/41-ap.rules line 7", "", ""},
        {"chzdev", "/etc/udev/rules.d/41-ap.rules", 7, "adapters 3, 16 (0x10) are clear in apmask at boot", "differs", "adapter 16 (0x10) set now", "differs",
         "after a boot the host has 04.002f, wanted for guests here", "write it anew: chzdev -t ap -p apmask=0-2,4-255 aqmask=0-46,48-255", ""},
        {"chzdev", "/etc/udev/rules.d/41-ap.rules", 9, "-", "silent", "", "silent", "", "remove the file",
         "\"ATTR{aqmask}=0x00\" is no rule of udev"},
        {"driverctl", "/etc/driverctl.d/ap-05.0004", 1, "driver_override of 05.0004 is \"vfio_ap\" whenever the queue appears", "agrees", "", "agrees", "", "", ""},
    };
    return others;
}

JobView job_in(std::string state) {
    JobView job{.id = 17,
                .description = "assign web",
                .state = std::move(state),
                .done = 2,
                .total = 4,
                .waiting_for = {},
                .uid = 0,
                .steps = assign_plan().steps,
                .error_name = {},
                .message = {}};
    if (job.state == "waiting") job.waiting_for = "reset of 03.002f in progress, 12 s";
    return job;
}

namespace {

constexpr std::int64_t morning = 1'700'000'000; // 2023-11-14 22:13:20 in UTC

std::vector<HistoryEntryView> some_past() {
    HistoryEntryView done{{17, morning, morning + 2, 0, 4711, "session-2.scope", "done", "assign web", ""},
                          {{"assign", {{"adapters", "3,4"}, {"domains", "0x2f"}, {"matrix", "web"}}}},
                          assign_plan().steps,
                          {}};
    HistoryEntryView failed{{16, morning - 90, morning - 89, 1000, 0, "", "failed", "stop db",
                             "the daemon ended while it was on its way; undone at the next start"},
                            {{"stop", {{"matrix", "db"}}}},
                            {"empty db", "remove the mediated device of db"},
                            {"apctld: the daemon ended while it was on its way; undone at the next start"}};
    return {done, failed};
}

OpenJobView a_job_left_open() {
    return {17, true, "assign web", morning, 0, {"aqmask: reads 0x7f instead of 0xff"}, {"set domain 47 (0x2f) in aqmask"}, true, {}};
}

} // namespace

FakeProxy talkative() {
    FakeProxy daemon;
    daemon.view = mixed_host();
    daemon.job_list = {job_in("done"), job_in("waiting")};
    daemon.job_list[1].id = 18;
    daemon.past = some_past();
    daemon.left_open = a_job_left_open();
    daemon.explanation = {.queue = {Apid{3}, Apqi{0x2f}},
                          .owner = "matrix",
                          .uuid = to_string(uuid_of(1)),
                          .matrix = "web",
                          .condition = "in_use",
                          .keep = false,
                          .reserved = false,
                          .sentences = {"03.002f is in use by guest web1 through matrix web.",
                                        "To take it: apctl unassign web --domains 0x2f --disrupt"}};
    daemon.explanations[{Apid{6}, Apqi{0x2d}}] = {.queue = {Apid{6}, Apqi{0x2d}},
                                                  .owner = "matrix",
                                                  .uuid = to_string(uuid_of(2)),
                                                  .matrix = "db",
                                                  .condition = "missing",
                                                  .keep = false,
                                                  .reserved = false,
                                                  .sentences = {"06.002d is in matrix db, but this host has no such queue.",
                                                                "The domain 45 (0x2d) is not a usage domain of this host."}};
    daemon.explanations[{Apid{12}, Apqi{0x21}}] = {.queue = {Apid{12}, Apqi{0x21}},
                                                   .owner = "host",
                                                   .uuid = {},
                                                   .matrix = {},
                                                   .condition = "host",
                                                   .keep = false,
                                                   .reserved = false,
                                                   .sentences = {"0c.0021 belongs to the host.", "The definition of matrix test has it; it is stopped."}};
    daemon.users = {{uuid_of(1), "web", true, true, "web1", queues("03.002f"), queues("03.002f")},
                    {uuid_of(3), "test", false, false, "", queues("03.0020-0023"), {}}};
    daemon.plans = {assign_plan()};
    daemon.news = {
        {Woken::news, job_in("running")}, {Woken::news, job_in("waiting")}, {Woken::news, job_in("done")}};
    daemon.events = {Changed{18, {"masks", "queues"}},
                     DriftChanged{daemon.view.drift},
                     DriftChanged{{}},
                     JobChanged{job_in("waiting")},
                     CheckpointChanged{17, "begun", "assign web"},
                     CheckpointChanged{17, "overdue", "web: is in use by web1 and would lose 03.002f"},
                     CheckpointChanged{17, "taken back", "assign web"},
                     ServiceGone{},
                     ServiceBack{}};
    return daemon;
}

} // namespace ap::fakes
