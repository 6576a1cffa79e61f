//===- Cores.cpp - how many cores this process may use --------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// More threads than cores make barriers wait for a whole time slice, so the machine's core count is the wrong answer
// in a container: affinity and the control group's quota both bind.
//
//===----------------------------------------------------------------------===//

#include "lexon/Target/Info/CpuInfo.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <sched.h>
#include <sstream>
#include <unistd.h>

using namespace lexon::target;

namespace {
unsigned affinityCores() {
  // The kernel refuses a mask smaller than its own; grow until it fits.
  for (int cpus = 1024; cpus <= 1 << 20; cpus *= 4) {
    cpu_set_t *set = CPU_ALLOC(cpus);
    if (!set)
      break;
    const size_t bytes = CPU_ALLOC_SIZE(cpus);
    const int count = sched_getaffinity(0, bytes, set) == 0 ? CPU_COUNT_S(bytes, set) : 0;
    CPU_FREE(set);
    if (count > 0)
      return count;
  }
  const long online = sysconf(_SC_NPROCESSORS_ONLN);
  return online > 0 ? online : 1;
}

/// Quota of one control group: "QUOTA PERIOD" in version 2 ("max" for none), two files in version 1 (-1 for none).
double quotaV2(const std::string &folder) {
  std::ifstream file(folder + "/cpu.max");
  double quota = 0, period = 0;
  return file >> quota >> period && quota > 0 && period > 0 ? quota / period : 0;
}
double quotaV1(const std::string &folder) {
  std::ifstream quotaFile(folder + "/cpu.cfs_quota_us"), periodFile(folder + "/cpu.cfs_period_us");
  double quota = 0, period = 0;
  return quotaFile >> quota && periodFile >> period && quota > 0 && period > 0 ? quota / period : 0;
}

/// The tightest limit from `path` up to the hierarchy's root: a parent binds its children.
template <typename Quota> double tightest(const std::string &mount, std::string path, Quota quota) {
  double limit = 0;
  while (true) {
    if (const double found = quota(mount + (path == "/" ? "" : path)); found > 0)
      limit = limit == 0 ? found : std::min(limit, found);
    const size_t slash = path.rfind('/');
    if (slash == std::string::npos || path.empty())
      return limit;
    path.resize(slash);
  }
}

bool hasController(const std::string &controllers, const std::string &wanted) {
  std::istringstream list(controllers);
  for (std::string name; std::getline(list, name, ',');)
    if (name == wanted)
      return true;
  return false;
}
} // namespace

double lexon::target::cgroupCpuLimit(const std::string &root) {
  std::ifstream groups(root + "/proc/self/cgroup");
  const std::string mount = root + "/sys/fs/cgroup";
  double limit = 0;
  for (std::string line; std::getline(groups, line);) { // ID:CONTROLLERS:PATH
    const size_t first = line.find(':'), second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos)
      continue;
    const std::string controllers = line.substr(first + 1, second - first - 1), path = line.substr(second + 1);
    double found = 0;
    if (controllers.empty())
      found = tightest(mount, path, quotaV2);
    else if (hasController(controllers, "cpu"))
      found = tightest(mount + "/cpu", path, quotaV1);
    if (found > 0)
      limit = limit == 0 ? found : std::min(limit, found);
  }
  return limit;
}

unsigned lexon::target::usableCores() {
  const unsigned cores = std::max(1u, affinityCores());
  const double limit = cgroupCpuLimit();
  return limit > 0 && limit < cores ? std::max(1u, unsigned(std::ceil(limit))) : cores;
}
