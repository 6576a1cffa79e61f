//===- Worker.h - runs the cases of one compiled module ---------*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// A process of its own, so that a case that crashes ends no other. It prints a line before and one after each case.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_TEST_DIFFERENTIAL_WORKER_H
#define LEXON_TEST_DIFFERENTIAL_WORKER_H

#include "Execute.h"

#include <map>

namespace lexon::differential {

struct CaseId {
  unsigned function = 0, dataCase = 0;
  bool operator<(const CaseId &other) const {
    return std::pair(function, dataCase) < std::pair(other.function, other.dataCase);
  }
};

/// What a worker runs: all data cases of the functions [first, last), or one of them.
struct WorkerRequest {
  std::string library;
  uint64_t seed = 0;
  unsigned first = 0, last = 0;
  unsigned startCase = 0; // of the first function
  int onlyCase = -1;
  Perturbation perturbation = Perturbation::None;
};

int runWorker(const WorkerRequest &request);

/// What a worker's output says: an outcome for each case it began.
std::map<CaseId, Outcome> parseWorkerOutput(const std::string &text);

} // namespace lexon::differential

#endif // LEXON_TEST_DIFFERENTIAL_WORKER_H
