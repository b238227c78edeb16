#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# systemd understands the unit, every line of it. Usage: unit.sh UNIT PROGRAM
command -v systemd-analyze >/dev/null || { echo "skip: no systemd-analyze here"; exit 77; }
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
# The program is not installed while tests run: the unit starts the built one here.
name=${1##*/}
sed "s,^ExecStart=.*,ExecStart=$(readlink -f "$2")," "$1" >"$dir/$name"
said=$(systemd-analyze verify --man=no "$dir/$name" 2>&1)
status=$?
echo "$said"
# What it does not know it ignores with a word and status 0.
case $said in *"$name"*) exit 1 ;; esac
exit $status
