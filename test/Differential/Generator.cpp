//===- Generator.cpp - random loops, element types and data cases ---------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "Plan.h"
#include "View.h"

#include <algorithm>
#include <numeric>

using namespace lexon::differential;

static constexpr int64_t kUsualWork = 60'000, kMuchWork = 3'000'000; // multiplications in one case

namespace {
struct ElementTriple {
  Element a, b, c;
};

/// Builds the loops of one function and the axes of its operands.
class LoopBuilder {
public:
  LoopBuilder(Function &function, Random &random) : function(function), random(random) {}

  void named() {
    bool batch =
        function.form == Form::BatchMatmul || function.form == Form::BatchMatvec || function.form == Form::BatchVecmat;
    bool row = function.form == Form::Matmul || function.form == Form::BatchMatmul || function.form == Form::Matvec ||
               function.form == Form::BatchMatvec;
    bool column = function.form == Form::Matmul || function.form == Form::BatchMatmul ||
                  function.form == Form::Vecmat || function.form == Form::BatchVecmat;
    std::vector<unsigned> outer, rows, columns;
    if (batch)
      outer = add(LoopKind::Batch, 1);
    if (row)
      rows = add(LoopKind::Row, 1);
    if (column)
      columns = add(LoopKind::Column, 1);
    std::vector<unsigned> sum = add(LoopKind::Reduction, 1);
    set(kA, {outer, rows, sum});
    set(kB, {outer, sum, columns});
    set(kC, {outer, rows, columns});
    if (row && column) // matmul and batch_matmul take maps
      for (unsigned operand : {kA, kB})
        if (random.chance(0.35))
          std::swap(axes(operand)[batch], axes(operand)[batch + 1]);
  }

  /// Any number of dimensions of each kind, in any order.
  void contraction(bool odd) {
    std::vector<unsigned> outer = add(LoopKind::Batch, random.pick({0, 0, 0, 1, 1, 2}));
    std::vector<unsigned> rows = add(LoopKind::Row, random.pick({0, 1, 1, 1, 1, 2}));
    std::vector<unsigned> columns = add(LoopKind::Column, random.pick({0, 1, 1, 1, 1, 2}));
    int sums = random.pick({0, 1, 1, 1, 1, 1, 2});
    if (function.form == Form::Contract) // its verifier wants one
      sums = std::max(1, sums);
    std::vector<unsigned> sum = add(LoopKind::Reduction, sums);
    set(kA, {subset(outer, 0.85), rows, sum});
    set(kB, {outer, odd ? subset(sum, 0.8) : sum, columns});
    set(kC, {outer, rows, columns});
    // Each loop must be found in an input. One of B alone is not a reduction that contracts, but is legal.
    for (unsigned operand : {kA, kB, kC})
      if (random.chance(operand == kC ? 0.3 : 0.45))
        random.shuffle(axes(operand));
    renumber();
  }

private:
  std::vector<unsigned> &axes(unsigned operand) { return function.operands[operand].loops; }

  std::vector<unsigned> add(LoopKind kind, int count) {
    std::vector<unsigned> added;
    for (int i = 0; i < count; ++i) {
      added.push_back(function.loops.size());
      function.loops.push_back({kind, {}, 1, 0});
    }
    return added;
  }

  std::vector<unsigned> subset(const std::vector<unsigned> &loops, double probability) {
    std::vector<unsigned> kept;
    for (unsigned loop : loops)
      if (random.chance(probability))
        kept.push_back(loop);
    return kept;
  }

  void set(unsigned operand, const std::vector<std::vector<unsigned>> &groups) {
    for (const std::vector<unsigned> &group : groups)
      axes(operand).insert(axes(operand).end(), group.begin(), group.end());
  }

  /// The order of the loops is the program's choice, too.
  void renumber() {
    std::vector<unsigned> order(function.loops.size());
    std::iota(order.begin(), order.end(), 0);
    if (random.chance(0.5))
      random.shuffle(order);
    std::vector<Loop> loops(function.loops.size());
    for (size_t i = 0; i < order.size(); ++i)
      loops[order[i]] = function.loops[i];
    function.loops = loops;
    for (unsigned operand : {kA, kB, kC})
      for (unsigned &loop : axes(operand))
        loop = order[loop];
  }

  Function &function;
  Random &random;
};
} // namespace

static ElementTriple pickElements(Random &random) {
  using E = Element;
  double where = (random.unit() + 1) / 2;
  if (where < 0.45)
    return {E::F32, E::F32, E::F32};
  if (where < 0.75)
    return {E::F64, E::F64, E::F64};
  return random.pick<ElementTriple>({{E::F16, E::F16, E::F16},
                                     {E::F16, E::F16, E::F32},
                                     {E::BF16, E::BF16, E::F32},
                                     {E::BF16, E::BF16, E::BF16},
                                     {E::I32, E::I32, E::I32},
                                     {E::I8, E::I8, E::I32},
                                     {E::F32, E::F32, E::F64},
                                     {E::F32, E::F64, E::F64}});
}

