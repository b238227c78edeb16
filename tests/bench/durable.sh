# SPDX-License-Identifier: LGPL-2.1-or-later
# Sourced by `run` inside a simulated host, with the daemon's database below $disk: what durability costs a job, and what it costs a start.
# All on one CPU: on two each read of the simulated sysfs would wake one that sleeps, which takes several times as long as the read.
. "$here/times.sh"
. "$here/../system/host.sh"
state=$disk/state

# Starts without a past, then with one of 1,000 jobs and one that was killed.
for _ in $(seq $rounds); do
    daemon_kill
    rm -rf "$state"
    milliseconds daemon_start >>"$times/start"
done
"$bench/job_bench" $rounds >"$times/job"
"$bench/job_bench" 500 >/dev/null
for _ in $(seq $rounds); do
    daemon_killed_in_write 3 apctl assign open --adapters 7 --domains 0x2c --yes
    milliseconds daemon_start >>"$times/recovery"
    apctl unassign open --yes >/dev/null 2>&1 || true # where the start has undone it
done

# Metering takes time too, so its jobs are others than the measured ones.
daemon_kill
LD_PRELOAD=$bench/sysfs_meter.so daemon_start
"$bench/job_bench" $rounds | cut -d ' ' -f 2 >"$times/sysfs"

apctl assign web --adapters 3-6 --domains 0x2c-0x2f --yes >/dev/null
apmask=$(cat /sys/bus/ap/apmask) aqmask=$(cat /sys/bus/ap/aqmask)
config=$(cat /sys/devices/vfio_ap/matrix/*-*/ap_config)
apctl unassign web --yes >/dev/null
# It goes on listening: that the kernel tells of every queue is not its doing.
daemon_hangs
for _ in $(seq $rounds); do
    "$bench/bare_assign" "$apmask" "$aqmask" $uuid "$config" "$disk/file" >>"$times/bare"
    clean
    "$bench/bare_assign" "$apmask" "$aqmask" $uuid "$config" >>"$times/writes"
    clean
done
daemon_goes_on
compare "durable job: assign of a 4 x 4 matrix" job "the bare writes and two syncs from C" bare
compare "of it, calls for files of the simulated sysfs" sysfs "the bare writes" writes
of() { median <"$times/$1"; }
printf '%-46s %10.3f ms\n' "of it, neither such calls nor two syncs" "$(awk "BEGIN {print $(of job) - $(of sysfs) - ($(of bare) - $(of writes))}")"
compare "start, 1,000 jobs of the past, one open" recovery "start without a past" start
rm -r "$times"
