/* Tries, from inside a session, what a session must not be able to do, and reports each to the terminal: "name errno". */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "scrier/ext/terminal.h"
#include "scrier/plugin.h"

static const scrier_host *host;
static const scrier_terminal *terminal;

/* 0 for what succeeded. */
static void report(const char *name, int failed) {
    char line[128];
    int size = snprintf(line, sizeof line, "%s %d\n", name, failed ? errno : 0);
    scrier_bytes bytes = {(const uint8_t *)line, (size_t)size};
    size_t taken;
    terminal->write(host, bytes, &taken);
}

static void *nothing(void *argument) { return argument; }

static scrier_status run(const scrier_host *given, int transport) {
    host = given;
    terminal = host->extension(host, SCRIER_TERMINAL);
    if (!terminal) return SCRIER_UNSUPPORTED;
    host->ready(host);

    report("open-read", open("/etc/passwd", O_RDONLY) < 0);
    report("open-library", open("/usr/lib/os-release", O_RDONLY) < 0);
    report("open-write", open("/tmp/scrier-probe", O_WRONLY | O_CREAT, 0600) < 0);
    struct stat status;
    report("stat", stat("/etc/passwd", &status) < 0);
    report("socket", socket(AF_INET, SOCK_STREAM, 0) < 0);
    report("socket-unix", socket(AF_UNIX, SOCK_STREAM, 0) < 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(22)};
    report("connect", connect(transport, (struct sockaddr *)&address, sizeof address) < 0);
    char *arguments[] = {"true", NULL};
    report("execve", execve("/bin/true", arguments, NULL) < 0);
    pid_t child = fork();
    if (child == 0) _exit(0);
    report("fork", child < 0);
    report("ptrace", ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0);
    report("kill", kill(getppid(), 0) < 0);
    report("exec-memory", mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED);
    report("dumpable", prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) < 0);
    struct rlimit more = {1 << 20, 1 << 20};
    report("limit", setrlimit(RLIMIT_NOFILE, &more) < 0);

    /* What must still work. */
    pthread_t thread;
    int failed = pthread_create(&thread, NULL, nothing, NULL);
    if (failed == 0) pthread_join(thread, NULL);
    errno = failed;
    report("thread", failed != 0);
    int ends[2];
    report("pipe", pipe(ends) < 0);
    report("memory", mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED);
    printf("printed by the plugin\n");
    fflush(stdout);
    char uid[64];
    snprintf(uid, sizeof uid, "uid-%d", (int)getuid());
    report(uid, 0);
    return SCRIER_OK;
}

static const scrier_plugin plugin = {
    .size = sizeof(scrier_plugin),
    .minor = SCRIER_ABI_MINOR,
    .id = "probe",
    .version = "1.0.0",
    .label = "Probe",
    .summary = "Tries what it may not",
    .roles = SCRIER_ROLE_TERMINAL,
    .run = run,
};

SCRIER_EXPORT const scrier_plugin *scrier_plugin_v1(void);
SCRIER_EXPORT const scrier_plugin *scrier_plugin_v1(void) { return &plugin; }
