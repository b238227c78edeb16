#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Includes point down: core <- ports <- engine; host and dbus stand on ports and core (dbus also on engine); main knows all of
them; the client knows core and the bus glue; what is loaded is for host and client; apsim knows none of our rooms.

Usage: includes_point_down.py TOP
"""
import os
import re
import sys

from rules import read, report, tree_files

ROOMS = {
    "core": {"core"},
    "loaded": {"loaded", "core"},
    "ports": {"ports", "core"},
    "engine": {"engine", "ports", "core"},
    "host": {"host", "loaded", "ports", "core"},
    "dbus": {"dbus", "engine", "ports", "core", "api"},
    "main": {"main", "dbus", "host", "engine", "ports", "core", "api"},
    "client": {"client", "loaded", "core", "api"},
    "apsim": {"apsim"},
}
# Libraries that belong to certain rooms. What is not listed here may be used by everybody.
OWNERS = {
    r"sdbus-c\+\+/": {"dbus", "main", "client"},
    r"systemd/": {"dbus", "main", "client"},
    r"libudev\.h": {"host", "main", "apsim"},
    r"libvirt/": {"loaded"},
    r"sqlite3\.h": {"host"},
    r"CLI/": {"main", "client", "apsim"},
}
# core is pure: no files, clock, threads or processes.
NOT_IN_CORE = re.compile(r"<(fstream|filesystem|thread|mutex|chrono|iostream|cstdlib|unistd\.h|fcntl\.h|sys/.*)>")
INCLUDE = re.compile(r'^\s*#\s*include\s+(["<])([^">]+)[">]', re.MULTILINE)


def room_of(name):
    """The room a file of the tree belongs to; None for what this rule does not govern (the tests of our own rooms)."""
    parts = name.split("/")
    if parts[0] == "daemon":
        return parts[1] if len(parts) > 2 else "main"
    if parts[0] in ("client", "api"):
        return parts[0]
    return "apsim" if name.startswith("tests/apsim/") else None


def target_room(name, included, files):
    """Where a quoted include leads: beside the file, or below an include directory. None: nowhere."""
    if re.fullmatch(r"\w+_(adaptor|proxy)\.h", included):
        return "api"
    for base in (os.path.dirname(name), "daemon", "client", "api", "tests", "tests/apsim"):
        path = os.path.normpath(os.path.join(base, included))
        if path in files:
            return room_of(path) or "tests"
    return None


def findings_in(name, text, files):
    room = room_of(name)
    for bracket, included in INCLUDE.findall(text):
        if bracket == '"':
            target = target_room(name, included, files)
            if target is None:
                yield "%s: \"%s\" leads nowhere" % (name, included)
            elif target not in ROOMS[room]:
                yield "%s: %s must not include %s (\"%s\")" % (name, room, target, included)
        else:
            for library, owners in OWNERS.items():
                if re.match(library, included) and room not in owners:
                    yield "%s: <%s> belongs to %s only" % (name, included, ", ".join(sorted(owners)))
            if room == "core" and NOT_IN_CORE.match("<%s>" % included):
                yield "%s: <%s>: core has no files, clock, threads or processes" % (name, included)


def main():
    top = sys.argv[1]
    files = set(tree_files(top))
    sources = [name for name in sorted(files) if name.endswith((".cpp", ".hpp")) and room_of(name) in ROOMS]
    assert sources, "no sources below " + top
    findings = [finding for name in sources for finding in findings_in(name, read(top, name), files)]
    report(findings, "includes point down: core <- ports <- engine, with host and dbus as skins and main on top")


main()
