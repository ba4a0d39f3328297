/* A whole backend for secrets in plain C. It keeps them in memory and forgets them with its process: what a real one does
 * with a file or a server, this does with a sorted array.
 *
 *   cc -shared -fPIC -O2 -I PATH/OF/include -o memory.so memory.c
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scrier/ext/exchange.h"
#include "scrier/plugin.h"

enum { SECRETS_MAX = 16384, KEY_MAX = 512, SEGMENT_MAX = 200, VALUE_MAX = 1 << 20, PAGE_MAX = 1 << 20 };

struct secret {
    scrier_bytes key, value; /* in memory of their own */
};
static struct secret secrets[SECRETS_MAX]; /* sorted by key, byte by byte */
static size_t secret_count;
static uint64_t epoch = 1;

/* A body on its way out; large enough for the largest value and for a page of a list. */
static uint8_t body[PAGE_MAX + 2048];
static size_t body_size;

static scrier_bytes text(const char *words) {
    scrier_bytes bytes = {(const uint8_t *)words, strlen(words)};
    return bytes;
}

/* Not memset, which a compiler may leave out when nobody looks at the memory again. */
static void wipe(const void *bytes, size_t size) {
    volatile uint8_t *each = (volatile uint8_t *)bytes;
    while (size > 0) each[--size] = 0;
}

static void add(scrier_bytes field) {
    for (int i = 0; i < 4; i++) body[body_size++] = (uint8_t)(field.size >> (8 * i));
    if (field.size > 0) memcpy(body + body_size, field.data, field.size);
    body_size += field.size;
}

static void add_epoch(void) {
    char decimal[24];
    snprintf(decimal, sizeof decimal, "%llu", (unsigned long long)epoch);
    add(text(decimal));
}

static scrier_status refuse(scrier_status status, const char *sentence) {
    add(text(sentence));
    return status;
}

/* The next field of a request, and the rest behind it; 0 where there is none. */
static int take(scrier_bytes *rest, scrier_bytes *field) {
    if (rest->size < 4) return 0;
    size_t size = 0;
    for (int i = 0; i < 4; i++) size |= (size_t)rest->data[i] << (8 * i);
    if (size > rest->size - 4) return 0;
    field->data = rest->data + 4;
    field->size = size;
    rest->data += 4 + size;
    rest->size -= 4 + size;
    return 1;
}

static int compare(scrier_bytes one, scrier_bytes other) {
    size_t shorter = one.size < other.size ? one.size : other.size;
    int order = shorter > 0 ? memcmp(one.data, other.data, shorter) : 0;
    return order != 0 ? order : (one.size > other.size) - (one.size < other.size);
}

static int has_prefix(scrier_bytes key, scrier_bytes prefix) {
    return key.size >= prefix.size && (prefix.size == 0 || memcmp(key.data, prefix.data, prefix.size) == 0);
}

/* Segments of [A-Za-z0-9._-] between slashes, none of them "." or "..". */
static int is_key(scrier_bytes key) {
    size_t start = 0;
    if (key.size == 0 || key.size > KEY_MAX) return 0;
    for (size_t i = 0; i <= key.size; i++) {
        if (i < key.size && key.data[i] != '/') {
            uint8_t c = key.data[i];
            int letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
            if (!letter && c != '.' && c != '_' && c != '-') return 0;
            continue;
        }
        size_t width = i - start;
        if (width == 0 || width > SEGMENT_MAX) return 0;
        if (width <= 2 && memcmp(key.data + start, "..", width) == 0) return 0;
        start = i + 1;
    }
    return 1;
}

/* Where the key is, or where it would have to be put. */
static size_t place(scrier_bytes key, int *found) {
    size_t low = 0, high = secret_count;
    *found = 0;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = compare(secrets[middle].key, key);
        if (order == 0) {
            *found = 1;
            return middle;
        }
        if (order < 0) low = middle + 1;
        else high = middle;
    }
    return low;
}

static scrier_bytes copy(scrier_bytes bytes) {
    uint8_t *memory = malloc(bytes.size + 1);
    if (memory && bytes.size > 0) memcpy(memory, bytes.data, bytes.size);
    scrier_bytes result = {memory, memory ? bytes.size : 0};
    return result;
}

static void forget(scrier_bytes bytes) {
    wipe(bytes.data, bytes.size);
    free((void *)bytes.data);
}

static scrier_status put(scrier_bytes key, scrier_bytes value) {
    int found;
    size_t at = place(key, &found);
    if (value.size > VALUE_MAX) return refuse(SCRIER_TOO_LARGE, "a secret has at most 1 MiB");
    if (!found && secret_count == SECRETS_MAX) return refuse(SCRIER_UNAVAILABLE, "there is no room for more secrets");
    struct secret kept = {.key = copy(key), .value = copy(value)};
    if (!kept.key.data || !kept.value.data) {
        forget(kept.key);
        forget(kept.value);
        return refuse(SCRIER_UNAVAILABLE, "there is no memory left");
    }
    if (found) {
        forget(secrets[at].key);
        forget(secrets[at].value);
    } else {
        memmove(secrets + at + 1, secrets + at, (secret_count - at) * sizeof *secrets);
        secret_count++;
    }
    secrets[at] = kept;
    epoch++;
    return SCRIER_OK;
}

