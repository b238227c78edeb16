# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the consistency tests share: which files belong to the tree, and how findings are reported."""
import os
import subprocess
import sys

SKIP = 77


def tree_files(top):
    """Files of the tree, relative to top: what git knows or would add; without git (a tarball) all that is not a build."""
    try:
        listed = subprocess.run(["git", "-C", top, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                                check=True, capture_output=True).stdout.decode().split("\0")
        return sorted(name for name in listed if name and os.path.exists(os.path.join(top, name)))
    except (OSError, subprocess.CalledProcessError):
        return sorted(walk(top))


def walk(top):
    for folder, folders, names in os.walk(top):
        folders[:] = [name for name in folders if name not in (".git", "__pycache__", ".cache")
                      and not (folder == top and name.startswith("build"))]
        for name in names:
            yield os.path.relpath(os.path.join(folder, name), top)


def read(top, name):
    with open(os.path.join(top, name), encoding="utf-8") as source:
        return source.read()


def report(findings, rule):
    """Ends the test: nothing found is success; otherwise each finding on a line, then the rule they break."""
    for finding in findings:
        print(finding)
    if findings:
        sys.exit("rule: " + rule)
    sys.exit(0)
