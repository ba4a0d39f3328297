/* libssh2, and what Swift cannot call of it: macros, and callbacks passed as void pointers. */
#ifndef SCRIER_CLIBSSH2_SHIM_H
#define SCRIER_CLIBSSH2_SHIM_H

#include <libssh2.h>

typedef ssize_t (*ssh_receive_callback)(libssh2_socket_t, void *, size_t, int, void **);
typedef ssize_t (*ssh_send_callback)(libssh2_socket_t, const void *, size_t, int, void **);
typedef void (*ssh_disconnect_callback)(LIBSSH2_SESSION *, int, const char *, int, const char *, int, void **);

static inline void ssh_set_callbacks(LIBSSH2_SESSION *session, ssh_receive_callback receive, ssh_send_callback send,
                                     ssh_disconnect_callback disconnect) {
#if LIBSSH2_VERSION_NUM >= 0x010b01
    libssh2_session_callback_set2(session, LIBSSH2_CALLBACK_RECV, (libssh2_cb_generic *)receive);
    libssh2_session_callback_set2(session, LIBSSH2_CALLBACK_SEND, (libssh2_cb_generic *)send);
    libssh2_session_callback_set2(session, LIBSSH2_CALLBACK_DISCONNECT, (libssh2_cb_generic *)disconnect);
#else
    libssh2_session_callback_set(session, LIBSSH2_CALLBACK_RECV, (void *)receive);
    libssh2_session_callback_set(session, LIBSSH2_CALLBACK_SEND, (void *)send);
    libssh2_session_callback_set(session, LIBSSH2_CALLBACK_DISCONNECT, (void *)disconnect);
#endif
}

/* The text that the server showed before it let anybody in; NULL: none, or a libssh2 that does not tell. */
static inline const char *ssh_login_banner(LIBSSH2_SESSION *session) {
    char *banner = NULL;
#if LIBSSH2_VERSION_NUM >= 0x010b00
    if (libssh2_userauth_banner(session, &banner) != 0) banner = NULL;
#else
    (void)session;
#endif
    return banner;
}

#endif
