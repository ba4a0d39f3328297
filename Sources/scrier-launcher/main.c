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

    struct vault vault;
    uint32_t step = open_vault(&settings, body, &vault);
    if (step != 0) return refuse(body->id, step, errno);
    pid_t pid = start_worker(&settings, request, &vault, &report);
    close_handed_over(&vault);
    if (pid == 0) {
        if (vault.lock >= 0) close(vault.lock);
        return refuse(body->id, report.step, report.status);
    }
    *place = (struct worker){.id = body->id, .pid = pid, .uid = body->uid, .lock = vault.lock};
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
        if (worker->lock >= 0) close(worker->lock);
        send_report(&report);
    }
}

/* A uid of 1000 or more, at the end of which `*rest` points; (uid_t)-1 means "leave as it is" to setresuid. */
static bool parse_uid(const char *text, uid_t *out, char **rest) {
    if (text[0] < '1' || text[0] > '9') return false;
    errno = 0;
    unsigned long number = strtoul(text, rest, 10);
    if (errno != 0 || number < 1000 || number >= UINT32_MAX) return false;
    *out = (uid_t)number;
    return true;
}

static bool parse_pool(const char *text) {
    char *rest;
    return parse_uid(text, &settings.first, &rest) && *rest == '-' && parse_uid(rest + 1, &settings.last, &rest) &&
           *rest == 0 && settings.first <= settings.last;
}

/* WORKER [FIRST-LAST] [--secrets UID DIRECTORY KEY] */
static bool parse(int count, char **words) {
    if (count < 2 || words[1][0] != '/') return false;
    settings.worker = words[1];
    int next = 2;
    if (next < count && words[next][0] != '-') {
        if (!parse_pool(words[next++])) return false;
    } else if (settings.root) {
        return false;
    }
    if (next == count) return true;
    char *rest;
    if (count - next != 4 || strcmp(words[next], "--secrets") != 0) return false;
    if (!parse_uid(words[next + 1], &settings.secrets_uid, &rest) || *rest != 0) return false;
    if (settings.root && settings.secrets_uid >= settings.first && settings.secrets_uid <= settings.last) return false;
    settings.secrets = words[next + 2];
    settings.key = words[next + 3];
    return settings.secrets[0] == '/' && settings.key[0] == '/' && strlen(settings.key) < SCRIER_LAUNCHER_PATH_MAX;
}

static bool is_usable_socket(void) {
    int type = 0;
    socklen_t size = sizeof type;
    return getsockopt(SERVER, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_SEQPACKET;
}

int main(int argc, char **argv) {
    settings.root = geteuid() == 0;
    if (!parse(argc, argv)) {
        fprintf(stderr, "usage: scrier-launcher /path/of/scrier-worker FIRST-LAST [--secrets UID DIRECTORY KEY]\n"
                        "FIRST-LAST are the uids of workers, 1000 or more; without root it may be left out.\n"
                        "UID is the vault worker's, outside of that range.\n");
        return 64;
    }
    if (!is_usable_socket()) {
        fprintf(stderr, "scrier-launcher: started by vigosrv only, with a socket as descriptor 0\n");
        return 64;
    }
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
