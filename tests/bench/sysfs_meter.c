/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Preloaded into apctld: counts how often it looks at /sys, to tell what the daemon does from what a simulated sysfs costs. Writes are not counted, nor what the kernel
 * answers without asking the file system.
 * $SYSFS_METER names a file for three counters of 8 bytes: files that were open already and are read; files that are opened, read and closed; directories listed. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static struct {
    _Atomic unsigned long reads, files, lists;
} *counted;
static unsigned char of_sysfs[4096]; /* by descriptor; asking the kernel would take longer than what is counted */

__attribute__((constructor)) static void begin(void)
{
    const char *path = getenv("SYSFS_METER");
    int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    if (fd < 0) return;
    void *at = mmap(NULL, sizeof *counted, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    if (at != MAP_FAILED) counted = at;
}

static int in_table(int fd) { return fd >= 0 && fd < (int)sizeof of_sysfs; }
static int leads_to_sysfs(int base, const char *path)
{
    const char *relative = path + strspn(path, "/");
    return strncmp(relative, "sys/", 4) == 0 || (relative == path && in_table(base) && of_sysfs[base]);
}
static int opened(int fd, int flags, int there)
{
    if (in_table(fd)) of_sysfs[fd] = (unsigned char)there;
    if (counted && there && fd >= 0 && (flags & (O_PATH | O_ACCMODE)) == O_RDONLY) {
        if (flags & O_DIRECTORY) counted->lists++;
        else counted->files++;
    }
    return fd;
}

#define REAL(type, name, parameters) \
    static type(*real) parameters; \
    if (!real) *(void **)&real = dlsym(RTLD_NEXT, name)
#define MODE(mode) \
    va_list more; \
    va_start(more, flags); \
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0; \
    va_end(more)

ssize_t pread64(int fd, void *to, size_t size, off64_t at)
{
    REAL(ssize_t, "pread64", (int, void *, size_t, off64_t));
    if (counted && in_table(fd) && of_sysfs[fd]) counted->reads++;
    return real(fd, to, size, at);
}
int openat64(int base, const char *path, int flags, ...)
{
    REAL(int, "openat64", (int, const char *, int, ...));
    MODE(mode);
    return opened(real(base, path, flags, mode), flags, leads_to_sysfs(base, path));
}
int open64(const char *path, int flags, ...)
{
    REAL(int, "open64", (const char *, int, ...));
    MODE(mode);
    return opened(real(path, flags, mode), flags, leads_to_sysfs(-1, path));
}
