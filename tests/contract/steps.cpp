// SPDX-License-Identifier: LGPL-2.1-or-later
// What the words of the rows do.
#include "steps.hpp"

#include <algorithm>
#include <cstring>

#include "text.hpp"

namespace contract {

namespace {

constexpr std::chrono::milliseconds a_moment{300}; ///< a write that takes longer is taken for blocked
constexpr std::chrono::seconds long_enough{30};

Difference expect_error(int expected, int actual) {
    if (expected == actual) return std::nullopt;
    return "expected " + errno_text(expected) + ", got " + errno_text(actual);
}

Difference expect_text(const std::string& expected, const std::expected<std::string, int>& actual) {
    if (!actual) return errno_text(actual.error());
    if (*actual == expected) return std::nullopt;
    return "expected " + quoted(expected) + ", got " + quoted(*actual);
}

Difference expect_list(const std::vector<std::string>& expected, const std::vector<std::string>& actual) {
    if (actual == expected) return std::nullopt;
    return "expected [" + joined(expected) + "], got [" + joined(actual) + "]";
}

unsigned long number_in(Scene& scene, const std::string& path) {
    return std::stoul(scene.host().read(path).value());
}

} // namespace

Step write(std::string name, std::string bytes, int error) {
    return {"write " + quoted(bytes) + " to " + name,
            [=](Scene& scene) { return expect_error(error, scene.host().write(path_of(name), bytes)); }};
}

Step shows(std::string name, std::string text) {
    return {name + " shows " + quoted(text),
            [=](Scene& scene) { return expect_text(text, scene.host().read(path_of(name))); }};
}

Step has_size(std::string name, std::size_t size) {
    return {name + " has " + std::to_string(size) + " bytes", [=](Scene& scene) -> Difference {
                const auto text = scene.host().read(path_of(name));
                if (!text) return errno_text(text.error());
                if (text->size() == size) return std::nullopt;
                return "got " + std::to_string(text->size()) + " bytes";
            }};
}

Step unreadable(std::string name, int error) {
    return {"reading " + name + " fails", [=](Scene& scene) {
                const auto text = scene.host().read(path_of(name));
                return expect_error(error, text ? 0 : text.error());
            }};
}

Step has_mode(std::string name, unsigned permissions) {
    return {"mode of " + name, [=](Scene& scene) -> Difference {
                const auto mode = scene.host().mode(path_of(name));
                if (!mode) return errno_text(mode.error());
                if ((*mode & 07777) == permissions) return std::nullopt;
                return "expected " + octal(permissions) + ", got " + octal(*mode & 07777);
            }};
}

Step absent(std::string name) {
    return {name + " is not there", [=](Scene& scene) {
                const auto mode = scene.host().mode(path_of(name));
                return expect_error(ENOENT, mode ? 0 : mode.error());
            }};
}

Step present(std::string name) {
    return {name + " is there", [=](Scene& scene) {
                const auto mode = scene.host().mode(path_of(name));
                return expect_error(0, mode ? 0 : mode.error());
            }};
}

Step links_to(std::string name, std::string target) {
    return {name + " links to " + target,
            [=](Scene& scene) { return expect_text(target, scene.host().readlink(path_of(name))); }};
}

Step lists(std::string directory, std::vector<std::string> names) {
    return {"names in " + directory, [=](Scene& scene) -> Difference {
                const auto listed = scene.host().list(path_of(directory));
                if (!listed) return errno_text(listed.error());
                return expect_list(names, *listed);
            }};
}

Step note(std::string name) {
    return {"note " + name, [=](Scene& scene) -> Difference {
                const auto text = scene.host().read(path_of(name));
                if (!text) return errno_text(text.error());
                scene.noted[name] = *text;
                return std::nullopt;
            }};
}

Step same(std::string name) {
    return {name + " is as it was", [=](Scene& scene) {
                return expect_text(scene.noted.at(name), scene.host().read(path_of(name)));
            }};
}

Step grown(std::string name) {
    return {name + " has grown", [=](Scene& scene) -> Difference {
                const auto before = std::stoul(scene.noted.at(name));
                const auto now = number_in(scene, path_of(name));
                if (now > before) return std::nullopt;
                return "was " + std::to_string(before) + ", is " + std::to_string(now);
            }};
}

Step on(std::string device, std::string driver) {
    return {device + " is on " + (driver.empty() ? "no driver" : driver), [=](Scene& scene) {
                return expect_text(driver, link_name(scene.host(), path_of(device + "/driver")));
            }};
}

Step unbound_or_on(std::string device, std::string driver) {
    return {device + " is on " + driver + " or on no driver", [=](Scene& scene) -> Difference {
                const auto now = link_name(scene.host(), path_of(device + "/driver"));
                if (now.empty() || now == driver) return std::nullopt;
                return "it is on " + now;
            }};
}

Step unbound(std::string device) { return on(std::move(device), ""); }

namespace {

/// With N for how often all queues had drivers so far, which depends on all that went before.
std::vector<std::string> uncounted(std::vector<std::string> events) {
    constexpr std::string_view count = "COMPLETECOUNT=";
    for (auto& event : events)
        if (const auto at = event.find(count); at != std::string::npos)
            event.replace(at + count.size(), std::string::npos, "N");
    return events;
}

} // namespace

Step events(std::vector<std::string> all) {
    return {"the uevents", [=](Scene& scene) { return expect_list(all, uncounted(scene.host().uevents())); }};
}

Step order(std::vector<std::string> some) {
    return {"uevents in this order: " + joined(some), [=](Scene& scene) -> Difference {
                const auto all = uncounted(scene.host().uevents());
                auto at = all.begin();
                for (const auto& one : some) {
                    at = std::find(at, all.end(), one);
                    if (at == all.end()) return "got [" + joined(all) + "]";
                }
                return std::nullopt;
            }};
}

Step event_among(std::string one) {
    return {"uevent " + one, [=](Scene& scene) -> Difference {
                const auto all = uncounted(scene.host().uevents());
                if (std::ranges::find(all, one) != all.end()) return std::nullopt;
                return "got [" + joined(all) + "]";
            }};
}

Step no_event_among(std::string start) {
    return {"no uevent " + start, [=](Scene& scene) -> Difference {
                const auto all = uncounted(scene.host().uevents());
                for (const auto& event : all)
                    if (event.starts_with(start)) return "got " + event;
                return std::nullopt;
            }};
}

Step forget_events() {
    return {"forget the uevents", [](Scene& scene) -> Difference {
                scene.host().uevents();
                return std::nullopt;
            }};
}

Step log_names(std::vector<std::string> texts) {
    return {"the kernel's log", [=](Scene& scene) -> Difference {
                const auto lines = joined(scene.host().messages());
                for (const auto& text : texts)
                    if (lines.find(text) == std::string::npos) return "no " + text + " in [" + lines + "]";
                return std::nullopt;
            }};
}

Step log_is_silent() {
    return {"the kernel's log is silent",
            [](Scene& scene) { return expect_list({}, scene.host().messages()); }};
}

namespace {

Difference expect_block(Scene& scene, Ticket ticket) {
    const auto ended = scene.host().outcome(ticket, a_moment);
    if (ended) return "it returned " + errno_text(*ended);
    scene.begun.push_back(ticket);
    return std::nullopt;
}

} // namespace

Step begin(std::string name, std::string bytes) {
    return {"writing " + quoted(bytes) + " to " + name + " blocks", [=](Scene& scene) {
                return expect_block(scene, scene.host().begin_write(path_of(name), bytes));
            }};
}

Step reading_blocks(std::string name) {
    return {"reading " + name + " blocks",
            [=](Scene& scene) { return expect_block(scene, scene.host().begin_read(path_of(name))); }};
}

Step still_blocked() {
    return {"it is still blocked", [](Scene& scene) -> Difference {
                const auto ended = scene.host().outcome(scene.begun.back(), a_moment);
                if (!ended) return std::nullopt;
                scene.begun.pop_back();
                return "it returned " + errno_text(*ended);
            }};
}

Step ended(int error) {
    return {"the blocked write ends", [=](Scene& scene) -> Difference {
                const auto actual = scene.host().outcome(scene.begun.front(), long_enough);
                if (!actual) return "it does not";
                scene.begun.erase(scene.begun.begin());
                return expect_error(error, *actual);
            }};
}

Step takes(std::string name, std::string bytes, int milliseconds) {
    return {"write " + quoted(bytes) + " to " + name + " takes " + std::to_string(milliseconds) + " ms",
            [=](Scene& scene) -> Difference {
                const auto start = scene.host().now();
                const auto ticket = scene.host().begin_write(path_of(name), bytes);
                const auto error = scene.host().outcome(ticket, long_enough);
                if (!error) {
                    scene.begun.push_back(ticket);
                    return "it does not return";
                }
                if (*error != 0) return "got " + errno_text(*error);
                const auto took = scene.host().now() - start;
                if (took.count() >= milliseconds) return std::nullopt;
                return "it took " + std::to_string(took.count()) + " ms";
            }};
}

Step machine(std::string topology) {
    return {"the machine becomes " + quoted(topology), [=](Scene& scene) -> Difference {
                scene.change_hardware(topology);
                return std::nullopt;
            }};
}

Step scan() {
    return {"scan", [](Scene& scene) -> Difference {
                scene.host().settle();
                return std::nullopt;
            }};
}

Step load(std::string module, int error) {
    return {"load " + module,
            [=](Scene& scene) { return expect_error(error, scene.host().module(module, true)); }};
}

Step unload(std::string module, int error) {
    return {"unload " + module,
            [=](Scene& scene) { return expect_error(error, scene.host().module(module, false)); }};
}

Step guest_opens(std::string uuid, int error) {
    return {"a guest opens " + uuid,
            [=](Scene& scene) { return expect_error(error, scene.open_guest(uuid)); }};
}

Step guest_closes(std::string uuid, int error) {
    return {"the guest lets go of " + uuid,
            [=](Scene& scene) { return expect_error(error, scene.close_guest(uuid)); }};
}

Step guest_is_killed(std::string uuid) {
    return {"the guest of " + uuid + " is killed",
            [=](Scene& scene) { return expect_error(0, scene.kill_guest(uuid)); }};
}

} // namespace contract
