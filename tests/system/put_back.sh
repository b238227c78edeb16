# SPDX-License-Identifier: LGPL-2.1-or-later
# The hard way back to the host that scenarios begin with, for those to come. Sourced with bash after story.sh; $hardware is the hardware of the beginning.

# What may be changed, and what is wished for each queue.
whole_state() {
    host_state
    hardware_now
    apctl list queues --no-headings
}
# put_back STATE HARDWARE: whole_state and hardware_now of the beginning. 1 when the host cannot be brought there.
put_back() {
    local mdev
    daemon_stop
    # In the background, as the kernel keeps who removes an mdev that somebody has open.
    for mdev in "$MATRIX"/????????-*; do
        [ ! -e "$mdev" ] || (echo 1 >"$mdev/remove") &
    done
    wait_until no_mdev || return
    [ -e "$MATRIX" ] || module_load vfio_ap
    [ "$(hardware_now)" = "$2" ] || hardware_becomes <<<"$2"
    give_all_to_the_host
    rm -rf "$DEFINITIONS"/* /var/lib/apctl/* /etc/udev/rules.d/41-ap.rules /etc/driverctl.d/ap-* /etc/apctl/apctld.toml
    daemon_start && choose_binding && apctl rescan >/dev/null
    [ "$(whole_state)" = "$1" ] || { same "$1" "$(whole_state)"; return 1; }
}
give_all_to_the_host() {
    local queue
    for queue in "$AP"/devices/??.????; do
        [ -e "$queue/driver_override" ] && [ -n "$(<"$queue/driver_override")" ] || continue
        echo >"$queue/driver_override"
        # Clearing moves nothing, and the masks may be all ones already.
        [ ! -e "$queue/driver" ] || echo "${queue##*/}" >"$queue/driver/unbind"
    done
    # Refused where a queue vanished with its driver_override; the masks are all ones then.
    { printf '0x%s\n' "$ones" >"$AP/apmask" && printf '0x%s\n' "$ones" >"$AP/aqmask"; } 2>/dev/null
    for queue in "$AP"/devices/??.????; do
        [ -e "$queue/driver" ] || echo "${queue##*/}" >"$AP/drivers_probe"
    done
}
no_mdev() { [ -z "$(ls /sys/bus/mdev/devices)" ]; }
# The scenarios are about masks, on every kernel; those about overrides choose them themselves.
binding=masks
choose_binding() { apctl convert "$binding" --yes --quiet; }
ones=$(printf 'f%.0s' {1..64})
