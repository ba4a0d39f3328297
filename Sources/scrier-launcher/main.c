/* scrier-launcher: the server's only root part. Starts workers, signals them, says how they ended. */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "launcher.h"

enum { SERVER = 0 };

static struct settings settings;
static struct worker workers[WORKERS_MAX];

static struct worker *find(bool (*matches)(const struct worker *, uint64_t), uint64_t value) {
    for (int i = 0; i < WORKERS_MAX; i++)
        if (matches(&workers[i], value)) return &workers[i];
    return NULL;
}
static bool has_id(const struct worker *worker, uint64_t id) { return worker->pid != 0 && worker->id == id; }
static bool has_uid(const struct worker *worker, uint64_t uid) { return worker->pid != 0 && worker->uid == uid; }
static bool has_pid(const struct worker *worker, uint64_t pid) { return worker->pid == (pid_t)pid; }

_Noreturn static void end(void) {
    for (int i = 0; i < WORKERS_MAX; i++)
        if (workers[i].pid != 0) kill(-workers[i].pid, SIGKILL);
    while (waitpid(-1, NULL, 0) > 0 || errno == EINTR) continue;
    exit(0);
}

static void send_report(scrier_launcher_report *report) {
    report->version = SCRIER_LAUNCHER_VERSION;
    ssize_t size;
    do size = send(SERVER, report, sizeof *report, MSG_NOSIGNAL);
    while (size < 0 && errno == EINTR);
    if (size < 0) end();
}

static void refuse(uint64_t id, uint32_t step, int error) {
    scrier_launcher_report report = {.kind = SCRIER_LAUNCHER_REFUSED, .id = id, .step = step, .status = error};
    send_report(&report);
}

static void start(const struct request *request) {
    const scrier_launcher_request *body = &request->body;
    scrier_launcher_report report = {.kind = SCRIER_LAUNCHER_STARTED, .id = body->id};
    int error = check_start(request, &settings);
    if (error == 0 && find(has_id, body->id)) error = EEXIST;
    if (error == 0 && settings.root && find(has_uid, body->uid)) error = EBUSY;
    struct worker *place = find(has_pid, 0);
    if (error == 0 && !place) error = EAGAIN;
    if (error != 0) return refuse(body->id, SCRIER_LAUNCHER_STEP_REQUEST, error);

    pid_t pid = start_worker(&settings, request, &report);
    if (pid == 0) return refuse(body->id, report.step, report.status);
    *place = (struct worker){.id = body->id, .pid = pid, .uid = body->uid};
    report.pid = pid;
    send_report(&report);
}

static void serve_request(void) {
    static struct request request; /* not on the stack: it is the largest thing here */
    int received = receive_request(SERVER, &request);
    if (received == 0) end();
    if (received < 0) return refuse(request.body.id, SCRIER_LAUNCHER_STEP_REQUEST, EINVAL);
    if (request.body.kind == SCRIER_LAUNCHER_START) {
        start(&request);
    } else if (request.body.kind == SCRIER_LAUNCHER_SIGNAL && check_signal(&request) == 0) {
        /* One that has just ended is no mistake: its ENDED is under way. */
        struct worker *worker = find(has_id, request.body.id);
        if (worker) kill(-worker->pid, request.body.signal);
    } else {
        refuse(request.body.id, SCRIER_LAUNCHER_STEP_REQUEST, EINVAL);
    }
    for (int i = 0; i < request.count; i++) close(request.descriptors[i]);
}

static void reap(int signals) {
    struct signalfd_siginfo information;
    if (read(signals, &information, sizeof information) < 0 && errno != EAGAIN) return;
    int status;
    pid_t pid;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        struct worker *worker = find(has_pid, (uint64_t)pid);
        if (!worker) continue;
        scrier_launcher_report report = {
            .kind = SCRIER_LAUNCHER_ENDED, .id = worker->id, .pid = pid, .status = status};
        worker->pid = 0;
        send_report(&report);
    }
}

static bool parse_pool(const char *text) {
    char *rest;
    errno = 0;
    unsigned long first = strtoul(text, &rest, 10);
    if (errno != 0 || *rest != '-' || text[0] < '1' || text[0] > '9' || rest[1] < '1' || rest[1] > '9') return false;
    unsigned long last = strtoul(rest + 1, &rest, 10);
    /* (uid_t)-1 means "leave as it is" to setresuid. */
    if (errno != 0 || *rest != 0 || first < 1000 || last < first || last >= UINT32_MAX) return false;
    settings.first = (uid_t)first;
    settings.last = (uid_t)last;
    return true;
}

static bool is_usable_socket(void) {
    int type = 0;
    socklen_t size = sizeof type;
    return getsockopt(SERVER, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_SEQPACKET;
}

int main(int argc, char **argv) {
    settings.root = geteuid() == 0;
    bool sane = argc == (settings.root ? 3 : 2) || (!settings.root && argc == 3);
    if (!sane || argv[1][0] != '/' || (argc == 3 && !parse_pool(argv[2]))) {
        fprintf(stderr, "usage: scrier-launcher /path/of/scrier-worker FIRST-LAST\n"
                        "FIRST-LAST are the uids of workers, 1000 or more; without root it may be left out.\n");
        return 64;
    }
    if (!is_usable_socket()) {
        fprintf(stderr, "scrier-launcher: started by vigosrv only, with a socket as descriptor 0\n");
        return 64;
    }
    settings.worker = argv[1];
    syscall(SYS_close_range, 3u, ~0u, 0u);
    confine_self(&settings);

    sigset_t child;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    signal(SIGCHLD, SIG_DFL); /* were it ignored, no worker could be waited for */
    sigprocmask(SIG_SETMASK, &child, NULL);
    int signals = signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
    if (signals < 0) return 71;

    struct pollfd sources[] = {{.fd = SERVER, .events = POLLIN}, {.fd = signals, .events = POLLIN}};
    for (;;) {
        if (poll(sources, 2, -1) < 0 && errno != EINTR) end();
        if (sources[1].revents) reap(signals);
        if (sources[0].revents) serve_request();
    }
}
