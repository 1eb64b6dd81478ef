/*
 * Stands between a process and the files below one folder (LD_PRELOAD), and does two things to them.
 *
 * DISK_LOG: notes every change there in a log, with its data, and when it was synced. ualarm.proof.Disk makes of it what a power cut
 * would have left behind.
 *
 * DISK_FAULTS: a file of the layout of struct faults, shared with the test: the disk fails, is full, read-only or slow from the moment at
 * which the test says so.
 *
 * DISK_ROOT: the folder, without links in its path.
 *
 * A change and its note are made under one lock, the change first: when the process is killed, at most one change is not in the log.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/uio.h>
#include <unistd.h>

/* What is noted; ualarm.proof.Disk reads it. */
enum { CREATE = 1, OPEN, WRITE, TRUNCATE, SYNC, MKDIR, UNLINK, RMDIR, RENAME, SYNC_FOLDER, MAP };

/* Flags of WRITE: only zeros, which are not in the log; synced by itself (O_SYNC, O_DSYNC). */
enum { ZEROS = 1, DURABLE = 2 };

#define MAGIC 0x55414c31u

struct note {
    uint32_t magic, op;
    uint64_t number;  /* one more than that of the note before */
    uint64_t file;    /* inode */
    int64_t offset;   /* of WRITE; the size of TRUNCATE; the last number that SYNC and SYNC_FOLDER cover */
    int64_t length;   /* of WRITE */
    uint32_t flags, path_length, path2_length, data_length;
};

struct faults {
    volatile int32_t write_errno; /* of everything that changes a file or a folder, but syncs; 0 = none */
    volatile int32_t sync_errno;  /* of syncs */
    volatile int32_t sync_millis; /* how long each sync takes more */
    volatile int32_t is_limited;  /* whether there is only so much room: */
    volatile int64_t room;        /* bytes that files can still grow by */
    volatile int64_t failed;      /* how many calls have failed for this */
};

static char root[PATH_MAX];
static size_t root_length;
static int log_fd = -1;
static struct faults no_faults, *faults = &no_faults;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static uint64_t number;

/* The inodes of our files, open addressing. An inode that the system uses again is noted again by CREATE or OPEN. */
#define FILES 65536
static uint64_t files[FILES];

#define REAL(type, name, parameters) static type(*real_##name) parameters
REAL(int, open, (const char *, int, ...));
REAL(int, openat, (int, const char *, int, ...));
REAL(ssize_t, write, (int, const void *, size_t));
REAL(ssize_t, writev, (int, const struct iovec *, int));
REAL(ssize_t, pwrite, (int, const void *, size_t, off_t));
REAL(ssize_t, pwritev, (int, const struct iovec *, int, off_t));
REAL(int, ftruncate, (int, off_t));
REAL(int, truncate, (const char *, off_t));
REAL(int, fallocate, (int, int, off_t, off_t));
REAL(int, posix_fallocate, (int, off_t, off_t));
REAL(int, fsync, (int));
REAL(int, fdatasync, (int));
REAL(int, renameat, (int, const char *, int, const char *));
REAL(int, unlinkat, (int, const char *, int));
REAL(int, mkdirat, (int, const char *, mode_t));
REAL(void *, mmap, (void *, size_t, int, int, int, off_t));
REAL(ssize_t, sendfile, (int, int, off_t *, size_t));
REAL(ssize_t, copy_file_range, (int, off_t *, int, off_t *, size_t, unsigned));
REAL(int, statvfs, (const char *, struct statvfs *));
REAL(int, fstatvfs, (int, struct statvfs *));

static void find(void *slot, const char *name) {
    *(void **)slot = dlsym(RTLD_NEXT, name);
}

