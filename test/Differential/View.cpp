//===- View.cpp - what views mean, as address arithmetic ------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "View.h"

#include <algorithm>

using namespace lexon::differential;

int64_t View::count() const {
  int64_t product = 1;
  for (int64_t size : sizes)
    product *= size;
  return product;
}

std::pair<int64_t, int64_t> View::range() const {
  int64_t low = offset, high = offset;
  for (size_t axis = 0; axis < sizes.size(); ++axis) {
    int64_t reach = (sizes[axis] - 1) * strides[axis];
    (reach < 0 ? low : high) += reach;
  }
  return {low, high};
}

static Extent get(const Slot &slot, bool concrete) {
  return slot.dynamic && !concrete ? std::nullopt : Extent(slot.value);
}

static Extent times(Extent a, Extent b) { return a && b ? Extent(*a * *b) : std::nullopt; }

static Extent slicedSize(Extent size, const Step &step, size_t axis, bool concrete) {
  Extent offset = get(step.offsets[axis], concrete), stride = get(step.steps[axis], concrete);
  Extent slack = get(step.slack[axis], concrete);
  if (!size || !offset || !stride || !slack)
    return std::nullopt;
  // An empty slice has a place, too: MLIR refuses an offset in a source without elements.
  return *offset + std::max<int64_t>(*size - 1, 0) * *stride + 1 + *slack;
}

/// Sizes of a step's source, from those of its result.
static std::vector<Extent> sizesBefore(const Step &step, std::vector<Extent> sizes, bool concrete) {
  std::vector<Extent> before;
  switch (step.kind) {
  case Step::Transpose:
    before.resize(sizes.size());
    for (size_t axis = 0; axis < sizes.size(); ++axis)
      before[step.permutation[axis]] = sizes[axis];
    return before;
  case Step::Slice:
    for (size_t axis = 0, kept = 0; axis < step.dropped.size(); ++axis)
      before.push_back(slicedSize(step.dropped[axis] ? Extent(1) : sizes[kept++], step, axis, concrete));
    return before;
  case Step::Collapse:
    if (Extent &size = sizes[step.axis])
      *size /= step.factor;
    sizes.insert(sizes.begin() + step.axis + 1, step.factor);
    return sizes;
  case Step::Expand:
    sizes[step.axis] = times(sizes[step.axis], sizes[step.axis + 1]);
    sizes.erase(sizes.begin() + step.axis + 1);
    return sizes;
  case Step::Pad:
    for (size_t axis = 0; axis < sizes.size(); ++axis)
      if (sizes[axis])
        *sizes[axis] -= step.low[axis] + step.high[axis];
    return sizes;
  }
  return sizes;
}

std::vector<std::vector<Extent>> lexon::differential::sizesAlong(const Function &function, unsigned operand,
                                                                 bool concrete) {
  const Operand &planned = function.operands[operand];
  std::vector<Extent> sizes;
  for (unsigned loop : planned.loops)
    sizes.push_back(get(function.loops[loop].size, concrete));
  std::vector<std::vector<Extent>> all{sizes};
  for (auto step = planned.steps.rbegin(); step != planned.steps.rend(); ++step)
    all.push_back(sizesBefore(*step, all.back(), concrete));
  std::reverse(all.begin(), all.end());
  return all;
}

std::vector<Extent> lexon::differential::layoutStrides(const Layout &layout, const std::vector<Extent> &sizes,
                                                       bool concrete) {
  std::vector<Extent> strides(sizes.size());
  Extent next = layout.identity ? Extent(1) : get(layout.inner, concrete);
  for (size_t i = sizes.size(); i-- > 0;) {
    unsigned axis = layout.identity ? i : layout.order[i];
    Extent gap = layout.identity ? Extent(0) : get(layout.gaps[axis], concrete);
    strides[axis] = next && gap ? Extent(*next + *gap) : std::nullopt;
    next = times(strides[axis], sizes[axis] ? Extent(std::max<int64_t>(1, *sizes[axis])) : std::nullopt);
  }
  for (size_t axis = 0; !layout.identity && axis < sizes.size(); ++axis) {
    if (strides[axis] && layout.reversed[axis])
      *strides[axis] *= -1;
    if (layout.overlapAxis == static_cast<int>(axis))
      strides[axis] = get(layout.overlap, concrete);
    if (layout.hidden[axis] && !concrete)
      strides[axis] = std::nullopt;
  }
  return strides;
}

