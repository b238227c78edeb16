#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Prints "N passed, N failed, N skipped" of all the testlog.json files of meson that are named; exits 1 when something failed.

With CI=true a skipped test has failed: there, everything must be able to run.
"""
import json
import os
import sys


def count(lines, skip_is_failure):
    passed, failed, skipped = 0, [], 0
    for line in lines:
        test = json.loads(line)
        if test["result"] in ("OK", "EXPECTEDFAIL"):
            passed += 1
        elif test["result"] == "SKIP" and not skip_is_failure:
            skipped += 1
        else:
            failed.append("%s: %s" % (test["name"], test["result"].lower()))
    return passed, failed, skipped


def main():
    lines = []
    for name in sys.argv[1:]:
        with open(name, encoding="utf-8") as log:
            lines += log
    passed, failed, skipped = count(lines, os.environ.get("CI") == "true")
    for name in failed:
        print("failed:", name)
    print("%d passed, %d failed, %d skipped" % (passed, len(failed), skipped))
    # No test at all is not a success.
    sys.exit(1 if failed or not passed else 0)


main()