/// `large`: for a product of millions.
static int64_t pickSize(const Loop &loop, Random &random, bool large) {
  if (large && loop.kind != LoopKind::Batch)
    return random.between(100 / loop.multiple, 200 / loop.multiple) * loop.multiple;
  if (loop.minimum == 0 && random.chance(0.025))
    return 0;
  int64_t size = 0;
  if (loop.kind == LoopKind::Batch)
    size = random.between(1, 4);
  else if (random.chance(0.08))
    size = random.between(65, 200);
  else if (random.chance(0.4)) // around what kernels are unrolled by, and primes
    size = random.pick<int64_t>({7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 3, 5, 13, 23, 37, 53});
  else
    size = random.chance(0.12) ? 1 : random.between(2, 40);
  size = std::max(size, loop.minimum);
  return (size + loop.multiple - 1) / loop.multiple * loop.multiple;
}

/// Sizes for all loops that are dynamic, or for all that are not.
static void pickSizes(Function &function, Random &random, bool dynamic) {
  bool large = random.chance(0.025);
  for (Loop &loop : function.loops)
    if (loop.size.dynamic == dynamic)
      loop.size.value = pickSize(loop, random, large);
  int64_t limit = large ? kMuchWork : kUsualWork;
  auto work = [&] {
    int64_t product = 1;
    for (const Loop &loop : function.loops)
      product *= std::max<int64_t>(1, loop.size.value);
    return product;
  };
  while (work() > limit) {
    Loop *largest = nullptr;
    for (Loop &loop : function.loops)
      if (loop.size.dynamic == dynamic && (!largest || loop.size.value > largest->size.value))
        largest = &loop;
    int64_t half = largest ? largest->size.value / 2 / largest->multiple * largest->multiple : 0;
    if (!largest || half < std::max<int64_t>(1, largest->minimum))
      return;
    largest->size.value = half;
  }
}

static void pickInitial(Function &function, Random &random) {
  bool integer = isInteger(function.operands[kC].element);
  double where = (random.unit() + 1) / 2;
  if (where < 0.45)
    function.initial = Initial::Given;
  else if (where < 0.8)
    function.initial = Initial::Zero;
  else if (where < 0.88)
    function.initial = Initial::Other;
  else if (where < 0.94)
    function.initial = Initial::ZeroThenStore;
  else
    function.initial = function.tensor ? Initial::Given : Initial::ZeroWhole;
  function.fillValue = function.initial == Initial::Other ? (integer ? -7 : 1.75) : 0;
  function.storedValue = integer ? 11 : -2.5;
  if (function.initial == Initial::ZeroThenStore)
    for (unsigned loop : function.operands[kC].loops)
      function.loops[loop].minimum = 1;
}

static void pickBody(Function &function, Random &random) {
  if (function.form == Form::Generic && random.chance(0.6))
    function.body = random.pick(
        {Body::AddSwapped, Body::Subtract, Body::ScaledProduct, Body::ScaledOperand, Body::Negated, Body::Square});
  if (function.body == Body::ScaledProduct || function.body == Body::ScaledOperand)
    function.alpha = isInteger(function.operands[kC].element) ? 3 : random.pick({0.5, -1.25, 3.0, 0.625});
  if (function.body == Body::Subtract || function.body == Body::Negated)
    function.alpha = -1;
}

Function lexon::differential::generateFunction(uint64_t seed, unsigned id) {
  Random random(mixSeeds(seed, id, ~0ull));
  Function function;
  function.id = id;
  function.tensor = random.chance(0.4);
  function.form =
      random.pick({Form::Matmul, Form::Matmul, Form::Matmul, Form::Matmul, Form::BatchMatmul, Form::BatchMatmul,
                   Form::Matvec, Form::Vecmat, Form::Dot, Form::BatchMatvec, Form::BatchVecmat, Form::Contract,
                   Form::Contract, Form::Generic, Form::Generic, Form::Generic, Form::Generic});
  ElementTriple elements = pickElements(random);
  function.operands[kA].element = elements.a;
  function.operands[kB].element = elements.b;
  function.operands[kC].element = elements.c;
  LoopBuilder loops(function, random);
  if (function.form == Form::Generic || function.form == Form::Contract)
    loops.contraction(function.form == Form::Generic && random.chance(0.15));
  else
    loops.named();
  double dynamicShare = random.pick({0.0, 0.0, 0.5, 1.0, 1.0});
  for (Loop &loop : function.loops)
    loop.size.dynamic = random.chance(dynamicShare);
  pickInitial(function, random);
  pickBody(function, random);
  generateViews(function, random);
  pickSizes(function, random, /*dynamic=*/false);
  function.dataCases = isDynamic(function) ? 12 : 5;
  return function;
}

Function lexon::differential::generateCase(const Function &function, uint64_t seed, unsigned dataCase) {
  Random random(mixSeeds(seed, function.id, dataCase));
  Function filled = function;
  pickSizes(filled, random, /*dynamic=*/true);
  auto fill = [&](Slot &slot, int64_t low, int64_t high) {
    if (slot.dynamic)
      slot.value = random.between(low, high);
  };
  for (Operand &operand : filled.operands) {
    Layout &layout = operand.layout;
    fill(layout.inner, 1, random.chance(0.7) ? 1 : 3);
    fill(layout.offset, 0, 40);
    for (Slot &gap : layout.gaps)
      fill(gap, 0, random.chance(0.5) ? 0 : 9);
    fill(layout.overlap, 0, 3);
    for (Step &step : operand.steps)
      for (size_t axis = 0; axis < step.offsets.size(); ++axis) {
        fill(step.offsets[axis], 0, 4);
        fill(step.steps[axis], 1, random.chance(0.7) ? 1 : 3);
        fill(step.slack[axis], 0, 4);
      }
  }
  filled.dataSeed = random.next();
  return filled;
}
