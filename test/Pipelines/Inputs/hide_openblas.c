/* A machine without OpenBLAS, for programs that look for its files: preloaded, no path with its name exists. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>

static int hidden(const char *path) {
  if (!path || !strstr(path, "openblas"))
    return 0;
  errno = ENOENT;
  return 1;
}

int open(const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  mode_t mode = (flags & O_CREAT) ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  int (*next)(const char *, int, ...) = (int (*)(const char *, int, ...))dlsym(RTLD_NEXT, "open");
  return hidden(path) ? -1 : next(path, flags, mode);
}

int open64(const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  mode_t mode = (flags & O_CREAT) ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  int (*next)(const char *, int, ...) = (int (*)(const char *, int, ...))dlsym(RTLD_NEXT, "open64");
  return hidden(path) ? -1 : next(path, flags, mode);
}

int access(const char *path, int mode) {
  int (*next)(const char *, int) = (int (*)(const char *, int))dlsym(RTLD_NEXT, "access");
  return hidden(path) ? -1 : next(path, mode);
}

int stat(const char *path, struct stat *result) {
  int (*next)(const char *, struct stat *) = (int (*)(const char *, struct stat *))dlsym(RTLD_NEXT, "stat");
  return hidden(path) ? -1 : next(path, result);
}

int stat64(const char *path, struct stat64 *result) {
  int (*next)(const char *, struct stat64 *) = (int (*)(const char *, struct stat64 *))dlsym(RTLD_NEXT, "stat64");
  return hidden(path) ? -1 : next(path, result);
}
