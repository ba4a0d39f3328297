/* What Linux has beside fsync(), behind _GNU_SOURCE. */
#ifndef CLINUX_WRITEBACK_H
#define CLINUX_WRITEBACK_H

/* Lets the kernel begin to write what is dirty of a file; does not wait until it has. Any thread. */
void clinux_begin_writeback(int descriptor);

#endif
