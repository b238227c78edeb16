#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# A client that is not ours: reads, plans, applies and listens by python3-dbus, as a script of a user would.
# Run inside a simulated host with adapters 3 and 4 and domain 0x2f, beside a daemon (tests/system/with_daemon).
import sys

import dbus
import dbus.mainloop.glib
from gi.repository import GLib

MANAGER = "org.apctl1.Manager"
PROPERTIES = "org.freedesktop.DBus.Properties"

dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
bus = dbus.SystemBus()
loop = GLib.MainLoop()


def at(path):
    return bus.get_object("org.apctl1", path, introspect=False)


manager = dbus.Interface(at("/org/apctl1"), MANAGER)
heard = []


def expect(what, condition):
    print(("ok: " if condition else "NOT OK: ") + what)
    if not condition:
        sys.exit(1)


def refused(name, call, *arguments):
    """The call is answered with this error, in lines that say something."""
    try:
        call(*arguments)
    except dbus.DBusException as error:
        print("   ", error.get_dbus_name(), "-", error.get_dbus_message()[:160])
        return error.get_dbus_name() == name and error.get_dbus_message() != ""
    return False


def carry_out(wishes, options=None):
    """Applies and runs the main loop until the job says that it has ended; state and error."""
    outcome = []

    def completed(state, error, message, path=None):
        outcome[:] = [(path, str(state), str(error), str(message))]
        loop.quit()

    match = bus.add_signal_receiver(completed, "Completed", "org.apctl1.Job", path_keyword="path")
    job = manager.Apply(dbus.Array(wishes, "(sa{ss})"), dbus.Dictionary(options or {}, "sv"))
    GLib.timeout_add_seconds(30, loop.quit)
    while not outcome:
        loop.run()
        if not outcome:
            sys.exit("the job did not end within 30 s")
    match.remove()
    assert outcome[0][0] == job
    return outcome[0][1:]


def wish(verb, **arguments):
    return dbus.Struct((verb, dbus.Dictionary({k.replace("_", "-"): v for k, v in arguments.items()}, "ss")), signature="sa{ss}")


def wishes(*several):
    return dbus.Array(several, "(sa{ss})")


NO_OPTIONS = dbus.Dictionary({}, "sv")
bus.add_signal_receiver(lambda generation, what: heard.append([str(w) for w in what]), "Changed", MANAGER)

# Reading
generation, host_bus, adapters, matrices, pools, drift, drains, guests = manager.GetHost()
expect("GetHost shows the bus and its adapters", bool(host_bus[0]) and {3, 4} <= {int(row[0]) for row in adapters})
expect("properties say the same", bool(at("/org/apctl1").Get(MANAGER, "BusPresent", dbus_interface=PROPERTIES)))
objects = dbus.Interface(at("/org/apctl1"), "org.freedesktop.DBus.ObjectManager").GetManagedObjects()
expect("the object manager lists an adapter", "org.apctl1.Adapter" in objects["/org/apctl1/adapter/03"])
rows = manager.ListQueues({"adapters": "3", "domains": "0x2f"})
expect("ListQueues filters", [str(row[0]) for row in rows] == ["03.002f"])
expect("ExplainQueue has sentences", len(manager.ExplainQueue("03.002f")[7]) > 0)
expect("nobody uses adapter 3 yet", len(manager.WhoUses("3")) == 0)

# Planning and doing
assign = wish("assign", matrix="web", adapters="3,4", domains="0x2f")
plan = manager.Plan(wishes(assign), NO_OPTIONS)
expect("Plan shows steps and changes nothing", len(plan[2]) > 0 and len(manager.GetHost()[3]) == 0)
state, error, message = carry_out([assign], {"digest": plan[1]})
expect("Apply does what Plan showed", state == "done" and not error)
matrices = manager.GetHost()[3]
expect("the matrix is there, with what was planned", [str(m[1]) for m in matrices] == ["web"] and str(matrices[0][10][0]) == "3-4")
expect("Changed named masks, queues and matrices", {"masks", "queues", "matrices"} <= {w for what in heard for w in what})
path = "/org/apctl1/matrix/" + str(matrices[0][0]).replace("-", "_")
xml = at(path).GetHostdevXml(dbus_interface="org.apctl1.Matrix")
expect("the matrix gives its hostdev element", str(matrices[0][0]) in xml)
expect("WhoUses names it", [str(user[1]) for user in manager.WhoUses("03.002f")] == ["web"])

# Refusals
expect("an overlap is refused by Plan, with the holder's name", refused(
    "org.apctl1.Error.Conflict", manager.Plan, wishes(wish("assign", matrix="db", adapters="3", domains="0x2f")), NO_OPTIONS))
expect("and by Apply", refused(
    "org.apctl1.Error.Conflict", manager.Apply, wishes(wish("assign", matrix="db", adapters="3", domains="0x2f")), NO_OPTIONS))
expect("an unknown matrix", refused("org.apctl1.Error.NotFound", manager.Plan, wishes(wish("start", matrix="nobody")), NO_OPTIONS))

# Bad input
megabyte = "x" * (1 << 20)
INVALID = "org.apctl1.Error.Invalid"
for text in ["", "3", "03.002f ", "03.002f\n", "\u00e9", "03.0100", "-1.-1", megabyte]:
    expect("ExplainQueue(%r)" % text[:12], refused(INVALID, manager.ExplainQueue, text))
for key, value in [("adapters", "256"), ("domains", "5-3"), ("queues", ""), ("owner", "me"), ("colour", "red"), ("adapters", megabyte)]:
    expect("ListQueues(%s: %r)" % (key, value[:12]), refused(INVALID, manager.ListQueues, {key: value}))
for verb, arguments in [("", {}), ("explode", {}), ("start", {}), ("start", {"matrix": ""}), ("reserve", {"queues": "03"}),
                        ("reserve", {"queues": megabyte}), ("assign", {"matrix": "../etc", "adapters": "3", "domains": "4"}),
                        ("start", {"matrix": "web", "colour": "red"})]:
    expect("Apply(%r, %s)" % (verb, sorted(arguments)), refused(INVALID, manager.Apply, wishes(wish(verb, **arguments)), NO_OPTIONS))
expect("an unknown option", refused(INVALID, manager.Apply, wishes(assign), dbus.Dictionary({"force": True}, "sv")))
expect("an option of the wrong type", refused(INVALID, manager.Apply, wishes(assign), dbus.Dictionary({"disrupt": "yes"}, "sv")))
expect("no wish at all is about what was wished before", carry_out([])[0] == "done")

expect("arguments of the wrong type", refused("org.freedesktop.DBus.Error.InvalidArgs", manager.ExplainQueue, dbus.UInt32(3)))
expect("a method that is not there", refused("org.freedesktop.DBus.Error.UnknownMethod", manager.Explode))
expect("a job that is not there", refused("org.freedesktop.DBus.Error.UnknownObject", dbus.Interface(at("/org/apctl1/job/4711"), "org.apctl1.Job").Cancel))

# And back
state, error, message = carry_out([wish("unassign", matrix="web")])
expect("unassign", state == "done")
expect("after all that the daemon is alive and the host as before", len(manager.GetHost()[3]) == 0)
# Events of that may still be on their way, and a reading that finds something is a snapshot with a number of its own: the two agree once the host is at rest.
expect("Rescan gives the generation", any(manager.Rescan() == manager.GetHost()[0] for _ in range(100)))
