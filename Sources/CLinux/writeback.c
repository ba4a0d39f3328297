#define _GNU_SOURCE
#include "writeback.h"

#include <fcntl.h>

void clinux_begin_writeback(int descriptor) { sync_file_range(descriptor, 0, 0, SYNC_FILE_RANGE_WRITE); }
