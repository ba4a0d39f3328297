/* scrier_launcher.h: what vigosrv and scrier-launcher say to each other.
 *
 *   scrier-launcher WORKER FIRST-LAST      (as root: the pool of worker uids)
 *   scrier-launcher WORKER                 (without root)
 *
 * and, for a server that has a vault, behind either of them:
 *
 *   --secrets UID DIRECTORY KEY            (the vault worker's uid, outside of the pool; paths without links)
 *
 * fd 0 is a SOCK_SEQPACKET Unix socket: every packet from the server is one
 * request, every packet to it one report, nothing is ever split or joined. Both
 * have a fixed size, so that the root side has next to nothing to parse. The
 * launcher ends, and with it all workers, when that socket closes.
 */
#ifndef SCRIER_LAUNCHER_H
#define SCRIER_LAUNCHER_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define SCRIER_LAUNCHER_VERSION 1u
#define SCRIER_LAUNCHER_PATH_MAX 1024 /* bytes, with the NUL */
#define SCRIER_LAUNCHER_DESCRIPTORS 3 /* come with a START: messages, transport, log; with DIAL one more */
#define SCRIER_LAUNCHER_DESCRIPTORS_MAX 4

/* kind of a request */
#define SCRIER_LAUNCHER_START 1u
#define SCRIER_LAUNCHER_SIGNAL 2u
/* kind of a report */
#define SCRIER_LAUNCHER_STARTED 3u
#define SCRIER_LAUNCHER_REFUSED 4u
#define SCRIER_LAUNCHER_ENDED 5u

/* flags of a START: refuse rather than start a worker that is confined less than asked for */
#define SCRIER_LAUNCHER_STRICT 1u
/* the worker that keeps the secrets: with the vault's uid and its key; the launcher opens what is handed over */
#define SCRIER_LAUNCHER_SECRETS 2u
#define SCRIER_LAUNCHER_DIRECTORY 4u /* with SECRETS: the secrets directory too, locked for as long as the worker lives */
#define SCRIER_LAUNCHER_DIAL 8u      /* with SECRETS: a fourth descriptor, on which connections arrive */

/* What a worker finds open besides 0, 1 and 2; its arguments after the plugin's path name those that are there. */
#define SCRIER_WORKER_DIRECTORY 3 /* "directory" */
#define SCRIER_WORKER_KEY 4       /* "key" */
#define SCRIER_WORKER_NEXT_KEY 5  /* "next-key": KEY with ".next" at its end, while a new one replaces it */
#define SCRIER_WORKER_DIAL 6      /* "dial" */

/* What a STARTED worker had to do without (bits of `missing`). */
#define SCRIER_LAUNCHER_MISSING_UID 1u     /* a uid of its own: the launcher is not root */
#define SCRIER_LAUNCHER_MISSING_NETWORK 2u /* an empty network namespace: it shares the server's */
#define SCRIER_LAUNCHER_MISSING_IPC 4u     /* an IPC namespace of its own */

/* Where a REFUSED start stopped. */
#define SCRIER_LAUNCHER_STEP_REQUEST 1u     /* the request makes no sense; `status` is EINVAL, EBUSY … */
#define SCRIER_LAUNCHER_STEP_FORK 2u
#define SCRIER_LAUNCHER_STEP_NAMESPACE 3u
#define SCRIER_LAUNCHER_STEP_LIMITS 4u
#define SCRIER_LAUNCHER_STEP_IDENTITY 5u
#define SCRIER_LAUNCHER_STEP_DESCRIPTORS 6u
#define SCRIER_LAUNCHER_STEP_EXECUTE 7u
#define SCRIER_LAUNCHER_STEP_PLUGIN 8u    /* SECRETS: the library is not root's alone */
#define SCRIER_LAUNCHER_STEP_DIRECTORY 9u /* the secrets directory cannot be opened, or is not as it has to be */
#define SCRIER_LAUNCHER_STEP_LOCK 10u     /* EWOULDBLOCK: somebody else has it open */
#define SCRIER_LAUNCHER_STEP_KEY 11u
#define SCRIER_LAUNCHER_STEP_NEXT_KEY 12u

typedef struct scrier_launcher_request {
    uint32_t version;
    uint32_t kind;
    uint64_t id;    /* the server's, not in use by a live worker; every report about that worker carries it */
    uint32_t uid;   /* START as root: in the pool (SECRETS: the vault's) and not in use; otherwise ignored */
    uint32_t flags; /* START */
    int32_t signal; /* SIGNAL: SIGTERM or SIGKILL */
    uint32_t reserved;
    char plugin[SCRIER_LAUNCHER_PATH_MAX]; /* START: absolute, no "." or ".." component, the rest NUL */
} scrier_launcher_request;

typedef struct scrier_launcher_report {
    uint32_t version;
    uint32_t kind;
    uint64_t id;
    int32_t pid;      /* STARTED, ENDED */
    int32_t status;   /* REFUSED: errno; ENDED: as from waitpid() */
    uint32_t missing; /* STARTED: SCRIER_LAUNCHER_MISSING_… */
    uint32_t step;    /* REFUSED: SCRIER_LAUNCHER_STEP_… */
} scrier_launcher_report;

_Static_assert(sizeof(scrier_launcher_request) == 32 + SCRIER_LAUNCHER_PATH_MAX, "scrier_launcher_request");
_Static_assert(sizeof(scrier_launcher_report) == 32, "scrier_launcher_report");

/* Puts a path into a request (Swift sees the array as a tuple); 0, or -1 when it does not fit. */
static inline int scrier_launcher_set_plugin(scrier_launcher_request *request, const char *path) {
    size_t length = strlen(path);
    if (length >= sizeof request->plugin) return -1;
    memset(request->plugin, 0, sizeof request->plugin);
    memcpy(request->plugin, path, length);
    return 0;
}

#endif
