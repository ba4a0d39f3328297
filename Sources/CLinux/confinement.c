#define _GNU_SOURCE
#include "confinement.h"

#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Of our own, because the headers of Debian 12 end at landlock's ABI 2 and its kernels do not. */
#define ACCESS_WRITE_FILE (1ull << 1)
#define ACCESS_READ_FILE (1ull << 2)
#define ACCESS_READ_DIR (1ull << 3)
#define ACCESS_REMOVE_DIR (1ull << 4)
#define ACCESS_REMOVE_FILE (1ull << 5)
#define ACCESS_MAKE_DIR (1ull << 7)
#define ACCESS_MAKE_REG (1ull << 8)
enum { CREATE_RULESET_VERSION = 1, RULE_PATH_BENEATH = 1 };

struct ruleset {
    uint64_t files;
    uint64_t network;
    uint64_t scope;
};

struct path_beneath {
    uint64_t files;
    int32_t parent;
} __attribute__((packed));

static int result(long value) { return value < 0 ? -errno : (int)value; }

int clinux_landlock_version(void) {
    return result(syscall(SYS_landlock_create_ruleset, NULL, 0, CREATE_RULESET_VERSION));
}

uint64_t clinux_landlock_files(int version) {
    /* ABI 1 has 13 rights, 2 adds REFER, 3 TRUNCATE, 5 IOCTL_DEV. */
    int rights = version >= 5 ? 16 : version >= 3 ? 15 : version == 2 ? 14 : 13;
    return (1ull << rights) - 1;
}

uint64_t clinux_landlock_reading(void) { return ACCESS_READ_FILE | ACCESS_READ_DIR; }
uint64_t clinux_landlock_reading_file(void) { return ACCESS_READ_FILE; }

uint64_t clinux_landlock_keeping(void) {
    return ACCESS_WRITE_FILE | ACCESS_READ_FILE | ACCESS_READ_DIR | ACCESS_REMOVE_DIR | ACCESS_REMOVE_FILE |
           ACCESS_MAKE_DIR | ACCESS_MAKE_REG;
}

/* bind and connect */
uint64_t clinux_landlock_network(int version) { return version >= 4 ? 3 : 0; }

/* abstract Unix sockets and signals */
uint64_t clinux_landlock_scope(int version) { return version >= 6 ? 3 : 0; }

int clinux_landlock_ruleset(int version, uint64_t files, uint64_t network, uint64_t scope) {
    struct ruleset rules = {
        .files = files & clinux_landlock_files(version),
        .network = network & clinux_landlock_network(version),
        .scope = scope & clinux_landlock_scope(version),
    };
    /* Older kernels take a longer struct as long as the rest is zero. */
    return result(syscall(SYS_landlock_create_ruleset, &rules, sizeof rules, 0));
}

int clinux_landlock_allow(int ruleset, int beneath, uint64_t files) {
    struct path_beneath rule = {.files = files, .parent = beneath};
    return result(syscall(SYS_landlock_add_rule, ruleset, RULE_PATH_BENEATH, &rule, 0));
}

int clinux_landlock_restrict(int ruleset) { return result(syscall(SYS_landlock_restrict_self, ruleset, 0)); }

int clinux_open_path(const char *path) { return result(open(path, O_PATH | O_CLOEXEC)); }

struct each {
    void (*found)(const char *path, void *context);
    void *context;
};

static int pass_on(struct dl_phdr_info *information, size_t size, void *context) {
    struct each *each = context;
    (void)size;
    if (information->dlpi_name && information->dlpi_name[0] == '/') each->found(information->dlpi_name, each->context);
    return 0;
}

void clinux_each_library(void (*found)(const char *path, void *context), void *context) {
    struct each each = {found, context};
    dl_iterate_phdr(pass_on, &each);
}

int clinux_not_dumpable(void) { return result(prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)); }

int clinux_no_new_privileges(void) { return result(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)); }
