# SPDX-License-Identifier: LGPL-2.1-or-later
# Sourced by `run` inside a simulated host, with the daemon's database below $disk: what durability costs a job, and what it costs a start.
. "$here/times.sh"
state=$disk/state

# Starts, with a past of 1,000 jobs and one that was killed in its last write, and without any.
start() {
    "$APCTLD" --state-dir "$state" >/dev/null 2>&1 &
    echo $! >"$APCTLD_PIDFILE"
    gdbus wait --system --timeout 60 org.apctl1
}
killed() { kill -KILL "$(<"$APCTLD_PIDFILE")" && tail --pid="$(<"$APCTLD_PIDFILE")" -s 0.02 -f /dev/null; }
held() { apsim ctl faults | tr -d ' \n' | grep -q '"held":\["'; }
leave_a_job_open() {
    apsim ctl hold '*/ap_config' >/dev/null
    apctl assign open --adapters 7 --domains 0x2c --yes >/dev/null 2>&1 &
    until held; do :; done
    kill -KILL "$(<"$APCTLD_PIDFILE")"
    apsim ctl release >/dev/null
    wait $!
    tail --pid="$(<"$APCTLD_PIDFILE")" -s 0.02 -f /dev/null
}

for _ in $(seq $rounds); do
    killed
    rm -rf "$state"
    milliseconds start >>"$times/start"
done
"$bench/job_bench" $rounds >"$times/job"
"$bench/job_bench" 500 >/dev/null
for _ in $(seq $rounds); do
    leave_a_job_open
    milliseconds start >>"$times/recovery"
    apctl unassign open --yes >/dev/null 2>&1
done

apctl assign web --adapters 3-6 --domains 0x2c-0x2f --yes >/dev/null
apmask=$(cat /sys/bus/ap/apmask) aqmask=$(cat /sys/bus/ap/aqmask)
config=$(cat /sys/devices/vfio_ap/matrix/*-*/ap_config)
apctl unassign web --yes >/dev/null
killed
for _ in $(seq $rounds); do
    "$bench/bare_assign" "$apmask" "$aqmask" $uuid "$config" "$disk/file" >>"$times/bare"
    clean
done
compare "durable job: assign of a 4 x 4 matrix" job "the bare writes and two syncs from C" bare
compare "start, 1,000 jobs of the past, one open" recovery "start without a past" start
rm -r "$times"