__attribute__((constructor)) static void begin(void) {
    if (real_open != NULL) {
        return;
    }
    find(&real_openat, "openat");
    find(&real_write, "write");
    find(&real_writev, "writev");
    find(&real_pwrite, "pwrite");
    find(&real_pwritev, "pwritev");
    find(&real_ftruncate, "ftruncate");
    find(&real_truncate, "truncate");
    find(&real_fallocate, "fallocate");
    find(&real_posix_fallocate, "posix_fallocate");
    find(&real_fsync, "fsync");
    find(&real_fdatasync, "fdatasync");
    find(&real_renameat, "renameat");
    find(&real_unlinkat, "unlinkat");
    find(&real_mkdirat, "mkdirat");
    find(&real_mmap, "mmap");
    find(&real_sendfile, "sendfile");
    find(&real_copy_file_range, "copy_file_range");
    find(&real_statvfs, "statvfs");
    find(&real_fstatvfs, "fstatvfs");
    find(&real_open, "open");
    const char *folder = getenv("DISK_ROOT");
    if (folder == NULL) {
        return;
    }
    snprintf(root, sizeof root, "%s", folder);
    root_length = strlen(root);
    const char *log = getenv("DISK_LOG");
    if (log != NULL) {
        log_fd = real_open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    }
    const char *shared = getenv("DISK_FAULTS");
    if (shared != NULL) {
        int fd = real_open(shared, O_RDWR | O_CLOEXEC);
        void *map = real_mmap(NULL, sizeof(struct faults), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        if (map == MAP_FAILED) {
            abort();
        }
        faults = map;
        close(fd);
    }
}

/* Another library's constructor may come before ours. */
static void ready(void) {
    if (real_open == NULL) {
        begin();
    }
}

/* The part of an absolute path below our folder; NULL when it is not there. */
static const char *below(const char *path) {
    if (root_length == 0 || strncmp(path, root, root_length) != 0) {
        return NULL;
    }
    if (path[root_length] == 0) {
        return "";
    }
    return path[root_length] == '/' ? path + root_length + 1 : NULL;
}

static const char *path_of(int fd, char *buffer) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, buffer, PATH_MAX - 1);
    if (length < 0) {
        return NULL;
    }
    buffer[length] = 0;
    return below(buffer);
}

/* As path_of, of a name that may not be there; the folder it lies in is. */
static const char *path_at(int folder, const char *name, char *buffer) {
    char whole[PATH_MAX], parent[PATH_MAX];
    if (root_length == 0) {
        return NULL;
    }
    if (name[0] == '/' || folder == AT_FDCWD) {
        snprintf(whole, sizeof whole, "%s", name);
    } else {
        char link[64];
        snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
        ssize_t length = readlink(link, parent, sizeof parent - 1);
        if (length < 0) {
            return NULL;
        }
        parent[length] = 0;
        if ((size_t)snprintf(whole, sizeof whole, "%s/%s", parent, name) >= sizeof whole) {
            return NULL;
        }
    }
    size_t end = strlen(whole);
    while (end > 1 && whole[end - 1] == '/') {
        whole[--end] = 0;
    }
    char *slash = strrchr(whole, '/');
    const char *last = slash == NULL ? whole : slash + 1;
    if (slash == NULL) {
        if (realpath(".", parent) == NULL) {
            return NULL;
        }
    } else {
        char cut = *slash;
        *slash = 0;
        int there = realpath(slash == whole ? "/" : whole, parent) != NULL;
        *slash = cut;
        if (!there) {
            return NULL;
        }
    }
    if ((size_t)snprintf(buffer, PATH_MAX, "%s/%s", parent, last) >= PATH_MAX) {
        return NULL;
    }
    return below(buffer);
}

static uint64_t *slot_of(uint64_t file) {
    uint64_t i = file * 0x9E3779B97F4A7C15u >> 48;
    while (files[i] != 0 && files[i] != file) {
        i = (i + 1) % FILES;
    }
    return &files[i];
}

/* The inode of a regular file of ours; 0 when it is not ours. */
static uint64_t ours(int fd) {
    struct stat status;
    if (root_length == 0 || fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
        return 0;
    }
    return *slot_of(status.st_ino);
}

