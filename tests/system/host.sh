# SPDX-License-Identifier: LGPL-2.1-or-later
# The host that a scenario plays on, in words that know neither the simulated host (apsim) nor the real kernel of the testbed. Sourced with bash.
# What only one of them can do is asked for with host_can; what both can do has one word here:
#   host_name                      what this host is, for people
#   host_plays KERNEL              is it this one, so that what is played on one kernel only is played here; host_plays turn: is it this scenario's turn
#   host_can WORD                  inject   fail or hold a write on demand (inject_failure, let_go, while_in_write, daemon_killed_in_write)
#                                  modules  unload and load the kernel's modules
#                                  systemd  the daemon runs as its unit, started by bus activation and udev
#                                  overrides  queues have a driver_override
#                                  mdevctl  mdevctl is here; libvirt: libvirt and QEMU are, and hooks of libvirt
#                                  users    there are other users than root
#   guest_open UUID NAME           a process opens the mdev as a guest's QEMU does; returns when it has it
#   guest_close NAME               it closes it and ends; guest_kill NAME: it is killed
#   hardware_now                   prints the hardware, in the language of tests/testbed/README.md: the one language for both hosts
#   hardware_becomes               takes such a text from its input; returns when the kernel has scanned its bus
#   $hardware                  a file with the hardware that every scenario starts with, and leaves
#   host_asks ADAPTER          programs of the host have asked a queue of it something, and get no answer until host_is_answered ADAPTER
#   plug LINE, unplug ADAPTER, adapter_state ADAPTER STATE    changes of that text: "adapter 16 type=CEX8 mode=ep11"; online, deconfigured, checkstop
#   module_load NAME, module_unload NAME
#   daemon_start, daemon_stop, daemon_kill, daemon_log        daemon_kill is SIGKILL; the log is from the start of the scenario on
#   boot_binding               what apctl-binding.service does, with the daemon if it does not run; vfio_ap is not loaded after it
#   boot_unit                  what apctl-boot.service does, and what it wants: binding, module, matrices; prints what was no success
#   boot_was_in_order          each of these had ended before the next began
#   daemon_away, daemon_back   it is stopped and nobody's call starts it; daemon_pid: of its process
#   daemon_hangs, daemon_goes_on   it is there and does nothing
#   libvirt_starts, libvirt_ends   libvirt runs, anew if it ran, with our hook in $hooks; guests know nothing of that.
#                              libvirt_is_killed: and starts again; libvirt_pid: of its process
#   guest_kernel               prints what a guest of libvirt boots here: it idles. $guest_type, $guest_emulator: for its XML (libvirt/words.sh);
#                              $crowd: so many may start at once
#   eventually TEXT COMMAND...     waits until the command succeeds; for what somebody has to notice by themselves
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
AP=/sys/bus/ap
MATRIX=/sys/devices/vfio_ap/matrix
DEFINITIONS=/etc/mdevctl.d/matrix
hardware=$here/host.topology

if [ -n "${APSIM_CONTROL:-}" ]; then
    . "$here/host_apsim.sh"
elif [ -e /run/testbed/topology ]; then
    . "$here/host_testbed.sh"
else
    echo "this belongs into a simulated host (tests/system/on_apsim) or the testbed (tests/kernel/run)" >&2
    exit 1
fi

# Guests: one process each, holding the mdev until its standard input ends. The kernel's own rules about it are the host's, not ours.
declare -A guest_pid=() guest_input=()
guests=$(mktemp -d)
trap 'end_guests' EXIT

guest_open() {
    local uuid=$1 name=$2 input output line
    mkfifo "$guests/$name.in" "$guests/$name.out"
    without_guests_input mdev-hold "$uuid" <"$guests/$name.in" >"$guests/$name.out" 2>&1 &
    guest_pid[$name]=$!
    exec {input}>"$guests/$name.in" {output}<"$guests/$name.out"
    guest_input[$name]=$input
    rm "$guests/$name.in" "$guests/$name.out"
    line=''
    while [ "$line" != holding ]; do
        read -r line <&"$output" || { echo "the guest $name cannot open $uuid: $line"; return 1; }
    done
}
guest_close() {
    local input=${guest_input[$1]}
    exec {input}>&-
    unset "guest_input[$1]"
    wait "${guest_pid[$1]}"
    unset "guest_pid[$1]"
}
guest_kill() {
    kill -KILL "${guest_pid[$1]}"
    guest_close "$1" 2>/dev/null
    true
}
end_guests() {
    local name
    for name in "${!guest_pid[@]}"; do guest_kill "$name"; done
    rm -rf "$guests"
}
# A process that outlives the moment must not keep the inputs of the guests open: they would never end.
without_guests_input() {
    local input
    for input in "${guest_input[@]}"; do exec {input}>&-; done
    exec "$@"
}

has_overrides() { compgen -G "$AP/devices/??.????/driver_override" >/dev/null; }
plug() { { hardware_now && echo "$1"; } | hardware_becomes; }
unplug() { one_adapter_a_line | grep -v "^adapter $(($1)) " | hardware_becomes; }
adapter_state() { one_adapter_a_line | sed "/^adapter $(($1)) /{s/ state=[^ ]*//;s/\$/ state=$2/}" | hardware_becomes; }

# The hardware with lists of adapters taken apart, so that one of them can be changed.
one_adapter_a_line() {
    local word list rest range id
    hardware_now | sed 's/#.*//' | while read -r word list rest; do
        [ -n "$word" ] || continue
        if [ "$word" != adapter ]; then
            echo "$word $list $rest"
            continue
        fi
        for range in ${list//,/ }; do
            for ((id = ${range%-*}; id <= ${range#*-}; id++)); do echo "adapter $id $rest"; done
        done
    done
}

# Everybody has this long to notice something; a machine that is emulated is slow.
patience=30
# wait_until COMMAND...: looks again and again, as not everything is announced; 1 when there is no patience left.
wait_until() {
    local end=$((SECONDS + patience))
    until "$@" >/dev/null 2>&1; do
        [ $SECONDS -lt $end ] || return 1
        read -rt 0.1 <> <(:)
    done
    true
}
eventually() {
    local text=$1
    shift
    wait_until "$@" || { "$@"; end_badly "$text: not within $patience s"; }
    check "$text" true
}
