/* Descriptors sent along with a packet; the macros for it cannot be called from Swift. */
#ifndef CLINUX_DESCRIPTORS_H
#define CLINUX_DESCRIPTORS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { CLINUX_DESCRIPTORS_MAX = 8 };

/* One packet with up to CLINUX_DESCRIPTORS_MAX descriptors; the number of bytes sent, or -errno. */
ssize_t clinux_send_with_descriptors(int socket, const void *bytes, size_t size, const int *descriptors, uint32_t count);

/* One packet, without waiting, with at most one descriptor, which is the caller's (close-on-exec); -1 where none came.
   The number of bytes, 0 at the end, or -errno: EAGAIN for nothing there, EMSGSIZE for more than fits or more than one
   descriptor (all of which are closed). */
ssize_t clinux_receive_with_descriptor(int socket, void *bytes, size_t size, int *descriptor);

#endif
