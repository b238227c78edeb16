#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Writes org.apctl1(5) with the reference of all interfaces in place of "@reference@": the comment before a member is its text.

Usage: api_reference.py PAGE API.xml... OUTPUT
A member without a comment is an error.
"""
import re
import sys
import xml.etree.ElementTree as ET


def parse(path):
    """The root node, comments kept, and the comment that stands last before it: what the interface is for."""
    builder = ET.TreeBuilder(insert_comments=True)
    root = ET.parse(path, ET.XMLParser(target=builder)).getroot()
    with open(path, encoding="utf-8") as source:
        before = source.read().split("<node>")[0]
    return root, re.findall(r"<!--(.*?)-->", before, re.DOTALL)[-1]


def is_comment(node):
    return node.tag is ET.Comment


def escape(text):
    return text.replace("\\", "\\\\").replace("*", "\\*").replace("`", "\\`").replace("|", "\\|").replace("_", "\\_")


def paragraphs(comment):
    """The comment's lines, unindented; a line "name: text" starts a paragraph of its own."""
    lines = [line.strip() for line in comment.strip().splitlines()]
    out, paragraph = [], []
    for line in lines + [""]:
        head = line.split(":", 1)[0]
        starts = bool(line) and ":" in line and " " not in head.strip() and head[:1].isalpha()
        if (not line or starts) and paragraph:
            out.append(" ".join(paragraph))
            paragraph = []
        if line:
            paragraph.append(line)
    return [escape(text) for text in out]


def arguments(member, direction):
    found = [arg for arg in member.iter("arg") if arg.get("direction", "in") == direction]
    return ", ".join("%s %s" % (arg.get("type"), arg.get("name")) for arg in found)


def signature(member):
    name = member.get("name")
    if member.tag == "property":
        return "%s ``%s``, %s" % (name, member.get("type"), "read only" if member.get("access") == "read" else member.get("access"))
    if member.tag == "signal":
        return "%s ``(%s)``" % (name, ", ".join("%s %s" % (a.get("type"), a.get("name")) for a in member.iter("arg")))
    return "%s ``(%s) -> (%s)``" % (name, arguments(member, "in"), arguments(member, "out"))


def member_text(member, comment, path):
    if comment is None:
        sys.exit("%s: %s has no comment" % (path, member.get("name")))
    lines = [signature(member)]
    for text in paragraphs(comment):
        lines += ["    " + text, ""]
    return lines


def interface_text(path):
    root, purpose = parse(path)
    interface = root.find("interface")
    out = [interface.get("name"), "-" * len(interface.get("name")), ""]
    for text in paragraphs(purpose):
        out += [text, ""]
    kinds = {"property": "Properties", "method": "Methods", "signal": "Signals"}
    sections = {kind: [] for kind in kinds}
    comment = None
    for node in interface:
        if is_comment(node):
            comment = node.text
        elif node.tag in kinds:
            sections[node.tag] += member_text(node, comment, path)
            comment = None
    for kind, title in kinds.items():
        if sections[kind]:
            out += ["**%s**" % title, ""] + sections[kind]
    return out


def main():
    lines = []
    for path in sys.argv[2:-1]:
        lines += interface_text(path)
    with open(sys.argv[1], encoding="utf-8") as page:
        text = page.read()
    with open(sys.argv[-1], "w", encoding="utf-8") as output:
        output.write(text.replace("@reference@", "\n".join(lines)))


main()
