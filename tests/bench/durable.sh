# SPDX-License-Identifier: LGPL-2.1-or-later
# Sourced by `run` inside a simulated host, with the daemon's database below $disk: what durability costs a job, and what it costs a start.
# All on one CPU: on two each read of the simulated sysfs would wake one that sleeps, which takes several times as long as the read.
between=$here/between_jobs
. "$here/times.sh"
. "$here/../system/host.sh"
state=$disk/state

# Starts without a past, then with one of 1,000 jobs and one that was killed.
for _ in $(seq $rounds); do
    daemon_kill
    rm -rf "$state"
    milliseconds daemon_start >>"$times/start"
done
"$bench/job_bench" 500 >/dev/null
for _ in $(seq $rounds); do
    daemon_killed_in_write 3 apctl assign open --adapters 7 --domains 0x2c --yes
    milliseconds daemon_start >>"$times/recovery"
    apctl unassign open --yes >/dev/null 2>&1 || true # where the start has undone it
done

daemon_kill
LD_PRELOAD=$bench/sysfs_meter.so daemon_start
apctl assign web --adapters 3-6 --domains 0x2c-0x2f --yes >/dev/null
apmask=$(cat /sys/bus/ap/apmask) aqmask=$(cat /sys/bus/ap/aqmask)
config=$(cat /sys/devices/vfio_ap/matrix/*-*/ap_config)
apctl unassign web --yes >/dev/null
export apmask aqmask config
mkdir "$disk/sys"
mount -t sysfs sysfs "$disk/sys"
"$bench/job_bench" $((3 * rounds)) "$between" >"$times/rounds"
umount "$disk/sys"
# Of each round: the job, the bare writes, what the looks cost more here than in a kernel; medians of what is left, too.
awk -v times="$times/" '{
    looks = ($2 * $6 + $3 * $7 + $4 * $8) / 1000
    print $1 >times "job"; print $5 >times "bare"; print looks >times "looks"; print $1 - $5 >times "more"; print $1 - $5 - looks >times "left"
    print $2 + $3 + $4 >times "number"
}' "$times/rounds"
compare "durable job: assign of a 4 x 4 matrix" job "the bare writes and two syncs from C" bare
of() { median <"$times/$1"; }
printf '%-46s %10.3f ms   of it, %s looks at the simulated sysfs cost %.3f ms more than at a true one; without that %.3f ms\n' "durable job, more than the bare writes" \
    "$(of more)" "$(of number)" "$(of looks)" "$(of left)"
compare "start, 1,000 jobs of the past, one open" recovery "start without a past" start
rm -r "$times"
