/* Linux as Swift can call it: system calls without a wrapper in glibc, structs shared with C. */
#include <malloc.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "account.h"
#include "confinement.h"
#include "descriptors.h"
#include "openat2.h"
#include "scrier_launcher.h"
#include "writeback.h"
