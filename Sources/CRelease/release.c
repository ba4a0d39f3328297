#include "release.h"

const char *vigo_release_version(void) { return VIGO_VERSION; }

const char *vigo_release_key(void) { return VIGO_RELEASE_KEY; }
