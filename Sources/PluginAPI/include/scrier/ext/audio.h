/* scrier/ext/audio.h: what the target plays. */
#ifndef SCRIER_EXT_AUDIO_H
#define SCRIER_EXT_AUDIO_H

#include "../plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SCRIER_AUDIO "scrier.audio/1"

typedef struct scrier_audio {
    uint32_t size;
    uint32_t reserved;
    /* Samples of this form follow: signed 16 bits, little endian, channels interleaved; 8000 to 48000 a second, one or
     * two channels. Replaces the former one. UNSUPPORTED: ask the target for another form. */
    scrier_status (*open)(const scrier_host *host, uint32_t rate, uint32_t channels);
    /* Takes whole samples while there is room and says how many bytes; EMPTY when none were. Drop the rest rather than
     * wait for WRITABLE: sound that comes late is worse than a gap. */
    scrier_status (*write)(const scrier_host *host, scrier_bytes samples, size_t *taken);
    /* 0 to 65535, left and right. */
    void (*volume)(const scrier_host *host, uint32_t left, uint32_t right);
    void (*close)(const scrier_host *host);
} scrier_audio;

static inline scrier_status scrier_audio_open(const scrier_audio *a, const scrier_host *h, uint32_t rate,
                                              uint32_t channels) {
    return a->open(h, rate, channels);
}
static inline scrier_status scrier_audio_write(const scrier_audio *a, const scrier_host *h, scrier_bytes samples,
                                               size_t *taken) {
    return a->write(h, samples, taken);
}
static inline void scrier_audio_volume(const scrier_audio *a, const scrier_host *h, uint32_t left, uint32_t right) {
    a->volume(h, left, right);
}
static inline void scrier_audio_close(const scrier_audio *a, const scrier_host *h) { a->close(h); }

#ifdef __cplusplus
}
#endif
#endif
