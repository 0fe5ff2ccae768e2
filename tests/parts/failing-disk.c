/* A disk that fails on command, put before the C library of one process (LD_PRELOAD). For tests alone.
 *
 * Only the SQLite file named by FAILING_DISK_FILE, its -wal and its -shm are concerned. Their writes, syncs and
 * truncations are counted; FAILING_DISK_CONTROL names a file of nine 64-bit numbers, shared with the test:
 *   [0] operations so far   [1] the first that fails, 0 for none   [2] how many fail from there on
 *   [3] how: 1 EIO, 2 ENOSPC, 3 half is written, then ENOSPC, 4 EIO at syncs of the file itself alone, 5 at its truncations   [4] how many have failed
 *   [5] which have failed, one bit each: write, sync, truncate of the file, then of -wal, then of -shm
 *   [6] the number of the last truncation of the file itself   [7] of its first sync after the first truncation
 *   [8] of the tenth sync of -wal
 * Beside the file and its -wal lies what a power cut would leave, as NAME.disk: pages come there at a sync that
 * succeeds. At a sync that fails they are believed clean and never come there, as Linux has it: only what is written
 * anew is synced anew. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { WRITE = 0, SYNC = 1, TRUNCATE = 2 };
enum { EIO_MODE = 1, ENOSPC_MODE = 2, SHORT_MODE = 3, FILE_SYNC_MODE = 4, FILE_TRUNCATE_MODE = 5 };
#define FDS 4096
#define PAGE 4096
#define PAGES 65536

static const char *const endings[3] = {"", "-wal", "-shm"};
static volatile uint64_t *control;
static unsigned char which[FDS]; /* 0: none of ours; else 1 + its place among the endings */
static unsigned char dirty[2][PAGES];
static int log_syncs;
static int disk[2] = {-1, -1};
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("FAILING_DISK_CONTROL");
    int fd = path ? REAL(open)(path, O_RDWR | O_CLOEXEC) : -1;
    if (fd < 0) return;
    void *map = mmap(NULL, 72, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (map != MAP_FAILED) control = map;
}

static void opened(int fd, const char *path) {
    const char *file = getenv("FAILING_DISK_FILE");
    if (fd < 0 || fd >= FDS) return;
    which[fd] = 0;
    if (!control || !file || strncmp(path, file, strlen(file)) != 0) return;
    for (int i = 0; i < 3; i++) {
        if (strcmp(path + strlen(file), endings[i]) != 0) continue;
        which[fd] = (unsigned char)(i + 1);
        if (i < 2 && disk[i] < 0) {
            char name[4096];
            snprintf(name, sizeof name, "%s.disk", path);
            disk[i] = REAL(open)(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        }
    }
}

/* The errno of this operation's failure, 0 for none, -1 for half a write. */
static int fails(int fd, int kind) {
    if (fd < 0 || fd >= FDS || !which[fd]) return 0;
    uint64_t number = __sync_add_and_fetch(&control[0], 1), from = control[1];
    if (which[fd] == 1 && kind == TRUNCATE) control[6] = number;
    if (which[fd] == 1 && kind == SYNC && control[6] != 0 && control[7] == 0) control[7] = number;
    if (which[fd] == 2 && kind == SYNC && __sync_add_and_fetch(&log_syncs, 1) == 10) control[8] = number;
    if (control[3] >= FILE_SYNC_MODE) {
        /* Before the first truncation, no checkpoint has come half-way. */
        int wanted = control[3] == FILE_SYNC_MODE ? SYNC : TRUNCATE;
        if (which[fd] != 1 || kind != wanted || control[6] == 0 || control[4] >= control[2]) return 0;
        from = number;
    }
    if (from == 0 || number < from || number - from >= control[2]) return 0;
    __sync_add_and_fetch(&control[4], 1);
    __sync_or_and_fetch(&control[5], UINT64_C(1) << (3 * (which[fd] - 1) + kind));
    if (control[3] == SHORT_MODE && kind == WRITE && number == from) return -1;
    return kind == SYNC || (control[3] != ENOSPC_MODE && control[3] != SHORT_MODE) ? EIO : ENOSPC;
}

static void wrote(int fd, off_t at, ssize_t length) {
    if (fd < 0 || fd >= FDS || !which[fd] || which[fd] > 2) return;
    for (off_t page = at / PAGE; length > 0 && page <= (at + length - 1) / PAGE && page < PAGES; page++)
        dirty[which[fd] - 1][page] = 1;
}

static void synced(int fd, int kept) {
    if (fd < 0 || fd >= FDS || !which[fd] || which[fd] > 2) return;
    int place = which[fd] - 1;
    struct stat now;
    char bytes[PAGE];
    pthread_mutex_lock(&lock);
    if (kept && fstat(fd, &now) == 0) (void)!REAL(ftruncate)(disk[place], now.st_size);
    for (off_t page = 0; page < PAGES; page++) {
        if (!dirty[place][page]) continue;
        dirty[place][page] = 0;
        ssize_t length = kept ? pread(fd, bytes, PAGE, page * PAGE) : 0;
        if (length > 0) (void)!REAL(pwrite)(disk[place], bytes, (size_t)length, page * PAGE);
    }
    pthread_mutex_unlock(&lock);
}

#define FAIL(error) do { errno = (error); return -1; } while (0)

static mode_t mode_of(int flags, va_list list) { return flags & (O_CREAT | O_TMPFILE) ? va_arg(list, mode_t) : 0; }
#define OPEN(name)                                              \
    int name(const char *path, int flags, ...) {                \
        va_list list;                                           \
        va_start(list, flags);                                  \
        int fd = REAL(name)(path, flags, mode_of(flags, list)); \
        va_end(list);                                           \
        opened(fd, path);                                       \
        return fd;                                              \
    }
OPEN(open)
OPEN(open64)

int close(int fd) {
    if (fd >= 0 && fd < FDS) which[fd] = 0;
    return REAL(close)(fd);
}

#define PWRITE(name)                                                     \
    ssize_t name(int fd, const void *bytes, size_t length, off_t at) {   \
        int error = fails(fd, WRITE);                                    \
        if (error > 0) FAIL(error);                                      \
        ssize_t done = REAL(name)(fd, bytes, error ? (length + 1) / 2 : length, at); \
        wrote(fd, at, done);                                             \
        return done;                                                     \
    }
PWRITE(pwrite)
PWRITE(pwrite64)

ssize_t write(int fd, const void *bytes, size_t length) {
    int error = fails(fd, WRITE);
    if (error > 0) FAIL(error);
    off_t at = fd >= 0 && fd < FDS && which[fd] ? lseek(fd, 0, SEEK_CUR) : 0;
    ssize_t done = REAL(write)(fd, bytes, error ? (length + 1) / 2 : length);
    wrote(fd, at, done);
    return done;
}

#define SYNCS(name)                                  \
    int name(int fd) {                               \
        int error = fails(fd, SYNC);                 \
        synced(fd, error == 0);                      \
        if (error > 0) FAIL(error);                  \
        return REAL(name)(fd);                       \
    }
SYNCS(fsync)
SYNCS(fdatasync)

#define FTRUNCATE(name)                              \
    int name(int fd, off_t length) {                 \
        int error = fails(fd, TRUNCATE);             \
        if (error > 0) FAIL(error);                  \
        return REAL(name)(fd, length);               \
    }
FTRUNCATE(ftruncate)
FTRUNCATE(ftruncate64)
