//===- Execute.h - calls compiled functions and compares --------*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_TEST_DIFFERENTIAL_EXECUTE_H
#define LEXON_TEST_DIFFERENTIAL_EXECUTE_H

#include "Reference.h"

namespace lexon::differential {

struct Outcome {
  std::string problem;   // empty: as it must be
  double worstRatio = 0; // largest error as a part of its bound
  uint64_t blasCalls = 0;
  bool perturbed = false; // the reference was wrong on purpose
};

/// Calls a function whose arguments and results are pointers and 64-bit integers.
void callEntry(void *entry, const std::vector<uintptr_t> &arguments);

/// Runs one case of `function` through `entry`, its _mlir_ciface_ symbol.
Outcome runCase(void *entry, const Function &function, const Function &concrete, Perturbation perturbation);

} // namespace lexon::differential

#endif // LEXON_TEST_DIFFERENTIAL_EXECUTE_H
