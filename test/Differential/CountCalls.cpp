//===- CountCalls.cpp - counts calls of OpenBLAS --------------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "CountCalls.h"

#include <atomic>
#include <cblas.h>
#include <cstdio>
#include <cstdlib>
#include <dlfcn.h>
#include <mutex>
#include <utility>

using namespace lexon::differential;

static std::atomic<uint64_t> calls;
static std::atomic<bool> recording, forwarding{true};
static std::mutex recordedMutex;
static std::vector<BlasCall> recorded;

uint64_t lexon::differential::blasCalls() { return calls; }

void lexon::differential::startRecording(bool forward) {
  recording = true;
  forwarding = forward;
}

std::vector<BlasCall> lexon::differential::stopRecording() {
  recording = false;
  forwarding = true;
  std::lock_guard lock(recordedMutex);
  return std::exchange(recorded, {});
}

/// OpenBLAS's own function of this name.
template <typename Signature> static Signature *real(const char *name) {
  void *found = dlsym(RTLD_NEXT, name);
  if (!found) {
    std::fprintf(stderr, "no '%s' behind the counting one: %s\n", name, dlerror());
    std::abort();
  }
  return reinterpret_cast<Signature *>(found);
}

/// Whether the call is to be made.
static bool count(BlasCall call) {
  ++calls;
  if (!recording)
    return true;
  call.threads = openblas_get_num_threads();
  std::lock_guard lock(recordedMutex);
  recorded.push_back(call);
  return forwarding;
}

template <typename T>
static bool countGemm(const char *name, CBLAS_TRANSPOSE transA, CBLAS_TRANSPOSE transB, blasint m, blasint n, blasint k,
                      T alpha, const T *a, blasint lda, const T *b, blasint ldb, T beta, T *c, blasint ldc) {
  return count({name, transA, transB, m, n, k, lda, ldb, ldc, alpha, beta, a, b, c, 0});
}

template <typename T>
static bool countGemv(const char *name, CBLAS_TRANSPOSE trans, blasint m, blasint n, T alpha, const T *a, blasint lda,
                      const T *x, blasint incx, T beta, T *y, blasint incy) {
  return count({name, trans, 0, m, n, 0, lda, incx, incy, alpha, beta, a, x, y, 0});
}

template <typename T>
static bool countDot(const char *name, blasint n, const T *x, blasint incx, const T *y, blasint incy) {
  return count({name, 0, 0, 0, 0, n, incx, incy, 0, 1, 0, x, y, nullptr, 0});
}

#define LEXON_COUNT_GEMM(NAME, T)                                                                                      \
  extern "C" void NAME(CBLAS_ORDER order, CBLAS_TRANSPOSE transA, CBLAS_TRANSPOSE transB, blasint m, blasint n,        \
                       blasint k, T alpha, const T *a, blasint lda, const T *b, blasint ldb, T beta, T *c,             \
                       blasint ldc) {                                                                                  \
    static auto *const next = real<decltype(NAME)>(#NAME);                                                             \
    if (countGemm(#NAME, transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc))                                \
      next(order, transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);                                       \
  }
#define LEXON_COUNT_GEMV(NAME, T)                                                                                      \
  extern "C" void NAME(CBLAS_ORDER order, CBLAS_TRANSPOSE trans, blasint m, blasint n, T alpha, const T *a,            \
                       blasint lda, const T *x, blasint incx, T beta, T *y, blasint incy) {                            \
    static auto *const next = real<decltype(NAME)>(#NAME);                                                             \
    if (countGemv(#NAME, trans, m, n, alpha, a, lda, x, incx, beta, y, incy))                                          \
      next(order, trans, m, n, alpha, a, lda, x, incx, beta, y, incy);                                                 \
  }
#define LEXON_COUNT_DOT(NAME, T)                                                                                       \
  extern "C" T NAME(blasint n, const T *x, blasint incx, const T *y, blasint incy) {                                   \
    static auto *const next = real<decltype(NAME)>(#NAME);                                                             \
    return countDot(#NAME, n, x, incx, y, incy) ? next(n, x, incx, y, incy) : T(0);                                    \
  }

LEXON_COUNT_GEMM(cblas_sgemm, float)
LEXON_COUNT_GEMM(cblas_dgemm, double)
LEXON_COUNT_GEMV(cblas_sgemv, float)
LEXON_COUNT_GEMV(cblas_dgemv, double)
LEXON_COUNT_DOT(cblas_sdot, float)
LEXON_COUNT_DOT(cblas_ddot, double)
