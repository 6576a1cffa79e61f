//===- HugeBuffer.cpp - a large buffer on large pages ---------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "HugeBuffer.h"

#include "Failure.h"

#include <cstring>
#include <limits>
#include <sys/mman.h>
#include <unistd.h>

using namespace lexon::rt;

namespace {
// Of x86-64 and of AArch64 with 4 KiB pages. Where the system's is another, alignment to it loses nothing.
constexpr uint64_t kLargePage = uint64_t(2) << 20;

alignas(64) char gNothing[64];

uint64_t roundUp(uint64_t value, uint64_t to) { return (value + to - 1) / to * to; }
} // namespace

HugeBuffer::HugeBuffer(uint64_t bytes, const std::string &purpose) : memory(gNothing), bytes(bytes) {
  if (bytes == 0)
    return;
  auto refuse = [&] { fail(LEXON_OUT_OF_MEMORY, purpose, ": out of memory: ", bytes, " bytes are not to be had"); };
  if (bytes > std::numeric_limits<uint64_t>::max() / 4)
    refuse();
  mapped = roundUp(bytes, uint64_t(sysconf(_SC_PAGESIZE)));
  void *found = mmap(nullptr, mapped + kLargePage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (found == MAP_FAILED)
    refuse();
  // The system aligns to small pages: give back what lies before and behind the aligned part.
  const uint64_t begin = reinterpret_cast<uintptr_t>(found), aligned = roundUp(begin, kLargePage);
  memory = reinterpret_cast<char *>(aligned);
  if (aligned != begin)
    munmap(found, aligned - begin);
  if (const uint64_t behind = begin + kLargePage - aligned)
    munmap(memory + mapped, behind);
  madvise(memory, mapped, MADV_HUGEPAGE); // refused where there are none: small pages then
}

HugeBuffer::~HugeBuffer() {
  if (mapped != 0)
    munmap(memory, mapped);
}

void HugeBuffer::seal() noexcept {
  if (mapped != 0)
    mprotect(memory, mapped, PROT_READ);
}