static void note(uint32_t op, uint64_t file, int64_t offset, int64_t length, uint32_t flags, const char *path,
                 const char *path2, const struct iovec *data, int count, size_t data_length) {
    struct note head = {MAGIC,
                        op,
                        ++number,
                        file,
                        offset,
                        length,
                        flags,
                        path == NULL ? 0 : strlen(path),
                        path2 == NULL ? 0 : strlen(path2),
                        data_length};
    if (log_fd < 0) {
        return;
    }
    struct iovec parts[3 + count];
    parts[0] = (struct iovec){&head, sizeof head};
    parts[1] = (struct iovec){(void *)path, head.path_length};
    parts[2] = (struct iovec){(void *)path2, head.path2_length};
    int n = 3;
    size_t left = data_length;
    for (int i = 0; i < count && left > 0; i++) {
        size_t part = data[i].iov_len < left ? data[i].iov_len : left;
        parts[n++] = (struct iovec){data[i].iov_base, part};
        left -= part;
    }
    size_t all = sizeof head + head.path_length + head.path2_length + data_length;
    if (real_writev(log_fd, parts, n) != (ssize_t)all) {
        /* A log with a hole would prove nothing. */
        abort();
    }
}

/* Whether a change fails now; then errno is set. */
static int fails(void) {
    if (faults->write_errno == 0) {
        return 0;
    }
    errno = faults->write_errno;
    __sync_fetch_and_add(&faults->failed, 1);
    return 1;
}

/* How much of a write there is room for; what lies within the file has its room. */
static ssize_t room_for(int fd, int64_t offset, size_t length) {
    struct stat status;
    if (!faults->is_limited || fstat(fd, &status) != 0) {
        return length;
    }
    int64_t more = offset + (int64_t)length - status.st_size;
    if (more <= 0) {
        return length;
    }
    int64_t room = faults->room;
    if (more <= room) {
        faults->room = room - more;
        return length;
    }
    int64_t fits = (int64_t)length - (more - room);
    if (fits <= 0) {
        errno = ENOSPC;
        __sync_fetch_and_add(&faults->failed, 1);
        return -1;
    }
    faults->room = 0;
    return fits;
}

static void give_back(int64_t bytes) {
    if (faults->is_limited && bytes > 0) {
        faults->room += bytes;
    }
}

static int are_zeros(const struct iovec *data, int count, size_t length) {
    for (int i = 0; i < count && length > 0; i++) {
        const char *bytes = data[i].iov_base;
        size_t part = data[i].iov_len < length ? data[i].iov_len : length;
        if (part > 0 && (bytes[0] != 0 || memcmp(bytes, bytes + 1, part - 1) != 0)) {
            return 0;
        }
        length -= part;
    }
    return 1;
}

/* Writes to a file of ours, at an offset or, when that is -1, where its descriptor stands. */
static ssize_t write_ours(uint64_t file, int fd, const struct iovec *data, int count, off_t offset) {
    pthread_mutex_lock(&lock);
    ssize_t done = -1;
    if (!fails()) {
        int flags = fcntl(fd, F_GETFL);
        off_t at = offset >= 0 ? offset : flags & O_APPEND ? lseek(fd, 0, SEEK_END) : lseek(fd, 0, SEEK_CUR);
        size_t length = 0;
        for (int i = 0; i < count; i++) {
            length += data[i].iov_len;
        }
        ssize_t fits = room_for(fd, at, length);
        if (fits == (ssize_t)length) {
            done = offset >= 0 ? real_pwritev(fd, data, count, offset) : real_writev(fd, data, count);
        } else if (fits > 0) {
            /* A short write, of the first part only: the caller comes back for the rest. */
            size_t first = data[0].iov_len < (size_t)fits ? data[0].iov_len : (size_t)fits;
            done = offset >= 0 ? real_pwrite(fd, data[0].iov_base, first, offset)
                               : real_write(fd, data[0].iov_base, first);
        }
        if (done > 0) {
            int zeros = are_zeros(data, count, done);
            note(WRITE, file, at, done, (zeros ? ZEROS : 0) | (flags & O_DSYNC ? DURABLE : 0), NULL, NULL, data, count,
                 zeros ? 0 : done);
        }
    }
    int error = errno;
    pthread_mutex_unlock(&lock);
    errno = error;
    return done;
}

ssize_t write(int fd, const void *bytes, size_t length) {
    ready();
    uint64_t file = ours(fd);
    struct iovec one = {(void *)bytes, length};
    return file == 0 ? real_write(fd, bytes, length) : write_ours(file, fd, &one, 1, -1);
}

