# SPDX-License-Identifier: LGPL-2.1-or-later
# Guests of libvirt, in words that hold on every host that has it. Sourced with bash after story.sh; starts libvirt, and ends it and its guests with the scenario.
guest_files=$(mktemp -d)
chmod 755 "$guest_files" # QEMU may be another user
guest_kernel >"$guest_files/kernel"
hook=$hooks/apctl-libvirt-hook

# hostdev UUID: its XML in $guest_files/UUID.xml, for attach-device.
hostdev() {
    echo "<hostdev mode='subsystem' type='mdev' model='vfio-ap'><source><address uuid='$1'/></source></hostdev>" >"$guest_files/$1.xml"
}
# guest NAME [MATRIX]: a guest's XML in $guest_files/NAME.xml.
guest() {
    local hostdev=''
    [ $# = 1 ] || { hostdev "$2" && hostdev=$(<"$guest_files/$2.xml"); }
    cat >"$guest_files/$1.xml" <<XML
<domain type='$guest_type'><name>$1</name><uuid>$(guest_uuid "$1")</uuid><memory unit='MiB'>128</memory><vcpu>1</vcpu>
<os><type arch='s390x' machine='s390-ccw-virtio'>hvm</type><kernel>$guest_files/kernel</kernel></os>
<devices><emulator>$guest_emulator</emulator>$hostdev<memballoon model='none'/></devices></domain>
XML
}
# The same name has the same uuid, as if it were defined.
guest_uuid() { md5sum <<<"$1" | sed -E 's/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*/\1-\2-4\3-8\4-\5/'; }
create() { virsh create "$guest_files/$1.xml"; }
# not_created NAME WORDS: libvirt's answer has them, and nothing is left of the try.
not_created() {
    refused 1 create "$1"
    check "the reason is said" says "$2"
}
qemu_pid() { cat "/run/libvirt/qemu/$1.pid"; }
qemu_kill() { kill -KILL "$(qemu_pid "$1")"; }
running() { answers "$1" virsh list --name; }
matrix_is_stopped() { [ ! -e "$MATRIX/$1" ]; }
# by_hook OPERATION GUEST: the hook run as libvirt does.
by_hook() { "$hook" "$2" "$1" begin - <"$guest_files/$2.xml"; }

end_libvirt() {
    local name
    kill -CONT "$(libvirt_pid)" "$(daemon_pid)"
    for name in $(virsh list --name); do virsh destroy "$name"; done
    for name in $(virsh list --all --name); do virsh undefine "$name"; done
    libvirt_ends
    rm -rf "$guest_files"
}
libvirt_starts || end_badly "libvirt does not start"
trap 'end_libvirt >/dev/null 2>&1; end_guests' EXIT
