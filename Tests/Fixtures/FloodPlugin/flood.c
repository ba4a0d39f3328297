/* Writes to the terminal without end, as fast as it is let; still hears CLOSE. */
#include <poll.h>
#include <string.h>

#include "scrier/ext/terminal.h"
#include "scrier/plugin.h"

static scrier_status run(const scrier_host *host, int transport) {
    static uint8_t line[32768];
    const scrier_terminal *terminal = host->extension(host, SCRIER_TERMINAL);
    (void)transport;
    if (!terminal) return SCRIER_UNSUPPORTED;
    memset(line, 'f', sizeof line);
    host->ready(host);
    for (;;) {
        size_t taken = 0;
        scrier_bytes bytes = {line, sizeof line};
        scrier_status status = terminal->write(host, bytes, &taken);
        if (status < 0) return status;
        struct pollfd source = {.fd = host->events, .events = POLLIN};
        poll(&source, 1, status == SCRIER_EMPTY ? -1 : 0);
        scrier_event event = {.size = sizeof event};
        while (host->next_event(host, &event) == SCRIER_OK)
            if (event.type == SCRIER_EVENT_CLOSE) return SCRIER_CANCELLED;
    }
}

static const scrier_plugin plugin = {
    .size = sizeof(scrier_plugin),
    .minor = SCRIER_ABI_MINOR,
    .id = "flood",
    .version = "1.0.0",
    .label = "Flood",
    .summary = "Floods",
    .roles = SCRIER_ROLE_TERMINAL,
    .run = run,
};

SCRIER_EXPORT const scrier_plugin *scrier_plugin_v1(void);
SCRIER_EXPORT const scrier_plugin *scrier_plugin_v1(void) { return &plugin; }
