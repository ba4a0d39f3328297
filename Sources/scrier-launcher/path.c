#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "launcher.h"

/* Nobody but root can put something else in the place of what is in it. */
static bool is_roots_alone(int directory) {
    struct stat status;
    if (fstat(directory, &status) != 0) return false;
    bool others_write = (status.st_mode & (S_IWGRP | S_IWOTH)) != 0 && (status.st_mode & S_ISVTX) == 0;
    if (status.st_uid == 0 && !others_write) return true;
    errno = EPERM;
    return false;
}

static void close_keeping_errno(int descriptor) {
    int error = errno;
    close(descriptor);
    errno = error;
}

int open_plainly(const char *path, int flags, bool only_root) {
    char name[256];
    int directory = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
    while (directory >= 0) {
        path += strspn(path, "/");
        size_t width = strcspn(path, "/");
        bool is_last = path[width + strspn(path + width, "/")] == 0;
        if (only_root && !is_roots_alone(directory)) break;
        if (width == 0 || width >= sizeof name || strncmp(path, "..", width) == 0) {
            errno = width >= sizeof name ? ENAMETOOLONG : EINVAL;
            break;
        }
        memcpy(name, path, width);
        name[width] = 0;
        int next = openat(directory, name, O_NOFOLLOW | O_CLOEXEC | (is_last ? flags : O_PATH | O_DIRECTORY));
        close_keeping_errno(directory);
        if (is_last || next < 0) return next;
        directory = next;
        path += width;
    }
    if (directory >= 0) close_keeping_errno(directory);
    return -1;
}
