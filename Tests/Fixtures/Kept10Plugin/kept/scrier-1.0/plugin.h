/* scrier/plugin.h: what a Scrier worker and a plugin agree on. ABI 1.0.
 *
 * A plugin is one function, run(). The worker calls it once, and the session
 * lasts as long as the call. The plugin is never called back: it polls its
 * transport and host->events, pulls events, writes output. No host function
 * waits (dial says otherwise of itself).
 *
 *   Memory       stays with the side that made it. Bytes from the host are
 *                borrowed, each function says for how long; bytes given to the
 *                host are copied before it returns. Empty bytes may be NULL.
 *                What the plugin returns about itself lives as long as the process.
 *   Descriptors  change hands once: `transport` is the plugin's to close.
 *   Threads      a plugin may have its own; host functions belong to the thread
 *                inside run(), except those marked [any].
 *   Process      the worker's: no fork, no signal handlers, no exit(); 1 and 2
 *                are not for output. After prepare() no file or socket can be
 *                opened. SIGPIPE is ignored.
 *   Text         is UTF-8. Nothing unwinds across a call.
 *   Growth       structs grow at the end (scrier_has) and meanings stay. A break
 *                is ABI 2, with an entry point of its own.
 */
#ifndef SCRIER_PLUGIN_H
#define SCRIER_PLUGIN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SCRIER_ABI_MINOR 0
#if defined(__GNUC__) || defined(__clang__)
#define SCRIER_EXPORT __attribute__((visibility("default")))
#else
#define SCRIER_EXPORT
#endif

typedef struct scrier_bytes {
    const uint8_t *data;
    size_t size;
} scrier_bytes;

/* Zero or more: fine. Less than zero: a class that an operator can act on. */
typedef int32_t scrier_status;
enum {
    SCRIER_OK = 0,
    SCRIER_EMPTY = 1, /* nothing now, or no room now: an event follows */
    /* how a session ended */
    SCRIER_CLOSED = -1,       /* the target ended it, in good order */
    SCRIER_CANCELLED = -2,    /* the operator or the server ended it */
    SCRIER_UNREACHABLE = -3,  /* the transport closed before the protocol began */
    SCRIER_TIMEOUT = -4,
    SCRIER_UNAUTHORIZED = -5, /* the target refused our credentials */
    SCRIER_UNTRUSTED = -6,    /* the target is not who it should be */
    SCRIER_PROTOCOL = -7,     /* the target broke its protocol */
    SCRIER_UNSUPPORTED = -8,  /* something needed is missing on one side */
    SCRIER_INVALID = -9,      /* a parameter or a request makes no sense */
    SCRIER_INTERNAL = -10,
    /* how a request was answered (exchange) */
    SCRIER_NOT_FOUND = -20,
    SCRIER_DENIED = -21,
    SCRIER_SEALED = -22,
    SCRIER_UNAVAILABLE = -23,
    SCRIER_CORRUPT = -24,
    SCRIER_TOO_LARGE = -25,
    SCRIER_CONFLICT = -26
};

enum {
    SCRIER_EVENT_CLOSE = 1,     /* finish and return; overtakes all others, comes once */
    SCRIER_EVENT_INPUT = 2,     /* bytes: typed into a terminal, at most SCRIER_INPUT_MAX at a time */
    SCRIER_EVENT_RESIZE = 3,    /* columns, rows, width, height (0: unknown); the latest only; a session's first */
    SCRIER_EVENT_KEY = 4,       /* keysym (X11), code (USB HID usage, 0 unknown), pressed */
    SCRIER_EVENT_POINTER = 5,   /* x, y, buttons (bit 0 left, 1 middle, 2 right; wheel 3 up, 4 down, 5 left, 6 right);
                                 * moves between two changes of buttons become one */
    SCRIER_EVENT_CLIPBOARD = 6, /* name: MIME type, bytes */
    SCRIER_EVENT_REQUEST = 7,   /* request, name: method, bytes: body (exchange) */
    SCRIER_EVENT_WRITABLE = 8,  /* what answered SCRIER_EMPTY has room again */
    SCRIER_EVENT_FRAME = 9,     /* the client can take another picture */
    SCRIER_EVENT_ANSWER = 10,   /* request, status, bytes: what became of a question (prompt, trust) */
    SCRIER_EVENT_FILE = 11,     /* request, name, length: the operator sends a file (files) */
    SCRIER_EVENT_FILE_DATA = 12 /* request, status, bytes: a part that was asked for; no bytes: its end (files) */
};

#define SCRIER_INPUT_MAX 65536

/* One flat struct, so that every language can read it. The plugin sets `size`
 * before each next_event(); the host fills that much and zeroes what the type
 * does not use. Skip types you don't know. */
typedef struct scrier_event {
    uint32_t size;
    uint32_t type;
    scrier_bytes bytes; /* borrowed until the following next_event() */
    const char *name;   /* likewise */
    uint32_t request;
    uint32_t keysym;
    uint32_t code;
    uint32_t pressed;
    uint32_t buttons;
    int32_t x, y;
    uint32_t columns, rows;
    uint32_t width, height;
    scrier_status status;
    uint64_t length; /* SCRIER_UNKNOWN_LENGTH: not known beforehand */
} scrier_event;

