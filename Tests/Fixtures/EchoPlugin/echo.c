/* A whole plugin in plain C: an echo session. What the operator types goes to the target; what the target sends comes
 * back to the screen. Where there is no target, the plugin echoes by itself.
 *
 *   cc -shared -fPIC -O2 -I PATH/OF/include -o echo.so echo.c
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "scrier/ext/terminal.h"
#include "scrier/plugin.h"

struct echo {
    const scrier_host *host;
    const scrier_terminal *terminal;
    int transport;      /* -1: none, or the target has closed it */
    int has_target;     /* it was there at the start */
    int screen_is_full; /* the terminal said EMPTY: WRITABLE follows */
    /* Bytes on their way to the screen and to the target. Each is filled only while it is empty, so that neither
     * side can make the other one's backlog grow. */
    uint8_t output[16384], input[SCRIER_INPUT_MAX];
    size_t output_start, output_end, input_start, input_end;
};

static scrier_bytes text(const char *words) {
    scrier_bytes bytes = {(const uint8_t *)words, strlen(words)};
    return bytes;
}

/* Puts what is waiting on the screen, as far as there is room. */
static scrier_status show(struct echo *echo) {
    while (echo->output_start < echo->output_end && !echo->screen_is_full) {
        scrier_bytes bytes = {echo->output + echo->output_start, echo->output_end - echo->output_start};
        size_t taken = 0;
        scrier_status status = echo->terminal->write(echo->host, bytes, &taken);
        if (status < 0) return status;
        echo->output_start += taken;
        echo->screen_is_full = status == SCRIER_EMPTY;
    }
    return SCRIER_OK;
}

/* Sends what is waiting to the target; without one it is shown instead. */
static scrier_status pass_on(struct echo *echo) {
    while (echo->input_start < echo->input_end) {
        uint8_t *from = echo->input + echo->input_start;
        size_t size = echo->input_end - echo->input_start;
        if (echo->has_target) {
            ssize_t sent = send(echo->transport, from, size, MSG_DONTWAIT | MSG_NOSIGNAL);
            if (sent < 0 && errno == EINTR) continue;
            if (sent < 0 && errno == EAGAIN) break;
            if (sent < 0) return SCRIER_CLOSED;
            echo->input_start += (size_t)sent;
        } else {
            if (echo->output_start < echo->output_end) break;
            if (size > sizeof echo->output) size = sizeof echo->output;
            memcpy(echo->output, from, size);
            echo->output_start = 0;
            echo->output_end = size;
            echo->input_start += size;
            scrier_status status = show(echo);
            if (status < 0) return status;
        }
    }
    /* While some of it waits, no more is wanted; CLOSE and all other events still come. */
    echo->terminal->hold_input(echo->host, echo->input_start < echo->input_end);
    return SCRIER_OK;
}

/* Reads from the target, when the screen has taken what came before. */
static scrier_status receive(struct echo *echo) {
    ssize_t size = recv(echo->transport, echo->output, sizeof echo->output, MSG_DONTWAIT);
    if (size < 0) return errno == EAGAIN || errno == EINTR ? SCRIER_OK : SCRIER_CLOSED;
    if (size == 0) return SCRIER_CLOSED;
    echo->output_start = 0;
    echo->output_end = (size_t)size;
    return show(echo);
}

static scrier_status handle(struct echo *echo, const scrier_event *event) {
    switch (event->type) {
    case SCRIER_EVENT_CLOSE:
        return SCRIER_CANCELLED;
    case SCRIER_EVENT_INPUT:
        memcpy(echo->input, event->bytes.data, event->bytes.size);
        echo->input_start = 0;
        echo->input_end = event->bytes.size;
        return pass_on(echo);
    case SCRIER_EVENT_WRITABLE:
        echo->screen_is_full = 0;
        return show(echo);
    default:
        return SCRIER_OK; /* RESIZE, and what later versions bring */
    }
}

static scrier_status loop(struct echo *echo) {
    for (;;) {
        scrier_event event;
        memset(&event, 0, sizeof event);
        event.size = sizeof event;
        while (echo->host->next_event(echo->host, &event) == SCRIER_OK) {
            scrier_status status = handle(echo, &event);
            if (status < 0) return status;
            event.size = sizeof event;
        }
        if (echo->input_start < echo->input_end && !echo->has_target) {
            scrier_status status = pass_on(echo);
            if (status < 0) return status;
        }

        struct pollfd sources[2] = {{.fd = echo->host->events, .events = POLLIN}, {.fd = echo->transport}};
        if (echo->output_start == echo->output_end) sources[1].events |= POLLIN;
        if (echo->input_start < echo->input_end) sources[1].events |= POLLOUT;
        /* A negative descriptor is skipped by poll; so is a target that has nothing to say to us at the moment. */
        if (sources[1].events == 0) sources[1].fd = -1;
        if (poll(sources, 2, -1) < 0 && errno != EINTR) return SCRIER_INTERNAL;

        scrier_status status = SCRIER_OK;
        if (sources[1].revents & POLLOUT) status = pass_on(echo);
        if (status >= 0 && sources[1].revents & (POLLIN | POLLHUP | POLLERR)) status = receive(echo);
        if (status < 0) return status;
    }
}

static scrier_status run(const scrier_host *host, int transport) {
    static struct echo echo; /* one session a process: no need for the heap */
    echo.host = host;
    echo.terminal = host->extension(host, SCRIER_TERMINAL);
    echo.transport = transport;
    echo.has_target = transport >= 0;
    if (!echo.terminal || !scrier_has(echo.terminal->size, offsetof(scrier_terminal, hold_input), sizeof(void *))) {
        host->explain(host, text("the echo plugin needs a terminal"));
        return SCRIER_UNSUPPORTED;
    }

    scrier_bytes greeting = host->parameter(host, "greeting");
    if (greeting.data && greeting.size < sizeof echo.output - 2) {
        memcpy(echo.output, greeting.data, greeting.size);
        memcpy(echo.output + greeting.size, "\r\n", 2);
        echo.output_end = greeting.size + 2;
    }
    host->ready(host);
    scrier_status status = show(&echo);
    if (status >= 0) status = loop(&echo);

    if (status == SCRIER_CLOSED) echo.terminal->exited(host, 0, NULL);
    if (transport >= 0) close(transport);
    return status;
}

static const scrier_parameter greeting = {
    .size = sizeof(scrier_parameter),
    .name = "greeting",
    .kind = "string",
    .summary = "a line to begin the session with",
};
static const scrier_parameter *const parameters[] = {&greeting, NULL};

static const scrier_plugin plugin = {
    .size = sizeof(scrier_plugin),
    .minor = SCRIER_ABI_MINOR,
    .id = "echo",
    .version = "1.0.0",
    .label = "Echo",
    .summary = "Sends what is typed to a TCP port and shows what comes back",
    .roles = SCRIER_ROLE_TERMINAL,
    .default_port = 7,
    .parameters = parameters,
    .run = run,
};

SCRIER_EXPORT const scrier_plugin *scrier_plugin_v1(void);
SCRIER_EXPORT const scrier_plugin *scrier_plugin_v1(void) { return &plugin; }
