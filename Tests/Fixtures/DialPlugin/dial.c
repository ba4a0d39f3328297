/* Asks for connections: "dial" with an endpoint's name and some bytes sends those and answers with what comes back. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "scrier/ext/dial.h"
#include "scrier/ext/exchange.h"
#include "scrier/plugin.h"

static uint8_t body[8192];
static size_t body_size;

static void add(const void *bytes, size_t size) {
    for (int i = 0; i < 4; i++) body[body_size++] = (uint8_t)(size >> (8 * i));
    memcpy(body + body_size, bytes, size);
    body_size += size;
}

static void report(const char *name, int failed) {
    char line[128];
    int size = snprintf(line, sizeof line, "%s %d", name, failed ? errno : 0);
    add(line, (size_t)size);
}

static size_t take(scrier_bytes *rest, char *out, size_t most) {
    if (rest->size < 4) return 0;
    size_t size = rest->data[0] | (size_t)rest->data[1] << 8;
    if (size > rest->size - 4 || size >= most) return 0;
    memcpy(out, rest->data + 4, size);
    out[size] = 0;
    rest->data += 4 + size;
    rest->size -= 4 + size;
    return size;
}

static scrier_status dial(const scrier_host *host, scrier_bytes rest) {
    const scrier_dial *table = host->extension(host, SCRIER_DIAL);
    char endpoint[64], words[1024];
    if (!table) return SCRIER_UNSUPPORTED;
    take(&rest, endpoint, sizeof endpoint);
    size_t size = take(&rest, words, sizeof words);
    int connection = table->open(host, endpoint, 2000);
    if (connection < 0) return connection;
    report("no-reconnect", connect(connection, (struct sockaddr *)&(struct sockaddr_in){.sin_family = AF_INET},
                                   sizeof(struct sockaddr_in)) < 0);
    report("no-socket", socket(AF_INET, SOCK_STREAM, 0) < 0);
    report("no-open", openat(AT_FDCWD, "/etc/passwd", O_RDONLY) < 0);
    scrier_status status = send(connection, words, size, MSG_NOSIGNAL) == (ssize_t)size ? SCRIER_OK : SCRIER_UNREACHABLE;
    ssize_t count = recv(connection, words, sizeof words, 0);
    close(connection);
    if (count < 0) return SCRIER_UNREACHABLE;
    add(words, (size_t)count);
    return status;
}

static scrier_status run(const scrier_host *host, int transport) {
    const scrier_exchange *exchange = host->extension(host, SCRIER_EXCHANGE);
    if (!exchange || transport != -1) return SCRIER_UNSUPPORTED;
    for (;;) {
        scrier_event event = {.size = sizeof event};
        if (host->next_event(host, &event) != SCRIER_OK) {
            struct pollfd source = {.fd = host->events, .events = POLLIN};
            poll(&source, 1, -1);
            continue;
        }
        if (event.type == SCRIER_EVENT_CLOSE) return SCRIER_CANCELLED;
        if (event.type != SCRIER_EVENT_REQUEST) continue;
        scrier_status status = SCRIER_OK;
        body_size = 0;
        if (strcmp(event.name, "status") == 0) {
            add("open", 4);
            add("1", 1);
            add("", 0);
        } else {
            status = dial(host, event.bytes);
        }
        scrier_bytes reply = {body, body_size};
        exchange->reply(host, event.request, status, reply);
    }
}

static const scrier_parameter key = {
    .size = sizeof(scrier_parameter),
    .flags = SCRIER_PARAMETER_REQUIRED | SCRIER_PARAMETER_SECRET,
    .name = "credentials",
    .kind = "string",
    .summary = "what is in the key file",
};
static const scrier_parameter *const parameters[] = {&key, NULL};
static const char *const needs[] = {"dial/1", NULL};

static const scrier_plugin plugin = {
    .size = sizeof(scrier_plugin),
    .minor = SCRIER_ABI_MINOR,
    .id = "dial",
    .version = "1.0.0",
    .label = "Dial",
    .summary = "Speaks to endpoints that the server connects it to",
    .roles = SCRIER_ROLE_SECRETS,
    .parameters = parameters,
    .needs = needs,
    .run = run,
};

SCRIER_EXPORT const scrier_plugin *scrier_plugin_v1(void);
SCRIER_EXPORT const scrier_plugin *scrier_plugin_v1(void) { return &plugin; }
