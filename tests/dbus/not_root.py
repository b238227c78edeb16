#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# What somebody who is not root may do: read everything, change nothing. Run by setpriv beside a daemon; argument: a job's path.
import sys

import dbus

manager_object = dbus.SystemBus().get_object("org.apctl1", "/org/apctl1")
manager = dbus.Interface(manager_object, "org.apctl1.Manager")
job = dbus.Interface(dbus.SystemBus().get_object("org.apctl1", sys.argv[1]), "org.apctl1.Job")
WISHES = dbus.Array([dbus.Struct(("assign", dbus.Dictionary({"matrix": "mine", "adapters": "3", "domains": "4"}, "ss")), signature="sa{ss}")], "(sa{ss})")
NO_OPTIONS = dbus.Dictionary({}, "sv")


def denied(call, *arguments):
    try:
        call(*arguments)
    except dbus.DBusException as error:
        print("   ", error.get_dbus_message())
        return error.get_dbus_name() == "org.apctl1.Error.Denied"
    return False


failures = 0


def expect(what, condition):
    global failures
    print(("ok: " if condition else "NOT OK: ") + what)
    failures += not condition


expect("GetHost is open", len(manager.GetHost()) == 8)
expect("ListQueues is open", len(manager.ListQueues({"adapters": "3"})) > 0)
expect("ExplainQueue is open", manager.ExplainQueue("03.0004")[0] == "03.0004")
expect("WhoUses is open", manager.WhoUses("3") is not None)
expect("Plan is open", len(manager.Plan(WISHES, NO_OPTIONS)[2]) > 0)
expect("History is open", manager.History(10) is not None)
expect("properties are open", manager_object.Get("org.apctl1.Manager", "BusPresent", dbus_interface="org.freedesktop.DBus.Properties"))
expect("Apply is denied", denied(manager.Apply, WISHES, NO_OPTIONS))
expect("Rescan is denied", denied(manager.Rescan))
expect("Recover is denied", denied(manager.Recover, "accept"))
expect("Cancel is denied", denied(job.Cancel))
permissions = manager.GetPermissions()
expect("GetPermissions says so", len(permissions) == 6 and set(permissions.values()) == {"no"})
sys.exit(failures)
