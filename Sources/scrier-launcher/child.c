#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "launcher.h"
#include "progress.h"

static int status_pipe;
static struct progress progress;

_Noreturn static void fail(uint32_t step, int error) {
    progress.step = step;
    progress.error = error;
    if (write(status_pipe, &progress, sizeof progress) < 0) _exit(126);
    _exit(127);
}

static void write_file(const char *path, const char *text) {
    int file = open(path, O_WRONLY | O_CLOEXEC);
    if (file < 0) return;
    if (write(file, text, strlen(text)) < 0) errno = 0; /* seen by what is missing afterwards */
    close(file);
}

/* Without root a namespace of users comes first; in it the worker keeps the number it has. */
static void unshare_as_user(uid_t uid, gid_t gid) {
    char map[64];
    prctl(PR_SET_DUMPABLE, 1, 0, 0, 0); /* else /proc/self is root's; exec would set it anyway */
    if (unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWIPC) != 0) {
        progress.missing |= SCRIER_LAUNCHER_MISSING_NETWORK | SCRIER_LAUNCHER_MISSING_IPC;
        return;
    }
    write_file("/proc/self/setgroups", "deny");
    snprintf(map, sizeof map, "%u %u 1", uid, uid);
    write_file("/proc/self/uid_map", map);
    snprintf(map, sizeof map, "%u %u 1", gid, gid);
    write_file("/proc/self/gid_map", map);
}

static void unshare_as_root(void) {
    if (unshare(CLONE_NEWNET) != 0) progress.missing |= SCRIER_LAUNCHER_MISSING_NETWORK;
    if (unshare(CLONE_NEWIPC) != 0) progress.missing |= SCRIER_LAUNCHER_MISSING_IPC;
}

static void limit(int resource, rlim_t most) {
    struct rlimit now;
    if (getrlimit(resource, &now) != 0) fail(SCRIER_LAUNCHER_STEP_LIMITS, errno);
    if (now.rlim_max < most) most = now.rlim_max;
    struct rlimit limits = {most, most};
    if (setrlimit(resource, &limits) != 0) fail(SCRIER_LAUNCHER_STEP_LIMITS, errno);
}

static void take_identity(uid_t uid) {
    gid_t gid = uid;
    if (setgroups(0, NULL) != 0 || setresgid(gid, gid, gid) != 0 || setresuid(uid, uid, uid) != 0)
        fail(SCRIER_LAUNCHER_STEP_IDENTITY, errno);
    if (setresuid(0, 0, 0) == 0) fail(SCRIER_LAUNCHER_STEP_IDENTITY, EPERM); /* there must be no way back */
}

enum { PLACES = 7, STATUS = PLACES };

/* `wanted` is what shall lie at 0, 1, 2 …; -1: nothing. */
static void place_descriptors(const int wanted[PLACES]) {
    int above[PLACES];
    /* First out of the way of all places, then into them: no order of the numbers can overwrite one. */
    status_pipe = fcntl(status_pipe, F_DUPFD_CLOEXEC, 16);
    if (status_pipe < 0) _exit(127);
    for (int i = 0; i < PLACES; i++) {
        above[i] = wanted[i] < 0 ? -1 : fcntl(wanted[i], F_DUPFD_CLOEXEC, 16);
        if (wanted[i] >= 0 && above[i] < 0) fail(SCRIER_LAUNCHER_STEP_DESCRIPTORS, errno);
    }
    for (int i = 0; i < PLACES; i++) {
        if (above[i] < 0) {
            close(i);
        } else if (dup2(above[i], i) < 0) {
            fail(SCRIER_LAUNCHER_STEP_DESCRIPTORS, errno);
        }
    }
    if (dup3(status_pipe, STATUS, O_CLOEXEC) < 0) fail(SCRIER_LAUNCHER_STEP_DESCRIPTORS, errno);
    status_pipe = STATUS;
    if (syscall(SYS_close_range, STATUS + 1u, ~0u, 0u) != 0) fail(SCRIER_LAUNCHER_STEP_DESCRIPTORS, errno);
}

/* The server's signals are not the worker's: what was ignored or blocked would stay so across exec. */
static void reset_signals(void) {
    for (int number = 1; number < 32; number++)
        if (number != SIGKILL && number != SIGSTOP) signal(number, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

_Noreturn void become_worker(const struct settings *settings, const struct request *request, const struct vault *vault,
                             int status, pid_t parent) {
    status_pipe = status;
    bool strict = (request->body.flags & SCRIER_LAUNCHER_STRICT) != 0;
    bool secrets = (request->body.flags & SCRIER_LAUNCHER_SECRETS) != 0;
    int dial = request->count > SCRIER_LAUNCHER_DESCRIPTORS ? request->descriptors[SCRIER_LAUNCHER_DESCRIPTORS] : -1;
    const int wanted[PLACES] = {request->descriptors[0], request->descriptors[1], request->descriptors[2],
                                vault->directory,        vault->key,              vault->next_key,
                                dial};
    setsid(); /* a group of its own, which SIGNAL reaches */
    reset_signals();
    umask(077);
    if (chdir("/") != 0) fail(SCRIER_LAUNCHER_STEP_LIMITS, errno);
    place_descriptors(wanted);

    if (settings->root) {
        unshare_as_root();
    } else {
        progress.missing |= SCRIER_LAUNCHER_MISSING_UID;
        unshare_as_user(getuid(), getgid());
    }
    if (strict && progress.missing != 0) fail(SCRIER_LAUNCHER_STEP_NAMESPACE, EPERM);

    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_NOFILE, 128);
    limit(RLIMIT_MSGQUEUE, 0);
    if (settings->root) limit(RLIMIT_NPROC, 64); /* counted by uid: only where that is the worker's own */
    /* Rather one session than the server; the vault serves them all. */
    if (!secrets) write_file("/proc/self/oom_score_adj", "500");
    if (settings->root) take_identity(request->body.uid);

    /* After the change of uid, which clears it. */
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) fail(SCRIER_LAUNCHER_STEP_IDENTITY, errno);
    if (getppid() != parent) _exit(127);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) fail(SCRIER_LAUNCHER_STEP_LIMITS, errno);

    /* The backtracer would print registers and memory into the log. */
    char *environment[] = {"SWIFT_BACKTRACE=enable=no", NULL};
    const char *names[] = {"directory", "key", "next-key", "dial"};
    char *arguments[3 + 4 + 1] = {"scrier-worker", "run", (char *)request->body.plugin};
    for (int i = 0, next = 3; i < 4; i++)
        if (wanted[SCRIER_WORKER_DIRECTORY + i] >= 0) arguments[next++] = (char *)names[i];
    if (write(status_pipe, &progress, sizeof progress) < 0) _exit(127);
    execve(settings->worker, arguments, environment);
    fail(SCRIER_LAUNCHER_STEP_EXECUTE, errno);
}
