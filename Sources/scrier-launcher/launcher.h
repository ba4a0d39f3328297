/* What the files of scrier-launcher share. It is C without a runtime because it forks as root: nothing here allocates,
 * starts a thread or reads a file (those of the vault it opens and hands on), and all of it can be read in one sitting. */
#ifndef LAUNCHER_H
#define LAUNCHER_H

#include <stdbool.h>
#include <sys/types.h>

#include "scrier_launcher.h"

struct settings {
    const char *worker; /* path of scrier-worker */
    bool root;
    uid_t first, last; /* the pool, as root */
    /* the vault; NULL where there is none */
    const char *secrets, *key;
    uid_t secrets_uid;
};

/* What a SECRETS start hands over; -1 for what is not there. The lock stays the launcher's. */
struct vault {
    int directory, key, next_key, lock;
};

/* Every worker that runs. */
struct worker {
    uint64_t id;
    pid_t pid; /* 0: a free place */
    uid_t uid;
    int lock; /* of the secrets directory; -1: none */
};
enum { WORKERS_MAX = 1024 };

struct request {
    scrier_launcher_request body;
    int descriptors[SCRIER_LAUNCHER_DESCRIPTORS_MAX];
    int count;
};

/* request.c: one packet from the socket. 1: a request, whose descriptors are the caller's to close; 0: the peer is gone;
 * -1: a packet that is none (its descriptors are closed). */
int receive_request(int socket, struct request *out);
/* 0, or an errno that says what is wrong with it. */
int check_start(const struct request *request, const struct settings *settings);
int check_signal(const struct request *request);

/* path.c: opens an absolute path in which no part is a symbolic link; -1 with errno. With `only_root` every directory on
 * the way must be one in which root alone can replace things. */
int open_plainly(const char *path, int flags, bool only_root);

/* vault.c: opens what `flags` of a START ask for, after checks of owner and mode. 0, or the step at which it failed, with
 * errno; then nothing is open. */
uint32_t open_vault(const struct settings *settings, const scrier_launcher_request *request, struct vault *out);
void close_handed_over(struct vault *vault);

/* start.c: forks and executes a worker. Returns its pid, or 0 with step and status in the report. */
pid_t start_worker(const struct settings *settings, const struct request *request, const struct vault *vault,
                   scrier_launcher_report *report);

/* child.c: what the child does between fork and exec; never returns. `status` tells the parent. */
_Noreturn void become_worker(const struct settings *settings, const struct request *request, const struct vault *vault,
                             int status, pid_t parent);

/* self.c: what the launcher gives up itself before the first request. */
void confine_self(const struct settings *settings);

#endif
