/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Preloaded into apctld: adds up the time that its calls for files of /sys take, to tell what the daemon does from what a simulated sysfs costs.
 * $SYSFS_METER names a file of 8 bytes for the sum, in nanoseconds. */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
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

/* Also where nothing is there. */
static int leads_to_sysfs(int base, const char *path)
{
    const char *relative = path + strspn(path, "/");
    return strncmp(relative, "sys/", 4) == 0 || (relative == path && is_of_sysfs(base));
}

/* The body of a function of libc's, which calls it and meters that where `ours` is so. */
#define METERED(type, name, ours, parameters, ...) \
    static type(*real) parameters; \
    if (!real) *(void **)&real = dlsym(RTLD_NEXT, name); \
    const int counts = nanoseconds && (ours); \
    const unsigned long since = now(); \
    type result = real(__VA_ARGS__); \
    if (counts) *nanoseconds += now() - since; \
    return result

ssize_t read(int fd, void *to, size_t size) { METERED(ssize_t, "read", is_of_sysfs(fd), (int, void *, size_t), fd, to, size); }
ssize_t pread64(int fd, void *to, size_t size, off64_t at) { METERED(ssize_t, "pread64", is_of_sysfs(fd), (int, void *, size_t, off64_t), fd, to, size, at); }
ssize_t write(int fd, const void *from, size_t size) { METERED(ssize_t, "write", is_of_sysfs(fd), (int, const void *, size_t), fd, from, size); }
struct dirent64 *readdir64(DIR *dir) { METERED(struct dirent64 *, "readdir64", is_of_sysfs(dirfd(dir)), (DIR *), dir); }
int fstatat64(int base, const char *path, struct stat64 *to, int flags)
{
    METERED(int, "fstatat64", leads_to_sysfs(base, path), (int, const char *, struct stat64 *, int), base, path, to, flags);
}
int close(int fd) { METERED(int, "close", is_of_sysfs(fd), (int), fd); }
int openat64(int base, const char *path, int flags, ...)
{
    va_list more;
    va_start(more, flags);
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0;
    va_end(more);
    METERED(int, "openat64", leads_to_sysfs(base, path), (int, const char *, int, ...), base, path, flags, mode);
}
