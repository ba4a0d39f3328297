/* Linux as Swift can call it: system calls without a wrapper in glibc, structs shared with C. */
#include <unistd.h>

#include "scrier_launcher.h"
