// SPDX-License-Identifier: LGPL-2.1-or-later
// Steps as sentences for a person.
#include "core/parse.hpp"
#include "core/plan.hpp"

#include <fmt/format.h>

namespace ap {
namespace {

template <class Id>
std::string counted(std::string_view noun, const IdSet<Id>& ids) {
    return fmt::format("{}{} {}", noun, ids.size() == 1 ? "" : "s", describe(ids));
}

void append(std::string& list, std::string_view item) {
    if (!list.empty()) list += ", ";
    list += item;
}

/// "clear domain 47 (0x2f), set domain 4"
template <class Id>
std::string change_of(std::string_view noun, std::string_view gain, std::string_view lose, const IdSet<Id>& before,
                      const IdSet<Id>& after) {
    std::string text;
    if (auto less = before - after; !less.empty()) append(text, fmt::format("{} {}", lose, counted(noun, less)));
    if (auto more = after - before; !more.empty()) append(text, fmt::format("{} {}", gain, counted(noun, more)));
    return text;
}

std::string changes_of(const Matrix& before, const Matrix& after) {
    std::string text;
    for (const auto& part : {change_of("adapter", "add", "remove", before.adapters, after.adapters),
                             change_of("domain", "add", "remove", before.domains, after.domains),
                             change_of("control domain", "add", "remove", before.control, after.control)})
        if (!part.empty()) append(text, part);
    return text;
}

std::string text_of(const SetApmask& s, const Wanted&) {
    return change_of("adapter", "set", "clear", s.before, s.after) + " in apmask";
}
std::string text_of(const SetAqmask& s, const Wanted&) {
    return change_of("domain", "set", "clear", s.before, s.after) + " in aqmask";
}
std::string text_of(const ProbeQueue& s, const Wanted&) {
    return fmt::format("bind {}, which has no driver", to_string(s.queue));
}
std::string text_of(const CreateMdev& s, const Wanted& names) {
    return fmt::format("create the mediated device of {}", display_name(names, s.uuid));
}
std::string text_of(const RemoveMdev& s, const Wanted& names) {
    return fmt::format("remove the mediated device of {}", display_name(names, s.uuid));
}

std::string text_of(const SetMatrix& s, const Wanted& names) {
    const auto name = display_name(names, s.uuid);
    if (s.before == s.after) return fmt::format("in {}: write the matrix back, so that the kernel filters it anew", name);
    if (s.after.empty()) return fmt::format("empty {}", name);
    return fmt::format("in {}: {}", name, changes_of(s.before, s.after));
}

std::string text_of(const EditMatrix& s, const Wanted& names) {
    std::string what;
    switch (s.what) {
    case EditMatrix::What::adapter: what = counted("adapter", AdapterSet{static_cast<Apid>(s.id)}); break;
    case EditMatrix::What::domain: what = counted("domain", DomainSet{static_cast<Apqi>(s.id)}); break;
    case EditMatrix::What::control: what = counted("control domain", DomainSet{static_cast<Apqi>(s.id)}); break;
    }
    return fmt::format("in {}: {} {}", display_name(names, s.uuid), s.assign ? "add" : "remove", what);
}

std::string text_of(const SetDefinition& s, const Wanted& names) {
    if (!s.after) {
        const bool named = s.before && !s.before->name.empty();
        return fmt::format("forget the definition of {}", named ? s.before->name : to_string(s.uuid));
    }
    const auto name = s.after->name.empty() ? display_name(names, s.uuid) : s.after->name;
    if (!s.before) return fmt::format("record the definition of {}", name);
    if (s.before->matrix == s.after->matrix && s.before->active != s.after->active)
        return fmt::format("record that {} is to be {}", name, s.after->active ? "active" : "stopped");
    return fmt::format("record the new definition of {}", name);
}

std::string text_of(const SetPools& s, const Wanted&) {
    std::string text;
    const auto part = [&](std::string_view what, const QueueSet& queues) {
        if (!queues.empty()) append(text, fmt::format("{} {}", what, describe(queues)));
    };
    part("reserve", s.reserved_after - s.reserved_before);
    part("no longer reserve", s.reserved_before - s.reserved_after);
    part("keep for the host", s.keep_after - s.keep_before);
    part("no longer keep for the host", s.keep_before - s.keep_after);
    return "record: " + text;
}

/// "bind 03.0004 to vfio_ap by its driver_override"; the same words for one queue and for many.
std::string text_of(const QueueBinding& before, const QueueBinding& after, const QueueSet& queues) {
    const auto n = queues.size();
    const auto which = n == 1 ? describe(queues) : fmt::format("{} queues ({})", n, describe(queues, 4));
    const auto its = n == 1 ? "its" : "their";
    const auto marker = after.driver_override.empty() ? fmt::format("clear {} driver_override", its)
                                                      : fmt::format("set {} driver_override to {}", its, after.driver_override);
    if (before.driver == after.driver) return fmt::format("leave {} bound, {}", which, marker);
    const auto how = before.driver_override == after.driver_override ? fmt::format("{} driver_override stays", its) : marker;
    if (after.driver == Driver::none) return fmt::format("unbind {}: {}", which, how);
    return fmt::format("bind {} to {}: {}", which, after.driver == Driver::guest ? "vfio_ap" : "the host's driver", how);
}

std::string text_of(const RebindQueue& s, const Wanted&) { return text_of(s.before, s.after, QueueSet::rectangle({s.queue.adapter}, {s.queue.domain})); }

std::string text_of(const SetBindChoice& s, const Wanted&) {
    if (s.before == s.after && s.used_after) return fmt::format("record: bound by {}; what is chosen stays {}", to_string(*s.used_after), to_string(s.after));
    if (s.after == BindChoice::automatic) return "record: bind by overrides where the kernel has them and no mask is in use, else by masks";
    return fmt::format("record: bind by {}", to_string(s.after));
}

std::string text_of(const SetDrain& s, const Wanted&) {
    const auto adapter = counted("adapter", AdapterSet{s.adapter});
    if (s.before && s.after) return fmt::format("record what {} comes back to", adapter);
    return fmt::format("record: {} is {}", adapter, s.after ? "drained" : "drained no longer");
}

} // namespace

std::string to_string(HostLoss::Kind kind) {
    switch (kind) {
    case HostLoss::Kind::accelerator: return "accelerator";
    case HostLoss::Kind::cca: return "cca";
    case HostLoss::Kind::ep11: return "ep11";
    case HostLoss::Kind::default_domain: return "default_domain";
    }
    return "unknown";
}

std::string describe(const HostLoss& loss) {
    const auto queues = [&](std::string_view which, std::string_view after) {
        return fmt::format("its {} queue{}{}: {}", which, loss.queues.size() == 1 ? "" : "s", after, describe(loss.queues, 4));
    };
    switch (loss.kind) {
    case HostLoss::Kind::accelerator: return queues("last online accelerator", "");
    case HostLoss::Kind::cca: return queues("last online CCA", "");
    case HostLoss::Kind::ep11: return queues("last online EP11", "");
    case HostLoss::Kind::default_domain: break;
    }
    return queues("last", " of the default domain");
}

Wanted names_in(const Plan& plan) {
    Wanted names;
    names.definitions = plan.wanted.definitions;
    for (const auto& step : plan.steps)
        if (const auto* s = std::get_if<SetDefinition>(&step); s != nullptr && s->before) names.definitions.try_emplace(s->uuid, *s->before);
    return names;
}

std::string describe(const Step& step, const Wanted& names) {
    return std::visit([&](const auto& one) { return text_of(one, names); }, step);
}

std::vector<std::string> describe_in_short(const std::vector<Step>& steps, const Wanted& names) {
    std::vector<std::string> out;
    for (auto at = steps.begin(); at != steps.end();) {
        const auto* first = std::get_if<RebindQueue>(&*at);
        if (first == nullptr) {
            out.push_back(describe(*at++, names));
            continue;
        }
        QueueSet queues;
        for (; at != steps.end(); ++at) {
            const auto* next = std::get_if<RebindQueue>(&*at);
            if (next == nullptr || next->before != first->before || next->after != first->after) break;
            queues.insert(next->queue);
        }
        out.push_back(text_of(first->before, first->after, queues));
    }
    return out;
}

} // namespace ap
