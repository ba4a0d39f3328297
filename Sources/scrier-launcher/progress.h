/* What the child of a fork tells its parent before it becomes a worker. */
#ifndef LAUNCHER_PROGRESS_H
#define LAUNCHER_PROGRESS_H

#include <stdint.h>

struct progress {
    uint32_t step;    /* where it stopped, SCRIER_LAUNCHER_STEP_… */
    int32_t error;    /* errno, 0: so far all went well */
    uint32_t missing; /* SCRIER_LAUNCHER_MISSING_… */
};

#endif
