/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The writes of an assign and nothing else: what a person who knows every value beforehand could do at best.
 * bare_assign APMASK AQMASK UUID AP_CONFIG; prints the time in milliseconds. */
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

int main(int argc, char **argv)
{
    struct timespec a, b;
    char path[256];
    if (argc != 5) return 2;
    clock_gettime(CLOCK_MONOTONIC, &a);
    put("/sys/bus/ap/apmask", argv[1]);
    put("/sys/bus/ap/aqmask", argv[2]);
    put("/sys/devices/vfio_ap/matrix/mdev_supported_types/vfio_ap-passthrough/create", argv[3]);
    snprintf(path, sizeof path, "/sys/devices/vfio_ap/matrix/%s/ap_config", argv[3]);
    put(path, argv[4]);
    clock_gettime(CLOCK_MONOTONIC, &b);
    printf("%.3f\n", (double)(b.tv_sec - a.tv_sec) * 1e3 + (double)(b.tv_nsec - a.tv_nsec) / 1e6);
    return 0;
}
