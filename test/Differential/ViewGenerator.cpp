//===- ViewGenerator.cpp - random layouts and views of operands -----------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// Views are made from the last one, whose axes are the operation's, back to the buffer that the function is given.
//
//===----------------------------------------------------------------------===//

#include "Plan.h"
#include "View.h"

#include <algorithm>
#include <numeric>

using namespace lexon::differential;

namespace {
class ViewBuilder {
public:
  ViewBuilder(Function &function, unsigned operand, Random &random)
      : function(function), operand(function.operands[operand]), which(operand), random(random),
        rank(this->operand.loops.size()) {}

  void run() {
    if (function.tensor && which != kC && random.chance(0.08))
      pad();
    else if (rank > 1 && random.chance(0.2))
      transpose();
    bool fixed = !operand.steps.empty() && operand.steps.front().kind == Step::Pad;
    if (!fixed && rank > 0 && random.chance(0.12))
      random.chance(0.5) ? collapse() : expand();
    if (random.chance(0.35))
      slice();
    layout();
  }

private:
  void prepend(Step step) { operand.steps.insert(operand.steps.begin(), std::move(step)); }

  Slot slot(int64_t low, int64_t high) { return {random.between(low, high), random.chance(0.3)}; }

  Loop &loopOf(unsigned axis) {
    // The only step made so far may be a transposition.
    if (operand.steps.empty())
      return function.loops[operand.loops[axis]];
    const std::vector<unsigned> &permutation = operand.steps.front().permutation;
    size_t result = std::find(permutation.begin(), permutation.end(), axis) - permutation.begin();
    return function.loops[operand.loops[result]];
  }

  void pad() {
    Step step(Step::Pad);
    for (unsigned axis = 0; axis < rank; ++axis) {
      step.low.push_back(random.between(0, 2));
      step.high.push_back(random.between(0, 2));
      Loop &loop = function.loops[operand.loops[axis]];
      // MLIR 22 makes an insert_slice that its verifier refuses of a padded source without elements.
      loop.minimum = std::max(loop.minimum, step.low.back() + step.high.back() + 1);
    }
    prepend(step);
  }

  void transpose() {
    Step step(Step::Transpose);
    step.permutation.resize(rank);
    std::iota(step.permutation.begin(), step.permutation.end(), 0);
    random.shuffle(step.permutation);
    prepend(step);
  }

  void collapse() {
    Step step(Step::Collapse);
    step.axis = random.below(rank);
    step.factor = random.between(2, 4);
    Loop &loop = loopOf(step.axis);
    loop.multiple = std::lcm(loop.multiple, step.factor);
    collapsed = static_cast<int>(step.axis);
    ++rank;
    prepend(step);
  }

  void expand() {
    if (rank < 2)
      return;
    Step step(Step::Expand);
    step.axis = random.below(rank - 1);
    // MLIR 22's expand-strided-metadata crashes on two unstated sizes made of one, and divides by the stated one.
    Loop &stated = loopOf(step.axis + random.below(2));
    stated.size.dynamic = false;
    stated.minimum = std::max<int64_t>(stated.minimum, 1);
    --rank;
    prepend(step);
  }

  void slice() {
    Step step(Step::Slice);
    if (random.chance(0.25)) {
      unsigned where = random.between(0, rank);
      if (collapsed < 0 || static_cast<int>(where) != collapsed + 1) {
        dropAt = static_cast<int>(where);
        // Next to another axis of size 1, MLIR 22 cannot always tell which one was dropped, and crashes.
        for (unsigned loop : operand.loops)
          function.loops[loop].minimum = std::max<int64_t>(function.loops[loop].minimum, collapsed < 0 ? 2 : 8);
        collapsed += collapsed >= 0 && static_cast<int>(where) <= collapsed;
        ++rank;
      }
    }
    for (unsigned axis = 0; axis < rank; ++axis) {
      step.dropped.push_back(static_cast<int>(axis) == dropAt);
      bool contiguous = collapsed >= 0 && static_cast<int>(axis) == collapsed + 1;
      bool whole = contiguous || random.chance(0.3);
      step.offsets.push_back(whole ? Slot{} : slot(0, 4));
      bool unit = contiguous || static_cast<int>(axis) == collapsed || random.chance(0.88);
      step.steps.push_back(unit ? Slot{1, false} : slot(1, 3));
      step.slack.push_back(whole ? Slot{} : slot(0, 4));
    }
    prepend(step);
  }

  void layout() {
    Layout &layout = operand.layout;
    layout.order.resize(rank);
    std::iota(layout.order.begin(), layout.order.end(), 0);
    layout.gaps.resize(rank);
    layout.hidden.resize(rank);
    layout.reversed.resize(rank);
    double kind = (random.unit() + 1) / 2;
    if (function.tensor || kind < 0.35)
      return;
    layout.identity = false;
    if (kind < 0.65 && rank > 1) { // rows are longer than what is used of them
      layout.gaps[rank - 2] = slot(0, 9);
    } else if (kind < 0.8) { // the transposed layouts: strided<[1, ld]>
      std::reverse(layout.order.begin(), layout.order.end());
      if (rank > 1)
        layout.gaps[layout.order[rank - 2]] = slot(0, 9);
    } else if (kind < 0.87) { // no unit stride
      layout.inner = slot(2, 3);
    } else {
      anyLayout(layout);
    }
    if (kind >= 0.95 && which != kC && rank > 0) { // an input may overlap itself
      layout.overlapAxis = random.below(rank);
      layout.overlap = slot(0, 3);
    }
    keepContiguous(layout);
    double hidden = random.pick({0.0, 0.0, 1.0, 0.5});
    for (unsigned axis = 0; axis < rank; ++axis)
      layout.hidden[axis] = random.chance(hidden) || layout.reversed[axis];
    layout.offset = random.chance(0.4) ? Slot{} : slot(0, 40);
  }

  void anyLayout(Layout &layout) {
    random.shuffle(layout.order);
    layout.inner = random.chance(0.6) ? Slot{1, false} : slot(1, 3);
    for (unsigned axis = 0; axis < rank; ++axis) {
      layout.gaps[axis] = random.chance(0.5) ? Slot{} : slot(0, 5);
      layout.reversed[axis] = random.chance(0.2);
    }
    if (rank > 0)
      layout.gaps[layout.order.back()] = Slot{}; // that of the innermost axis would add to the inner stride
  }

  /// The two axes that will be collapsed must be next to each other in memory.
  void keepContiguous(Layout &layout) {
    if (collapsed < 0)
      return;
    std::iota(layout.order.begin(), layout.order.end(), 0);
    layout.gaps[collapsed] = Slot{};
    layout.reversed[collapsed] = layout.reversed[collapsed + 1] = false;
    if (layout.overlapAxis == collapsed || layout.overlapAxis == collapsed + 1)
      layout.overlapAxis = -1;
  }

  Function &function;
  Operand &operand;
  unsigned which;
  Random &random;
  unsigned rank;
  int collapsed = -1, dropAt = -1;
};
} // namespace

void lexon::differential::generateViews(Function &function, Random &random) {
  for (unsigned operand : {kA, kB, kC})
    if (function.hasInput(operand))
      ViewBuilder(function, operand, random).run();
  function.sizesFromOperands = random.chance(0.7);
  size_t rank = function.operands[kC].loops.size();
  if (function.tensor && rank > 1 && random.chance(0.2)) {
    function.resultPermutation.resize(rank);
    std::iota(function.resultPermutation.begin(), function.resultPermutation.end(), 0);
    random.shuffle(function.resultPermutation);
  }
}
