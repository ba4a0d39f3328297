/* Tries, from inside a worker that may keep files in one directory, what it may and what it must not, and does on request
 * what a backend must not do. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include "scrier/ext/exchange.h"
#include "scrier/plugin.h"

static const scrier_host *host;
static const scrier_exchange *exchange;
static uint8_t body[4 << 20];
static size_t body_size;

static void add(const void *bytes, size_t size) {
    for (int i = 0; i < 4; i++) body[body_size++] = (uint8_t)(size >> (8 * i));
    memcpy(body + body_size, bytes, size);
    body_size += size;
}
static void add_text(const char *text) { add(text, strlen(text)); }

/* "name errno"; 0 for what succeeded. */
static void report(const char *name, int failed) {
    char line[128];
    snprintf(line, sizeof line, "%s %d", name, failed ? errno : 0);
    add_text(line);
}

static int directory(void) {
    scrier_bytes number = host->parameter(host, "directory");
    return number.data ? atoi((const char *)number.data) : -1;
}

static int make_file(int where, const char *name) {
    int file = openat(where, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600);
    if (file >= 0) close(file);
    return file;
}

static int lists(int where) {
    int copy = openat(where, ".", O_RDONLY | O_DIRECTORY);
    DIR *stream = copy < 0 ? NULL : fdopendir(copy);
    if (!stream) return -1;
    int count = 0;
    while (readdir(stream)) count++;
    closedir(stream);
    return count > 2 ? 0 : -1;
}

static int writes(int where) {
    int file = openat(where, "kept", O_RDWR | O_CREAT | O_EXCL, 0600);
    if (file < 0) return -1;
    char part[4096] = {1};
    int failed = 0;
    for (int i = 0; i < 300; i++) failed |= write(file, part, sizeof part) != sizeof part; /* more than a secret takes */
    failed |= fsync(file) != 0 || fsync(where) != 0;
    struct stat status;
    failed |= fstat(file, &status) != 0 || status.st_mode != (S_IFREG | 0600) || status.st_uid != getuid();
    close(file);
    return failed ? -1 : 0;
}

static void probe(void) {
    int where = directory();
    struct stat status;
    /* The key came as a secret; the descriptor it came on is closed. */
    for (int file = 3; file < 128; file++)
        if (fstat(file, &status) == 0 && S_ISREG(status.st_mode)) report("no-key-descriptor", 0);
    /* What a backend does. */
    report("may-write", writes(where) < 0);
    report("may-make-directory", mkdirat(where, "sub", 0700) < 0);
    report("may-write-below", make_file(where, "sub/file") < 0);
    report("may-replace", make_file(where, "temporary") < 0 || renameat(where, "temporary", where, "kept") < 0);
    report("may-read", openat(where, "kept", O_RDONLY) < 0);
    report("may-list", lists(where) < 0);
    report("may-remove", unlinkat(where, "sub/file", 0) < 0 || unlinkat(where, "sub", AT_REMOVEDIR) < 0);
    report("may-remove-file", unlinkat(where, "kept", 0) < 0);
    /* What it must not. */
    report("no-open", (int)syscall(SYS_open, "/etc/passwd", O_RDONLY) < 0);
    report("no-openat-cwd", openat(AT_FDCWD, "etc/passwd", O_RDONLY) < 0);
    report("no-openat-absolute", openat(where, "/etc/passwd", O_RDONLY) < 0);
    report("no-openat-above", openat(where, "../beside", O_RDONLY) < 0);
    report("no-openat-link", openat(where, "link", O_RDONLY) < 0);
    report("no-make-above", make_file(where, "../made") < 0);
    report("no-make-absolute", make_file(where, "/tmp/scrier-grant") < 0);
    report("no-mkdir-above", mkdirat(where, "../made", 0700) < 0);
    report("no-unlink-above", unlinkat(where, "../beside", 0) < 0);
    report("no-rename-above", make_file(where, "moved") < 0 || renameat(where, "moved", where, "../moved") < 0);
    report("no-rename-here", renameat(where, "../beside", where, "stolen") < 0);
    report("no-rename-cwd", renameat(AT_FDCWD, "etc/passwd", where, "stolen") < 0);
    report("no-openat2", (int)syscall(437, where, "kept", NULL, 0) < 0);
    report("no-stat", stat("/etc/passwd", &status) < 0);
    report("no-statat", fstatat(where, "moved", &status, 0) < 0);
    report("no-readlink", readlinkat(where, "link", (char[8]){0}, 8) < 0);
    report("no-symlink", symlinkat("/etc/passwd", where, "made-link") < 0);
    report("no-hardlink", linkat(where, "moved", where, "second", 0) < 0);
    report("no-fifo", mknodat(where, "fifo", S_IFIFO | 0600, 0) < 0);
    report("no-chmod", fchmodat(where, "moved", 0666, 0) < 0);
    report("no-chown", fchownat(where, "moved", 0, 0, 0) < 0);
    report("no-utimes", utimensat(where, "moved", NULL, 0) < 0);
    report("no-inotify", inotify_init1(0) < 0);
    report("no-chdir", fchdir(where) < 0);
    report("no-socket", socket(AF_INET, SOCK_STREAM, 0) < 0);
    char *arguments[] = {"true", NULL};
    report("no-execve", execve("/bin/true", arguments, NULL) < 0);
    report("no-kill", kill(getppid(), 0) < 0);
    report("no-dumpable", prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) < 0);
    unlinkat(where, "moved", 0);
    char uid[64];
    snprintf(uid, sizeof uid, "uid-%d", (int)getuid());
    report(uid, 0);
}

