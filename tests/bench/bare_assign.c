/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The writes of an assign and nothing else: what a person who knows every value beforehand could do at best.
 * bare_assign APMASK AQMASK UUID AP_CONFIG [FILE]; prints the time in milliseconds. With FILE, 4 KiB are brought to the disk there before and after. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static void put(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text)) {
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
        exit(1);
    }
    close(fd);
}

static void keep(const char *path)
{
    static const char page[4096];
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd < 0 || write(fd, page, sizeof page) != (ssize_t)sizeof page || fdatasync(fd) != 0) {
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
        exit(1);
    }
    close(fd);
}

int main(int argc, char **argv)
{
    struct timespec a, b;
    char path[256];
    if (argc != 5 && argc != 6) return 2;
    clock_gettime(CLOCK_MONOTONIC, &a);
    if (argc == 6) keep(argv[5]);
    put("/sys/bus/ap/apmask", argv[1]);
    put("/sys/bus/ap/aqmask", argv[2]);
    put("/sys/devices/vfio_ap/matrix/mdev_supported_types/vfio_ap-passthrough/create", argv[3]);
    snprintf(path, sizeof path, "/sys/devices/vfio_ap/matrix/%s/ap_config", argv[3]);
    put(path, argv[4]);
    if (argc == 6) keep(argv[5]);
    clock_gettime(CLOCK_MONOTONIC, &b);
    printf("%.3f\n", (double)(b.tv_sec - a.tv_sec) * 1e3 + (double)(b.tv_nsec - a.tv_nsec) / 1e6);
    return 0;
}
