//===- Proof.h - a compiled model's output against its f64 reference -*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// An element is right if it is off by no more than the smaller of
// - four times the largest error of PyTorch's own f32 output on this input: another order of the same sums may be
//   somewhat worse than PyTorch's, but not another kind of error, and
// - the tolerance of that element, which the reference derives from the operations (lexon/proof/rounding.py).
// PyTorch's own output must keep the tolerance too. If it does not, the model is not what the reference computes (gate
// and up exchanged, say), and the comparison would prove nothing.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_EXAMPLES_COMMON_PROOF_H
#define LEXON_EXAMPLES_COMMON_PROOF_H

#include "RunnerOptions.h"
#include "lexon/Runtime/Runtime.hpp"

#include <algorithm>
#include <cinttypes>
#include <cmath>
#include <map>

namespace lexon::example {
using runtime::Result;
using runtime::Tensor;
using runtime::Weights;

constexpr double kMultipleOfEager = 4;

/// The numbers stored as `configuration.NAME`: sizes of the model and of its input.
using Sizes = std::map<std::string, int64_t>;

struct Reference {
  Tensor input, eager, expected, tolerance;
  Sizes sizes;
};

inline bool readTensor(const Weights &file, const std::string &name, lexon_dtype dtype, Tensor &tensor) {
  Result<Tensor> found = file.find(name);
  if (!found)
    return fail(found.error().message);
  if (found->dtype() != dtype)
    return fail("the reference's tensor '" + name + "' has dtype " + lexon_dtype_name(found->dtype()) + ", expected " +
                lexon_dtype_name(dtype));
  tensor = std::move(*found);
  return true;
}

inline bool readSizes(const Weights &file, Sizes &sizes) {
  const std::string prefix = "configuration.";
  for (size_t i = 0; i < file.count(); ++i) {
    Result<std::pair<std::string, Tensor>> entry = file.tensor(i);
    if (!entry)
      return fail(entry.error().message);
    const auto &[name, tensor] = *entry;
    if (name.compare(0, prefix.size(), prefix) != 0)
      continue;
    const int64_t *value = tensor.as<int64_t>();
    if (!value || tensor.rank() != 0 || *value < 1)
      return fail("the reference's " + name + " is not a positive number");
    sizes[name.substr(prefix.size())] = *value;
  }
  return true;
}

/// Reads all of a reference; it must have the sizes that `needed` names.
inline bool readReference(const Weights &file, const std::vector<std::string> &needed, Reference &reference) {
  if (!readTensor(file, "input", LEXON_F32, reference.input) ||
      !readTensor(file, "eager", LEXON_F32, reference.eager) ||
      !readTensor(file, "expected", LEXON_F64, reference.expected) ||
      !readTensor(file, "tolerance", LEXON_F64, reference.tolerance) || !readSizes(file, reference.sizes))
    return false;
  for (const std::string &name : needed)
    if (!reference.sizes.count(name))
      return fail("the reference has no configuration." + name);
  for (const Tensor *tensor : {&reference.eager, &reference.tolerance})
    if (tensor->shape() != reference.expected.shape())
      return fail("the reference's outputs have different shapes");
  return true;
}

/// The error of one element: 0 where both are the same infinity or NaN, infinite where only one of them is finite.
inline double errorOf(float value, double expected) {
  if (double(value) == expected || (std::isnan(value) && std::isnan(expected)))
    return 0;
  const double error = std::abs(double(value) - expected);
  return std::isnan(error) ? INFINITY : error;
}

struct Largest {
  double error = 0;
  int64_t index = 0;
};

inline Largest largestError(const float *values, const double *expected, int64_t count) {
  Largest largest;
  for (int64_t i = 0; i < count; ++i)
    if (const double error = errorOf(values[i], expected[i]); error > largest.error)
      largest = {error, i};
  return largest;
}

/// Where element number `index` of a row-major tensor is: "[0, 3, 17]".
inline std::string place(int64_t index, const std::vector<int64_t> &shape) {
  std::string text;
  for (size_t i = shape.size(); i-- > 0; index /= shape[i])
    text = std::to_string(index % shape[i]) + (text.empty() ? "" : ", ") + text;
  return "[" + text + "]";
}

inline bool eagerKeepsTolerance(const Reference &reference) {
  const float *eager = reference.eager.as<float>();
  const double *expected = reference.expected.as<double>(), *tolerance = reference.tolerance.as<double>();
  for (int64_t i = 0; i < reference.expected.elements(); ++i) {
    const double error = errorOf(eager[i], expected[i]);
    if (error <= tolerance[i] || error == 0)
      continue;
    std::printf("FAIL: the reference disagrees with PyTorch: element %s is %.9g in PyTorch, %.17g in f64; they differ "
                "by %.3g, rounding explains %.3g. The model is not what the reference computes.\n",
                place(i, reference.expected.shape()).c_str(), double(eager[i]), expected[i], error, tolerance[i]);
    return false;
  }
  return true;
}

inline bool prove(const float *output, const Reference &reference) {
  const int64_t count = reference.expected.elements();
  const double *expected = reference.expected.as<double>(), *tolerance = reference.tolerance.as<double>();
  if (!eagerKeepsTolerance(reference))
    return false;
  const Largest own = largestError(output, expected, count);
  const Largest eager = largestError(reference.eager.as<float>(), expected, count);
  const double multiple = kMultipleOfEager * eager.error;
  double smallest = INFINITY, largest = 0; // tolerances of elements whose error can be measured
  int64_t wrong = 0, first = 0;
  for (int64_t i = 0; i < count; ++i) {
    const double error = errorOf(output[i], expected[i]);
    const double bound = std::fmin(multiple, tolerance[i]);
    if (std::isfinite(tolerance[i])) {
      smallest = std::min(smallest, tolerance[i]);
      largest = std::max(largest, tolerance[i]);
    }
    if (error == 0 || error <= bound)
      continue;
    if (wrong++ == 0)
      first = i;
  }
  std::printf("largest error    %.3g at %s; PyTorch eager's %.3g at %s (both against f64)\n", own.error,
              place(own.index, reference.expected.shape()).c_str(), eager.error,
              place(eager.index, reference.expected.shape()).c_str());
  std::printf("bound            %.3g = %g x eager's largest error, and each element's tolerance (%.3g to %.3g)\n",
              multiple, kMultipleOfEager, smallest, largest);
  if (wrong == 0) {
    std::printf("PASS             all %" PRId64 " elements are within their bounds\n", count);
    return true;
  }
  std::printf("FAIL: %" PRId64 " of %" PRId64
              " elements are wrong; the first is %s: %.9g, expected %.17g, off by %.3g, "
              "bound %.3g\n",
              wrong, count, place(first, reference.expected.shape()).c_str(), double(output[first]), expected[first],
              errorOf(output[first], expected[first]), std::fmin(multiple, tolerance[first]));
  return false;
}

} // namespace lexon::example

#endif // LEXON_EXAMPLES_COMMON_PROOF_H
