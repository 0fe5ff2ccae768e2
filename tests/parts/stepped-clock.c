/* A wall clock that is set on command, put before the C library of one process (LD_PRELOAD). For tests alone.
 * STEPPED_CLOCK names a file of one 64-bit number, shared with the test: milliseconds added to the time of day. The clock
 * that only ever goes forwards is left alone, as the system leaves it alone when an operator sets the time. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

static volatile int64_t *stepped;

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("STEPPED_CLOCK");
    int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    void *map = fd < 0 ? MAP_FAILED : mmap(NULL, 8, PROT_READ, MAP_SHARED, fd, 0);
    if (map != MAP_FAILED) stepped = map;
}

int clock_gettime(clockid_t which, struct timespec *now) {
    int answer = ((int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime"))(which, now);
    if (answer == 0 && which == CLOCK_REALTIME && stepped) {
        int64_t ms = *stepped;
        now->tv_sec += ms / 1000;
        now->tv_nsec += ms % 1000 * 1000000;
        if (now->tv_nsec < 0) now->tv_sec--, now->tv_nsec += 1000000000;
        if (now->tv_nsec >= 1000000000) now->tv_sec++, now->tv_nsec -= 1000000000;
    }
    return answer;
}
