//===- Accuracy.cpp - errors of compiled functions of f32 -----------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//   lexon-math-accuracy --program                          prints the module to compile
//   lexon-math-accuracy LIBRARY [--every=N] [--only=NAME]  compares: every N-th pattern of bits, and special ones
//   lexon-math-accuracy LIBRARY --time [--only=NAME]       measures: ns per element, least and median, in the L1 cache
//
// The error is in units in the last place of the exact result's binade, and of denormal numbers below the smallest
// normal one; an infinite result counts as 2^128. NaN must be NaN, zeros have the right sign, and where the exact
// result is infinite or zero (a pole, a root) so must be the function's. Exit code 1 if a bound is passed.
//
//===----------------------------------------------------------------------===//

#include "Arguments.h"
#include "Functions.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <limits>
#include <thread>

using namespace lexon::accuracy;

namespace {
/// What compiled code takes (docs/formats.md).
struct MemRef {
  float *allocated, *aligned;
  int64_t offset, size, stride;
  explicit MemRef(std::vector<float> &data)
      : allocated(data.data()), aligned(data.data()), offset(0), size(static_cast<int64_t>(data.size())), stride(1) {}
};
using Entry = void (*)(MemRef *, MemRef *, MemRef *);
/// The forms of one function: they share the references, which cost most.
constexpr const char *kForms[] = {"scalar", "vector"};
using Entries = std::array<Entry, 2>;

/// The largest error so far.
struct Worst {
  double error = -1;
  float x = 0, y = 0, result = 0;
  double reference = 0;
  size_t count = 0;
  void merge(const Worst &other) {
    count += other.count;
    if (other.error > error) {
      size_t all = count;
      *this = other;
      count = all;
    }
  }
};
using WorstOfForms = std::array<Worst, 2>;
constexpr size_t kBlock = 1 << 14;
} // namespace

/// Infinite where the result is of another kind than it must be.
static double errorOf(float result, double reference) {
  const double wrong = std::numeric_limits<double>::infinity();
  if (std::isnan(reference) || std::isnan(result))
    return std::isnan(reference) && std::isnan(result) ? 0 : wrong;
  if (std::isinf(reference) || reference == 0)
    return result == static_cast<float>(reference) && std::signbit(result) == std::signbit(reference) ? 0 : wrong;
  if (result == 0 && std::signbit(result) != std::signbit(reference))
    return wrong;
  double value = std::isinf(result) ? std::copysign(0x1p128, result) : result;
  double exact = std::abs(reference) >= 0x1p128 ? std::copysign(0x1p128, reference) : reference;
  int exponent = std::max(std::min(std::ilogb(exact), 127), -126);
  return std::abs(value - exact) / std::ldexp(1.0, exponent - 23);
}

static void compareBlock(const Function &function, const Entries &entries, std::vector<float> &x, std::vector<float> &y,
                         WorstOfForms &worst) {
  std::vector<double> references(x.size());
  for (size_t i = 0; i < x.size(); ++i)
    references[i] = function.unary ? function.unary(x[i]) : function.binary(x[i], y[i]);
  for (size_t form = 0; form < entries.size(); ++form) {
    std::vector<float> result(x.size());
    MemRef first(x), second(y), out(result);
    entries[form](&first, &second, &out);
    Worst &own = worst[form];
    for (size_t i = 0; i < x.size(); ++i) {
      double error = errorOf(result[i], references[i]);
      if (error > own.error)
        own = {error, x[i], y[i], result[i], references[i], own.count};
    }
    own.count += x.size();
  }
}

/// Runs blocks 0 to `count` - 1 on all processors; `fill` writes a block's arguments.
template <typename Fill>
static WorstOfForms compareBlocks(const Function &function, const Entries &entries, size_t count, const Fill &fill) {
  std::atomic<size_t> next{0};
  unsigned threads = std::max(1u, std::thread::hardware_concurrency());
  std::vector<WorstOfForms> results(threads);
  std::vector<std::thread> workers;
  for (unsigned thread = 0; thread < threads; ++thread)
    workers.emplace_back([&, thread] {
      std::vector<float> x(kBlock), y(kBlock);
      for (size_t block = next++; block < count; block = next++) {
        fill(block, x, y);
        compareBlock(function, entries, x, y, results[thread]);
      }
    });
  WorstOfForms worst;
  for (unsigned thread = 0; thread < threads; ++thread) {
    workers[thread].join();
    for (size_t form = 0; form < worst.size(); ++form)
      worst[form].merge(results[thread][form]);
  }
  return worst;
}

static WorstOfForms compareLists(const Function &function, const Entries &entries, const Pairs &pairs) {
  size_t size = pairs.first.size();
  return compareBlocks(function, entries, (size + kBlock - 1) / kBlock,
                       [&](size_t block, std::vector<float> &x, std::vector<float> &y) {
                         for (size_t i = 0; i < kBlock; ++i) {
                           size_t at = std::min(block * kBlock + i, size - 1);
                           x[i] = pairs.first[at];
                           y[i] = pairs.second[at];
                         }
                       });
}

