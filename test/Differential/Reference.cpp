//===- Reference.cpp - what a case must compute, and how exactly ----------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "Reference.h"

#include <algorithm>
#include <cmath>

using namespace lexon::differential;

namespace {
/// An operand as the operation sees it: dense, row-major, padded; and what a step of each loop means in it.
struct DenseOperand {
  std::vector<double> values;
  std::vector<int64_t> sizes, loopStrides;
};

struct Sums {
  long double value = 0, magnitude = 0;
  uint64_t whole = 0; // integers wrap around
  int64_t terms = 0;
};
} // namespace

static View dense(std::vector<int64_t> sizes) {
  View view;
  view.strides.resize(sizes.size());
  int64_t stride = 1;
  for (size_t axis = sizes.size(); axis-- > 0; stride *= sizes[axis])
    view.strides[axis] = stride;
  view.sizes = std::move(sizes);
  return view;
}

static DenseOperand densify(const Function &concrete, const CallData &data, unsigned which) {
  const Operand &operand = concrete.operands[which];
  DenseOperand result;
  for (unsigned loop : operand.loops)
    result.sizes.push_back(concrete.loops[loop].size.value);
  View view = dense(result.sizes);
  result.loopStrides.assign(concrete.loops.size(), 0);
  for (size_t axis = 0; axis < operand.loops.size(); ++axis)
    result.loopStrides[operand.loops[axis]] = view.strides[axis];
  result.values.assign(view.count(), 0);
  if (!concrete.hasInput(which))
    return result;
  std::vector<int64_t> low(result.sizes.size(), 0);
  if (!operand.steps.empty() && operand.steps.back().kind == Step::Pad)
    low = operand.steps.back().low;
  forEachElement(data.last[which], [&](int64_t position, const std::vector<int64_t> &index) {
    int64_t place = 0;
    for (size_t axis = 0; axis < index.size(); ++axis)
      place += (index[axis] + low[axis]) * view.strides[axis];
    result.values[place] = decode(operand.element, data.buffers[which].at(position));
  });
  return result;
}

namespace {
class Summation {
public:
  Summation(const Function &concrete, const CallData &data)
      : function(concrete), a(densify(concrete, data, kA)), b(densify(concrete, data, kB)) {
    const std::vector<unsigned> &kept = concrete.operands[kC].loops;
    for (unsigned loop = 0; loop < concrete.loops.size(); ++loop)
      if (std::find(kept.begin(), kept.end(), loop) == kept.end())
        reductions.push_back(loop);
  }

  Sums element(const std::vector<int64_t> &index) {
    const std::vector<unsigned> &kept = function.operands[kC].loops;
    int64_t placeA = 0, placeB = 0;
    for (size_t axis = 0; axis < index.size(); ++axis) {
      placeA += index[axis] * a.loopStrides[kept[axis]];
      placeB += index[axis] * b.loopStrides[kept[axis]];
    }
    sums = Sums();
    add(0, placeA, placeB);
    return sums;
  }

  /// The product that was added last.
  long double lastTerm() const { return term; }

private:
  void add(size_t level, int64_t placeA, int64_t placeB) {
    if (level == reductions.size())
      return addProduct(a.values[placeA], function.body == Body::Square ? a.values[placeA] : b.values[placeB]);
    unsigned loop = reductions[level];
    for (int64_t i = 0; i < function.loops[loop].size.value; ++i)
      add(level + 1, placeA + i * a.loopStrides[loop], placeB + i * b.loopStrides[loop]);
  }

  void addProduct(double x, double y) {
    ++sums.terms;
    if (isInteger(function.operands[kC].element)) {
      uint64_t product =
          static_cast<uint64_t>(static_cast<int64_t>(x)) * static_cast<uint64_t>(static_cast<int64_t>(y));
      product *= static_cast<uint64_t>(static_cast<int64_t>(function.alpha));
      sums.whole += product;
      term = static_cast<int32_t>(product);
      return;
    }
    term = static_cast<long double>(function.alpha) * x * y;
    sums.value += term;
    sums.magnitude += std::fabs(term);
  }

  const Function &function;
  DenseOperand a, b;
  std::vector<unsigned> reductions;
  Sums sums;
  long double term = 0;
};
} // namespace

/// Half a unit in the last place of 1, and of the smallest numbers.
static std::pair<long double, long double> roundoff(Element element) {
  switch (element) {
  case Element::F32:
    return {0x1p-24L, 0x1p-150L};
  case Element::F64:
    return {0x1p-53L, 0x1p-1075L};
  case Element::F16:
    return {0x1p-11L, 0x1p-25L};
  case Element::BF16:
    return {0x1p-8L, 0x1p-134L};
  default:
    return {0, 0};
  }
}

/// The reference's own rounding (u = 2^-64 against 2^-53 and more) is far below the last percent.
static long double bound(Element element, const Sums &sums, long double initial) {
  auto [unit, tiny] = roundoff(element);
  long double operations = static_cast<long double>(sums.terms) + 3; // products, sums, alpha, the last conversion
  long double relative = operations * unit;
  relative = relative < 0.5L ? relative / (1 - relative) : 2 * relative;
  return sums.terms == 0 ? 0 : 1.01L * (relative * (std::fabs(initial) + sums.magnitude) + operations * tiny);
}

static void perturb(Expected &expected, size_t place, long double term, Perturbation perturbation) {
  long double bound = expected.bounds[place], change = 0;
  if (perturbation == Perturbation::Term)
    change = -term;
  if (perturbation == Perturbation::Bound)
    change = bound == 0 ? 1 : 4 * bound;
  expected.values[place] += change;
  // The result may be off by the bound in the same direction.
  expected.perturbed = std::fabs(change) > 2 * bound;
}

Expected lexon::differential::computeExpected(const Function &concrete, const CallData &data,
                                              Perturbation perturbation) {
  Summation summation(concrete, data);
  DenseOperand initial = densify(concrete, data, kC);
  if (concrete.initial != Initial::Given)
    std::fill(initial.values.begin(), initial.values.end(), concrete.fillValue);
  if (concrete.initial == Initial::ZeroThenStore)
    initial.values.at(0) = concrete.storedValue;
  Element element = concrete.operands[kC].element;
  Expected expected{initial.sizes, {}, {}, false};
  Random random(concrete.dataSeed + 1);
  size_t perturbed = initial.values.empty() ? 0 : random.below(initial.values.size());
  forEachElement(dense(initial.sizes), [&](int64_t place, const std::vector<int64_t> &index) {
    long double c = initial.values[place];
    Sums sums = summation.element(index);
    if (isInteger(element))
      expected.values.push_back(static_cast<int32_t>(sums.whole + static_cast<uint64_t>(static_cast<int64_t>(c))));
    else
      expected.values.push_back(c + sums.value);
    expected.bounds.push_back(isInteger(element) ? 0 : bound(element, sums, c));
    if (static_cast<size_t>(place) == perturbed)
      perturb(expected, perturbed, sums.terms ? summation.lastTerm() : 0, perturbation);
  });
  return expected;
}
