//===- run_model.cpp - call a compiled model from C++ ---------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// C++17. model.h was generated from the model and declares its function; Runtime.hpp reads and checks the files beside
// it. Two threads call the model at once: each with a result of its own, on one set of weights.
//
//===----------------------------------------------------------------------===//

#include "lexon/Runtime/Runtime.hpp"
#include "model.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <thread>
#include <vector>

using namespace lexon::runtime;

namespace {
bool fail(const std::string &message) {
  std::fprintf(stderr, "run_model: error: %s\n", message.c_str());
  return false;
}

template <typename T> bool find(const Weights &file, const char *name, int64_t elements, const T *&data) {
  Result<Tensor> tensor = file.find(name);
  if (!tensor)
    return fail(tensor.error().message);
  data = tensor->as<T>();
  return (data && tensor->elements() == elements) || fail("reference.data belongs to another model");
}

struct Reference {
  const float *input, *eager;
  const double *expected, *tolerance;

  bool read(const Weights &file) {
    constexpr int64_t elements = LEXON_ELEMENTS_forward_result0;
    return find(file, "input", LEXON_ELEMENTS_forward_arg1, input) && find(file, "eager", elements, eager) &&
           find(file, "expected", elements, expected) && find(file, "tolerance", elements, tolerance);
  }
};

using Output = std::vector<float>;

/// Largest difference from PyTorch's output, or infinity if an element is beyond its bound: each of the two may be off
/// from the exact value by the element's tolerance, and by no more than PyTorch's own errors explain.
double compare(const Output &output, const Reference &reference) {
  double eagerError = 0, largest = 0;
  for (size_t i = 0; i < output.size(); ++i)
    eagerError = std::max(eagerError, std::abs(double(reference.eager[i]) - reference.expected[i]));
  for (size_t i = 0; i < output.size(); ++i) {
    const double difference = std::abs(double(output[i]) - double(reference.eager[i]));
    if (!(difference <= std::min(2 * reference.tolerance[i], 5 * eagerError)))
      return INFINITY;
    largest = std::max(largest, difference);
  }
  return largest;
}

bool run(const std::string &folder) {
  Result<Weights> weights = Weights::open(folder + "/arg0.data"), file = Weights::open(folder + "/reference.data");
  for (const auto *opened : {&weights, &file})
    if (!*opened)
      return fail(opened->error().message);
  Reference reference;
  if (weights->bytes() != LEXON_ELEMENTS_forward_arg0)
    return fail("arg0.data belongs to another model");
  if (!reference.read(*file))
    return false;

  std::vector<Output> outputs(2, Output(LEXON_ELEMENTS_forward_result0));
  bool called[2] = {};
  const auto call = [&](size_t i) {
    called[i] = lexon_call_forward(static_cast<const int8_t *>(weights->data()), reference.input, outputs[i].data());
  };
  std::thread other(call, 1);
  call(0);
  other.join();
  if (!called[0] || !called[1])
    return fail(lexon_failure_message);

  bool good = true;
  for (const Output &output : outputs) {
    const double largest = compare(output, reference);
    std::printf("C++: %zu elements, largest difference from PyTorch %.3g\n", output.size(), largest);
    good &= std::isfinite(largest);
  }
  std::puts(good ? "PASS" : "FAIL: an element is beyond its bound");
  return good;
}
} // namespace

int main(int argc, char **argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: %s FOLDER\n  FOLDER has arg0.data and reference.data of the model\n", argv[0]);
    return 1;
  }
  return run(argv[1]) && std::fflush(stdout) == 0 ? 0 : 1;
}
