//===- ReadBandwidth.cpp - how fast this machine reads memory -------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// Sixteen loads per step keep all miss buffers busy; the bits are or-ed together so that no load can be left out.
//
//===----------------------------------------------------------------------===//

#include "lexon/Target/Info/ReadBandwidth.h"

#include "Together.h"
#include "lexon/Target/Info/CpuInfo.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <sys/mman.h>
#include <thread>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

using namespace lexon::target;

namespace {
constexpr int64_t kStep = 1024; // bytes of one step of every loop below
constexpr int kPasses = 3;      // of a burst
constexpr std::chrono::milliseconds kPause{30};
constexpr int64_t kHugePage = int64_t(2) << 20;

/// Reads `steps` times `kStep` bytes and returns something that depends on all of them.
using Reader = uint64_t (*)(const char *data, int64_t steps);

#if defined(__x86_64__)
__attribute__((target("avx512f"), noinline)) uint64_t readAvx512(const char *data, int64_t steps) {
  __m512i bits[4] = {_mm512_setzero_si512(), _mm512_setzero_si512(), _mm512_setzero_si512(), _mm512_setzero_si512()};
  for (int64_t i = 0; i < steps; ++i, data += kStep)
#pragma GCC unroll 16
    for (int j = 0; j < 16; ++j)
      bits[j % 4] = _mm512_or_si512(bits[j % 4], _mm512_load_si512(data + 64 * j));
  const __m512i all = _mm512_or_si512(_mm512_or_si512(bits[0], bits[1]), _mm512_or_si512(bits[2], bits[3]));
  return uint64_t(all[0] | all[1] | all[2] | all[3] | all[4] | all[5] | all[6] | all[7]);
}

__attribute__((target("avx2"), noinline)) uint64_t readAvx2(const char *data, int64_t steps) {
  __m256i bits[4] = {_mm256_setzero_si256(), _mm256_setzero_si256(), _mm256_setzero_si256(), _mm256_setzero_si256()};
  for (int64_t i = 0; i < steps; ++i, data += kStep)
#pragma GCC unroll 32
    for (int j = 0; j < 32; ++j)
      bits[j % 4] = _mm256_or_si256(bits[j % 4], _mm256_load_si256(reinterpret_cast<const __m256i *>(data + 32 * j)));
  const __m256i all = _mm256_or_si256(_mm256_or_si256(bits[0], bits[1]), _mm256_or_si256(bits[2], bits[3]));
  return uint64_t(all[0] | all[1] | all[2] | all[3]);
}
#endif

__attribute__((noinline)) uint64_t readPortable(const char *data, int64_t steps) {
  typedef uint64_t Words __attribute__((vector_size(16), may_alias));
  Words bits[4] = {};
  for (int64_t i = 0; i < steps; ++i, data += kStep)
#pragma GCC unroll 64
    for (int j = 0; j < 64; ++j)
      bits[j % 4] |= *reinterpret_cast<const Words *>(data + 16 * j);
  const Words all = bits[0] | bits[1] | bits[2] | bits[3];
  return all[0] | all[1];
}

Reader widestReader() {
#if defined(__x86_64__)
  if (hostCpu().features.avx512f)
    return readAvx512;
  if (hostCpu().features.avx2)
    return readAvx2;
#endif
  return readPortable;
}

/// Anonymous memory that begins on a huge page's border; null if the system refuses.
class Memory {
public:
  explicit Memory(int64_t bytes) : mappedBytes(bytes + kHugePage) {
    mapped = mmap(nullptr, mappedBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapped == MAP_FAILED)
      return;
    const uintptr_t start = (reinterpret_cast<uintptr_t>(mapped) + kHugePage - 1) / kHugePage * kHugePage;
    data = reinterpret_cast<char *>(start);
    madvise(data, bytes, MADV_HUGEPAGE); // a refusal only costs speed
  }
  ~Memory() {
    if (mapped != MAP_FAILED)
      munmap(mapped, mappedBytes);
  }
  Memory(const Memory &) = delete;
  Memory &operator=(const Memory &) = delete;
  char *data = nullptr;

private:
  const size_t mappedBytes;
  void *mapped;
};
} // namespace

ReadBandwidth lexon::target::measureReadBandwidth(unsigned threads, int64_t bytes, int bursts) {
  ReadBandwidth result;
  result.threads = std::min(threads ? threads : hostCpu().cores, 4096u);
  if (bytes <= 0)
    bytes = std::clamp(8 * hostCpu().cache.l3, int64_t(512) << 20, int64_t(4) << 30);
  const int64_t steps = std::max<int64_t>(1, bytes / kStep / result.threads);
  result.bytes = steps * kStep * result.threads;
  const Memory memory(result.bytes);
  if (!memory.data)
    return result;
  auto part = [&](unsigned thread) { return memory.data + thread * steps * kStep; };
  const Reader read = widestReader();
  auto pass = [&](unsigned thread, int) {
    volatile uint64_t sink = read(part(thread), steps);
    (void)sink;
  };
  auto prepare = [&](unsigned thread, int repetition) {
    if (repetition == 0) // by the thread that reads it, so that the pages lie near its core
      std::memset(part(thread), 1, steps * kStep);
    if (repetition % kPasses == 0)
      std::this_thread::sleep_for(kPause);
  };
  const auto times = detail::timeTogether(result.threads, kPasses * std::max(1, bursts), pass, prepare);
  std::vector<double> counted;
  for (size_t i = 0; i < times.size(); ++i)
    if (i % kPasses != 0)
      counted.push_back(times[i]);
  if (counted.empty())
    return result;
  std::sort(counted.begin(), counted.end());
  result.best = result.bytes / counted.front();
  result.median = result.bytes / counted[counted.size() / 2];
  return result;
}
