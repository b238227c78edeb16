#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The manual tells all there is and nothing that is not: verbs, options, errors, exit codes, D-Bus members.

Usage: manual.py WHAT ARGUMENT...
  bus PAGE TABLES API.xml...      org.apctl1(5), as generated, against the interface files and core's tables
  command PAGE TABLES APCTL       apctl(1) against what the command says of itself
  daemon PAGE APCTLD              apctld(8) likewise
  simulator PAGE APSIM            apsim(1) likewise, and the requests of the control socket with their fields
"""
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET

from rules import report

MEMBERS = ("property", "method", "signal")
THINGS = {"adapters", "queues", "matrices", "guests"}


def read(path):
    with open(path, encoding="utf-8") as source:
        return source.read()


def output(*command):
    environment = dict(os.environ, COLUMNS="80", NO_COLOR="1")
    return subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout


def tables(program):
    """Rows of core's tables: kind -> list of columns."""
    rows = {}
    for line in output(program).splitlines():
        kind, *columns = line.split("\t")
        rows.setdefault(kind, []).append(columns)
    return rows


def flat(text):
    return " ".join(text.replace("\\", "").split()).lower()


def bus(page, table_program, *apis):
    text = read(page)
    core = tables(table_program)
    error_names = {name for name, _, _ in core["fault"]}
    for api in apis:
        for member in ET.parse(api).getroot().iter():
            if member.tag in MEMBERS and not re.search(r"^%s ``" % member.get("name"), text, re.MULTILINE):
                yield "%s: no %s %s" % (page, member.tag, member.get("name"))
        for line in re.findall(r"Errors: ([^.]*)\.", read(api)):
            for name in re.findall(r"\b[A-Z]\w+", line):
                if "org.apctl1.Error." + name not in error_names | {"org.apctl1.Error.*"}:
                    yield "%s: there is no error %s" % (api, name)
    for name, code, meaning in core["fault"]:
        if "%s (%s)" % (name, code) not in text or flat(meaning) not in flat(text):
            yield "%s: no error %s (%s), %s" % (page, name, code, meaning)
    for name in re.findall(r"^org\.apctl1\.Error\.\w+", text, re.MULTILINE):
        if name not in error_names:
            yield "%s: there is no error %s" % (page, name)
    verbs = text[text.index("\nVERBS\n"):text.index("\nERRORS\n")]
    for name, arguments, _ in core["verb"]:
        # The paragraph whose heading line names the verb must name every argument.
        paragraph = re.search(r"^(?:[\w, ]*\b)?%s\b[\w, ]*\n((?:    .*\n)+)" % name, verbs, re.MULTILINE)
        if not paragraph:
            yield "%s: no verb %s" % (page, name)
            continue
        for argument in arguments.split():
            mark = "**%s**" if argument.endswith("!") else "``%s``"
            if mark % argument.rstrip("!") not in paragraph.group(1):
                yield "%s: verb %s: no argument %s" % (page, name, mark % argument.rstrip("!"))


def options_of(help_text):
    return set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", help_text))


def verbs_of(help_text):
    """The first word of every line of the help's lists of verbs."""
    heading = re.search(r"^Verbs .*:$", help_text, re.MULTILINE)
    return set(re.findall(r"^  ([a-z][a-z-]+)(?:\s|$)", help_text[heading.start():], re.MULTILINE)) if heading else set()


def helps_of(apctl, verb):
    """The help of a verb, and of the things that only this verb has below it (list queues)."""
    text = output(apctl, verb, "--help")
    below = verbs_of(text) & THINGS
    return text + "".join(output(apctl, verb, thing, "--help") for thing in below)


def command(page, table_program, apctl):
    text = read(page)
    help_text = output(apctl, "--help")
    verbs = verbs_of(help_text)
    if not verbs:
        yield "apctl --help lists no verb"
    helps = help_text + "".join(helps_of(apctl, verb) for verb in verbs)
    verb_parts = text[text.index("\nVERBS THAT LOOK\n"):text.index("\nOPTIONS\n")]
    named = set(re.findall(r"\*\*([a-z][a-z-]+)\*\*", "\n".join(re.findall(r"^\*\*.*$", verb_parts, re.MULTILINE))))
    for verb in sorted(verbs - named):
        yield "%s: no verb %s" % (page, verb)
    for verb in sorted(named - verbs - THINGS):
        yield "%s: apctl has no verb %s" % (page, verb)
    for option in sorted(options_of(helps) - options_of(text)):
        yield "%s: no option %s" % (page, option)
    ours = text[:text.index("\nFROM CHZDEV AND MDEVCTL\n")]
    for option in sorted(options_of(ours) - options_of(helps)):
        yield "%s: apctl has no option %s" % (page, option)
    codes = {code for _, code, _ in tables(table_program)["fault"]}
    for code in sorted(codes, key=int):
        if not re.search(r"^%s\s+\S" % code, text[text.index("\nEXIT STATUS\n"):], re.MULTILINE):
            yield "%s: no exit status %s" % (page, code)


def daemon(page, apctld):
    said, told = options_of(output(apctld, "--help")), options_of(read(page))
    for option in sorted(said - told):
        yield "%s: no option %s" % (page, option)
    for option in sorted(told - said):
        yield "%s: apctld has no option %s" % (page, option)


def requests_of(help_text):
    """Name and fields of every request, as the page writes them: **name** ``field`` [``may be left out``]."""
    for name, fields in re.findall(r"^  ([a-z][a-z-]+) +(.*)$", help_text[help_text.index("\nRequests "):], re.MULTILINE):
        marked = ["[``%s``]" % field[:-1] if field.endswith("?") else "``%s``" % field for field in fields.split()]
        yield " ".join(["**%s**" % name] + marked)


def simulator(page, apsim):
    text = read(page)
    part = text[text.index("\nREQUESTS\n"):text.index("\nHOST FILES\n")]
    written = set(re.findall(r"^\*\*[a-z-]+\*\*(?: [^ ].*)?(?=\n    )", part, re.MULTILINE))
    there = set(requests_of(output(apsim, "ctl", "--help")))
    if not there:
        yield "apsim ctl --help lists no request"
    for request in sorted(there - written):
        yield "%s: no request %s" % (page, request)
    for request in sorted(written - there):
        yield "%s: apsim has no request %s" % (page, request)
    helps = "".join(output(apsim, command, "--help") for command in ("run", "topology", "doctor"))
    said = set(re.findall(r"^  (?:-\w,)?(--[a-z-]+)", helps, re.MULTILINE)) - {"--help"}
    told = set(re.findall(r"^\*\*(--[a-z-]+)\*\*", text, re.MULTILINE))
    for option in sorted(said - told):
        yield "%s: no option %s" % (page, option)
    for option in sorted(told - said):
        yield "%s: apsim has no option %s" % (page, option)
    for command in re.findall(r"^  ([a-z]+) ", output(apsim, "--help").split("Subcommands:")[1], re.MULTILINE):
        if "| **apsim %s**" % command not in text:
            yield "%s: no command %s" % (page, command)


def main():
    what, *arguments = sys.argv[1:]
    findings = {"bus": bus, "command": command, "daemon": daemon, "simulator": simulator}[what](*arguments)
    report(list(findings), "the manual tells all there is and nothing that is not")


main()
