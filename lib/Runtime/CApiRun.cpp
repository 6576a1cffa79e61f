//===- CApiRun.cpp - calling, timing, and facts about the machine ---------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "CallFrame.h"
#include "Failure.h"
#include "Json.h"
#include "lexon/Runtime/AllocationCounter.h"
#include "lexon/Runtime/lexon.h"
#include "lexon/Target/Info/CpuInfo.h"
#include "lexon/Target/Info/FmaPeak.h"
#include "lexon/Target/Info/ReadBandwidth.h"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <numeric>

using namespace lexon::rt;

// Defined by LexonAllocationCounter if the program links it in.
extern "C" __attribute__((weak)) uint64_t lexon_allocated_bytes(void);

namespace {
thread_local uint64_t gCopiedBytes = 0;

void requireFunction(const lexon_function *function) {
  if (!function)
    fail(LEXON_INVALID_ARGUMENT, "the function is null");
}

/// `missing` names an out-argument that is null.
void requireMeasurable(const char *name, int32_t threads, const char *missing) {
  if (missing)
    fail(LEXON_INVALID_ARGUMENT, name, ": ", missing, " is null");
  if (threads < 0 || threads > 4096)
    fail(LEXON_INVALID_ARGUMENT, name, ": threads must be from 0 (all cores) to 4096");
}

void reportPeak(const lexon::target::FmaPeak &peak, double *gflops, const char **isa) {
  if (!(peak.gflops > 0))
    fail(LEXON_UNSUPPORTED, "the peak cannot be measured with ", peak.threads, " threads");
  *gflops = peak.gflops;
  if (isa)
    *isa = peak.isa;
}

/// The high-water mark of this program; getrusage's would include that of the program it was started from.
int64_t peakResidentBytes() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.compare(0, 6, "VmHWM:") == 0)
      return std::strtoll(line.c_str() + 6, nullptr, 10) * 1024;
  return -1;
}

/// Wall times of `runs` invocations in ns; only the last one's results remain.
std::vector<double> timeRuns(CallFrame &frame, uint64_t warmup, uint64_t runs, uint64_t &allocated) {
  using Clock = std::chrono::steady_clock;
  for (uint64_t i = 0; i < warmup; ++i) {
    frame.invoke();
    frame.discardReturned();
  }
  std::vector<double> times(runs);
  for (double &time : times) {
    frame.discardReturned();
    const uint64_t before = lexon_allocated_bytes ? lexon_allocated_bytes() : 0;
    const auto start = Clock::now();
    frame.invoke();
    time = std::chrono::duration<double, std::nano>(Clock::now() - start).count();
    allocated += lexon_allocated_bytes ? lexon_allocated_bytes() - before : 0;
  }
  return times;
}

void summarize(std::vector<double> times, lexon_stats &stats) {
  const size_t n = times.size();
  stats.runs = n;
  stats.mean_ns = std::accumulate(times.begin(), times.end(), 0.0) / n;
  std::sort(times.begin(), times.end());
  stats.min_ns = times.front();
  stats.max_ns = times.back();
  stats.median_ns = n % 2 ? times[n / 2] : 0.5 * (times[n / 2 - 1] + times[n / 2]);
}

std::string cpuInfoText() {
  const lexon::target::CpuInfo &cpu = lexon::target::hostCpu();
  Json features = Json::object();
  for (const auto &[name, present] : lexon::target::listFeatures(cpu.features))
    features[name] = present;
  const Json cache = {{"l1d", cpu.cache.l1d}, {"l2", cpu.cache.l2}, {"l3", cpu.cache.l3}, {"line", cpu.cache.line}};
  const Json all = {
      {"architecture", cpu.architecture}, {"vendor", cpu.vendor}, {"brand", cpu.brand},  {"cores", cpu.cores},
      {"page_bytes", cpu.pageBytes},      {"cache", cache},       {"features", features}};
  // A hypervisor may put any bytes into the names.
  return all.dump(-1, ' ', /*ensure_ascii=*/true, Json::error_handler_t::replace);
}
} // namespace

lexon_status lexon_call(const lexon_function *function, const lexon_tensor *arguments, size_t argument_count,
                        lexon_tensor *results, size_t result_count) {
  return guarded([&] {
    gCopiedBytes = 0;
    requireFunction(function);
    CallFrame frame(*function, arguments, argument_count, results, result_count);
    frame.invoke();
    frame.finish();
    gCopiedBytes = frame.copiedBytes();
  });
}

uint64_t lexon_last_copied_bytes(void) { return gCopiedBytes; }

lexon_status lexon_benchmark(const lexon_function *function, const lexon_tensor *arguments, size_t argument_count,
                             lexon_tensor *results, size_t result_count, uint64_t warmup, uint64_t runs,
                             lexon_stats *stats) {
  return guarded([&] {
    gCopiedBytes = 0;
    requireFunction(function);
    constexpr uint64_t kMostRuns = uint64_t(1) << 32;
    if (!stats || runs == 0 || runs > kMostRuns)
      fail(LEXON_INVALID_ARGUMENT, "lexon_benchmark: ",
           stats ? "runs must be from 1 to " + std::to_string(kMostRuns) : std::string("stats is null"));
    *stats = {};
    CallFrame frame(*function, arguments, argument_count, results, result_count);
    uint64_t allocated = 0;
    summarize(timeRuns(frame, warmup, runs, allocated), *stats);
    frame.finish();
    stats->allocated_bytes = lexon_allocated_bytes ? int64_t(allocated / runs) : -1;
    stats->peak_rss_bytes = peakResidentBytes();
    stats->copied_bytes = gCopiedBytes = frame.copiedBytes();
  });
}

const char *lexon_cpu_info(void) {
  const char *text = nullptr;
  guarded([&] {
    static const std::string info = cpuInfoText();
    text = info.c_str();
  });
  return text;
}

lexon_status lexon_fma_peak(int32_t threads, double *gflops, const char **isa) {
  return guarded([&] {
    requireMeasurable("lexon_fma_peak", threads, gflops ? nullptr : "gflops");
    reportPeak(lexon::target::measureFmaPeak(threads), gflops, isa);
  });
}

lexon_status lexon_bf16_peak(int32_t threads, double *gflops, const char **isa) {
  return guarded([&] {
    requireMeasurable("lexon_bf16_peak", threads, gflops ? nullptr : "gflops");
    reportPeak(lexon::target::measureBf16Peak(threads), gflops, isa);
  });
}

lexon_status lexon_read_bandwidth(int32_t threads, int64_t bytes, int32_t bursts, double *best, double *median) {
  return guarded([&] {
    requireMeasurable("lexon_read_bandwidth", threads, !best ? "best" : !median ? "median" : nullptr);
    if (bytes < 0 || bursts < 1)
      fail(LEXON_INVALID_ARGUMENT, "lexon_read_bandwidth: ", bytes, " bytes cannot be read in ", bursts, " bursts");
    const lexon::target::ReadBandwidth found = lexon::target::measureReadBandwidth(threads, bytes, bursts);
    if (!(found.best > 0))
      fail(LEXON_UNSUPPORTED, "the read bandwidth cannot be measured with ", found.threads, " threads and ",
           found.bytes, " bytes");
    *best = found.best;
    *median = found.median;
  });
}
