//===- Driver.h - compiles modules and runs their cases ---------*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_TEST_DIFFERENTIAL_DRIVER_H
#define LEXON_TEST_DIFFERENTIAL_DRIVER_H

#include "Worker.h"

namespace lexon::differential {

struct Settings {
  std::string tools;  // folder of lexon-opt and lexon-translate
  std::string self;   // this executable
  std::string folder; // for what is written
  uint64_t seed = 1;
  unsigned cases = 3000, jobs = 0, functionsPerModule = 60;
  std::vector<std::string> paths;
  std::string mutation; // a defect that is planted on the path blas
  Perturbation perturbation = Perturbation::None;
  bool requireAll = false; // fail if a kind of case is missing
  int onlyFunction = -1, onlyCase = -1;
};

/// Compiles and runs everything, prints failures and statistics. Returns the exit code.
int runDifferentialTest(const Settings &settings);

} // namespace lexon::differential

#endif // LEXON_TEST_DIFFERENTIAL_DRIVER_H
