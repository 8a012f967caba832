/* A disk that fails: the n-th change below a folder answers with an error, all changes after it too or only this one.
   Loaded before libc (LD_PRELOAD); told what to do, and how many changes there were, in a file shared by all processes. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

struct control { long count, at, error, lasting, failed; char last[64]; };
static struct control *control;
static const char *below;

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("KPI_FAILING");
    below = getenv("KPI_FAILING_BELOW");
    if (!path || !below) return;
    int fd = (int)REAL(open)(path, O_RDWR);
    if (fd < 0) return;
    void *found = mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    if (found != MAP_FAILED) control = found;
}

/* grows: the call needs room on the disk; a full disk fails only these. */
static int fails(const char *call, const char *path, int grows) {
    if (!control || !control->at || !path || strncmp(path, below, strlen(below))) return 0;
    if (control->error == ENOSPC && !grows) return 0;
    long n = __atomic_add_fetch(&control->count, 1, __ATOMIC_SEQ_CST);
    if (n != control->at && !(control->lasting && n > control->at)) return 0;
    if (n == control->at) snprintf(control->last, sizeof control->last, "%s %s", call, strrchr(path, '/') ? strrchr(path, '/') + 1 : path);
    control->failed++;
    errno = (int)control->error;
    return 1;
}

static int fails_on(const char *call, int fd, int grows) {
    char link[64], path[PATH_MAX];
    if (!control || !control->at) return 0;
    int kept = errno;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, sizeof path - 1);
    errno = kept;
    if (n < 0) return 0;
    path[n] = 0;
    return fails(call, path, grows);
}

#define OPENS(name) \
    int name(const char *path, int flags, ...) { \
        va_list rest; va_start(rest, flags); mode_t mode = flags & O_CREAT ? va_arg(rest, mode_t) : 0; va_end(rest); \
        if (flags & O_CREAT && access(path, F_OK) && fails("open", path, 1)) return -1; \
        return REAL(name)(path, flags, mode); }
OPENS(open)
OPENS(open64)

#define OPENS_AT(name) \
    int name(int at, const char *path, int flags, ...) { \
        va_list rest; va_start(rest, flags); mode_t mode = flags & O_CREAT ? va_arg(rest, mode_t) : 0; va_end(rest); \
        if (flags & O_CREAT && access(path, F_OK) && fails("open", path, 1)) return -1; \
        return REAL(name)(at, path, flags, mode); }
OPENS_AT(openat)
OPENS_AT(openat64)

#define ON(type, name, label, grows, signature, ...) type name signature { if (fails_on(label, fd, grows)) return -1; return REAL(name)(__VA_ARGS__); }
ON(ssize_t, write, "write", 1, (int fd, const void *data, size_t size), fd, data, size)
ON(ssize_t, writev, "write", 1, (int fd, const struct iovec *parts, int count), fd, parts, count)
ON(ssize_t, pwrite, "write", 1, (int fd, const void *data, size_t size, off_t at), fd, data, size, at)
ON(ssize_t, pwrite64, "write", 1, (int fd, const void *data, size_t size, off64_t at), fd, data, size, at)
ON(ssize_t, sendfile, "write", 1, (int fd, int from, off_t *at, size_t size), fd, from, at, size)
ON(ssize_t, sendfile64, "write", 1, (int fd, int from, off64_t *at, size_t size), fd, from, at, size)
ON(int, ftruncate, "truncate", 1, (int fd, off_t size), fd, size)
ON(int, ftruncate64, "truncate", 1, (int fd, off64_t size), fd, size)
ON(int, fsync, "sync", 1, (int fd), fd)
ON(int, fdatasync, "sync", 1, (int fd), fd)

int mkdir(const char *path, mode_t mode) { return access(path, F_OK) && fails("mkdir", path, 1) ? -1 : REAL(mkdir)(path, mode); }
int rename(const char *from, const char *to) { return fails("rename", to, 1) ? -1 : REAL(rename)(from, to); }
int unlink(const char *path) { return fails("unlink", path, 0) ? -1 : REAL(unlink)(path); }
