/* Descriptors sent along with a packet; the macros for it cannot be called from Swift. */
#ifndef CLINUX_DESCRIPTORS_H
#define CLINUX_DESCRIPTORS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { CLINUX_DESCRIPTORS_MAX = 8 };

/* One packet with up to CLINUX_DESCRIPTORS_MAX descriptors; the number of bytes sent, or -errno. */
ssize_t clinux_send_with_descriptors(int socket, const void *bytes, size_t size, const int *descriptors, uint32_t count);

#endif
