#define _GNU_SOURCE

#include "openat2.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#ifndef RENAME_EXCHANGE
#define RENAME_EXCHANGE (1 << 1)
#endif
#ifndef RENAME_NOREPLACE
#define RENAME_NOREPLACE (1 << 0)
#endif

int clinux_open_beneath(int directory, const char *name, int flags, mode_t mode) {
    struct open_how how = {
        .flags = (uint64_t)(flags | O_CLOEXEC),
        .mode = (flags & O_CREAT) ? mode : 0,
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
    };
    int fd = (int)syscall(SYS_openat2, directory, name, &how, sizeof how);
    /* EPERM is what an older container runtime answers for a call that it does not know. */
    if (fd >= 0 || (errno != ENOSYS && errno != EPERM)) return fd;
    if (strchr(name, '/') != NULL || strcmp(name, "..") == 0) {
        errno = EXDEV;
        return -1;
    }
    return openat(directory, name, flags | O_CLOEXEC | O_NOFOLLOW, mode);
}

int clinux_open_directory(const char *path) {
    return open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

ssize_t clinux_get_acl(int file, void *acl, size_t size) {
    return fgetxattr(file, "system.posix_acl_access", acl, size);
}

int clinux_set_acl(int file, const void *acl, size_t size) {
    if (size == 0) return fremovexattr(file, "system.posix_acl_access");
    return fsetxattr(file, "system.posix_acl_access", acl, size, 0);
}

int clinux_pipe(int ends[2]) {
    return pipe2(ends, O_CLOEXEC);
}

int clinux_exchange(int directory, const char *one, const char *other) {
    return (int)syscall(SYS_renameat2, directory, one, directory, other, RENAME_EXCHANGE);
}

int clinux_rename_new(const char *from, const char *to) {
    if (syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0) return 0;
    if (errno != EINVAL && errno != ENOSYS) return -1;
    return link(from, to) == 0 ? unlink(from) : -1;
}

int clinux_assume(uid_t uid, gid_t gid, const gid_t *groups, size_t count, int keep_root) {
    uid_t saved_uid = keep_root ? 0 : uid;
    gid_t saved_gid = keep_root ? 0 : gid;
    uid_t real_uid = keep_root ? 0 : uid;
    gid_t real_gid = keep_root ? 0 : gid;
    /* Back to root first: only root may choose groups. */
    if (geteuid() != 0 && syscall(SYS_setresuid, -1, 0, -1) != 0) return -1;
    if (syscall(SYS_setgroups, count, groups) != 0) return -1;
    if (syscall(SYS_setresgid, real_gid, gid, saved_gid) != 0) return -1;
    if (syscall(SYS_setresuid, real_uid, uid, saved_uid) != 0) return -1;
    return 0;
}
