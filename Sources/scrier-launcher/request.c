#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "launcher.h"

int receive_request(int socket, struct request *out) {
    union {
        struct cmsghdr header;
        /* One more than is allowed, so that too many are seen and not silently cut. */
        char bytes[CMSG_SPACE(sizeof(int) * (SCRIER_LAUNCHER_DESCRIPTORS_MAX + 1))];
    } control;
    struct iovec part = {&out->body, sizeof out->body};
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
    ssize_t size;
    do size = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    while (size < 0 && errno == EINTR);
    if (size <= 0) return 0;

    out->count = 0;
    bool sane = size == sizeof out->body && !(message.msg_flags & (MSG_TRUNC | MSG_CTRUNC));
    for (struct cmsghdr *c = CMSG_FIRSTHDR(&message); c; c = CMSG_NXTHDR(&message, c)) {
        if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS) continue;
        size_t count = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t i = 0; i < count; i++) {
            int descriptor;
            memcpy(&descriptor, CMSG_DATA(c) + i * sizeof(int), sizeof(int));
            if (out->count < SCRIER_LAUNCHER_DESCRIPTORS_MAX) {
                out->descriptors[out->count++] = descriptor;
            } else {
                close(descriptor);
                sane = false;
            }
        }
    }
    if (sane) return 1;
    if (size != sizeof out->body) memset(&out->body, 0, sizeof out->body);
    for (int i = 0; i < out->count; i++) close(out->descriptors[i]);
    return -1;
}

/* Absolute, no empty, "." or ".." component, no control characters, NUL up to the end of the array. */
static bool is_plain_path(const char path[SCRIER_LAUNCHER_PATH_MAX]) {
    size_t length = strnlen(path, SCRIER_LAUNCHER_PATH_MAX);
    if (length < 2 || length == SCRIER_LAUNCHER_PATH_MAX || path[0] != '/') return false;
    for (size_t i = length; i < SCRIER_LAUNCHER_PATH_MAX; i++)
        if (path[i] != 0) return false;
    size_t start = 1;
    for (size_t i = 1; i <= length; i++) {
        if (i < length && path[i] != '/') {
            unsigned char character = (unsigned char)path[i];
            if (character < 0x20 || character == 0x7f) return false;
            continue;
        }
        size_t width = i - start;
        if (width == 0 || (width == 1 && path[start] == '.')) return false;
        if (width == 2 && path[start] == '.' && path[start + 1] == '.') return false;
        start = i + 1;
    }
    return true;
}

static bool is_socket(int descriptor) {
    struct stat status;
    return fstat(descriptor, &status) == 0 && S_ISSOCK(status.st_mode);
}

int check_start(const struct request *request, const struct settings *settings) {
    const scrier_launcher_request *body = &request->body;
    if (body->version != SCRIER_LAUNCHER_VERSION || body->reserved != 0 || body->signal != 0) return EINVAL;
    bool secrets = (body->flags & SCRIER_LAUNCHER_SECRETS) != 0, dial = (body->flags & SCRIER_LAUNCHER_DIAL) != 0;
    uint32_t known = SCRIER_LAUNCHER_STRICT;
    if (secrets) known |= SCRIER_LAUNCHER_SECRETS | SCRIER_LAUNCHER_DIRECTORY | SCRIER_LAUNCHER_DIAL;
    if ((body->flags & ~known) != 0) return EINVAL;
    if (secrets && !settings->secrets) return EOPNOTSUPP;
    if (request->count != SCRIER_LAUNCHER_DESCRIPTORS + (dial ? 1 : 0)) return EBADF;
    if (!is_socket(request->descriptors[0])) return ENOTSOCK;
    if (dial && !is_socket(request->descriptors[SCRIER_LAUNCHER_DESCRIPTORS])) return ENOTSOCK;
    if (!is_plain_path(body->plugin)) return ENOENT;
    if (!settings->root) return 0;
    bool is_its_uid = secrets ? body->uid == settings->secrets_uid
                              : body->uid >= settings->first && body->uid <= settings->last;
    return is_its_uid ? 0 : EPERM;
}

int check_signal(const struct request *request) {
    const scrier_launcher_request *body = &request->body;
    if (body->version != SCRIER_LAUNCHER_VERSION || body->reserved != 0 || body->flags != 0) return EINVAL;
    if (request->count != 0) return EINVAL;
    return body->signal == SIGTERM || body->signal == SIGKILL ? 0 : EINVAL;
}