ssize_t writev(int fd, const struct iovec *data, int count) {
    ready();
    uint64_t file = ours(fd);
    return file == 0 ? real_writev(fd, data, count) : write_ours(file, fd, data, count, -1);
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t offset) {
    ready();
    uint64_t file = ours(fd);
    struct iovec one = {(void *)bytes, length};
    return file == 0 ? real_pwrite(fd, bytes, length, offset) : write_ours(file, fd, &one, 1, offset);
}

ssize_t pwritev(int fd, const struct iovec *data, int count, off_t offset) {
    ready();
    uint64_t file = ours(fd);
    return file == 0 ? real_pwritev(fd, data, count, offset) : write_ours(file, fd, data, count, offset);
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off_t offset) {
    return pwrite(fd, bytes, length, offset);
}

ssize_t pwritev64(int fd, const struct iovec *data, int count, off_t offset) {
    return pwritev(fd, data, count, offset);
}

/* Copies within the kernel are not seen here: who asks for one then reads and writes. */
ssize_t sendfile(int out, int in, off_t *offset, size_t count) {
    ready();
    if (ours(out) != 0) {
        errno = EINVAL;
        return -1;
    }
    return real_sendfile(out, in, offset, count);
}

ssize_t sendfile64(int out, int in, off_t *offset, size_t count) {
    return sendfile(out, in, offset, count);
}

ssize_t copy_file_range(int in, off_t *in_offset, int out, off_t *out_offset, size_t length, unsigned flags) {
    ready();
    if (ours(out) != 0) {
        errno = EINVAL;
        return -1;
    }
    return real_copy_file_range(in, in_offset, out, out_offset, length, flags);
}

static int open_ours(int folder, const char *name, int flags, mode_t mode) {
    ready();
    if ((flags & O_ACCMODE) == O_RDONLY && !(flags & (O_CREAT | O_TRUNC))) {
        return real_openat(folder, name, flags, mode);
    }
    char buffer[PATH_MAX];
    const char *path = path_at(folder, name, buffer);
    if (path == NULL) {
        return real_openat(folder, name, flags, mode);
    }
    pthread_mutex_lock(&lock);
    int fd = -1;
    if (!fails()) {
        struct stat status;
        int is_new = fstatat(folder, name, &status, 0) != 0;
        int64_t before = is_new ? 0 : status.st_size;
        fd = real_openat(folder, name, flags, mode);
        if (fd >= 0 && fstat(fd, &status) == 0 && S_ISREG(status.st_mode)) {
            *slot_of(status.st_ino) = status.st_ino;
            note(is_new ? CREATE : OPEN, status.st_ino, 0, 0, 0, path, NULL, NULL, 0, 0);
            if (!is_new && flags & O_TRUNC) {
                give_back(before);
                note(TRUNCATE, status.st_ino, 0, 0, 0, NULL, NULL, NULL, 0, 0);
            }
        }
    }
    int error = errno;
    pthread_mutex_unlock(&lock);
    errno = error;
    return fd;
}

#define MODE(flags)                               \
    mode_t mode = 0;                              \
    if ((flags) & (O_CREAT | __O_TMPFILE)) {      \
        va_list more;                             \
        va_start(more, flags);                    \
        mode = va_arg(more, mode_t);              \
        va_end(more);                             \
    }

int open(const char *name, int flags, ...) {
    MODE(flags)
    return open_ours(AT_FDCWD, name, flags, mode);
}

int open64(const char *name, int flags, ...) {
    MODE(flags)
    return open_ours(AT_FDCWD, name, flags, mode);
}

int openat(int folder, const char *name, int flags, ...) {
    MODE(flags)
    return open_ours(folder, name, flags, mode);
}

int openat64(int folder, const char *name, int flags, ...) {
    MODE(flags)
    return open_ours(folder, name, flags, mode);
}

int creat(const char *name, mode_t mode) {
    return open_ours(AT_FDCWD, name, O_WRONLY | O_CREAT | O_TRUNC, mode);
}

int creat64(const char *name, mode_t mode) {
    return creat(name, mode);
}

/* As they are called where _FORTIFY_SOURCE is set. */
int __open_2(const char *name, int flags) {
    return open_ours(AT_FDCWD, name, flags, 0);
}

int __open64_2(const char *name, int flags) {
    return open_ours(AT_FDCWD, name, flags, 0);
}

