# SPDX-License-Identifier: LGPL-2.1-or-later
# What the benchmarks in shell share. Sourced inside a simulated host.
uuid=11111111-2222-4333-8444-555555555555
ones=0x$(printf 'f%.0s' {1..64})
rounds=9
times=$(mktemp -d)

milliseconds() { # COMMAND...: prints how long it takes
    local start end
    start=$EPOCHREALTIME
    "$@" >/dev/null
    end=$EPOCHREALTIME
    echo "$start $end" | awk '{printf "%.3f\n", ($2 - $1) * 1000}'
}
median() { sort -n | awk '{v[NR] = $1} END {print v[int((NR + 1) / 2)]}'; }
# compare WHAT FILE BASELINE FILE: a row of the table, of the medians.
compare() {
    local ours baseline
    ours=$(median <"$times/$2") baseline=$(median <"$times/$4")
    printf '%-46s %10.3f ms   %-34s %10.3f ms   x %s, %s ms more\n' "$1" "$ours" "$3" "$baseline" "$(awk "BEGIN {printf \"%.2f\", $ours / $baseline}")" \
        "$(awk "BEGIN {printf \"%.2f\", $ours - $baseline}")"
}
clean() { # what bare_assign and mdevctl leave
    echo 1 >/sys/devices/vfio_ap/matrix/$uuid/remove
    rm -f /etc/mdevctl.d/matrix/$uuid
    echo "$ones" >/sys/bus/ap/apmask
    echo "$ones" >/sys/bus/ap/aqmask
}
