//===- FmaPeak.cpp - the most FLOP/s this machine can do ------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// Twelve independent chains hide the latency of two multiply-add units (at most 5 cycles each) with two registers to
// spare in AVX2's sixteen. One asm block per step names all of them: gcc 12 keeps an array of accumulators in memory
// across a clobber, and intrinsics leave unrolling and scheduling to each compiler's taste.
//
//===----------------------------------------------------------------------===//

#include "lexon/Target/Info/FmaPeak.h"

#include "Together.h"
#include "lexon/Target/Info/CpuInfo.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

using namespace lexon::target;

namespace {
constexpr int kChains = 12;

/// Runs `steps` steps of twelve multiply-adds and returns something that depends on all of them. The chains are
/// x := x*a + b with |a| < 1: they converge to a normal number, never to a denormal one or to infinity.
using Kernel = float (*)(uint64_t steps);

struct KernelInfo {
  const char *isa;
  double flopsPerStep;
  Kernel run;
  bool (*available)(const CpuFeatures &);
};

// Volatile, so that no compiler knows the factor and computes the limit itself.
volatile float gFactor = 0.75f, gAddend = 0.5f;

#if defined(__x86_64__)
#define LEXON_CHAINS(type, set)                                                                                        \
  type a = set(gFactor), b = set(gAddend);                                                                             \
  type x0 = b, x1 = a, x2 = b, x3 = a, x4 = b, x5 = a, x6 = b, x7 = a, x8 = b, x9 = a, x10 = b, x11 = a;
#define LEXON_OPERANDS(constraint)                                                                                     \
  : "+" constraint(x0), "+" constraint(x1), "+" constraint(x2), "+" constraint(x3), "+" constraint(x4),                \
    "+" constraint(x5), "+" constraint(x6), "+" constraint(x7), "+" constraint(x8), "+" constraint(x9),                \
    "+" constraint(x10), "+" constraint(x11)                                                                           \
  : constraint(a), constraint(b)
#define LEXON_SUM(add)                                                                                                 \
  add(add(add(add(x0, x1), add(x2, x3)), add(add(x4, x5), add(x6, x7))), add(add(x8, x9), add(x10, x11)))
// Each operand number is one accumulator; %12 is the factor, %13 the addend.
#define LEXON_STEP(op) op("0") op("1") op("2") op("3") op("4") op("5") op("6") op("7") op("8") op("9") op("10") op("11")
#define LEXON_FMA(i) "vfmadd213ps %13, %12, %" i "\n\t"
#define LEXON_DOT(i) "vdpbf16ps %13, %12, %" i "\n\t"
#define LEXON_MUL(i) "mulps %12, %" i "\n\t"
#define LEXON_ADD(i) "addps %13, %" i "\n\t"

__attribute__((target("avx512f"), noinline)) float runAvx512(uint64_t steps) {
  LEXON_CHAINS(__m512, _mm512_set1_ps)
  for (uint64_t i = 0; i < steps; ++i)
    __asm__ volatile(LEXON_STEP(LEXON_FMA) LEXON_OPERANDS("v"));
  __m512 sum = LEXON_SUM(_mm512_add_ps);
  return _mm512_cvtss_f32(sum);
}

__attribute__((target("avx2,fma"), noinline)) float runAvx2(uint64_t steps) {
  LEXON_CHAINS(__m256, _mm256_set1_ps)
  for (uint64_t i = 0; i < steps; ++i)
    __asm__ volatile(LEXON_STEP(LEXON_FMA) LEXON_OPERANDS("x"));
  __m256 sum = LEXON_SUM(_mm256_add_ps);
  return _mm256_cvtss_f32(sum);
}

/// No fused operation in the baseline: a multiplication and an addition, as a program without FMA would do.
__attribute__((noinline)) float runSse(uint64_t steps) {
  LEXON_CHAINS(__m128, _mm_set1_ps)
  for (uint64_t i = 0; i < steps; ++i)
    __asm__ volatile(LEXON_STEP(LEXON_MUL) LEXON_STEP(LEXON_ADD) LEXON_OPERANDS("x"));
  __m128 sum = LEXON_SUM(_mm_add_ps);
  return _mm_cvtss_f32(sum);
}

/// Each lane adds two products of bf16 numbers to an f32 sum.
__attribute__((target("avx512f"), noinline)) float runAvx512Bf16(uint64_t steps) {
  LEXON_CHAINS(__m512, _mm512_set1_ps)
  for (uint64_t i = 0; i < steps; ++i)
    __asm__ volatile(LEXON_STEP(LEXON_DOT) LEXON_OPERANDS("v"));
  __m512 sum = LEXON_SUM(_mm512_add_ps);
  return _mm512_cvtss_f32(sum);
}

/// What ldtilecfg reads: eight tiles of 16 rows of 64 bytes.
struct alignas(64) TileConfig {
  uint8_t palette = 1, startRow = 0, reserved[14] = {};
  uint16_t columnBytes[16] = {64, 64, 64, 64, 64, 64, 64, 64};
  uint8_t rows[16] = {16, 16, 16, 16, 16, 16, 16, 16};
};
constexpr double kTileFlops = 2.0 * 16 * 16 * 32; // rows, columns, depth of one product of tiles

/// Four accumulators hide the latency of a product of tiles. The caller has asked for the tile registers.
__attribute__((noinline)) float runAmxBf16(uint64_t steps) {
  const TileConfig config;
  __asm__ volatile("ldtilecfg %0" : : "m"(config));
  __asm__ volatile("tilezero %tmm0\n\ttilezero %tmm1\n\ttilezero %tmm2\n\ttilezero %tmm3\n\t"
                   "tilezero %tmm4\n\ttilezero %tmm5\n\ttilezero %tmm6\n\ttilezero %tmm7");
  for (uint64_t i = 0; i < steps; ++i)
    __asm__ volatile("tdpbf16ps %tmm6, %tmm4, %tmm0\n\ttdpbf16ps %tmm7, %tmm4, %tmm1\n\t"
                     "tdpbf16ps %tmm6, %tmm5, %tmm2\n\ttdpbf16ps %tmm7, %tmm5, %tmm3");
  __asm__ volatile("tilerelease");
  return 0;
}

const KernelInfo kBf16Kernels[] = {
    {"amx-bf16", 4 * kTileFlops, runAmxBf16, [](const CpuFeatures &f) { return f.amxBf16 && enableAmx(); }},
    {"avx512bf16", 2 * kChains * 32, runAvx512Bf16, [](const CpuFeatures &f) { return f.avx512bf16; }},
};

const KernelInfo kKernels[] = {
    {"avx512f", 2 * kChains * 16, runAvx512, [](const CpuFeatures &f) { return f.avx512f; }},
    {"avx2", 2 * kChains * 8, runAvx2, [](const CpuFeatures &f) { return f.avx2 && f.fma; }},
    {"sse", 2 * kChains * 4, runSse, [](const CpuFeatures &) { return true; }},
};
#else
#if defined(__aarch64__)
using Vector = float32x4_t;
inline Vector splat(float value) { return vdupq_n_f32(value); }
inline Vector multiplyAdd(Vector x, Vector a, Vector b) { return vfmaq_f32(b, x, a); }
constexpr const char *kIsa = "neon";
#else
typedef float Vector __attribute__((vector_size(16)));
inline Vector splat(float value) { return Vector{value, value, value, value}; }
inline Vector multiplyAdd(Vector x, Vector a, Vector b) { return x * a + b; }
constexpr const char *kIsa = "generic";
#endif
__attribute__((noinline)) float runPortable(uint64_t steps) {
  const Vector a = splat(gFactor), b = splat(gAddend);
  Vector x0 = b, x1 = a, x2 = b, x3 = a, x4 = b, x5 = a, x6 = b, x7 = a, x8 = b, x9 = a, x10 = b, x11 = a;
  for (uint64_t i = 0; i < steps; ++i) {
    x0 = multiplyAdd(x0, a, b), x1 = multiplyAdd(x1, a, b), x2 = multiplyAdd(x2, a, b), x3 = multiplyAdd(x3, a, b);
    x4 = multiplyAdd(x4, a, b), x5 = multiplyAdd(x5, a, b), x6 = multiplyAdd(x6, a, b), x7 = multiplyAdd(x7, a, b);
    x8 = multiplyAdd(x8, a, b), x9 = multiplyAdd(x9, a, b), x10 = multiplyAdd(x10, a, b), x11 = multiplyAdd(x11, a, b);
  }
  const Vector sum = x0 + x1 + x2 + x3 + x4 + x5 + x6 + x7 + x8 + x9 + x10 + x11;
  return sum[0];
}
const KernelInfo kKernels[] = {{kIsa, 2 * kChains * 4, runPortable, [](const CpuFeatures &) { return true; }}};
#endif

using Clock = std::chrono::steady_clock;
double secondsSince(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

/// Steps that take about two milliseconds on one core: long beside the barrier, short beside a time slice.
uint64_t calibrate(const KernelInfo &kernel, volatile float &sink) {
  for (uint64_t steps = 1 << 12;; steps *= 2) {
    const auto start = Clock::now();
    sink = kernel.run(steps);
    const double seconds = secondsSince(start);
    if (seconds > 1e-3 || steps > (uint64_t(1) << 40))
      return std::max<uint64_t>(1, steps * (2e-3 / seconds));
  }
}

FmaPeak measure(const KernelInfo &kernel, unsigned threads, double seconds) {
  FmaPeak peak;
  peak.isa = kernel.isa;
  peak.threads = std::min(threads ? threads : hostCpu().cores, 4096u);
  volatile float sink;
  const uint64_t steps = calibrate(kernel, sink);
  const auto times = detail::timeTogether(peak.threads, std::max(3, int(seconds / 2e-3)), [&](unsigned, int) {
    volatile float own = kernel.run(steps);
    (void)own;
  });
  if (!times.empty()) // interference only ever makes a repetition longer
    peak.gflops = kernel.flopsPerStep * steps * peak.threads / *std::min_element(times.begin(), times.end()) * 1e-9;
  return peak;
}
} // namespace

std::vector<const char *> lexon::target::fmaPeakKernels() {
  std::vector<const char *> names;
  for (const KernelInfo &kernel : kKernels)
    if (kernel.available(hostCpu().features))
      names.push_back(kernel.isa);
  return names;
}

FmaPeak lexon::target::measureFmaPeak(unsigned threads, const char *isa, double seconds) {
  for (const KernelInfo &kernel : kKernels)
    if (kernel.available(hostCpu().features) && (!isa || std::strcmp(isa, kernel.isa) == 0))
      return measure(kernel, threads, seconds);
  return {0, "", threads};
}

FmaPeak lexon::target::measureBf16Peak(unsigned threads, double seconds) {
#if defined(__x86_64__)
  for (const KernelInfo &kernel : kBf16Kernels)
    if (kernel.available(hostCpu().features))
      return measure(kernel, threads, seconds);
#endif
  return measureFmaPeak(threads, nullptr, seconds);
}
