/* Built against a copy of the 1.0 headers that is never changed: what loads this loads every plugin of that time.
 * It shows its secret, so that a test can see that it came, then what is typed, until CLOSE. */
#include <poll.h>

#include "kept/scrier-1.0/ext/terminal.h"
#include "kept/scrier-1.0/plugin.h"

static scrier_status run(const scrier_host *host, int transport) {
    const scrier_terminal *terminal = host->extension(host, SCRIER_TERMINAL);
    size_t taken;
    (void)transport;
    if (!terminal || host->size < 80) return SCRIER_UNSUPPORTED;
    host->ready(host);
    terminal->write(host, host->secret(host, "word"), &taken);
    for (;;) {
        struct pollfd source = {.fd = host->events, .events = POLLIN};
        poll(&source, 1, -1);
        scrier_event event = {.size = sizeof event};
        while (host->next_event(host, &event) == SCRIER_OK) {
            if (event.type == SCRIER_EVENT_INPUT) terminal->write(host, event.bytes, &taken);
            if (event.type == SCRIER_EVENT_CLOSE) return SCRIER_CANCELLED;
        }
    }
}

static const scrier_parameter word = {.size = sizeof(scrier_parameter),
                                      .flags = SCRIER_PARAMETER_REQUIRED | SCRIER_PARAMETER_SECRET,
                                      .name = "word",
                                      .kind = "string"};
static const scrier_parameter times = {.size = sizeof(scrier_parameter), .name = "times", .kind = "integer"};
static const scrier_parameter *const parameters[] = {&word, &times, NULL};

static const scrier_plugin plugin = {
    .size = sizeof(scrier_plugin),
    .minor = SCRIER_ABI_MINOR,
    .id = "kept",
    .version = "1.0.0",
    .label = "Kept",
    .summary = "Was built long ago",
    .roles = SCRIER_ROLE_TERMINAL,
    .parameters = parameters,
    .run = run,
};

SCRIER_EXPORT const scrier_plugin *scrier_plugin_v1(void);
SCRIER_EXPORT const scrier_plugin *scrier_plugin_v1(void) { return &plugin; }
