# SPDX-License-Identifier: LGPL-2.1-or-later
# The words of host.sh on the testbed: a real kernel with systemd. Sourced by it.

host_name() { echo "real kernel, Linux $(uname -r)"; }
host_plays() { [[ $(uname -r) == "$1"* ]]; }
host_can() {
    case $1 in
    modules | systemd | mdevctl | libvirt | users) true ;;
    overrides) has_overrides ;;
    *) false ;;
    esac
}

# Its queues are busy, so that what is asked of the adapter stays in one of them.
host_asks() {
    { hardware_now && echo "queue $1.0-84 state=busy"; } | hardware_becomes || return
    cat "$AP/devices/card$(printf %02x "$1")/serialnr" >/dev/null &
    wait_until asked "$1"
}
asked() { [ "$(<"$AP/devices/card$(printf %02x "$1")/requestq_count")" != 0 ]; }
host_is_answered() { hardware_now | grep -v "^queue $1\.0-84 " | hardware_becomes; }

module_load() { modprobe "$1"; }
module_unload() { modprobe -r "$1"; }

hardware_now() { cat /run/testbed/topology; }
# The emulated machine takes the new file and tells the kernel, which scans its bus.
hardware_becomes() {
    local log=/run/testbed/ap.log from scans
    cat >/run/testbed/topology.new || return
    from=$(($(stat -c %s "$log") + 1))
    scans=$(<"$AP/scans")
    mv /run/testbed/topology.new /run/testbed/topology
    taken() { tail -c "+$from" "$log" | grep -q 'event taken\|ignored'; }
    scanned() { [ "$(<"$AP/scans")" != "$scans" ]; }
    wait_until taken && wait_until scanned && ! tail -c "+$from" "$log" | grep ignored
}

daemon_start() { systemctl start apctld; }
daemon_stop() { systemctl stop apctld; }
# A scenario may kill it more often than the unit puts up with.
daemon_kill() { systemctl reset-failed apctld && systemctl kill --signal=KILL apctld; }
log_position() { echo "@$EPOCHREALTIME"; }
daemon_log() { journalctl --unit apctld --output cat --since "$log_start" --no-pager; }