static scrier_status answer(const char *method, scrier_bytes bytes) {
    if (strcmp(method, "status") == 0) {
        add_text("open");
        add_text("1");
        add_text("");
    } else if (strcmp(method, "probe") == 0) {
        probe();
    } else if (strcmp(method, "secrets") == 0) {
        for (int i = 0; i < 2; i++) {
            scrier_bytes secret = host->secret(host, i == 0 ? "key" : "next-key");
            add(secret.data ? (const char *)secret.data : "-", secret.data ? secret.size : 1);
        }
    } else if (strcmp(method, "echo") == 0) {
        memcpy(body, bytes.data, bytes.size);
        body_size = bytes.size;
    } else if (strcmp(method, "twice") == 0) { /* a second answer to the same question */
        scrier_bytes nothing = {NULL, 0};
        exchange->reply(host, 1u << 30, SCRIER_OK, nothing);
        char status[16];
        snprintf(status, sizeof status, "%d", exchange->reply(host, 1u << 30, SCRIER_OK, nothing));
        add_text(status);
    } else if (strcmp(method, "crash") == 0) {
        raise(SIGSEGV);
        *(volatile int *)(size_t)8 = 1;
    } else if (strcmp(method, "hang") == 0) {
        for (;;) poll(NULL, 0, 1000);
    } else if (strcmp(method, "change") == 0) {
        uint8_t two[] = {1, 0, 0, 0, '2'};
        scrier_bytes epoch = {two, sizeof two};
        for (int i = 0; i < 1000; i++) exchange->notify(host, "epoch", epoch);
    } else {
        return SCRIER_UNSUPPORTED;
    }
    return SCRIER_OK;
}

static scrier_status run(const scrier_host *given, int transport) {
    host = given;
    exchange = host->extension(host, SCRIER_EXCHANGE);
    if (!exchange || transport != -1) return SCRIER_UNSUPPORTED;
    /* Ends a worker that nobody ends, should a test go wrong. */
    int is_waiting = 0;
    for (;;) {
        scrier_event event = {.size = sizeof event};
        struct pollfd source = {.fd = host->events, .events = POLLIN};
        if (host->next_event(host, &event) != SCRIER_OK) {
            poll(&source, 1, -1);
            continue;
        }
        static uint32_t request;
        static scrier_status status;
        if (event.type == SCRIER_EVENT_CLOSE) return SCRIER_CANCELLED;
        if (event.type == SCRIER_EVENT_REQUEST) {
            if (is_waiting) return SCRIER_INTERNAL; /* the host promised not to */
            if (strcmp(event.name, "never") == 0) continue;
            body_size = 0;
            request = event.request;
            status = answer(event.name, event.bytes);
        } else if (event.type != SCRIER_EVENT_WRITABLE) {
            continue;
        }
        scrier_bytes reply = {body, body_size};
        is_waiting = exchange->reply(host, request, status, reply) == SCRIER_EMPTY;
    }
}

static const scrier_parameter place = {
    .size = sizeof(scrier_parameter),
    .flags = SCRIER_PARAMETER_REQUIRED | SCRIER_PARAMETER_SERVER_ONLY,
    .name = "directory",
    .kind = "integer",
    .summary = "the descriptor of the directory",
};
static const scrier_parameter key = {
    .size = sizeof(scrier_parameter),
    .flags = SCRIER_PARAMETER_REQUIRED | SCRIER_PARAMETER_SECRET,
    .name = "key",
    .kind = "string",
    .summary = "what is in the key file",
};
static const scrier_parameter next_key = {
    .size = sizeof(scrier_parameter),
    .flags = SCRIER_PARAMETER_SECRET,
    .name = "next-key",
    .kind = "string",
    .summary = "what is in the file of the key that replaces it",
};
static const scrier_parameter *const parameters[] = {&place, &key, &next_key, NULL};
static const char *const needs[] = {"directory/1", NULL};

static const scrier_plugin plugin = {
    .size = sizeof(scrier_plugin),
    .minor = SCRIER_ABI_MINOR,
    .id = "grant",
    .version = "1.0.0",
    .label = "Grant",
    .summary = "Tries what a worker with a directory may and may not",
    .roles = SCRIER_ROLE_SECRETS,
    .parameters = parameters,
    .needs = needs,
    .run = run,
};

SCRIER_EXPORT const scrier_plugin *scrier_plugin_v1(void);
SCRIER_EXPORT const scrier_plugin *scrier_plugin_v1(void) { return &plugin; }
