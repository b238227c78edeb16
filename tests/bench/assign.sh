# SPDX-License-Identifier: LGPL-2.1-or-later
# Sourced by `run` inside a simulated host: assign a matrix of 4 adapters x 4 domains by apctl, by the bare writes, by mdevctl.
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

ours() { apctl assign web --adapters 3-6 --domains 0x2c-0x2f --yes; }
by_mdevctl() { # what an administrator types once the masks are set; the masks are in the time as one write
    echo "$aqmask" >/sys/bus/ap/aqmask
    mdevctl define -u $uuid -p matrix -t vfio_ap-passthrough
    for a in 3 4 5 6; do mdevctl modify -u $uuid --addattr=assign_adapter --value=$a; done
    for d in 44 45 46 47; do mdevctl modify -u $uuid --addattr=assign_domain --value=$d; done
    for d in 44 45 46 47; do mdevctl modify -u $uuid --addattr=assign_control_domain --value=$d; done
    mdevctl start -u $uuid
}
clean() {
    echo 1 >/sys/devices/vfio_ap/matrix/$uuid/remove
    rm -f /etc/mdevctl.d/matrix/$uuid
    echo "$ones" >/sys/bus/ap/apmask
    echo "$ones" >/sys/bus/ap/aqmask
}

ours >/dev/null
apmask=$(cat /sys/bus/ap/apmask) aqmask=$(cat /sys/bus/ap/aqmask)
config=$(cat /sys/devices/vfio_ap/matrix/*-*/ap_config)
apctl unassign web --yes >/dev/null
for _ in $(seq $rounds); do
    milliseconds ours >>"$times/ours"
    apctl unassign web --yes >/dev/null
done
kill "$(pidof -s apctld)" # it would otherwise read along while the others are measured
for _ in $(seq $rounds); do
    "$bench/bare_assign" "$apmask" "$aqmask" $uuid "$config" >>"$times/bare"
    clean
    milliseconds by_mdevctl >>"$times/mdevctl"
    clean
done
o=$(median <"$times/ours") b=$(median <"$times/bare") m=$(median <"$times/mdevctl")
rm -r "$times"
printf '%-46s %10.3f ms   %-34s %10.3f ms   x %s\n' "apctl assign of a 4 x 4 matrix" "$o" "the bare writes from C" "$b" "$(awk "BEGIN {printf \"%.2f\", $o / $b}")"
printf '%-46s %10.3f ms   %-34s %10.3f ms   x %s\n' "apctl assign of a 4 x 4 matrix" "$o" "mdevctl define, modify, start" "$m" "$(awk "BEGIN {printf \"%.2f\", $o / $m}")"
