//===- CountCalls.h - counts calls of OpenBLAS ------------------*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// The executable that links this file defines the cblas_* functions that compiled programs call. They count, and then
// call OpenBLAS's, or record what they were asked for and touch no memory.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_TEST_DIFFERENTIAL_COUNTCALLS_H
#define LEXON_TEST_DIFFERENTIAL_COUNTCALLS_H

#include <cstdint>
#include <string>
#include <vector>

namespace lexon::differential {

/// The arguments of one call. gemv has no B matrix's transpose; dot has n and the increments alone.
struct BlasCall {
  std::string name;
  int transA = 0, transB = 0, m = 0, n = 0, k = 0, lda = 0, ldb = 0, ldc = 0;
  double alpha = 0, beta = 0;
  const void *a = nullptr, *b = nullptr, *c = nullptr;
  int threads = 0; // OpenBLAS's own, at the time of the call
};

/// Calls since the process started.
uint64_t blasCalls();
/// While recording, calls note their arguments; and do nothing else, if `forward` is false.
void startRecording(bool forward);
std::vector<BlasCall> stopRecording();

} // namespace lexon::differential

#endif // LEXON_TEST_DIFFERENTIAL_COUNTCALLS_H