static std::vector<int64_t> values(const std::vector<Extent> &extents) {
  std::vector<int64_t> result;
  for (Extent extent : extents)
    result.push_back(extent.value());
  return result;
}

View lexon::differential::baseView(const Function &function, unsigned operand) {
  const Layout &layout = function.operands[operand].layout;
  std::vector<Extent> sizes = sizesAlong(function, operand, /*concrete=*/true).front();
  return {layout.identity ? 0 : layout.offset.value, values(sizes), values(layoutStrides(layout, sizes, true))};
}

static View slice(const View &source, const Step &step, const std::vector<int64_t> &sizes) {
  View result;
  result.offset = source.offset;
  for (size_t axis = 0; axis < source.sizes.size(); ++axis) {
    result.offset += step.offsets[axis].value * source.strides[axis];
    if (step.dropped[axis])
      continue;
    result.sizes.push_back(sizes[result.sizes.size()]);
    result.strides.push_back(source.strides[axis] * step.steps[axis].value);
  }
  return result;
}

static View apply(const Step &step, const View &source, const std::vector<int64_t> &sizes) {
  View result = source;
  switch (step.kind) {
  case Step::Transpose:
    for (size_t axis = 0; axis < sizes.size(); ++axis) {
      result.sizes[axis] = source.sizes[step.permutation[axis]];
      result.strides[axis] = source.strides[step.permutation[axis]];
    }
    return result;
  case Step::Slice:
    return slice(source, step, sizes);
  case Step::Collapse: // the plan sees to it that the two axes are contiguous
    result.sizes[step.axis] *= source.sizes[step.axis + 1];
    result.sizes.erase(result.sizes.begin() + step.axis + 1);
    result.strides.erase(result.strides.begin() + step.axis);
    return result;
  case Step::Expand:
    result.sizes = sizes;
    result.strides.insert(result.strides.begin() + step.axis, source.strides[step.axis] * sizes[step.axis + 1]);
    return result;
  case Step::Pad: // reading outside is the reader's business
    return result;
  }
  return result;
}

View lexon::differential::lastView(const Function &function, unsigned operand) {
  View view = baseView(function, operand);
  std::vector<std::vector<Extent>> sizes = sizesAlong(function, operand, /*concrete=*/true);
  const std::vector<Step> &steps = function.operands[operand].steps;
  for (size_t i = 0; i < steps.size(); ++i)
    view = apply(steps[i], view, values(sizes[i + 1]));
  return view;
}

namespace {
/// Collects the values of what the program does not state.
struct Unstated {
  std::vector<int64_t> found;
  void add(const Slot &planned, const Slot &concrete) {
    if (planned.dynamic)
      found.push_back(concrete.value);
  }
  void add(Extent planned, Extent concrete) {
    if (!planned)
      found.push_back(concrete.value());
  }
};
} // namespace

std::vector<int64_t> lexon::differential::indexArguments(const Function &function, const Function &concrete) {
  Unstated unstated;
  for (unsigned operand : {kA, kB, kC}) {
    std::vector<std::vector<Extent>> stated = sizesAlong(function, operand, false);
    std::vector<std::vector<Extent>> known = sizesAlong(concrete, operand, true);
    if (!function.hasInput(operand)) {
      for (size_t axis = 0; axis < stated.back().size() && !function.sizesFromOperands; ++axis)
        unstated.add(stated.back()[axis], known.back()[axis]);
      continue;
    }
    const std::vector<Step> &steps = function.operands[operand].steps;
    for (size_t i = 0; i < steps.size(); ++i) {
      const Step &step = steps[i], &filled = concrete.operands[operand].steps[i];
      for (size_t axis = 0; step.kind == Step::Slice && axis < step.offsets.size(); ++axis) {
        unstated.add(step.offsets[axis], filled.offsets[axis]);
        unstated.add(step.steps[axis], filled.steps[axis]);
      }
      if (step.kind == Step::Slice || step.kind == Step::Expand)
        for (size_t axis = 0; axis < stated[i + 1].size(); ++axis)
          unstated.add(stated[i + 1][axis], known[i + 1][axis]);
    }
  }
  return unstated.found;
}
