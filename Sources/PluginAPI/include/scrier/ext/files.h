/* scrier/ext/files.h: files between the operator and the target, one at a time or several. */
#ifndef SCRIER_EXT_FILES_H
#define SCRIER_EXT_FILES_H

#include "../plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SCRIER_FILES "scrier.files/1"
#define SCRIER_FILES_PART (256u << 10) /* bytes that one read() may ask for */

/* To the operator: the plugin offers and writes. From the operator: SCRIER_EVENT_FILE, then the plugin reads part after
 * part, so that a slow target holds up nothing else. Names are single path components; the host has checked those that
 * come from the operator. Numbers of the plugin's transfers are its own choice, those of the operator's the host's. */
typedef struct scrier_files {
    uint32_t size;
    uint32_t reserved;
    /* A file for the operator follows. DENIED by policy, TOO_LARGE by its limit. */
    scrier_status (*offer)(const scrier_host *host, uint32_t transfer, const char *name, uint64_t length);
    /* Takes what there is room for; SCRIER_EMPTY when none was taken: WRITABLE follows. CANCELLED: the operator wants
     * no more of it. */
    scrier_status (*write)(const scrier_host *host, uint32_t transfer, scrier_bytes part, size_t *taken);
    /* OK: it is whole. Anything else: it is not, and the operator's client throws it away. */
    void (*finish)(const scrier_host *host, uint32_t transfer, scrier_status status);
    /* Asks for up to `most` further bytes of the operator's file `request`; SCRIER_EVENT_FILE_DATA brings them. */
    scrier_status (*read)(const scrier_host *host, uint32_t request, uint32_t most);
    /* The plugin is done with the operator's file `request`; OK after its end, else the reason. */
    void (*done)(const scrier_host *host, uint32_t request, scrier_status status);
} scrier_files;

static inline scrier_status scrier_files_offer(const scrier_files *f, const scrier_host *h, uint32_t transfer,
                                               const char *name, uint64_t length) {
    return f->offer(h, transfer, name, length);
}
static inline scrier_status scrier_files_write(const scrier_files *f, const scrier_host *h, uint32_t transfer,
                                               scrier_bytes part, size_t *taken) {
    return f->write(h, transfer, part, taken);
}
static inline void scrier_files_finish(const scrier_files *f, const scrier_host *h, uint32_t transfer,
                                       scrier_status status) {
    f->finish(h, transfer, status);
}
static inline scrier_status scrier_files_read(const scrier_files *f, const scrier_host *h, uint32_t request,
                                              uint32_t most) {
    return f->read(h, request, most);
}
static inline void scrier_files_done(const scrier_files *f, const scrier_host *h, uint32_t request,
                                     scrier_status status) {
    f->done(h, request, status);
}

#ifdef __cplusplus
}
#endif
#endif
