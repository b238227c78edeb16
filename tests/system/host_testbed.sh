# SPDX-License-Identifier: LGPL-2.1-or-later
# The words of host.sh on the testbed: a real kernel with systemd. Sourced by it.

host_name() { echo "real kernel, Linux $(uname -r)"; }
host_plays() {
    [ "$1" != turn ] || { its_turn; return; }
    [[ $(uname -r) == "$1"* ]]
}
# Called for each of those in turn, in the table's order. The two kernels play different ones.
its_turn() {
    local all offset=0
    all=$(table | awk '$3 == "turn"' | wc -l)
    [[ $(uname -r) != 7.* ]] || offset=$((all / 2))
    [ $((asked_for_turn++)) = $(((${APCTL_TURN:-0} + offset) % all)) ]
}
asked_for_turn=0
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

# udev has mdevctl start what it can.
module_load() { modprobe "$1" && udevadm settle; }
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
# Masked, the module does not follow.
boot_binding() {
    local status=0
    systemctl mask --quiet --runtime apctl-vfio-ap && systemctl restart apctl-binding || status=$?
    systemctl unmask --quiet --runtime apctl-vfio-ap && return $status
}
boot_unit() {
    boot_began=@$EPOCHREALTIME
    systemctl stop apctl-boot apctl-binding && systemctl start apctl-boot && systemctl --quiet is-active apctl-binding && return
    journalctl --unit apctl-boot --unit apctl-binding --output cat --since "$boot_began" --no-pager
    return 1
}
boot_was_in_order() {
    local ends=0 begins unit
    for unit in apctl-binding apctl-vfio-ap apctl-boot; do
        begins=$(systemctl show --property ExecMainStartTimestampMonotonic --value "$unit")
        [ "$begins" -gt "$ends" ] || { systemctl show --property Id,ExecMainStartTimestampMonotonic,ExecMainExitTimestampMonotonic apctl-{binding,vfio-ap,boot}; return 1; }
        ends=$(systemctl show --property ExecMainExitTimestampMonotonic --value "$unit")
    done
}
daemon_pid() { systemctl show --property MainPID --value apctld; }
# It would be killed for that before long.
daemon_hangs() { systemctl service-watchdogs no && kill -STOP "$(daemon_pid)"; }
daemon_goes_on() { kill -CONT "$(daemon_pid)" && systemctl service-watchdogs yes; }
daemon_away() { systemctl mask --quiet --runtime --now apctld; }
daemon_back() { systemctl unmask --quiet --runtime apctld && daemon_start; }
log_position() { echo "@$EPOCHREALTIME"; }
daemon_log() { journalctl --unit apctld --output cat --since "$log_start" --no-pager; }

crowd=5
guest_type=kvm
guest_emulator=/usr/bin/qemu-system-s390x
# No instruction of a guest ever runs here.
guest_kernel() { head -c 1000000 /dev/zero; }
hooks=/etc/libvirt/hooks/qemu.d
libvirt_starts() { systemctl restart libvirtd; }
libvirt_ends() { true; }
libvirt_is_killed() { kill -KILL "$(libvirt_pid)" && libvirt_starts; }
libvirt_pid() { systemctl show --property MainPID --value libvirtd; }
