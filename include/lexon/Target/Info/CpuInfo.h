//===- CpuInfo.h - facts about the CPU this process runs on -----*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// Plain C++ without LLVM, because the runtime library uses it too. Everything is asked for at run time; what the
// system does not say is 0 or empty, never a guess.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_TARGET_INFO_CPUINFO_H
#define LEXON_TARGET_INFO_CPUINFO_H

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace lexon::target {

/// A feature is true only if both the CPU has it and the operating system saves its registers.
struct CpuFeatures {
#define LEXON_CPU_FEATURE(field, name) bool field = false;
#include "lexon/Target/Info/CpuFeatures.def"
};

/// All features as (LLVM name, present), in the order of CpuFeatures.def.
std::vector<std::pair<const char *, bool>> listFeatures(const CpuFeatures &features);

/// Those of `names` that `features` lacks, in their order. A name that is not in CpuFeatures.def is lacking.
std::vector<std::string> lackingFeatures(const std::vector<std::string> &names, const CpuFeatures &features);

/// Cache sizes in bytes as one core sees them; 0 where the system does not say. `l3` is the whole shared cache, which
/// in a virtual machine may belong to other guests too.
struct CacheInfo {
  int64_t l1d = 0;
  int64_t l2 = 0;
  int64_t l3 = 0;
  int64_t line = 0;
};

struct CpuInfo {
  std::string architecture; ///< as `uname -m` says: "x86_64", "aarch64"
  std::string vendor;       ///< "GenuineIntel", "AuthenticAMD"; empty if unknown
  std::string brand;        ///< the name on the box; empty if unknown
  CpuFeatures features;
  CacheInfo cache;
  unsigned cores = 1; ///< that this process may use: affinity and control-group quota, at least 1
  int64_t pageBytes = 4096;
};

/// Facts about this machine, asked for once. Thread-safe.
const CpuInfo &hostCpu();

/// Cores this process may use now: the smaller of its affinity mask and its control group's CPU quota (rounded up).
unsigned usableCores();

/// CPUs' worth of time the control group of this process may use, or 0 if there is no limit. `root` stands for "/":
/// tests give a folder with `proc/self/cgroup` and `sys/fs/cgroup` in it. Reads versions 2 and 1.
double cgroupCpuLimit(const std::string &root = "");

/// Asks the kernel for permission to use AMX tile registers in this process (Linux wants that before the first tile
/// instruction). False if there are none or permission is refused. Thread-safe; asks once.
bool enableAmx();

} // namespace lexon::target

#endif // LEXON_TARGET_INFO_CPUINFO_H