int __openat_2(int folder, const char *name, int flags) {
    return open_ours(folder, name, flags, 0);
}

int __openat64_2(int folder, const char *name, int flags) {
    return open_ours(folder, name, flags, 0);
}

int ftruncate(int fd, off_t size) {
    ready();
    uint64_t file = ours(fd);
    if (file == 0) {
        return real_ftruncate(fd, size);
    }
    pthread_mutex_lock(&lock);
    int done = -1;
    struct stat status;
    if (!fails() && fstat(fd, &status) == 0 && (done = real_ftruncate(fd, size)) == 0) {
        give_back(status.st_size - size);
        note(TRUNCATE, file, size, 0, 0, NULL, NULL, NULL, 0, 0);
    }
    int error = errno;
    pthread_mutex_unlock(&lock);
    errno = error;
    return done;
}

int ftruncate64(int fd, off_t size) {
    return ftruncate(fd, size);
}

int truncate(const char *name, off_t size) {
    int fd = open(name, O_WRONLY);
    if (fd < 0) {
        return -1;
    }
    int done = ftruncate(fd, size);
    int error = errno;
    close(fd);
    errno = error;
    return done;
}

int truncate64(const char *name, off_t size) {
    return truncate(name, size);
}

/* Room that is only set aside changes nothing that can be read; a file that grows by it is as one that is truncated to be longer. */
int posix_fallocate(int fd, off_t offset, off_t length) {
    ready();
    struct stat status;
    if (ours(fd) == 0 || fstat(fd, &status) != 0) {
        return real_posix_fallocate(fd, offset, length);
    }
    return offset + length <= status.st_size || ftruncate(fd, offset + length) == 0 ? 0 : errno;
}

int posix_fallocate64(int fd, off_t offset, off_t length) {
    return posix_fallocate(fd, offset, length);
}

int fallocate(int fd, int mode, off_t offset, off_t length) {
    ready();
    if (ours(fd) == 0) {
        return real_fallocate(fd, mode, offset, length);
    }
    if (mode != 0) {
        errno = EOPNOTSUPP;
        return -1;
    }
    errno = posix_fallocate(fd, offset, length);
    return errno == 0 ? 0 : -1;
}

int fallocate64(int fd, int mode, off_t offset, off_t length) {
    return fallocate(fd, mode, offset, length);
}

/* What was noted before it began is covered, when it has ended well. */
static int sync_ours(int fd, int (*real)(int)) {
    char buffer[PATH_MAX];
    struct stat status;
    const char *path = NULL;
    int is_folder = 0;
    if (root_length > 0 && fstat(fd, &status) == 0) {
        is_folder = S_ISDIR(status.st_mode);
        path = is_folder || S_ISREG(status.st_mode) ? path_of(fd, buffer) : NULL;
    }
    if (path == NULL) {
        return real(fd);
    }
    if (faults->sync_millis > 0) {
        usleep(faults->sync_millis * 1000);
    }
    if (faults->sync_errno != 0) {
        errno = faults->sync_errno;
        __sync_fetch_and_add(&faults->failed, 1);
        return -1;
    }
    pthread_mutex_lock(&lock);
    uint64_t covered = number;
    pthread_mutex_unlock(&lock);
    int done = real(fd);
    if (done == 0) {
        pthread_mutex_lock(&lock);
        note(is_folder ? SYNC_FOLDER : SYNC, status.st_ino, covered, 0, 0, path, NULL, NULL, 0, 0);
        pthread_mutex_unlock(&lock);
    }
    return done;
}

int fsync(int fd) {
    ready();
    return sync_ours(fd, real_fsync);
}

int fdatasync(int fd) {
    ready();
    return sync_ours(fd, real_fdatasync);
}

