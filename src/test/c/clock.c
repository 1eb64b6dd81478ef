/*
 * Has a process see another time of day (LD_PRELOAD). CLOCK_OFFSET is a file with one 64-bit number, shared with the test: the nanoseconds
 * that are added. It may change while the process runs: the clock jumps. CLOCK_MONOTONIC goes on, as it does when a machine's clock is set.
 *
 * Not seen: waits until a moment of the time of day in the kernel, which no thread of the connector's does, and files' times.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static int64_t none;
static volatile int64_t *offset = &none;
static int (*real_clock_gettime)(clockid_t, struct timespec *);

__attribute__((constructor)) static void begin(void) {
    if (real_clock_gettime != NULL) {
        return;
    }
    *(void **)&real_clock_gettime = dlsym(RTLD_NEXT, "clock_gettime");
    const char *name = getenv("CLOCK_OFFSET");
    int fd = name == NULL ? -1 : open(name, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return;
    }
    void *map = mmap(NULL, sizeof *offset, PROT_READ, MAP_SHARED, fd, 0);
    if (map == MAP_FAILED) {
        abort();
    }
    offset = map;
    close(fd);
}

int clock_gettime(clockid_t clock, struct timespec *time) {
    begin();
    int done = real_clock_gettime(clock, time);
    if (done == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) {
        int64_t nanos = time->tv_nsec + *offset % 1000000000;
        time->tv_sec += *offset / 1000000000;
        if (nanos < 0) {
            nanos += 1000000000;
            time->tv_sec--;
        } else if (nanos >= 1000000000) {
            nanos -= 1000000000;
            time->tv_sec++;
        }
        time->tv_nsec = nanos;
    }
    return done;
}

int gettimeofday(struct timeval *time, void *zone) {
    (void)zone;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    time->tv_sec = now.tv_sec;
    time->tv_usec = now.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *out) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (out != NULL) {
        *out = now.tv_sec;
    }
    return now.tv_sec;
}

int timespec_get(struct timespec *time, int base) {
    return base == TIME_UTC && clock_gettime(CLOCK_REALTIME, time) == 0 ? base : 0;
}
