#include "release.h"

/* Each in a section of its own, so that a built program's can be exchanged by `objcopy --update-section`: that is how
 * the tests make a newer agent of this one without building another. Whoever can write the file could do so anyway. */
__attribute__((section(".vigo.version"))) static const char version[48] = VIGO_VERSION;
__attribute__((section(".vigo.key"))) static const char key[65] = VIGO_RELEASE_KEY;

const char *vigo_release_version(void) { return version; }

const char *vigo_release_key(void) { return key; }
