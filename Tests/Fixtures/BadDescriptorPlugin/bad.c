/* A descriptor with a parameter that is there twice. */
#include "scrier/plugin.h"

static scrier_status run(const scrier_host *host, int transport) {
    (void)host;
    (void)transport;
    return SCRIER_OK;
}

static const scrier_parameter twice = {.size = sizeof(scrier_parameter), .name = "twice", .kind = "string"};
static const scrier_parameter *const parameters[] = {&twice, &twice, NULL};

static const scrier_plugin plugin = {
    .size = sizeof(scrier_plugin),
    .minor = SCRIER_ABI_MINOR,
    .id = "bad",
    .version = "1.0.0",
    .label = "Bad",
    .summary = "Contradicts itself",
    .roles = SCRIER_ROLE_TERMINAL,
    .parameters = parameters,
    .run = run,
};

SCRIER_EXPORT const scrier_plugin *scrier_plugin_v1(void);
SCRIER_EXPORT const scrier_plugin *scrier_plugin_v1(void) { return &plugin; }
