//===- Statistics.h - how many cases of which kind --------------*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_TEST_DIFFERENTIAL_STATISTICS_H
#define LEXON_TEST_DIFFERENTIAL_STATISTICS_H

#include "Execute.h"

#include <map>

namespace lexon::differential {

class Statistics {
public:
  /// Counts one case; `path` is what a matmul became.
  void count(const std::string &path, const Function &function, const Function &concrete, const Outcome &outcome);
  void print() const;
  /// Kinds of cases that a run of this size must have and has not, one a line.
  std::string missing(bool blas) const;

private:
  struct Count {
    uint64_t cases = 0, calling = 0; // on the path blas: cases that called OpenBLAS
  };
  std::map<std::string, std::map<std::string, Count>> counts; // by dimension and value
  std::map<std::string, double> worst;                        // by element type of the result
};

} // namespace lexon::differential

#endif // LEXON_TEST_DIFFERENTIAL_STATISTICS_H
