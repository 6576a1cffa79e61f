//===- Directed.h - cases that are made, not drawn --------------*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_TEST_DIFFERENTIAL_DIRECTED_H
#define LEXON_TEST_DIFFERENTIAL_DIRECTED_H

#include <string>

namespace lexon::differential {

/// Runs the checks on a library compiled from Inputs/products.mlir with `threads` threads (0: OpenBLAS's own number).
/// Prints a line for each; returns the exit code.
int runDirected(const std::string &library, int threads);

/// Compares the time of compiled products with that of cblas_sgemm called by hand, both with `threads` threads. Returns
/// the exit code.
int runOverhead(const std::string &library, int threads, double allowed);

} // namespace lexon::differential

#endif // LEXON_TEST_DIFFERENTIAL_DIRECTED_H
