#define _GNU_SOURCE
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "launcher.h"

#define BIT(capability) (1u << (capability))

/* What is left of root: to make namespaces, to take on a worker's uid, to signal it; with a vault, to reach root's files
 * below a directory that is the server's. All below bit 32. */
static void keep_few_capabilities(bool has_vault) {
    unsigned keep = BIT(CAP_SYS_ADMIN) | BIT(CAP_SETUID) | BIT(CAP_SETGID) | BIT(CAP_KILL) | BIT(CAP_SYS_RESOURCE);
    if (has_vault) keep |= BIT(CAP_DAC_READ_SEARCH);
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct data[2];
    if (syscall(SYS_capget, &header, data) != 0) return;
    data[0].permitted &= keep;
    data[0].effective = data[0].permitted;
    data[0].inheritable = 0;
    data[1].permitted = data[1].effective = data[1].inheritable = 0;
    syscall(SYS_capset, &header, data);
}

void confine_self(const struct settings *settings) {
    /* The server stops it by closing the socket, after the sessions are over: not by a Ctrl-C in its terminal, nor by a
     * service manager that signals the whole group. */
    int ignored[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE};
    for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++) signal(ignored[i], SIG_IGN);
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    if (!settings->root) return;
    (void)!unshare(CLONE_NEWNET); /* it uses no network, with or without */
    keep_few_capabilities(settings->secrets != NULL);
}
