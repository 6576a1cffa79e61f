//===- CpuInfoTest.cpp - facts about this machine -------------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "lexon/Target/Info/CpuInfo.h"
#include "../Runtime/TestSupport.h"
#include "lexon/Target/Info/FmaPeak.h"
#include "lexon/Target/Info/ReadBandwidth.h"

#include <chrono>
#include <nlohmann/json.hpp>
#include <sched.h>

using namespace lexon::target;
using namespace lexon::test;

TEST(CpuInfo, FactsHangTogether) {
  const CpuInfo &cpu = hostCpu();
  EXPECT_FALSE(cpu.architecture.empty());
  EXPECT_GE(cpu.cores, 1u);
  EXPECT_GE(cpu.pageBytes, 4096);
  EXPECT_EQ(cpu.pageBytes & (cpu.pageBytes - 1), 0);
  EXPECT_GE(cpu.cache.l1d, 0);
  if (cpu.cache.l2 != 0) {
    EXPECT_GE(cpu.cache.l2, cpu.cache.l1d);
  }
  const CpuFeatures &f = cpu.features;
  EXPECT_TRUE(!f.avx2 || f.avx);
  EXPECT_TRUE(!f.avx512bw || f.avx512f);
  EXPECT_TRUE(!f.amxBf16 || f.amxTile);
  EXPECT_TRUE(f.amxTile || !enableAmx());
}

// The kernel's list of flags is an independent reading of the same bits.
TEST(CpuInfo, AgreesWithTheKernel) {
  std::ifstream file("/proc/cpuinfo");
  std::string flags;
  for (std::string line; std::getline(file, line) && flags.empty();)
    if (line.compare(0, 5, "flags") == 0)
      flags = line.substr(line.find(':') + 1) + " ";
  if (flags.empty())
    GTEST_SKIP() << "this kernel lists no flags";
  const std::pair<bool, const char *> expected[] = {
      {hostCpu().features.sse3, "pni"},
      {hostCpu().features.ssse3, "ssse3"},
      {hostCpu().features.sse41, "sse4_1"},
      {hostCpu().features.popcnt, "popcnt"},
      {hostCpu().features.lzcnt, "abm"},
      {hostCpu().features.movbe, "movbe"},
      {hostCpu().features.bmi, "bmi1"},
      {hostCpu().features.bmi2, "bmi2"},
      {hostCpu().features.sse4a, "sse4a"},
      {hostCpu().features.gfni, "gfni"},
      {hostCpu().features.fma4, "fma4"},
      {hostCpu().features.xop, "xop"},
      {hostCpu().features.avx512cd, "avx512cd"},
      {hostCpu().features.avx512ifma, "avx512ifma"},
      {hostCpu().features.avxvnni, "avx_vnni"},
      {hostCpu().features.avx512vbmi, "avx512vbmi"},
      {hostCpu().features.avx512vbmi2, "avx512_vbmi2"},
      {hostCpu().features.avx512bitalg, "avx512_bitalg"},
      {hostCpu().features.avx512vpopcntdq, "avx512_vpopcntdq"},
      {hostCpu().features.sse42, "sse4_2"},
      {hostCpu().features.avx2, "avx2"},
      {hostCpu().features.fma, "fma"},
      {hostCpu().features.f16c, "f16c"},
      {hostCpu().features.avx512f, "avx512f"},
      {hostCpu().features.avx512vnni, "avx512_vnni"},
      {hostCpu().features.avx512vl, "avx512vl"},
      {hostCpu().features.avx512bf16, "avx512_bf16"},
      {hostCpu().features.amxTile, "amx_tile"},
      {hostCpu().features.avx512fp16, "avx512_fp16"},
  };
  for (const auto &[ours, name] : expected)
    EXPECT_EQ(ours, flags.find(std::string(" ") + name + " ") != std::string::npos) << name;
}

TEST(CpuInfo, LackingFeatures) {
  CpuFeatures features;
  EXPECT_EQ(lackingFeatures({"avx2", "sse3"}, features), (std::vector<std::string>{"avx2", "sse3"}));
  features.avx2 = features.amxTile = true;
  EXPECT_EQ(lackingFeatures({"avx2", "sse3", "amx-tile", "amx"}, features), (std::vector<std::string>{"sse3", "amx"}));
  EXPECT_TRUE(lackingFeatures({}, features).empty());
}

TEST(CpuInfo, AffinityBinds) {
  cpu_set_t before, one;
  ASSERT_EQ(sched_getaffinity(0, sizeof before, &before), 0);
  CPU_ZERO(&one);
  for (int i = 0; i < CPU_SETSIZE && CPU_COUNT(&one) == 0; ++i)
    if (CPU_ISSET(i, &before))
      CPU_SET(i, &one);
  ASSERT_EQ(sched_setaffinity(0, sizeof one, &one), 0);
  EXPECT_EQ(usableCores(), 1u);
  ASSERT_EQ(sched_setaffinity(0, sizeof before, &before), 0);
}

TEST(CgroupLimit, Version2TakesTheTightestOnTheWayUp) {
  const TemporaryFolder root;
  writeFile(root / "proc/self/cgroup", "0::/outer/inner\n");
  EXPECT_EQ(cgroupCpuLimit(root.path), 0);
  writeFile(root / "sys/fs/cgroup/outer/inner/cpu.max", "max 100000\n");
  EXPECT_EQ(cgroupCpuLimit(root.path), 0);
  writeFile(root / "sys/fs/cgroup/outer/cpu.max", "150000 100000\n");
  EXPECT_DOUBLE_EQ(cgroupCpuLimit(root.path), 1.5);
  writeFile(root / "sys/fs/cgroup/outer/inner/cpu.max", "50000 100000\n");
  EXPECT_DOUBLE_EQ(cgroupCpuLimit(root.path), 0.5);
}

