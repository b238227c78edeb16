#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Programs are linked with no library of this name: it is loaded where it is needed, if at all. Usage: not_linked.sh LIBRARY PROGRAM...
library=$1
shift
status=0
for program; do
    needed=$(readelf -d "$program" | grep NEEDED) || { echo "$program: cannot be read"; exit 1; }
    case $needed in *"[$library"*) echo "$program is linked with $library"; status=1 ;; esac
done
exit $status
