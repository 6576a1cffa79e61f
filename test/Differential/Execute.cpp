//===- Execute.cpp - calls compiled functions and compares ----------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "Execute.h"

#include "CountCalls.h"

#include <array>
#include <cblas.h>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <memory>

using namespace lexon::differential;

static constexpr size_t kMaxArguments = 80;

template <size_t... I>
static void callWith(void *entry, const std::vector<uintptr_t> &arguments, std::index_sequence<I...>) {
  reinterpret_cast<void (*)(decltype((void)I, uintptr_t())...)>(entry)(arguments[I]...);
}

template <size_t... N> static constexpr auto callers(std::index_sequence<N...>) {
  using Caller = void (*)(void *, const std::vector<uintptr_t> &);
  return std::array<Caller, sizeof...(N)>{[](void *entry, const std::vector<uintptr_t> &arguments) {
    callWith(entry, arguments, std::make_index_sequence<N>());
  }...};
}

void lexon::differential::callEntry(void *entry, const std::vector<uintptr_t> &arguments) {
  static constexpr auto table = callers(std::make_index_sequence<kMaxArguments>());
  table.at(arguments.size())(entry, arguments);
}

static std::string place(const std::vector<int64_t> &index) {
  std::string text = "(";
  for (int64_t i : index)
    text += (text.size() > 1 ? ", " : "") + std::to_string(i);
  return text + ")";
}

namespace {
/// One call: the arguments, the result, and what must be true afterwards.
class Call {
public:
  Call(const Function &function, const Function &concrete, Perturbation perturbation)
      : function(function), concrete(concrete), data(concrete),
        expected(computeExpected(concrete, data, perturbation)) {}

  Outcome run(void *entry);

private:
  void makeArguments();
  void makeResult();
  /// The elements of the result in the order of the output operand's axes.
  View resultView();
  void compareElements(const View &view, Element element, const uint8_t *aligned);
  void compareRest();
  std::vector<bool> writtenBytes(unsigned operand);
  void fail(const std::string &problem) {
    if (outcome.problem.empty())
      outcome.problem = problem;
  }
  bool returns() const { return function.tensor && !resultBuffer; }

  const Function &function, &concrete;
  CallData data;
  Expected expected;
  std::vector<std::vector<int64_t>> descriptors;
  std::vector<int64_t> resultWords;
  std::unique_ptr<Buffer> resultBuffer;
  std::vector<std::vector<uint8_t>> before; // the buffers' memory
  std::vector<uint8_t> resultBefore;
  View resultSpace; // of the tensor that the function returns
  std::vector<uintptr_t> arguments;
  Outcome outcome;
};
} // namespace

/// Sizes and strides of a dense tensor with the output's sizes, transposed as the function's last step does.
void Call::makeResult() {
  std::vector<Extent> stated = sizesAlong(function, kC, false).back();
  bool isStatic = true;
  resultSpace.sizes = expected.sizes;
  for (size_t axis = 0; axis < concrete.resultPermutation.size(); ++axis)
    resultSpace.sizes[axis] = expected.sizes[concrete.resultPermutation[axis]];
  for (Extent extent : stated)
    isStatic &= extent.has_value();
  resultSpace.strides.resize(resultSpace.sizes.size());
  int64_t stride = 1;
  for (size_t axis = resultSpace.sizes.size(); axis-- > 0; stride *= std::max<int64_t>(1, resultSpace.sizes[axis]))
    resultSpace.strides[axis] = stride;
  if (!isStatic) {
    resultWords.assign(3 + 2 * resultSpace.sizes.size(), -1);
    return;
  }
  Random random(concrete.dataSeed + 2);
  resultBuffer = std::make_unique<Buffer>(concrete.operands[kC].element, resultSpace, random);
  resultBefore = resultBuffer->memory;
  resultWords = descriptor(resultBuffer->at(0), resultBuffer->at(0), resultSpace);
}

void Call::makeArguments() {
  if (function.tensor)
    makeResult();
  if (returns())
    arguments.push_back(reinterpret_cast<uintptr_t>(resultWords.data()));
  for (size_t i = 0; i < data.buffers.size(); ++i)
    // Nothing can be read through the address of an empty tensor; frameworks often pass none.
    if (data.bases[i].count() == 0 && concrete.dataSeed % 2 == 0)
      descriptors.push_back(descriptor(nullptr, nullptr, data.bases[i]));
    else
      descriptors.push_back(descriptor(data.buffers[i].memory.data(), data.buffers[i].at(0), data.bases[i]));
  for (std::vector<int64_t> &words : descriptors)
    arguments.push_back(reinterpret_cast<uintptr_t>(words.data()));
  for (const Buffer &buffer : data.buffers)
    before.push_back(buffer.memory);
  if (function.initial == Initial::ZeroWhole) // elements that only the fill reaches become zero
    forEachElement(data.bases[kC], [&](int64_t position, const std::vector<int64_t> &) {
      const Buffer &buffer = data.buffers[kC];
      encode(buffer.element(), 0, &before[kC][buffer.byteOf(position)]);
    });
  for (int64_t index : indexArguments(function, concrete))
    arguments.push_back(static_cast<uintptr_t>(index));
  if (resultBuffer)
    arguments.push_back(reinterpret_cast<uintptr_t>(resultWords.data()));
}

