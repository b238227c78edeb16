#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""House rules about the tree, one a run: what lies where, what every file starts with, what may not be in it.

Usage: tree.py TOP RULE
"""
import os
import re
import sys

from rules import read, report, tree_files

TOP_LEVEL = {"meson.build", "meson_options.txt", "api", "daemon", "client", "udev-rules", "systemd", "tests", "man", "README.md", "LICENSE",
             "CONTRIBUTING.md", "NEWS.md", ".ci", ".clang-format", ".gitignore"}
LONGEST_FILE = 500
# Data whose format has no comments, or that is compared byte by byte, and texts with a license of their own.
NO_SPDX = re.compile(r"(^LICENSE|/COPYING|\.md|\.txt|\.json|\.golden|^\.clang-format|^\.gitignore|/testdata/.*|/fixtures/.*|/golden/.*)$")
# C that is compiled into QEMU or made after its example.
PART_OF_QEMU = re.compile(r"^tests/testbed/(qemu|tools)/.*\.(c|h|inc)$")
CODE = re.compile(r"\.(cpp|hpp|c|h|py|sh|build)$")
# Where documents may point to. Anything else in the tree would be a machine's own registry or mirror.
PUBLIC_HOSTS = {"www.freedesktop.org", "www.gnu.org", "www.kernel.org", "docs.kernel.org", "libvirt.org"}
COMMON_PLACES = {"/", "/dev", "/etc", "/mnt", "/opt", "/proc", "/run", "/srv", "/sys", "/tmp", "/usr", "/usr/src", "/var", "/var/tmp"}
# Written in pieces, so that this file keeps the rules it checks.
UNFINISHED = re.compile(r"\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "XX" + "X"]) + r")\b")
SLEEP = re.compile(r"\b(" + "|".join(part + "sleep" for part in ["u", "nano", r"time\."]) + r"|sleep_(?:for|until))\b|^\s*sleep\s+[\d$]", re.MULTILINE)


def is_script(top, name):
    with open(os.path.join(top, name), "rb") as source:
        return source.read(2) == b"#!"


def is_code(top, name):
    return bool(CODE.search(name)) or is_script(top, name)


def top_level(top, files):
    there = {name.split("/")[0] for name in files}
    return ["%s does not belong at the top" % name for name in sorted(there - TOP_LEVEL)] + \
        ["%s is missing at the top" % name for name in sorted(TOP_LEVEL - there)]


def license_of(name):
    return "GPL-2.0-or-later" if PART_OF_QEMU.search(name) else "LGPL-2.1-or-later"


def spdx(top, files):
    for name in files:
        line = "SPDX-License-Identifier: " + license_of(name)
        if not NO_SPDX.search(name) and line not in "\n".join(read(top, name).splitlines()[:3]):
            yield "%s has no line \"%s\" at its start" % (name, line)


def test_folders(top, files):
    folders = {name.split("/")[1] for name in files if name.startswith("tests/") and name.count("/") > 1}
    return ["tests/%s has no meson.build: its tests never run" % folder for folder in sorted(folders)
            if "tests/%s/meson.build" % folder not in files]


def short_files(top, files):
    for name in files:
        if is_code(top, name):
            lines = read(top, name).count("\n")
            if lines > LONGEST_FILE:
                yield "%s has %d lines; %d are the most one idea takes" % (name, lines, LONGEST_FILE)


def machine_paths(top, files):
    # Where this checkout lies, unless that is a place of every machine (/etc, /run, ...), which the tree may well name.
    here = os.path.dirname(os.path.realpath(top))
    own_paths = re.compile(r"(?<![\w.$}])(/ro" + "ot/|/ho" + "me/" + ("|" + re.escape(here) + "/" if here not in COMMON_PLACES else "") + ")")
    for name in files:
        for number, line in enumerate(read(top, name).splitlines(), 1):
            if own_paths.search(line):
                yield "%s:%d: a path of one machine: %s" % (name, number, line.strip())
            for host in re.findall(r"https?://([^/\s\"'<>)]+)", line):
                if host not in PUBLIC_HOSTS:
                    yield "%s:%d: a host that not everybody can reach: %s" % (name, number, host)


def finished(top, files):
    for name in files:
        if is_code(top, name):
            for number, line in enumerate(read(top, name).splitlines(), 1):
                if UNFINISHED.search(line):
                    yield "%s:%d: %s" % (name, number, line.strip())


def no_sleep(top, files):
    return [name + " sleeps instead of waiting for an event" for name in files
            if name.startswith("tests/") and is_code(top, name) and SLEEP.search(read(top, name))]


def executable_scripts(top, files):
    for name in files:
        runs, script = os.access(os.path.join(top, name), os.X_OK), is_script(top, name)
        if runs != script:
            yield name + (" can be executed but does not say by what" if runs else " starts with #! but cannot be executed")


RULES = {
    "top-level": (top_level, "the top level is fixed"),
    "spdx": (spdx, "every file starts with its license"),
    "test-folders": (test_folders, "every test folder has a meson.build"),
    "short-files": (short_files, "one idea a file"),
    "machine-paths": (machine_paths, "the tree is the same on every machine"),
    "finished": (finished, "no unfinished work is left behind"),
    "no-sleep": (no_sleep, "tests wait for events"),
    "executable-scripts": (executable_scripts, "scripts can be run as they are"),
}


def main():
    top, name = sys.argv[1:]
    rule, text = RULES[name]
    files = tree_files(top)
    assert files, "no files below " + top
    report(list(rule(top, files)), text)


main()