static scrier_status delete(scrier_bytes key) {
    int found;
    size_t at = place(key, &found);
    if (!found) return refuse(SCRIER_NOT_FOUND, "there is no such secret");
    forget(secrets[at].key);
    forget(secrets[at].value);
    secret_count--;
    memmove(secrets + at, secrets + at + 1, (secret_count - at) * sizeof *secrets);
    epoch++;
    return SCRIER_OK;
}

static scrier_status list(scrier_bytes prefix, scrier_bytes after) {
    int found;
    size_t at = place(after.size > 0 ? after : prefix, &found), size = 8;
    if (found && after.size > 0) at++;
    while (at < secret_count && compare(secrets[at].key, prefix) < 0) at++;
    size_t end = at;
    while (end < secret_count && has_prefix(secrets[end].key, prefix) && size + 4 + secrets[end].key.size < PAGE_MAX)
        size += 4 + secrets[end++].key.size;
    add(text(end < secret_count && has_prefix(secrets[end].key, prefix) ? "more" : "end"));
    for (; at < end; at++) add(secrets[at].key);
    return SCRIER_OK;
}

/* Fills `body` and returns the status of the reply. */
static scrier_status answer(const char *method, scrier_bytes rest) {
    scrier_bytes first = {NULL, 0}, second = {NULL, 0};
    int fields = take(&rest, &first);
    fields += fields == 1 && take(&rest, &second);
    if (strcmp(method, "status") == 0) {
        add(text("open"));
        add_epoch();
        add(text(""));
        return SCRIER_OK;
    }
    if (strcmp(method, "epoch") == 0) {
        add_epoch();
        return SCRIER_OK;
    }
    if (strcmp(method, "verify") == 0) { /* nothing in here can be damaged */
        add(text("end"));
        add(text(""));
        return SCRIER_OK;
    }
    if (strcmp(method, "list") == 0) {
        if (fields != 2) return refuse(SCRIER_INVALID, "list takes a prefix and a key");
        return list(first, second);
    }
    int takes_value = strcmp(method, "put") == 0;
    if (!takes_value && strcmp(method, "get") != 0 && strcmp(method, "delete") != 0) return SCRIER_UNSUPPORTED;
    if (fields != 1 + takes_value || !is_key(first)) return refuse(SCRIER_INVALID, "that is no name for a secret");
    if (takes_value) return put(first, second);
    if (strcmp(method, "delete") == 0) return delete(first);
    int found;
    size_t at = place(first, &found);
    if (!found) return refuse(SCRIER_NOT_FOUND, "there is no such secret");
    add(secrets[at].value);
    return SCRIER_OK;
}

/* Waits for the next event; 0 when the server closes the session. WRITABLE comes before any further REQUEST. */
static int next(const scrier_host *host, uint32_t type, scrier_event *event) {
    for (;;) {
        memset(event, 0, sizeof *event);
        event->size = sizeof *event;
        if (host->next_event(host, event) == SCRIER_OK) {
            if (event->type == SCRIER_EVENT_CLOSE) return 0;
            if (event->type == type) return 1;
        } else {
            struct pollfd source = {.fd = host->events, .events = POLLIN};
            if (poll(&source, 1, -1) < 0 && errno != EINTR) return 0;
        }
    }
}

static scrier_status run(const scrier_host *host, int transport) {
    (void)transport; /* -1 */
    const scrier_exchange *exchange = host->extension(host, SCRIER_EXCHANGE);
    if (!exchange) return SCRIER_UNSUPPORTED;
    host->ready(host);
    scrier_event event;
    while (next(host, SCRIER_EVENT_REQUEST, &event)) {
        uint32_t request = event.request;
        body_size = 0;
        scrier_status status = answer(event.name, event.bytes);
        scrier_bytes reply = {body, body_size};
        while (exchange->reply(host, request, status, reply) == SCRIER_EMPTY)
            if (!next(host, SCRIER_EVENT_WRITABLE, &event)) return SCRIER_CANCELLED;
        wipe(body, body_size);
    }
    return SCRIER_CANCELLED;
}

static const scrier_plugin plugin = {
    .size = sizeof(scrier_plugin),
    .minor = SCRIER_ABI_MINOR,
    .id = "memory",
    .version = "1.0.0",
    .label = "Memory",
    .summary = "Keeps secrets until its process ends",
    .roles = SCRIER_ROLE_SECRETS,
    .run = run,
};

SCRIER_EXPORT const scrier_plugin *scrier_plugin_v1(void);
SCRIER_EXPORT const scrier_plugin *scrier_plugin_v1(void) { return &plugin; }