static WorstOfForms compare(const Function &function, const Entries &entries, uint64_t every) {
  if (function.binary)
    return compareLists(function, entries, pairedArguments(/*seed=*/1, (uint64_t(1) << 30) / every));
  Pairs special;
  special.first = specialArguments(/*around=*/300);
  special.second = special.first;
  WorstOfForms worst = compareLists(function, entries, special);
  uint64_t patterns = ((uint64_t(1) << 32) + every - 1) / every;
  WorstOfForms others = compareBlocks(function, entries, (patterns + kBlock - 1) / kBlock,
                                      [&](size_t block, std::vector<float> &x, std::vector<float> &) {
                                        for (size_t i = 0; i < kBlock; ++i)
                                          x[i] = fromBits(static_cast<uint32_t>((block * kBlock + i) * every));
                                      });
  for (size_t form = 0; form < worst.size(); ++form)
    worst[form].merge(others[form]);
  return worst;
}

/// The compiled forms of a function; null, after a message, if one is missing.
static Entries findEntries(void *library, const Function &function) {
  Entries entries{};
  for (size_t form = 0; form < entries.size(); ++form) {
    std::string symbol = "_mlir_ciface_" + function.name + "_" + kForms[form];
    entries[form] = reinterpret_cast<Entry>(dlsym(library, symbol.c_str()));
    if (!entries[form])
      std::fprintf(stderr, "no function %s\n", symbol.c_str());
  }
  return entries;
}

/// Ns per element in 30 rounds, sorted.
static std::vector<double> measure(Entry entry) {
  constexpr size_t kSize = 2048;
  constexpr int kCalls = 20;
  std::vector<float> x(kSize), y(kSize), result(kSize);
  for (size_t i = 0; i < kSize; ++i) { // where every function has ordinary results
    x[i] = 0.001f + 0.998f * static_cast<float>(i * 619 % kSize) / kSize;
    y[i] = x[kSize - 1 - i];
  }
  MemRef first(x), second(y), out(result);
  std::vector<double> times;
  for (int round = 0; round < 30; ++round) {
    entry(&first, &second, &out);
    auto begin = std::chrono::steady_clock::now();
    for (int call = 0; call < kCalls; ++call)
      entry(&first, &second, &out);
    std::chrono::duration<double, std::nano> time = std::chrono::steady_clock::now() - begin;
    times.push_back(time.count() / kCalls / kSize);
  }
  std::sort(times.begin(), times.end());
  return times;
}

static void timeFunction(const Function &function, const Entries &entries) {
  for (size_t form = 0; form < entries.size(); ++form) {
    std::vector<double> times = measure(entries[form]);
    std::printf("%s %s: %.3f ns, median %.3f\n", function.name.c_str(), kForms[form], times.front(),
                times[times.size() / 2]);
  }
}

static unsigned compareFunction(const Function &function, const Entries &entries, uint64_t every) {
  unsigned failures = 0;
  WorstOfForms forms = compare(function, entries, every);
  for (size_t form = 0; form < forms.size(); ++form) {
    const Worst &worst = forms[form];
    bool good = worst.error <= function.bound;
    std::printf("%s %s %s: %.3f of %g ulp at %a %a: %a, not %a (%zu values)\n", good ? "ok" : "FAILED",
                function.name.c_str(), kForms[form], worst.error, function.bound, worst.x, worst.y, worst.result,
                worst.reference, worst.count);
    failures += !good;
  }
  std::fflush(stdout);
  return failures;
}

/// `every` 0 measures times.
static int checkLibrary(const char *path, uint64_t every, const std::string &only) {
  void *library = dlopen(path, RTLD_NOW);
  if (!library) {
    std::fprintf(stderr, "%s\n", dlerror());
    return 2;
  }
  unsigned failures = 0, checked = 0;
  for (const Function &function : functions()) {
    if (!only.empty() && only != function.name)
      continue;
    Entries entries = findEntries(library, function);
    if (!entries[0] || !entries[1])
      return 2;
    if (every)
      failures += compareFunction(function, entries, every);
    else
      timeFunction(function, entries);
    checked += entries.size();
  }
  std::printf("%u checked, %u failures\n", checked, failures);
  return failures || !checked ? 1 : 0;
}

int main(int argc, char **argv) {
  const char *library = nullptr;
  uint64_t every = 257;
  std::string only;
  for (int i = 1; i < argc; ++i) {
    if (!std::strcmp(argv[i], "--program")) {
      std::fputs(program().c_str(), stdout);
      return 0;
    }
    if (!std::strcmp(argv[i], "--time"))
      every = 0;
    else if (!std::strncmp(argv[i], "--every=", 8))
      every = std::max(1ull, std::strtoull(argv[i] + 8, nullptr, 10));
    else if (!std::strncmp(argv[i], "--only=", 7))
      only = argv[i] + 7;
    else
      library = argv[i];
  }
  if (!library) {
    std::fprintf(stderr, "usage: lexon-math-accuracy --program | LIBRARY [--every=N | --time] [--only=NAME]\n");
    return 2;
  }
  return checkLibrary(library, every, only);
}
