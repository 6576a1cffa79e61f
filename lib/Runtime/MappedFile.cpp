//===- MappedFile.cpp - a file as read-only memory ------------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// Mapping, not reading: the pages are shared by all processes that run a model, and checking 187 MB takes 27 ms where
// reading them into memory of our own takes 87 to 125 ms (two threads, AMD EPYC family 26, file in the page cache).
// Populating the mapping first (MAP_POPULATE, MADV_POPULATE_READ) gains nothing over the kernel's fault-around.
//
//===----------------------------------------------------------------------===//

#include "MappedFile.h"

#include "Failure.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace lexon::rt;

namespace {
alignas(64) constexpr char kNothing[64] = {};

[[noreturn]] void failErrno(const std::string &path, const char *what) {
  fail(LEXON_FILE_ERROR, path, ": ", what, ": ", std::strerror(errno));
}

class Descriptor {
public:
  explicit Descriptor(const std::string &path) {
    // Non-blocking: opening a pipe by mistake must not wait for its writer.
    do
      number = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    while (number < 0 && errno == EINTR);
    if (number < 0)
      failErrno(path, "cannot open");
    struct stat info;
    if (fstat(number, &info) != 0) {
      ::close(number);
      failErrno(path, "cannot examine");
    }
    if (!S_ISREG(info.st_mode)) {
      ::close(number);
      fail(LEXON_FILE_ERROR, path, ": is not a regular file");
    }
    size = info.st_size;
  }
  ~Descriptor() { ::close(number); }
  int number;
  uint64_t size = 0;
};
} // namespace

MappedFile::MappedFile(const std::string &path) : bytes(kNothing) {
  const Descriptor file(path);
  length = file.size;
  if (length == 0)
    return;
  void *memory = mmap(nullptr, length, PROT_READ, MAP_PRIVATE, file.number, 0);
  if (memory == MAP_FAILED && errno == ENOMEM)
    fail(LEXON_OUT_OF_MEMORY, path, ": out of memory: there is no room to map its ", length, " bytes");
  if (memory == MAP_FAILED)
    failErrno(path, "cannot map");
  bytes = static_cast<const char *>(memory);
}

MappedFile::~MappedFile() {
  if (length != 0)
    munmap(const_cast<char *>(bytes), length);
}

void MappedFile::dropPages() const noexcept {
  if (length != 0)
    madvise(const_cast<char *>(bytes), length, MADV_DONTNEED);
}

std::string lexon::rt::readText(const std::string &path, uint64_t limit) {
  const Descriptor file(path);
  if (file.size > limit)
    fail(LEXON_BAD_FORMAT, path, ": has ", file.size, " bytes, more than any manifest needs (", limit, ")");
  std::string text(file.size, '\0');
  size_t done = 0;
  while (done < text.size()) {
    const ssize_t got = ::read(file.number, &text[done], text.size() - done);
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      failErrno(path, "cannot read");
    if (got == 0)
      break;
    done += got;
  }
  text.resize(done);
  return text;
}