#define SCRIER_UNKNOWN_LENGTH UINT64_MAX

enum { SCRIER_LOG_ERROR = 1, SCRIER_LOG_WARNING = 2, SCRIER_LOG_INFO = 3, SCRIER_LOG_DEBUG = 4 };

typedef struct scrier_host {
    uint32_t size;
    uint32_t minor;
    void *context;  /* the host's own */
    int32_t events; /* readable while next_event() has something */
    uint32_t reserved;

    /* SCRIER_OK, or SCRIER_EMPTY when there is none. */
    scrier_status (*next_event)(const struct scrier_host *host, scrier_event *event);
    /* A parameter, checked against the plugin's list: an integer is decimal and fits 64 bits, a boolean is "true" or
     * "false", a missing one is its fallback. NULL data: not given. A NUL follows the bytes. Borrowed until run()
     * returns. */
    scrier_bytes (*parameter)(const struct scrier_host *host, const char *name);
    /* A secret of this session, likewise, then wiped. Never logged. */
    scrier_bytes (*secret)(const struct scrier_host *host, const char *name);
    /* The target has let us in: the client may show the session. */
    void (*ready)(const struct scrier_host *host);
    /* One sentence for the operator on why run() is about to fail. */
    void (*explain)(const struct scrier_host *host, scrier_bytes sentence);
    /* One line; what is too long is cut, what is too much is dropped. [any] */
    void (*log)(const struct scrier_host *host, int32_t level, scrier_bytes message);
    /* A further interface by name, such as "scrier.display/1"; NULL where this session has none. Borrowed until run()
     * returns. */
    const void *(*extension)(const struct scrier_host *host, const char *name);
} scrier_host;

enum {
    SCRIER_PARAMETER_REQUIRED = 1,
    SCRIER_PARAMETER_SECRET = 2,       /* reached by secret(), wiped, never shown */
    SCRIER_PARAMETER_ASK_OPERATOR = 4, /* the client may ask for it when it is missing */
    SCRIER_PARAMETER_SERVER_ONLY = 8   /* from server.yaml only, never from a client */
};

typedef struct scrier_parameter {
    uint32_t size;
    uint32_t flags;
    const char *name;           /* "username" */
    const char *kind;           /* "string", "integer", "boolean" */
    const char *fallback;       /* NULL: none */
    const char *const *choices; /* NULL: any; else ends with NULL */
    const char *summary;        /* one line, shown by `vigocli plugins show` */
} scrier_parameter;

enum { SCRIER_ROLE_TERMINAL = 1, SCRIER_ROLE_DISPLAY = 2, SCRIER_ROLE_SECRETS = 4 };

typedef struct scrier_plugin {
    uint32_t size;
    uint32_t minor;
    const char *id;      /* "ssh": also the protocol's name in the API; a-z, then a-z, 0-9 or '-'; at most 32 */
    const char *version; /* the plugin's own */
    const char *label;   /* "SSH", for people */
    const char *summary; /* one line */
    uint32_t roles;      /* at least one */
    uint32_t default_port;                     /* 0: none */
    const scrier_parameter *const *parameters; /* ends with NULL */
    /* What the envoy's agent or the host must provide first, by name and revision, ends with
     * NULL: "ssh-ephemeral-key/1", "ssh-host-keys/1", "desktop/1", "directory/1", "dial/1". */
    const char *const *needs;

    /* Loads whatever will be opened later (providers, tables, modules): afterwards nothing can be. May be NULL. */
    scrier_status (*prepare)(void);
    /* Speaks the protocol over `transport`, a connected stream socket, or -1 where the plugin needs
     * none ("dial/1", role SECRETS). Returns when the session is over. */
    scrier_status (*run)(const scrier_host *host, int transport);
} scrier_plugin;

/* The one symbol a plugin exports:  SCRIER_EXPORT const scrier_plugin *scrier_plugin_v1(void); */
#define SCRIER_PLUGIN_ENTRY "scrier_plugin_v1"
typedef const scrier_plugin *(*scrier_plugin_entry)(void);

/* Whether an object of `size`, made by the other side, is new enough to have a member:
 * scrier_has(host->size, offsetof(scrier_host, extension), sizeof host->extension) */
static inline int scrier_has(uint32_t size, size_t offset, size_t width) { return size >= offset + width; }

/* For languages that cannot call function pointers in structs. */
static inline scrier_status scrier_next_event(const scrier_host *h, scrier_event *e) { return h->next_event(h, e); }
static inline scrier_bytes scrier_get_parameter(const scrier_host *h, const char *name) {
    return h->parameter(h, name);
}
static inline scrier_bytes scrier_get_secret(const scrier_host *h, const char *name) { return h->secret(h, name); }
static inline void scrier_ready(const scrier_host *h) { h->ready(h); }
static inline void scrier_explain(const scrier_host *h, scrier_bytes sentence) { h->explain(h, sentence); }
static inline void scrier_log(const scrier_host *h, int32_t level, scrier_bytes message) { h->log(h, level, message); }
static inline const void *scrier_extension(const scrier_host *h, const char *name) { return h->extension(h, name); }

#ifdef __cplusplus
}
#endif
#endif
