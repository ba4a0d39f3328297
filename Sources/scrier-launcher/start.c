#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "launcher.h"
#include "progress.h"

/* The child writes what it had to do without, and on failure once more why. The pipe closes by itself at exec, so the
 * last record before its end is the truth. */
static void read_progress(int pipe, struct progress *out) {
    struct progress next;
    for (;;) {
        ssize_t size = read(pipe, &next, sizeof next);
        if (size < 0 && errno == EINTR) continue;
        if (size != sizeof next) return;
        *out = next;
    }
}

pid_t start_worker(const struct settings *settings, const struct request *request, const struct vault *vault,
                   scrier_launcher_report *report) {
    int status[2];
    pid_t parent = getpid();
    if (pipe2(status, O_CLOEXEC) != 0) {
        report->step = SCRIER_LAUNCHER_STEP_FORK;
        report->status = errno;
        return 0;
    }
    pid_t pid = fork();
    if (pid == 0) {
        close(status[0]);
        become_worker(settings, request, vault, status[1], parent);
    }
    int error = errno;
    close(status[1]);
    struct progress progress = {.step = SCRIER_LAUNCHER_STEP_FORK, .error = pid < 0 ? error : ECHILD};
    if (pid > 0) read_progress(status[0], &progress);
    close(status[0]);
    if (pid > 0 && progress.error == 0) {
        report->missing = progress.missing;
        return pid;
    }
    if (pid > 0)
        while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) continue;
    report->step = progress.step;
    report->status = progress.error;
    return 0;
}
