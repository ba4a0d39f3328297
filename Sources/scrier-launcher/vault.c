/* What the vault's worker is given: its directory, locked, and its key. Both are root's, so that the server, which asks
 * for this, can neither read the key nor pass off another one. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "launcher.h"

/* Root's, or without root those of whoever runs all this. */
static uid_t owner(const struct settings *settings) { return settings->root ? 0 : geteuid(); }

static bool fails_with(int error) {
    errno = error;
    return false;
}

/* One that root alone can change: the server names it, and it is about to learn the key. */
static bool is_trusted_plugin(const struct settings *settings, const char *path) {
    if (!settings->root) return true;
    int file = open_plainly(path, O_PATH, true);
    if (file < 0) return false;
    struct stat status;
    bool is_trusted = fstat(file, &status) == 0 && S_ISREG(status.st_mode) && status.st_uid == 0 &&
                      (status.st_mode & (S_IWGRP | S_IWOTH)) == 0;
    close(file);
    return is_trusted || fails_with(EPERM);
}

/* As root: root's, its group the worker's, mode 1770, so that the worker can make files in it but not touch root's. */
static int open_directory(const struct settings *settings) {
    int directory = open_plainly(settings->secrets, O_RDONLY | O_DIRECTORY, false);
    if (directory < 0) return -1;
    struct stat status;
    bool is_right = fstat(directory, &status) == 0 && status.st_uid == owner(settings);
    if (is_right && settings->root)
        is_right = status.st_gid == settings->secrets_uid && (status.st_mode & 07777) == 01770;
    else if (is_right)
        is_right = (status.st_mode & (S_IRWXG | S_IRWXO)) == 0;
    if (is_right) return directory;
    close(directory);
    errno = EPERM;
    return -1;
}

static int lock_directory(int directory) {
    int lock = openat(directory, ".lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
    if (lock < 0) return -1;
    if (flock(lock, LOCK_EX | LOCK_NB) == 0) return lock;
    int error = errno;
    close(lock);
    errno = error;
    return -1;
}

static int open_key(const struct settings *settings, const char *path) {
    int key = open_plainly(path, O_RDONLY | O_NONBLOCK, false);
    if (key < 0) return -1;
    struct stat status;
    bool is_right = fstat(key, &status) == 0 && S_ISREG(status.st_mode) && status.st_uid == owner(settings) &&
                    status.st_nlink == 1 && (status.st_mode & 07177) == 0;
    if (is_right) return key;
    close(key);
    errno = EPERM;
    return -1;
}

/* The one that replaces it, if somebody is about to. */
static bool open_next_key(const struct settings *settings, int *out) {
    char path[SCRIER_LAUNCHER_PATH_MAX + sizeof ".next"];
    size_t length = strlen(settings->key);
    memcpy(path, settings->key, length);
    memcpy(path + length, ".next", sizeof ".next");
    *out = open_key(settings, path);
    return *out >= 0 || errno == ENOENT;
}

static uint32_t open_all(const struct settings *settings, const scrier_launcher_request *request, struct vault *out) {
    if (!is_trusted_plugin(settings, request->plugin)) return SCRIER_LAUNCHER_STEP_PLUGIN;
    if (request->flags & SCRIER_LAUNCHER_DIRECTORY) {
        if ((out->directory = open_directory(settings)) < 0) return SCRIER_LAUNCHER_STEP_DIRECTORY;
        if ((out->lock = lock_directory(out->directory)) < 0) return SCRIER_LAUNCHER_STEP_LOCK;
    }
    if ((out->key = open_key(settings, settings->key)) < 0) return SCRIER_LAUNCHER_STEP_KEY;
    if (!open_next_key(settings, &out->next_key)) return SCRIER_LAUNCHER_STEP_NEXT_KEY;
    return 0;
}

void close_handed_over(struct vault *vault) {
    if (vault->directory >= 0) close(vault->directory);
    if (vault->key >= 0) close(vault->key);
    if (vault->next_key >= 0) close(vault->next_key);
}

uint32_t open_vault(const struct settings *settings, const scrier_launcher_request *request, struct vault *out) {
    *out = (struct vault){-1, -1, -1, -1};
    if (!(request->flags & SCRIER_LAUNCHER_SECRETS)) return 0;
    uint32_t step = open_all(settings, request, out);
    if (step == 0) return 0;
    int error = errno;
    close_handed_over(out);
    if (out->lock >= 0) close(out->lock);
    errno = error;
    return step;
}
