# SPDX-License-Identifier: LGPL-2.1-or-later
# libvirt on a simulated host: the real one, with real QEMU processes (emulator says how they get by without AP). Sourced by host_apsim.sh.
# libvirt's directories are the simulated host's own.

crowd=20
guest_type=qemu
guest_emulator=$here/libvirt/emulator
# The address of its code, 0x200, where QEMU looks for it; there an LPSW of a PSW that waits for interrupts, of which there are none.
guest_kernel() {
    printf '\0\x08\0\0\x80\0\x02\0'
    head -c 504 /dev/zero
    printf '\x0d\x10\x82\0\x10\x0e\0\0\0\0\0\0\0\0\0\0\x03\x0a\0\0\x80\0\x02\0'
    head -c 4096 /dev/zero
}
# What is to be here; and QEMU's groups are to be set, which one root in a user namespace may not.
libvirt_is_possible() { command -v libvirtd virsh qemu-system-s390x >/dev/null && setpriv --clear-groups true 2>/dev/null; }

hooks=/etc/libvirt/hooks/qemu.d
libvirtd_pidfile=/run/libvirtd.pid
libvirt_starts() {
    local memlock=''
    if [ -e $libvirtd_pidfile ]; then libvirt_ends; else libvirt_set_up || return; fi
    prlimit --memlock=unlimited true 2>/dev/null || memlock=$(dirname "$APCTLD")/../tests/system/libgrant_memlock.so
    (without_guests_input env ${memlock:+LD_PRELOAD="$memlock"} libvirtd --daemon --pid-file $libvirtd_pidfile)
}
libvirt_ends() { local pid && pid=$(libvirt_pid) && kill "$pid" && tail --pid="$pid" -s 0.02 -f /dev/null; }
libvirt_is_killed() {
    local pid
    pid=$(libvirt_pid) && kill -KILL "$pid" && tail --pid="$pid" -s 0.02 -f /dev/null && rm $libvirtd_pidfile && libvirt_starts
}
libvirt_pid() { cat $libvirtd_pidfile; }

libvirt_set_up() {
    mkdir -p $hooks && cp "$(dirname "$APCTLD")/../client/hook/apctl-libvirt-hook" $hooks/ || return
    # Nothing here is to be divided between users, cgroups, or daemons.
    cat >/etc/libvirt/qemu.conf <<'CONF'
user = "root"
group = "root"
dynamic_ownership = 0
remember_owner = 0
namespaces = []
security_driver = "none"
seccomp_sandbox = 0
cgroup_controllers = []
stdio_handler = "file"
CONF
    # libvirt gives its hooks no environment of ours: the bus has to be where it is on every host.
    ln -sf "$(sed 's/^unix:path=//;s/,.*//' <<<"$DBUS_SYSTEM_BUS_ADDRESS")" /run/dbus/system_bus_socket
    getent passwd libvirt-qemu >/dev/null || libvirt_user
}
# The package with libvirt's unit makes this user; libvirtd does not start where it does not exist.
libvirt_user() {
    local file
    for file in passwd group; do cp /etc/$file /run/$file || return; done
    echo 'libvirt-qemu:x:64055:64055::/nonexistent:/usr/sbin/nologin' >>/run/passwd
    echo 'libvirt-qemu:x:64055:' >>/run/group
    for file in passwd group; do mount --bind /run/$file /etc/$file || return; done
}
