//===- WeightsVerify.cpp - checksums of all tensors, in parallel ----------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "Failure.h"
#include "Weights.h"
#include "lexon/Target/Info/CpuInfo.h"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <limits>
#include <thread>

#define XXH_INLINE_ALL
#include <xxhash.h>

using namespace lexon::rt;

namespace {
constexpr int64_t kChunk = 1 << 20;          // between two looks at the progress
constexpr int64_t kBytesPerThread = 4 << 20; // starting a thread costs about as much as hashing a megabyte
constexpr size_t kNone = std::numeric_limits<size_t>::max();

class Verifier {
public:
  Verifier(const Manifest &manifest, const char *data, const LoadOptions &options)
      : manifest(manifest), data(data), options(options) {
    // Tied weights are the same bytes with the same checksum: once is enough.
    const WeightEntry *previous = nullptr;
    for (const WeightEntry &entry : manifest.tensors) {
      const bool tied = previous && entry.offset == previous->offset && entry.bytes == previous->bytes &&
                        entry.checksum == previous->checksum && entry.dtype == previous->dtype;
      if (!tied) {
        order.push_back(&entry - manifest.tensors.data());
        if (__builtin_add_overflow(total, entry.bytes, &total)) // only a hostile manifest says so
          fail(LEXON_BAD_FORMAT, manifest.path, ": its tensors overlap too often");
      }
      previous = &entry;
    }
    // The largest first, so that no thread is left alone with a large one at the end.
    std::stable_sort(order.begin(), order.end(),
                     [&](size_t a, size_t b) { return manifest.tensors[a].bytes > manifest.tensors[b].bytes; });
  }

  void run() {
    std::vector<std::thread> helpers;
    const Joiner joiner{*this, helpers};
    startHelpers(helpers);
    work(/*mayReport=*/true);
    for (std::thread &helper : helpers)
      helper.join();
    helpers.clear();
    if (cancelled)
      fail(LEXON_CANCELLED, manifest.data, ": loading was cancelled");
    if (firstBad != kNone)
      refuse(manifest.tensors[firstBad]);
    if (options.progress && options.progress(options.progressUser, total, total) != 0)
      fail(LEXON_CANCELLED, manifest.data, ": loading was cancelled");
  }

private:
  /// Whatever happens on this thread, the others end before their data does.
  struct Joiner {
    Verifier &verifier;
    std::vector<std::thread> &helpers;
    ~Joiner() {
      for (std::thread &helper : helpers) {
        verifier.stop = true;
        helper.join();
      }
    }
  };

  void startHelpers(std::vector<std::thread> &helpers) {
    const unsigned wanted = options.threads ? options.threads : lexon::target::usableCores();
    const int64_t useful = std::min<int64_t>({wanted, int64_t(order.size()), total / kBytesPerThread + 1, 256});
    helpers.reserve(useful);
    for (int64_t i = 1; i < useful; ++i) {
      try {
        helpers.emplace_back([this] { work(/*mayReport=*/false); });
      } catch (const std::system_error &) {
        return; // no more threads: those there are will do
      }
    }
  }

  void work(bool mayReport) {
    for (size_t i = next++; i < order.size() && !stop; i = next++)
      if (!check(manifest.tensors[order[i]], mayReport))
        noteBad(order[i]);
  }

  void noteBad(size_t index) {
    size_t seen = firstBad.load();
    while (index < seen && !firstBad.compare_exchange_weak(seen, index)) {
    }
  }

  /// True if the bytes are right, or if the work was stopped.
  bool check(const WeightEntry &entry, bool mayReport) {
    alignas(64) XXH3_state_t state;
    XXH3_INITSTATE(&state);
    XXH3_64bits_reset(&state);
    bool wellFormed = true;
    for (int64_t start = 0; start < entry.bytes; start += kChunk) {
      const int64_t length = std::min(kChunk, entry.bytes - start);
      const char *chunk = data + entry.offset + start;
      XXH3_64bits_update(&state, chunk, length);
      if (entry.dtype == LEXON_I1)
        wellFormed &= std::all_of(chunk, chunk + length, [](char value) { return value == 0 || value == 1; });
      done += length;
      if (mayReport && options.progress && options.progress(options.progressUser, done, total) != 0)
        cancelled = stop = true;
      if (stop)
        return true;
    }
    return wellFormed && XXH3_64bits_digest(&state) == entry.checksum;
  }

  [[noreturn]] void refuse(const WeightEntry &entry) {
    const XXH64_hash_t found = XXH3_64bits(data + entry.offset, entry.bytes);
    if (found == entry.checksum)
      fail(LEXON_BAD_FORMAT, manifest.data, ": tensor '", entry.name, "': a bool is neither 0 nor 1");
    char digits[17];
    std::snprintf(digits, sizeof digits, "%016llx", static_cast<unsigned long long>(found));
    char expected[17];
    std::snprintf(expected, sizeof expected, "%016llx", static_cast<unsigned long long>(entry.checksum));
    fail(LEXON_BAD_CHECKSUM, manifest.data, ": tensor '", entry.name, "' (bytes ", entry.offset, " to ",
         entry.offset + entry.bytes, ") is damaged: its checksum is ", digits, ", ", manifest.path, " says ", expected);
  }

  const Manifest &manifest;
  const char *const data;
  const LoadOptions &options;
  std::vector<size_t> order;
  int64_t total = 0;
  std::atomic<size_t> next{0}, firstBad{kNone};
  std::atomic<int64_t> done{0};
  std::atomic<bool> stop{false}, cancelled{false};
};

bool allZero(const char *begin, const char *end) {
  return std::all_of(begin, end, [](char value) { return value == 0; });
}

/// Gaps are zero: a byte elsewhere means that the file was written by something else.
void checkGaps(const Manifest &manifest, const char *data) {
  int64_t end = 0;
  const char *after = "the beginning";
  for (const WeightEntry &entry : manifest.tensors) {
    if (entry.offset > end && !allZero(data + end, data + entry.offset))
      fail(LEXON_BAD_CHECKSUM, manifest.data, ": the gap before tensor '", entry.name, "' (bytes ", end, " to ",
           entry.offset, ") is not zero");
    if (entry.offset + entry.bytes > end) {
      end = entry.offset + entry.bytes;
      after = entry.name.c_str();
    }
  }
  if (!allZero(data + end, data + manifest.bytes))
    fail(LEXON_BAD_CHECKSUM, manifest.data, ": the gap after ", after, " (bytes ", end, " to ", manifest.bytes,
         ") is not zero");
}
} // namespace

void lexon::rt::verifyContent(const Manifest &manifest, const char *data, const LoadOptions &options) {
  Verifier(manifest, data, options).run();
  checkGaps(manifest, data);
}
