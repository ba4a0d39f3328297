/* Made for an ABI that is yet to come. */
#include "scrier/plugin.h"

SCRIER_EXPORT const void *scrier_plugin_v2(void);
SCRIER_EXPORT const void *scrier_plugin_v2(void) { return 0; }
