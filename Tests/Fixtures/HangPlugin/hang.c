/* Says that it is ready and never looks at an event again. */
#include <unistd.h>

#include "scrier/plugin.h"

static scrier_status run(const scrier_host *host, int transport) {
    (void)transport;
    host->ready(host);
    while (pause() != 0) continue;
    return SCRIER_OK;
}

static const scrier_plugin plugin = {
    .size = sizeof(scrier_plugin),
    .minor = SCRIER_ABI_MINOR,
    .id = "hang",
    .version = "1.0.0",
    .label = "Hang",
    .summary = "Hangs",
    .roles = SCRIER_ROLE_TERMINAL,
    .run = run,
};

SCRIER_EXPORT const scrier_plugin *scrier_plugin_v1(void);
SCRIER_EXPORT const scrier_plugin *scrier_plugin_v1(void) { return &plugin; }
