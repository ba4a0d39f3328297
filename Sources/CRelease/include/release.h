/* What is decided when a release is built, and compiled into every program. */
#ifndef VIGO_RELEASE_H
#define VIGO_RELEASE_H

/* Three numbers, such as "0.1.0". */
const char *vigo_release_version(void);

/* The Ed25519 public key of those who sign agents, 64 hexadecimal digits. All zeros: built without SIGN_KEY, and
 * such an agent never updates itself. */
const char *vigo_release_key(void);

#endif
