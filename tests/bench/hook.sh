# SPDX-License-Identifier: LGPL-2.1-or-later
# Sourced by `run` inside a simulated host: what libvirt's hook adds to the start of a guest.
. "$here/times.sh"
hook=$build/client/hook/apctl-libvirt-hook
rounds=49

apctl assign web --adapters 3-6 --domains 0x2c-0x2f --yes >/dev/null
web=$(cd /sys/devices/vfio_ap/matrix && echo *-*)
apmask=$(cat /sys/bus/ap/apmask) aqmask=$(cat /sys/bus/ap/aqmask) config=$(cat "/sys/devices/vfio_ap/matrix/$web/ap_config")
xml() { # HOSTDEV: a guest's XML with it
    echo "<domain type='kvm'><name>bench</name><uuid>22222222-2222-4333-8444-555555555555</uuid><devices>$1</devices></domain>"
}
xml '' >"$times/without.xml"
xml "<hostdev mode='subsystem' type='mdev' model='vfio-ap'><source><address uuid='$web'/></source></hostdev>" >"$times/with.xml"
by_hook() { "$hook" bench "$1" begin - <"$times/$2.xml"; } # OPERATION with|without
nothing() { /bin/true prepare begin - <"$times/without.xml"; }

for _ in $(seq $rounds); do
    milliseconds nothing >>"$times/nothing"
    milliseconds by_hook prepare without >>"$times/no_matrix"
    milliseconds by_hook prepare with >>"$times/active"
    by_hook release with
done
apctl stop web --yes >/dev/null
for _ in $(seq $rounds); do
    milliseconds by_hook prepare with >>"$times/created"
    milliseconds by_hook release with >>"$times/released"
done
apctl undefine web --yes >/dev/null
kill "$(pidof -s apctld)" # it would otherwise read along while the others are measured
for _ in $(seq $rounds); do
    "$bench/bare_assign" "$apmask" "$aqmask" $uuid "$config" >>"$times/bare"
    clean
done
compare "hook, a guest without a matrix" no_matrix "/bin/true" nothing
compare "hook, prepare, the matrix is active" active "/bin/true" nothing
compare "hook, prepare, a 4 x 4 matrix is created" created "the bare writes from C" bare
compare "hook, release, it is removed" released "/bin/true" nothing
rm -r "$times"
