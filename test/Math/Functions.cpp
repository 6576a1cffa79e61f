//===- Functions.cpp - the functions, their references and bounds ---------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "Functions.h"

#include <cmath>

using namespace lexon::accuracy;

static Function unary(const char *name, double (*reference)(double), double bound) {
  return {name, std::string("%r = math.") + name + " %a : TYPE", reference, nullptr, bound};
}
static Function binary(const char *name, double (*reference)(double, double), double bound) {
  return {name, std::string("%r = math.") + name + " %a, %b : TYPE", nullptr, reference, bound};
}

const std::vector<Function> &lexon::accuracy::functions() {
  static const std::vector<Function> all = {
      unary("exp", std::exp, 1.1),     unary("exp2", std::exp2, 1.1),   unary("expm1", std::expm1, 1.7),
      unary("tanh", std::tanh, 1.8),   unary("sinh", std::sinh, 1),     unary("cosh", std::cosh, 0.6),
      unary("erf", std::erf, 1.4),     unary("log", std::log, 1),       unary("log2", std::log2, 1.4),
      unary("log10", std::log10, 1.8), unary("log1p", std::log1p, 1.6), unary("cbrt", std::cbrt, 1.2),
      unary("asinh", std::asinh, 0.6), unary("acosh", std::acosh, 0.6), unary("atanh", std::atanh, 0.6),
      unary("sin", std::sin, 1.7),     unary("cos", std::cos, 1.7),     unary("tan", std::tan, 2.6),
      unary("atan", std::atan, 1.5),   unary("asin", std::asin, 2),     unary("acos", std::acos, 2),
      binary("powf", std::pow, 1.2),   binary("atan2", std::atan2, 1.7)};
  return all;
}

static std::string replaceAll(std::string text, const std::string &from, const std::string &to) {
  for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

static const char *const kScalar = R"(
func.func @NAME_scalar(%x: memref<?xf32>, %y: memref<?xf32>, %out: memref<?xf32>) {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %n = memref.dim %x, %zero : memref<?xf32>
  scf.for %i = %zero to %n step %one {
    %a = memref.load %x[%i] : memref<?xf32>
    %b = memref.load %y[%i] : memref<?xf32>
    BODY
    memref.store %r, %out[%i] : memref<?xf32>
  }
  return
}
)";
static const char *const kVector = R"(
func.func @NAME_vector(%x: memref<?xf32>, %y: memref<?xf32>, %out: memref<?xf32>) {
  %zero = arith.constant 0 : index
  %step = arith.constant 16 : index
  %n = memref.dim %x, %zero : memref<?xf32>
  scf.for %i = %zero to %n step %step {
    %a = vector.load %x[%i] : memref<?xf32>, vector<16xf32>
    %b = vector.load %y[%i] : memref<?xf32>, vector<16xf32>
    BODY
    vector.store %r, %out[%i] : memref<?xf32>, vector<16xf32>
  }
  return
}
)";

std::string lexon::accuracy::program() {
  std::string text;
  for (const Function &function : functions()) {
    text += replaceAll(replaceAll(replaceAll(kScalar, "NAME", function.name), "BODY", function.body), "TYPE", "f32");
    text += replaceAll(replaceAll(replaceAll(kVector, "NAME", function.name), "BODY", function.body), "TYPE",
                       "vector<16xf32>");
  }
  return text;
}
