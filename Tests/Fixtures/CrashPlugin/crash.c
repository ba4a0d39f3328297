/* Dies by SIGSEGV: at once, or at the first keystroke. */
#include <poll.h>
#include <signal.h>
#include <string.h>

#include "scrier/plugin.h"

static scrier_status crash(void) {
    volatile int *nowhere = NULL;
    *nowhere = 1;
    return SCRIER_INTERNAL;
}

static scrier_status run(const scrier_host *host, int transport) {
    (void)transport;
    scrier_bytes when = host->parameter(host, "when");
    if (when.data && strcmp((const char *)when.data, "start") == 0) return crash();
    host->ready(host);
    for (;;) {
        struct pollfd source = {.fd = host->events, .events = POLLIN};
        poll(&source, 1, -1);
        scrier_event event = {.size = sizeof event};
        while (host->next_event(host, &event) == SCRIER_OK) {
            if (event.type == SCRIER_EVENT_INPUT) return crash();
            if (event.type == SCRIER_EVENT_CLOSE) return SCRIER_CANCELLED;
        }
    }
}

static const char *const moments[] = {"start", "key", NULL};
static const scrier_parameter when = {
    .size = sizeof(scrier_parameter), .name = "when", .kind = "string", .fallback = "key", .choices = moments};
static const scrier_parameter *const parameters[] = {&when, NULL};

static const scrier_plugin plugin = {
    .size = sizeof(scrier_plugin),
    .minor = SCRIER_ABI_MINOR,
    .id = "crash",
    .version = "1.0.0",
    .label = "Crash",
    .summary = "Crashes",
    .roles = SCRIER_ROLE_TERMINAL,
    .parameters = parameters,
    .run = run,
};

SCRIER_EXPORT const scrier_plugin *scrier_plugin_v1(void);
SCRIER_EXPORT const scrier_plugin *scrier_plugin_v1(void) { return &plugin; }
