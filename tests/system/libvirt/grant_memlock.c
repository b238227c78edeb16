// SPDX-License-Identifier: LGPL-2.1-or-later
// Preloaded into libvirtd where root may not raise limits, as in a user namespace and many a container. Before a guest gets a mediated device libvirt raises what
// the guest's QEMU may lock in memory. A simulated matrix locks nothing, so the limit may as well stay: libvirtd is told that it was raised.
#undef _FILE_OFFSET_BITS // or the header gives our functions the names of those for large files
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

int prlimit64(pid_t pid, __rlimit_resource_t resource, const struct rlimit64* limit, struct rlimit64* before) {
    const long result = syscall(SYS_prlimit64, pid, resource, limit, before);
    return result != 0 && errno == EPERM && resource == RLIMIT_MEMLOCK ? 0 : (int)result;
}
int setrlimit64(__rlimit_resource_t resource, const struct rlimit64* limit) { return prlimit64(0, resource, limit, NULL); }
// Not for what libvirtd starts, hooks among it.
__attribute__((constructor)) static void in_this_process_only(void) { unsetenv("LD_PRELOAD"); }
