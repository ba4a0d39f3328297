/* What Swift cannot call because glibc has no wrapper for it, or only a variadic one. Each returns 0 or more, or -errno. */
#ifndef CLINUX_CONFINEMENT_H
#define CLINUX_CONFINEMENT_H

#include <stdint.h>

/* The kernel's landlock ABI; below zero: it has none. */
int clinux_landlock_version(void);

/* A ruleset that denies these accesses but where a rule allows them. Bits that this ABI does not know are left out. */
int clinux_landlock_ruleset(int version, uint64_t files, uint64_t network, uint64_t scope);
int clinux_landlock_allow(int ruleset, int beneath, uint64_t files);
int clinux_landlock_restrict(int ruleset);

/* Every access to files that `version` can deny; those that read; and the same for TCP and for scopes. */
uint64_t clinux_landlock_files(int version);
uint64_t clinux_landlock_reading(void);
/* Of a regular file: landlock refuses a rule for one that names rights on directories. */
uint64_t clinux_landlock_reading_file(void);
/* To keep regular files and directories below a directory: make, read, write, list, replace, remove. */
uint64_t clinux_landlock_keeping(void);
uint64_t clinux_landlock_network(int version);
uint64_t clinux_landlock_scope(int version);

/* For clinux_landlock_allow; opens nothing but the name. */
int clinux_open_path(const char *path);

/* Calls back with the path of every library in this process. */
void clinux_each_library(void (*found)(const char *path, void *context), void *context);

int clinux_not_dumpable(void);
int clinux_no_new_privileges(void);

#endif
