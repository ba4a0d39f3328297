/* scrier/ext/terminal.h: a screen made of characters. For plugins with SCRIER_ROLE_TERMINAL. */
#ifndef SCRIER_EXT_TERMINAL_H
#define SCRIER_EXT_TERMINAL_H

#include "../plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SCRIER_TERMINAL "scrier.terminal/1"

typedef struct scrier_terminal {
    uint32_t size;
    uint32_t reserved;
    /* Output for the screen, escape codes and all. Takes what there is room for and says how much;
     * SCRIER_EMPTY when none was taken: SCRIER_EVENT_WRITABLE follows. CANCELLED: nobody is left to see it. */
    scrier_status (*write)(const scrier_host *host, scrier_bytes output, size_t *taken);
    /* How the remote program ended: its status, or the signal's name ("TERM") and -1. */
    void (*exited)(const scrier_host *host, int32_t status, const char *signal);
    /* While `held` is not 0 no SCRIER_EVENT_INPUT comes: for a plugin whose target takes no more input, so that
     * it need not buffer any and still gets every other event. */
    void (*hold_input)(const scrier_host *host, int32_t held);
} scrier_terminal;

static inline scrier_status scrier_terminal_write(const scrier_terminal *t, const scrier_host *h, scrier_bytes output,
                                                  size_t *taken) {
    return t->write(h, output, taken);
}
static inline void scrier_terminal_exited(const scrier_terminal *t, const scrier_host *h, int32_t status,
                                          const char *signal) {
    t->exited(h, status, signal);
}
static inline void scrier_terminal_hold_input(const scrier_terminal *t, const scrier_host *h, int32_t held) {
    t->hold_input(h, held);
}

#ifdef __cplusplus
}
#endif
#endif
