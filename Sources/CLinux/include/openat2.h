#ifndef CLINUX_OPENAT2_H
#define CLINUX_OPENAT2_H

#include <sys/types.h>

/* Opens NAME below DIRECTORY and nowhere else: no symbolic link, no "..", no other file system's magic on the way.
   Returns a descriptor (close-on-exec) the caller owns, or -1 with errno. Where the kernel has no openat2, NAME must be
   a single component. */
int clinux_open_beneath(int directory, const char *name, int flags, mode_t mode);

/* A directory to open things below, by a path that may hold links; the caller's to close, or -1 with errno. */
int clinux_open_directory(const char *path);

/* A pipe that no child inherits unasked: the reading end first, both the caller's to close; -1 with errno. */
int clinux_pipe(int ends[2]);

/* A file's access control list in the kernel's own form: its length, or -1 with errno (ENODATA: it has none). */
ssize_t clinux_get_acl(int file, void *acl, size_t size);

/* Gives a file that list, or none where the size is 0; 0, or -1 with errno. */
int clinux_set_acl(int file, const void *acl, size_t size);

/* Exchanges two names of one directory in one step; -1 with errno (EINVAL, ENOSYS: this file system cannot). */
int clinux_exchange(int directory, const char *one, const char *other);

/* Gives a file another name, which nothing has yet; -1 with errno (EEXIST: something has). By a link where the file system
   knows no such renaming, so that one of both works on each. */
int clinux_rename_new(const char *from, const char *to);

/* Takes on a user's identity for file access, or gives it back (uid 0). For a process with one thread: the calls go
   to the kernel past glibc, which would change every thread. keep_root != 0 leaves the way back open; 0 closes it. */
int clinux_assume(uid_t uid, gid_t gid, const gid_t *groups, size_t count, int keep_root);

#endif
