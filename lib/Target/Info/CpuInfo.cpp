//===- CpuInfo.cpp - facts about the CPU this process runs on -------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// CPUID bits: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2A, CPUID; AMD64 Architecture
// Programmer's Manual, volume 3, appendix E. Register state: volume 1, chapter 13 of the former.
//
//===----------------------------------------------------------------------===//

#include "lexon/Target/Info/CpuInfo.h"

#include <algorithm>
#include <cstring>
#include <fstream>
#include <sched.h>
#include <sys/utsname.h>
#include <unistd.h>

#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#include <sys/syscall.h>
#define LEXON_X86 1
#endif

using namespace lexon::target;

std::vector<std::pair<const char *, bool>> lexon::target::listFeatures(const CpuFeatures &features) {
  return {
#define LEXON_CPU_FEATURE(field, name) {name, features.field},
#include "lexon/Target/Info/CpuFeatures.def"
  };
}

std::vector<std::string> lexon::target::lackingFeatures(const std::vector<std::string> &names,
                                                        const CpuFeatures &features) {
  const auto known = listFeatures(features);
  std::vector<std::string> lacking;
  for (const std::string &name : names)
    if (std::none_of(known.begin(), known.end(), [&](const auto &item) { return item.second && name == item.first; }))
      lacking.push_back(name);
  return lacking;
}