int renameat(int from_folder, const char *from, int to_folder, const char *to) {
    ready();
    char buffer[PATH_MAX], buffer2[PATH_MAX];
    const char *path = path_at(from_folder, from, buffer);
    const char *path2 = path_at(to_folder, to, buffer2);
    if (path == NULL && path2 == NULL) {
        return real_renameat(from_folder, from, to_folder, to);
    }
    if (path == NULL || path2 == NULL) {
        /* As between two file systems: who asks for it then copies. */
        errno = EXDEV;
        return -1;
    }
    pthread_mutex_lock(&lock);
    int done = -1;
    if (!fails() && (done = real_renameat(from_folder, from, to_folder, to)) == 0) {
        note(RENAME, 0, 0, 0, 0, path, path2, NULL, 0, 0);
    }
    int error = errno;
    pthread_mutex_unlock(&lock);
    errno = error;
    return done;
}

int rename(const char *from, const char *to) {
    return renameat(AT_FDCWD, from, AT_FDCWD, to);
}

int renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags) {
    if (flags != 0) {
        errno = EINVAL;
        return -1;
    }
    return renameat(from_folder, from, to_folder, to);
}

int unlinkat(int folder, const char *name, int flags) {
    ready();
    char buffer[PATH_MAX];
    const char *path = path_at(folder, name, buffer);
    if (path == NULL) {
        return real_unlinkat(folder, name, flags);
    }
    pthread_mutex_lock(&lock);
    int done = -1;
    struct stat status;
    if (!fails()) {
        int64_t size = fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 ? status.st_size : 0;
        done = real_unlinkat(folder, name, flags);
        if (done == 0) {
            give_back(flags & AT_REMOVEDIR ? 0 : size);
            note(flags & AT_REMOVEDIR ? RMDIR : UNLINK, 0, 0, 0, 0, path, NULL, NULL, 0, 0);
        }
    }
    int error = errno;
    pthread_mutex_unlock(&lock);
    errno = error;
    return done;
}

int unlink(const char *name) {
    return unlinkat(AT_FDCWD, name, 0);
}

int rmdir(const char *name) {
    return unlinkat(AT_FDCWD, name, AT_REMOVEDIR);
}

int remove(const char *name) {
    struct stat status;
    int is_folder = lstat(name, &status) == 0 && S_ISDIR(status.st_mode);
    return unlinkat(AT_FDCWD, name, is_folder ? AT_REMOVEDIR : 0);
}

int mkdirat(int folder, const char *name, mode_t mode) {
    ready();
    char buffer[PATH_MAX];
    const char *path = path_at(folder, name, buffer);
    if (path == NULL) {
        return real_mkdirat(folder, name, mode);
    }
    pthread_mutex_lock(&lock);
    int done = -1;
    if (!fails() && (done = real_mkdirat(folder, name, mode)) == 0) {
        note(MKDIR, 0, 0, 0, 0, path, NULL, NULL, 0, 0);
    }
    int error = errno;
    pthread_mutex_unlock(&lock);
    errno = error;
    return done;
}

int mkdir(const char *name, mode_t mode) {
    return mkdirat(AT_FDCWD, name, mode);
}

/* What is written through a map is not seen: the file's content is uncertain from then on. */
void *mmap(void *address, size_t length, int protection, int flags, int fd, off_t offset) {
    ready();
    if (fd >= 0 && flags & MAP_SHARED && protection & PROT_WRITE) {
        uint64_t file = ours(fd);
        if (file != 0) {
            pthread_mutex_lock(&lock);
            note(MAP, file, 0, 0, 0, NULL, NULL, NULL, 0, 0);
            pthread_mutex_unlock(&lock);
        }
    }
    return real_mmap(address, length, protection, flags, fd, offset);
}

void *mmap64(void *address, size_t length, int protection, int flags, int fd, off_t offset) {
    return mmap(address, length, protection, flags, fd, offset);
}

static int limited(int done, struct statvfs *answer) {
    if (done == 0 && faults->is_limited) {
        answer->f_bavail = answer->f_bfree = faults->room / answer->f_frsize;
    }
    return done;
}

int statvfs(const char *name, struct statvfs *answer) {
    ready();
    return limited(real_statvfs(name, answer), answer);
}

int statvfs64(const char *name, struct statvfs64 *answer) {
    return statvfs(name, (struct statvfs *)answer);
}

int fstatvfs(int fd, struct statvfs *answer) {
    ready();
    return limited(real_fstatvfs(fd, answer), answer);
}

int fstatvfs64(int fd, struct statvfs64 *answer) {
    return fstatvfs(fd, (struct statvfs *)answer);
}
