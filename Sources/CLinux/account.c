#define _GNU_SOURCE
#include "account.h"

#include <grp.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

_Static_assert(sizeof(linux_peer) == sizeof(struct ucred), "linux_peer");

int linux_become(uint32_t uid, uint32_t gid) {
    if (setgroups(0, 0) != 0 || setresgid(gid, gid, gid) != 0 || setresuid(uid, uid, uid) != 0) return -1;
    return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}
