// SPDX-License-Identifier: LGPL-2.1-or-later
// Units and settings as texts.
#include "run/boot_units.hpp"

namespace apsim {

const std::vector<std::pair<std::string, std::string>>& boot_files() {
    static const std::vector<std::pair<std::string, std::string>> files{
        // Without the variable libudev and sd-device find no device on a file system that is no real sysfs.
        {"/etc/systemd/system.conf.d/apsim.conf",
         "[Manager]\n"
         "DefaultEnvironment=SYSTEMD_DEVICE_VERIFY_SYSFS=0 APSIM_CONTROL=/run/apsim/control\n"
         "DefaultTimeoutStartSec=30s\n"},
        // In place of a rule that empties /tmp: what is there may be what is to be tested.
        {"/etc/tmpfiles.d/tmp.conf", "q /tmp 1777 root root -\n"},
        {"/etc/systemd/journald.conf.d/apsim.conf", "[Journal]\nStorage=volatile\nForwardToWall=no\n"},
        {"/etc/systemd/system/apsim.target",
         "[Unit]\n"
         "Description=Simulated AP host\n"
         "Requires=apsim-command.service\n"},
        // Not after multi-user.target, which nothing here wants.
        {"/etc/systemd/system/apsim-command.service",
         "[Unit]\n"
         "Description=The command of apsim run --boot\n"
         "Wants=dbus.service systemd-udevd.service systemd-udev-trigger.service\n"
         "After=basic.target dbus.service systemd-udevd.service systemd-udev-trigger.service\n"
         "[Service]\n"
         "Type=exec\n"
         "ExecStart=/run/apsim/bin/apsim inside\n"
         "LimitCORE=infinity\n"},
        // Only what is simulated: an event about a real device would be seen by the whole machine.
        {"/etc/systemd/system/systemd-udev-trigger.service.d/apsim.conf",
         "[Service]\n"
         "ExecStart=\n"
         "ExecStart=-udevadm trigger --type=devices --action=add --subsystem-match=ap "
         "--subsystem-match=matrix --subsystem-match=mdev --subsystem-match=vfio\n"}};
    return files;
}

const std::vector<std::string>& masked_units() {
    static const std::vector<std::string> units{"dev-hugepages.mount",
                                                "dev-mqueue.mount",
                                                "kmod-static-nodes.service",
                                                "ldconfig.service",
                                                "proc-sys-fs-binfmt_misc.automount",
                                                "proc-sys-fs-binfmt_misc.mount",
                                                "sys-fs-fuse-connections.mount",
                                                "sys-kernel-config.mount",
                                                "sys-kernel-debug.mount",
                                                "sys-kernel-tracing.mount",
                                                "systemd-ask-password-console.path",
                                                "systemd-binfmt.service",
                                                "systemd-boot-system-token.service",
                                                "systemd-firstboot.service",
                                                "systemd-hwdb-update.service",
                                                "systemd-initctl.socket",
                                                "systemd-journal-catalog-update.service",
                                                "systemd-journald-audit.socket",
                                                "systemd-machine-id-commit.service",
                                                "systemd-modules-load.service",
                                                "systemd-networkd.service",
                                                "systemd-pcrphase-sysinit.service",
                                                "systemd-pcrphase.service",
                                                "systemd-pstore.service",
                                                "systemd-random-seed.service",
                                                "systemd-remount-fs.service",
                                                "systemd-repart.service",
                                                "systemd-resolved.service",
                                                "systemd-sysctl.service",
                                                "systemd-sysusers.service",
                                                "systemd-timesyncd.service",
                                                "systemd-tmpfiles-setup-dev.service",
                                                "systemd-update-done.service",
                                                "systemd-update-utmp.service",
                                                "timers.target",
                                                "tmp.mount"};
    return units;
}

} // namespace apsim
