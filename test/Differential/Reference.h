//===- Reference.h - what a case must compute, and how exactly --*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_TEST_DIFFERENTIAL_REFERENCE_H
#define LEXON_TEST_DIFFERENTIAL_REFERENCE_H

#include "Data.h"

namespace lexon::differential {

/// Results in row-major order of the output operand's axes.
struct Expected {
  std::vector<int64_t> sizes;
  std::vector<long double> values;
  std::vector<long double> bounds; // 0: exact
  bool perturbed = false;          // one value is wrong by more than its bound allows
};

/// Wrong on purpose in one element, to show that the comparison would see it: by four times the bound, or by one
/// missing product.
enum class Perturbation { None, Bound, Term };

/// Sums in long double (64 bits), from the values and views alone. The bound holds for every order of summation:
/// with n operations on the way to an element and unit roundoff u, n*u / (1 - n*u) * (|c| + |alpha| * sum |a||b|).
Expected computeExpected(const Function &concrete, const CallData &data, Perturbation perturbation);

} // namespace lexon::differential

#endif // LEXON_TEST_DIFFERENTIAL_REFERENCE_H