View Call::resultView() {
  if (!function.tensor)
    return data.last[kC];
  View space = resultSpace;
  if (returns()) {
    size_t rank = space.sizes.size();
    space.offset = resultWords[2];
    std::vector<int64_t> sizes(resultWords.begin() + 3, resultWords.begin() + 3 + rank);
    if (sizes != space.sizes)
      fail("the result has the sizes " + place(sizes) + " instead of " + place(space.sizes));
    space.strides.assign(resultWords.begin() + 3 + rank, resultWords.end());
  }
  View view = space;
  for (size_t axis = 0; axis < concrete.resultPermutation.size(); ++axis) {
    view.sizes[concrete.resultPermutation[axis]] = space.sizes[axis];
    view.strides[concrete.resultPermutation[axis]] = space.strides[axis];
  }
  return view;
}

void Call::compareElements(const View &view, Element element, const uint8_t *aligned) {
  size_t next = 0;
  forEachElement(view, [&](int64_t position, const std::vector<int64_t> &index) {
    long double value = decode(element, aligned + position * static_cast<int64_t>(elementBytes(element)));
    long double wanted = expected.values[next], bound = expected.bounds[next];
    ++next;
    long double error = std::fabs(value - wanted);
    if (bound > 0 && error <= bound)
      outcome.worstRatio = std::max(outcome.worstRatio, static_cast<double>(error / bound));
    if (error <= bound) // false for NaN
      return;
    char text[200];
    std::snprintf(text, sizeof text, "element %s is %.17Lg instead of %.17Lg (error %.3Lg, bound %.3Lg)",
                  place(index).c_str(), value, wanted, error, bound);
    fail(text);
  });
}

/// Bytes that the function may write: those of the output's elements.
std::vector<bool> Call::writtenBytes(unsigned operand) {
  const Buffer &buffer = data.buffers[operand];
  std::vector<bool> written(buffer.memory.size(), false);
  if (operand != kC || function.tensor)
    return written;
  forEachElement(data.last[kC], [&](int64_t position, const std::vector<int64_t> &) {
    for (unsigned byte = 0; byte < elementBytes(buffer.element()); ++byte)
      written[buffer.byteOf(position) + byte] = true;
  });
  return written;
}

/// Nothing but the output's elements has changed.
void Call::compareRest() {
  const char *const names[] = {"A", "B", "C"};
  for (unsigned operand = 0; operand < data.buffers.size(); ++operand) {
    const Buffer &now = data.buffers[operand];
    std::vector<bool> written = writtenBytes(operand);
    for (size_t byte = 0; byte < now.memory.size(); ++byte)
      if (!written[byte] && now.memory[byte] != before[operand][byte])
        return fail(std::string("memory of ") + names[operand] + " that is not part of the result changed, " +
                    std::to_string(static_cast<int64_t>(byte) - now.byteOf(0)) + " bytes from position 0");
  }
  if (!resultBuffer)
    return;
  int64_t start = resultBuffer->byteOf(0);
  int64_t end = start + resultSpace.count() * static_cast<int64_t>(elementBytes(resultBuffer->element()));
  for (int64_t byte = 0; byte < static_cast<int64_t>(resultBefore.size()); ++byte)
    if ((byte < start || byte >= end) && resultBuffer->memory[byte] != resultBefore[byte])
      return fail("memory around the result changed");
}

Outcome Call::run(void *entry) {
  makeArguments();
  outcome.perturbed = expected.perturbed;
  uint64_t before = blasCalls();
  int threads = openblas_get_num_threads();
  callEntry(entry, arguments);
  outcome.blasCalls = blasCalls() - before;
  if (openblas_get_num_threads() != threads)
    fail("OpenBLAS had " + std::to_string(threads) + " threads before the call and has " +
         std::to_string(openblas_get_num_threads()) + " after it");
  View view = resultView();
  Element element = concrete.operands[kC].element;
  const uint8_t *aligned = !function.tensor ? data.buffers[kC].at(0)
                           : resultBuffer   ? resultBuffer->at(0)
                                            : reinterpret_cast<const uint8_t *>(resultWords[1]);
  if (outcome.problem.empty())
    compareElements(view, element, aligned);
  compareRest();
  if (returns())
    std::free(reinterpret_cast<void *>(resultWords[0]));
  return outcome;
}

Outcome lexon::differential::runCase(void *entry, const Function &function, const Function &concrete,
                                     Perturbation perturbation) {
  return Call(function, concrete, perturbation).run(entry);
}
