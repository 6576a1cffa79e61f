//===- Overhead.cpp - compiled products against calls by hand -------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "Directed.h"
#include "Matrix.h"

#include <algorithm>
#include <cblas.h>
#include <chrono>
#include <cstdio>

using namespace lexon::differential;

static constexpr int kRepeats = 30, kAttempts = 5;

template <typename Run> static double seconds(Run &&run) {
  auto start = std::chrono::steady_clock::now();
  run();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

namespace {
/// One size, computed both ways on the same matrices.
class Comparison {
public:
  Comparison(const Library &library, int64_t size) : library(library), size(size) {
    Random random(size);
    left = randomFloats(size * size, random);
    right = randomFloats(size * size, random);
    out.assign(size * size, 0);
  }

  /// The ratio of the smallest times; the two take turns, so that what else the machine does hits both.
  double measure(bool accumulate) {
    Matrix a(left.data(), size, size, size), b(right.data(), size, size, size), c(out.data(), size, size, size);
    std::string name = accumulate ? "rows" : "fresh" + std::to_string(size);
    double compiled = 1e9, byHand = 1e9;
    for (int i = 0; i < kRepeats; ++i) {
      compiled = std::min(compiled, seconds([&] { found &= library.call(name.c_str(), a, b, c); }));
      byHand = std::min(byHand, seconds([&] {
                          cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, size, size, size, 1, a.base, size,
                                      b.base, size, accumulate, c.base, size);
                        }));
    }
    std::printf("%5ld^3 f32, %s: compiled %.3f ms, by hand %.3f ms, ratio %.4f\n", static_cast<long>(size),
                accumulate ? "c += a*b" : "c = a*b ", 1e3 * compiled, 1e3 * byHand, compiled / byHand);
    return compiled / byHand;
  }

  bool found = true; // the functions

private:
  const Library &library;
  int64_t size;
  std::vector<float> left, right, out;
};
} // namespace

int lexon::differential::runOverhead(const std::string &library, int threads, double allowed) {
  Library opened(library);
  if (!opened) {
    std::fprintf(stderr, "%s\n", dlerror());
    return 1;
  }
  if (threads > 0)
    openblas_set_num_threads(threads);
  bool good = true;
  for (int64_t size : {512, 768, 1024})
    for (bool accumulate : {true, false}) {
      Comparison comparison(opened, size);
      double best = 1e9;
      // A machine with other work is slow at random; overhead is there every time.
      for (int attempt = 0; attempt < kAttempts && best > allowed; ++attempt)
        best = std::min(best, comparison.measure(accumulate));
      good &= best <= allowed && comparison.found;
    }
  std::printf("%s %.3f\n", good ? "every ratio is at most" : "FAILED: a ratio is over", allowed);
  return good ? 0 : 1;
}
