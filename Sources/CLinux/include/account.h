/* account.h: becoming another user for good, and knowing who is at the other end of a Unix socket. */
#ifndef LINUX_ACCOUNT_H
#define LINUX_ACCOUNT_H

#include <stdint.h>

/* What SO_PEERCRED gives; the kernel's struct ucred, which glibc declares for GNU sources only. */
typedef struct linux_peer {
    int32_t pid;
    uint32_t uid;
    uint32_t gid;
} linux_peer;

/* Gives up every group and all three user and group ids, and makes the process not dumpable. 0, or -1 with errno. */
int linux_become(uint32_t uid, uint32_t gid);

#endif
