# SPDX-License-Identifier: LGPL-2.1-or-later
# Sourced by `run` inside a simulated host: assign a matrix of 4 adapters x 4 domains by apctl, by the bare writes, by mdevctl.
. "$here/times.sh"

ours() { apctl assign web --adapters 3-6 --domains 0x2c-0x2f --yes; }
by_mdevctl() { # what an administrator types once the masks are set; the masks are in the time as one write
    echo "$aqmask" >/sys/bus/ap/aqmask
    mdevctl define -u $uuid -p matrix -t vfio_ap-passthrough
    for a in 3 4 5 6; do mdevctl modify -u $uuid --addattr=assign_adapter --value=$a; done
    for d in 44 45 46 47; do mdevctl modify -u $uuid --addattr=assign_domain --value=$d; done
    for d in 44 45 46 47; do mdevctl modify -u $uuid --addattr=assign_control_domain --value=$d; done
    mdevctl start -u $uuid
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
compare "apctl assign of a 4 x 4 matrix" ours "the bare writes from C" bare
compare "apctl assign of a 4 x 4 matrix" ours "mdevctl define, modify, start" mdevctl
rm -r "$times"
