//===- Expressible.cpp - what BLAS can certainly do -----------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// The harness' own opinion, from the definition of BLAS: one matrix product, or a batch of them, on operands that have
// an innermost stride of 1 which the program states.
//
//===----------------------------------------------------------------------===//

#include "View.h"

#include <algorithm>

using namespace lexon::differential;

/// Strides of the last view, as far as the program states them.
static std::vector<Extent> statedStrides(const Function &function, unsigned operand) {
  const Operand &planned = function.operands[operand];
  std::vector<std::vector<Extent>> sizes = sizesAlong(function, operand, false);
  std::vector<Extent> strides = layoutStrides(planned.layout, sizes.front(), false);
  for (size_t i = 0; i < planned.steps.size(); ++i) {
    const Step &step = planned.steps[i];
    std::vector<Extent> result;
    if (step.kind == Step::Transpose)
      for (unsigned axis : step.permutation)
        result.push_back(strides[axis]);
    else if (step.kind == Step::Slice)
      for (size_t axis = 0; axis < strides.size(); ++axis) {
        if (!step.dropped[axis])
          result.push_back(strides[axis] && !step.steps[axis].dynamic ? Extent(*strides[axis] * step.steps[axis].value)
                                                                      : Extent());
      }
    else
      result = strides;
    if (step.kind == Step::Collapse)
      result.erase(result.begin() + step.axis);
    if (step.kind == Step::Expand) {
      Extent inner = strides[step.axis], size = sizes[i + 1][step.axis + 1];
      result.insert(result.begin() + step.axis, inner && size ? Extent(*inner * *size) : Extent());
    }
    strides = result;
  }
  return strides;
}

static bool has(const Function &function, unsigned operand, unsigned loop) {
  const std::vector<unsigned> &loops = function.operands[operand].loops;
  return std::find(loops.begin(), loops.end(), loop) != loops.end();
}

/// What a loop is by the operands it runs along: a batch that one input lacks is rows or columns of the other.
static std::optional<LoopKind> kindOf(const Function &function, unsigned loop) {
  bool a = has(function, kA, loop), b = has(function, kB, loop), c = has(function, kC, loop);
  if (!c)
    return a && b ? std::optional(LoopKind::Reduction) : std::nullopt;
  return a && b ? LoopKind::Batch : a ? LoopKind::Row : LoopKind::Column;
}

namespace {
/// One axis of an operand: of this case, and as stated.
struct Axis {
  int64_t size, stride;
  bool statedUnit;
};
} // namespace

static bool suits(const Axis &rows, const Axis &columns) { return columns.statedUnit && rows.stride >= columns.size; }

/// A matrix, a vector or a number, or a batch of them.
static bool suits(const Function &function, const Function &concrete, unsigned operand) {
  View view = lastView(concrete, operand);
  std::vector<Extent> stated = statedStrides(function, operand);
  const std::vector<unsigned> &loops = concrete.operands[operand].loops;
  std::vector<Axis> matrix;
  for (size_t axis = 0; axis < loops.size(); ++axis) {
    if (kindOf(concrete, loops[axis]) != LoopKind::Batch)
      matrix.push_back({concrete.loops[loops[axis]].size.value, view.strides[axis], stated[axis] == Extent(1)});
    else if (view.strides[axis] < (operand == kC ? 1 : 0))
      return false;
  }
  if (matrix.size() == 2)
    return suits(matrix[0], matrix[1]) || suits(matrix[1], matrix[0]);
  return matrix.size() < 2 &&
         std::all_of(matrix.begin(), matrix.end(), [](const Axis &axis) { return axis.stride > 0; });
}

bool lexon::differential::isExpressible(const Function &function, const Function &concrete) {
  Element element = concrete.operands[kC].element;
  if (concrete.body == Body::Square || (element != Element::F32 && element != Element::F64))
    return false;
  unsigned kinds[4] = {};
  for (unsigned loop = 0; loop < concrete.loops.size(); ++loop) {
    std::optional<LoopKind> kind = kindOf(concrete, loop);
    // A dimension of size 1 may make less of it: a batch of inner products is no matrix product.
    if (!kind || concrete.loops[loop].size.value < 2)
      return false;
    ++kinds[static_cast<unsigned>(*kind)];
  }
  unsigned rows = kinds[static_cast<unsigned>(LoopKind::Row)], columns = kinds[static_cast<unsigned>(LoopKind::Column)];
  bool isBatch = kinds[static_cast<unsigned>(LoopKind::Batch)] != 0;
  if (kinds[static_cast<unsigned>(LoopKind::Reduction)] != 1 || rows > 1 || columns > 1 ||
      (isBatch && rows + columns == 0))
    return false;
  return std::all_of(std::begin(concrete.operands), std::end(concrete.operands), [&](const Operand &operand) {
    auto which = static_cast<unsigned>(&operand - concrete.operands);
    return operand.element == element && suits(function, concrete, which);
  });
}
