# SPDX-License-Identifier: LGPL-2.1-or-later
# The words of host.sh on a simulated host. Sourced by it.
. "$here/libvirt/on_apsim.sh"

host_name() { echo "simulated host, Linux $(apsim ctl state | json_string kernel)"; }
host_plays() { true; }
host_can() {
    case $1 in
    inject | modules) true ;;
    overrides) has_overrides ;;
    mdevctl) command -v mdevctl >/dev/null ;;
    libvirt) libvirt_is_possible ;;
    users) setpriv --reuid 65534 --regid 65534 --clear-groups true 2>/dev/null ;;
    *) false ;;
    esac
}
# inject_failure PATH NTH ERRNO: the NTH next write to a path that matches fails.
inject_failure() { apsim ctl fail "$1" --nth "$2" --errno "$3"; }
let_go() { apsim ctl clear-faults >/dev/null && apsim ctl release >/dev/null; }
# while_in_write NTH ACTION COMMAND...: ACTION, one word, is done while the NTH write that comes of the command is in the kernel; 1 where there is no such write.
while_in_write() {
    local job held=1
    apsim ctl hold '/sys/*' --nth "$1" >/dev/null
    "${@:3}" >/dev/null 2>&1 &
    job=$!
    until write_is_held; do kill -0 "$job" 2>/dev/null || { held=0; break; }; done
    [ $held = 0 ] || "$2"
    let_go
    wait "$job" || true
    [ $held = 1 ]
}
write_is_held() { apsim ctl faults | tr -d ' \n' | grep -q '"held":\["'; }
# daemon_killed_in_write NTH COMMAND...: what the write does it does; the daemon goes when it returns.
daemon_killed_in_write() { while_in_write "$1" daemon_told_to_die "${@:2}" && daemon_gone; }

host_asks() { apsim ctl requests "$(printf %02x "$1").$(first_domain)" --requestq 1 >/dev/null; }
# A queue that has left the host has no requests any more.
host_is_answered() { apsim ctl requests "$(printf %02x "$1").$(first_domain)" >/dev/null || true; }
first_domain() {
    local queues=("$AP"/devices/??.????)
    echo "${queues[0]##*.}"
}

module_load() { apsim ctl module "$1" load >/dev/null; }
module_unload() { apsim ctl module "$1" unload >/dev/null; }

hardware_file=/run/hardware
hardware_now() { cat "$hardware_file" 2>/dev/null || cat "$HOST_HARDWARE"; }
hardware_becomes() {
    cat >"$hardware_file.new" && apsim ctl topology "$hardware_file.new" >/dev/null && mv "$hardware_file.new" "$hardware_file"
}

# with_daemon has started the daemon and says where its process id is kept.
daemon_start() {
    # shellcheck disable=SC2086  # options are words
    without_guests_input "$APCTLD" ${APCTLD_OPTIONS:-} >/dev/null 2>>"$APCTLD_LOG" &
    echo $! >"$APCTLD_PIDFILE"
    disown # or bash tells of its end
    gdbus wait --system --timeout 60 org.apctl1
}
daemon_stop() { kill "$(<"$APCTLD_PIDFILE")" && daemon_gone; }
daemon_kill() { daemon_told_to_die && daemon_gone; }
daemon_told_to_die() { kill -KILL "$(<"$APCTLD_PIDFILE")"; }
# Whoever started it; its end is seen in /proc by all.
daemon_gone() { tail --pid="$(<"$APCTLD_PIDFILE")" -s 0.02 -f /dev/null; }
boot_program() { "$(dirname "$APCTLD")/../client/boot/apctl-boot" "$1"; }
boot_binding() { { [ -e "/proc/$(daemon_pid)" ] || daemon_start; } && boot_program binding; }
# A unit that fails does not keep those after it from being started.
boot_unit() {
    local bound=0
    boot_binding || bound=$?
    [ -e "$MATRIX" ] || module_load vfio_ap
    boot_program matrices && [ $bound = 0 ]
}
boot_was_in_order() { true; }
daemon_pid() { cat "$APCTLD_PIDFILE"; }
# The bus of a simulated host starts nobody.
daemon_hangs() { kill -STOP "$(daemon_pid)"; }
daemon_goes_on() { kill -CONT "$(daemon_pid)"; }
daemon_away() { daemon_stop; }
daemon_back() { daemon_start; }
log_position() { stat -c %s "$APCTLD_LOG"; }
daemon_log() { tail -c "+$((log_start + 1))" "$APCTLD_LOG"; }
