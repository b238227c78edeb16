/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Preloaded into apctld: adds up the time that its calls for files of /sys take, to tell what the daemon does from what a simulated sysfs costs.
 * $SYSFS_METER names a file of 8 bytes for the sum, in nanoseconds. Calls that fail count as the daemon's. */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static _Atomic unsigned long *nanoseconds;
static dev_t sysfs;

__attribute__((constructor)) static void begin(void)
{
    struct stat st;
    const char *path = getenv("SYSFS_METER");
    int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    if (fd < 0 || stat("/sys", &st) != 0) return;
    sysfs = st.st_dev;
    void *at = mmap(NULL, sizeof *nanoseconds, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    if (at != MAP_FAILED) nanoseconds = at;
}

static unsigned long now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (unsigned long)t.tv_sec * 1000000000UL + (unsigned long)t.tv_nsec;
}
static int is_of_sysfs(int fd)
{
    struct stat st;
    return nanoseconds && fd >= 0 && fstat(fd, &st) == 0 && st.st_dev == sysfs;
}

/* The body of a function of libc's, which calls it and meters that; `fd` is looked at afterwards. */
#define METERED(type, name, fd, parameters, ...) \
    static type(*real) parameters; \
    if (!real) *(void **)&real = dlsym(RTLD_NEXT, name); \
    const unsigned long since = now(); \
    type result = real(__VA_ARGS__); \
    const unsigned long took = now() - since; \
    if (is_of_sysfs(fd)) *nanoseconds += took; \
    return result

ssize_t read(int fd, void *to, size_t size) { METERED(ssize_t, "read", fd, (int, void *, size_t), fd, to, size); }
ssize_t pread64(int fd, void *to, size_t size, off64_t at) { METERED(ssize_t, "pread64", fd, (int, void *, size_t, off64_t), fd, to, size, at); }
ssize_t write(int fd, const void *from, size_t size) { METERED(ssize_t, "write", fd, (int, const void *, size_t), fd, from, size); }
struct dirent64 *readdir64(DIR *dir) { METERED(struct dirent64 *, "readdir64", dirfd(dir), (DIR *), dir); }
int openat64(int base, const char *path, int flags, ...)
{
    va_list more;
    va_start(more, flags);
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0;
    va_end(more);
    METERED(int, "openat64", result, (int, const char *, int, ...), base, path, flags, mode);
}