namespace {
#ifdef LEXON_X86
struct Registers {
  unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
};

/// All zero if the CPU has no such leaf.
Registers cpuid(unsigned leaf, unsigned subleaf = 0) {
  Registers r;
  if (!__get_cpuid_count(leaf, subleaf, &r.eax, &r.ebx, &r.ecx, &r.edx))
    return {};
  return r;
}

bool bit(unsigned word, unsigned position) { return (word >> position) & 1; }

uint64_t xcr0() {
  unsigned low, high;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return (uint64_t(high) << 32) | low;
}

/// What the operating system saves and restores; an instruction set without that is unusable.
struct SavedState {
  bool ymm = false, zmm = false, tiles = false;
  SavedState() {
    if (!bit(cpuid(1).ecx, 27)) // OSXSAVE: xgetbv may be executed
      return;
    const uint64_t mask = xcr0();
    auto all = [&](uint64_t bits) { return (mask & bits) == bits; };
    ymm = all(0x6);       // xmm, upper halves of ymm
    zmm = all(0xe6);      // and mask registers, upper halves of zmm, zmm16-31
    tiles = all(0x60000); // tile configuration and data
  }
};

CpuFeatures readFeatures() {
  const SavedState saved;
  const Registers one = cpuid(1), seven = cpuid(7, 0), sevenOne = cpuid(7, 1), extended = cpuid(0x80000001);
  CpuFeatures f;
  f.sse3 = bit(one.ecx, 0);
  f.ssse3 = bit(one.ecx, 9);
  f.sse41 = bit(one.ecx, 19);
  f.sse42 = bit(one.ecx, 20);
  f.sse4a = bit(extended.ecx, 6);
  f.popcnt = bit(one.ecx, 23);
  f.lzcnt = bit(extended.ecx, 5);
  f.movbe = bit(one.ecx, 22);
  f.bmi = bit(seven.ebx, 3);
  f.bmi2 = bit(seven.ebx, 8);
  f.gfni = bit(seven.ecx, 8);
  f.avx = saved.ymm && bit(one.ecx, 28);
  f.fma = f.avx && bit(one.ecx, 12);
  f.f16c = f.avx && bit(one.ecx, 29);
  f.avx2 = f.avx && bit(seven.ebx, 5);
  f.fma4 = f.avx && bit(extended.ecx, 16);
  f.xop = f.avx && bit(extended.ecx, 11);
  f.avxvnni = f.avx2 && bit(sevenOne.eax, 4);
  f.avxvnniint8 = f.avx2 && bit(sevenOne.edx, 4);
  f.avxneconvert = f.avx2 && bit(sevenOne.edx, 5);
  f.avx512f = saved.zmm && bit(seven.ebx, 16);
  f.avx512dq = f.avx512f && bit(seven.ebx, 17);
  f.avx512bw = f.avx512f && bit(seven.ebx, 30);
  f.avx512vl = f.avx512f && bit(seven.ebx, 31);
  f.avx512cd = f.avx512f && bit(seven.ebx, 28);
  f.avx512ifma = f.avx512f && bit(seven.ebx, 21);
  f.avx512vbmi = f.avx512f && bit(seven.ecx, 1);
  f.avx512vbmi2 = f.avx512f && bit(seven.ecx, 6);
  f.avx512bitalg = f.avx512f && bit(seven.ecx, 12);
  f.avx512vpopcntdq = f.avx512f && bit(seven.ecx, 14);
  f.avx512vnni = f.avx512f && bit(seven.ecx, 11);
  f.avx512bf16 = f.avx512f && bit(sevenOne.eax, 5);
  f.avx512fp16 = f.avx512f && bit(seven.edx, 23);
  f.amxTile = saved.tiles && bit(seven.edx, 24);
  f.amxBf16 = f.amxTile && bit(seven.edx, 22);
  f.amxFp16 = f.amxTile && bit(sevenOne.eax, 21);
  f.amxInt8 = f.amxTile && bit(seven.edx, 25);
  return f;
}

void appendWord(std::string &text, unsigned word) {
  char bytes[4];
  std::memcpy(bytes, &word, 4);
  text.append(bytes, 4);
}

std::string readVendor() {
  const Registers r = cpuid(0);
  std::string text;
  for (unsigned word : {r.ebx, r.edx, r.ecx})
    appendWord(text, word);
  return text;
}

std::string readBrand() {
  std::string text;
  if (cpuid(0x80000000).eax < 0x80000004)
    return text;
  for (unsigned leaf = 0x80000002; leaf <= 0x80000004; ++leaf) {
    const Registers r = cpuid(leaf);
    for (unsigned word : {r.eax, r.ebx, r.ecx, r.edx})
      appendWord(text, word);
  }
  text.resize(std::strlen(text.c_str())); // padded with zeros
  const size_t first = text.find_first_not_of(' '), last = text.find_last_not_of(' ');
  return first == std::string::npos ? "" : text.substr(first, last - first + 1);
}

/// Leaf 4 (Intel) and 0x8000001d (AMD) share one encoding.
void readCachesByCpuid(CacheInfo &cache, unsigned leaf) {
  for (unsigned index = 0; index < 16; ++index) {
    const Registers r = cpuid(leaf, index);
    const unsigned type = r.eax & 31, level = (r.eax >> 5) & 7;
    if (type == 0)
      return;
    if (type == 2) // instructions only
      continue;
    const int64_t line = (r.ebx & 0xfff) + 1, partitions = ((r.ebx >> 12) & 0x3ff) + 1, ways = (r.ebx >> 22) + 1;
    const int64_t bytes = line * partitions * ways * (int64_t(r.ecx) + 1);
    int64_t *const levels[] = {&cache.l1d, &cache.l2, &cache.l3};
    if (level >= 1 && level <= 3 && *levels[level - 1] == 0)
      *levels[level - 1] = bytes;
    if (cache.line == 0)
      cache.line = line;
  }
}
#endif // LEXON_X86

std::string readLine(const std::string &path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

/// "48K", "32M" or plain bytes; 0 if it is none of those.
int64_t parseSize(const std::string &text) {
  int64_t value = 0;
  size_t i = 0;
  for (; i < text.size() && text[i] >= '0' && text[i] <= '9' && value < (int64_t(1) << 40); ++i)
    value = value * 10 + (text[i] - '0');
  if (i < text.size() && text[i] == 'K')
    return value << 10;
  if (i < text.size() && text[i] == 'M')
    return value << 20;
  return value;
}

/// Linux's own table comes first: it knows of all architectures and of the hypervisor's corrections.
void readCachesBySysfs(CacheInfo &cache) {
  const int cpu = sched_getcpu();
  const std::string root = "/sys/devices/system/cpu/cpu" + std::to_string(cpu < 0 ? 0 : cpu) + "/cache/index";
  for (unsigned index = 0; index < 16; ++index) {
    const std::string folder = root + std::to_string(index) + "/", level = readLine(folder + "level");
    if (level.empty())
      return;
    if (readLine(folder + "type") == "Instruction")
      continue;
    const int64_t bytes = parseSize(readLine(folder + "size"));
    if (level == "1")
      cache.l1d = bytes;
    else if (level == "2")
      cache.l2 = bytes;
    else if (level == "3")
      cache.l3 = bytes;
    if (cache.line == 0)
      cache.line = parseSize(readLine(folder + "coherency_line_size"));
  }
}

CacheInfo readCaches(const std::string &vendor) {
  CacheInfo cache;
  readCachesBySysfs(cache);
#ifdef LEXON_X86
  if (cache.l1d == 0 || cache.l2 == 0)
    readCachesByCpuid(cache, vendor == "AuthenticAMD" || vendor == "HygonGenuine" ? 0x8000001d : 4);
#else
  (void)vendor;
#endif
#ifdef _SC_LEVEL1_DCACHE_SIZE
  auto ask = [](int64_t &value, int name) {
    if (const long answer = value == 0 ? sysconf(name) : 0; answer > 0)
      value = answer;
  };
  ask(cache.l1d, _SC_LEVEL1_DCACHE_SIZE);
  ask(cache.l2, _SC_LEVEL2_CACHE_SIZE);
  ask(cache.l3, _SC_LEVEL3_CACHE_SIZE);
  ask(cache.line, _SC_LEVEL1_DCACHE_LINESIZE);
#endif
  return cache;
}

CpuInfo readCpu() {
  CpuInfo info;
  utsname names;
  if (uname(&names) == 0)
    info.architecture = names.machine;
#ifdef LEXON_X86
  info.vendor = readVendor();
  info.brand = readBrand();
  info.features = readFeatures();
#endif
  info.cache = readCaches(info.vendor);
  info.cores = usableCores();
  if (const long page = sysconf(_SC_PAGESIZE); page > 0)
    info.pageBytes = page;
  return info;
}
} // namespace

const CpuInfo &lexon::target::hostCpu() {
  static const CpuInfo info = readCpu();
  return info;
}

bool lexon::target::enableAmx() {
#if defined(LEXON_X86) && defined(SYS_arch_prctl)
  constexpr int kRequestPermission = 0x1023, kTileData = 18; // ARCH_REQ_XCOMP_PERM, XFEATURE_XTILEDATA
  static const bool enabled = hostCpu().features.amxTile && syscall(SYS_arch_prctl, kRequestPermission, kTileData) == 0;
  return enabled;
#else
  return false;
#endif
}
