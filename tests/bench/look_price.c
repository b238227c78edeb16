/* SPDX-License-Identifier: LGPL-2.1-or-later
 * How long a look takes in /sys and in another sysfs: look_price FILE DIRECTORY OTHER-FILE OTHER-DIRECTORY. Prints how much more in microseconds, medians of many, to read
 * a file that is open; to open, read and close it; to list a directory. */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { looks = 51 };
static char text[4096];

static void fail(const char *path)
{
    perror(path);
    exit(1);
}
static int opened(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) fail(path);
    return fd;
}
static void read_again(int fd, const char *path)
{
    if (pread(fd, text, sizeof text, 0) < 0) fail(path);
}
static void read_anew(int fd, const char *path)
{
    fd = opened(path);
    if (read(fd, text, sizeof text) < 0) fail(path);
    close(fd);
}
static void list(int fd, const char *path)
{
    DIR *dir = opendir(path);
    (void)fd;
    if (!dir) fail(path);
    while (readdir(dir)) {}
    closedir(dir);
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}
static double price(void (*look)(int, const char *), const char *path)
{
    static double times[looks];
    struct timespec a, b;
    int fd = opened(path);
    for (int i = 0; i < looks; i++) {
        clock_gettime(CLOCK_MONOTONIC, &a);
        look(fd, path);
        clock_gettime(CLOCK_MONOTONIC, &b);
        times[i] = (double)(b.tv_sec - a.tv_sec) * 1e6 + (double)(b.tv_nsec - a.tv_nsec) / 1e3;
    }
    close(fd);
    qsort(times, looks, sizeof *times, by_size);
    return times[looks / 2];
}

int main(int argc, char **argv)
{
    if (argc != 5) return 2;
    printf("%.3f %.3f %.3f\n", price(read_again, argv[1]) - price(read_again, argv[3]), price(read_anew, argv[1]) - price(read_anew, argv[3]),
           price(list, argv[2]) - price(list, argv[4]));
    return 0;
}