TEST(CgroupLimit, Version1AndGarbage) {
  const TemporaryFolder root;
  writeFile(root / "proc/self/cgroup", "no colons\n5:memory:/x\n4:cpu,cpuacct:/job\n");
  writeFile(root / "sys/fs/cgroup/cpu/job/cpu.cfs_quota_us", "-1\n");
  writeFile(root / "sys/fs/cgroup/cpu/job/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(cgroupCpuLimit(root.path), 0);
  writeFile(root / "sys/fs/cgroup/cpu/job/cpu.cfs_quota_us", "300000\n");
  EXPECT_DOUBLE_EQ(cgroupCpuLimit(root.path), 3);
  EXPECT_EQ(cgroupCpuLimit(root / "absent"), 0);
}

TEST(FmaPeak, WiderIsFaster) {
  const auto kernels = fmaPeakKernels();
  ASSERT_FALSE(kernels.empty());
  const FmaPeak best = measureFmaPeak(1, nullptr, 0.05), narrow = measureFmaPeak(1, kernels.back(), 0.05);
  EXPECT_STREQ(best.isa, kernels.front());
  EXPECT_EQ(best.threads, 1u);
  EXPECT_GT(narrow.gflops, 0);
  EXPECT_GT(best.gflops, 0.8 * narrow.gflops); // a shared machine may steal some of it
  EXPECT_EQ(measureFmaPeak(1, "no such kernel", 0.05).gflops, 0);
}

namespace {
/// A loop whose rate is known to lie below the peak: eight plain chains that any compiler vectorizes or not.
double plainLoopGflops() {
  volatile float seed = 0.5f;
  float x[8], a = seed, b = seed;
  for (float &value : x)
    value = seed;
  double best = 0;
  for (int repetition = 0; repetition < 10; ++repetition) {
    constexpr int kSteps = 200000;
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < kSteps; ++i)
      for (float &value : x)
        value = value * a + b;
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    best = std::max(best, 16.0 * kSteps / seconds * 1e-9);
  }
  volatile float sink = x[0] + x[1] + x[2] + x[3] + x[4] + x[5] + x[6] + x[7];
  (void)sink;
  return best;
}
} // namespace

TEST(FmaPeak, NotBelowAPlainLoop) { EXPECT_GT(measureFmaPeak(1, nullptr, 0.05).gflops, 0.5 * plainLoopGflops()); }

TEST(FmaPeak, Bf16IsNotSlowerThanF32) {
  const FmaPeak wide = measureFmaPeak(1, nullptr, 0.05), half = measureBf16Peak(1, 0.05);
  EXPECT_GT(half.gflops, 0.8 * wide.gflops);
  EXPECT_STRNE(half.isa, "");
}

TEST(ReadBandwidth, CountsWhatWasRead) {
  constexpr int64_t kBytes = int64_t(8) << 20;
  for (unsigned threads : {1u, 3u}) { // a size that threads do not divide is rounded down
    const ReadBandwidth found = measureReadBandwidth(threads, kBytes, 1);
    EXPECT_EQ(found.threads, threads);
    EXPECT_LE(found.bytes, kBytes);
    EXPECT_GT(found.bytes, kBytes - 1024 * int64_t(threads));
    EXPECT_GT(found.median, 1e8);
    EXPECT_GE(found.best, found.median);
    EXPECT_LT(found.best, 1e14);
  }
  EXPECT_EQ(measureReadBandwidth(1, int64_t(1) << 60, 1).best, 0); // more than any address space
}

TEST(CApi, CpuInfoIsJson) {
  const auto info = nlohmann::json::parse(lexon_cpu_info(), nullptr, /*allow_exceptions=*/false);
  ASSERT_TRUE(info.is_object());
  EXPECT_EQ(info["cores"], hostCpu().cores);
  EXPECT_EQ(info["features"]["avx2"], hostCpu().features.avx2);
  EXPECT_EQ(info["cache"]["l2"], hostCpu().cache.l2);
}

TEST(CApi, FmaPeakRefusesNonsense) {
  double gflops = 0;
  EXPECT_EQ(lexon_fma_peak(-1, &gflops, nullptr), LEXON_INVALID_ARGUMENT);
  EXPECT_EQ(lexon_fma_peak(1, nullptr, nullptr), LEXON_INVALID_ARGUMENT);
  const char *isa = nullptr;
  EXPECT_EQ(lexon_fma_peak(1, &gflops, &isa), LEXON_OK);
  EXPECT_GT(gflops, 0);
  EXPECT_STREQ(isa, fmaPeakKernels().front());
  EXPECT_EQ(lexon_bf16_peak(4097, &gflops, nullptr), LEXON_INVALID_ARGUMENT);
  double best = 0, median = 0;
  EXPECT_EQ(lexon_read_bandwidth(-1, 0, 1, &best, &median), LEXON_INVALID_ARGUMENT);
  EXPECT_EQ(lexon_read_bandwidth(1, 0, 0, &best, &median), LEXON_INVALID_ARGUMENT);
  EXPECT_EQ(lexon_read_bandwidth(1, -1, 1, &best, &median), LEXON_INVALID_ARGUMENT);
  EXPECT_EQ(lexon_read_bandwidth(1, 0, 1, &best, nullptr), LEXON_INVALID_ARGUMENT);
}
