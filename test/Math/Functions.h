//===- Functions.h - the functions, their references and bounds --*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_TEST_MATH_FUNCTIONS_H
#define LEXON_TEST_MATH_FUNCTIONS_H

#include <string>
#include <vector>

namespace lexon::accuracy {

/// One function of f32.
struct Function {
  std::string name;
  /// MLIR that computes %r of %a (and %b), with TYPE for the type.
  std::string body;
  /// The function in f64, within 2^-40; `binary` if it takes two arguments.
  double (*unary)(double) = nullptr;
  double (*binary)(double, double) = nullptr;
  /// Largest error that is granted, in units in the last place (include/lexon/Math/Passes.td).
  double bound = 0;
};

const std::vector<Function> &functions();

/// A module with two functions for each: NAME_scalar in a loop of scalars, NAME_vector in one of vectors of 16.
std::string program();

} // namespace lexon::accuracy

#endif // LEXON_TEST_MATH_FUNCTIONS_H
