//===- DependencePolyhedron.cpp - where two accesses meet -----------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "DependencePolyhedron.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace lexon; // NOLINT(google-build-using-namespace)
using lexon::detail::DependencePolyhedron;
using lexon::detail::VariableSum;
using llvm::DynamicAPInt;
using presburger::IntegerPolyhedron;

namespace {
/// -2^(bits - 1); one less than its negation is the largest number of so many bits.
DynamicAPInt leastOf(unsigned bits) {
  DynamicAPInt power(1);
  for (unsigned bit = 1; bit < bits; ++bit)
    power *= DynamicAPInt(2);
  return -power;
}

unsigned widthOf(Type type) { return type.isIndex() ? 64 : type.getIntOrFloatBitWidth(); }

/// The loop around the nest whose counter `value` is, if it compares with a sign; null if there is none.
Operation *loopOfCounter(Value value) {
  auto argument = dyn_cast<BlockArgument>(value);
  Operation *loop = argument ? argument.getOwner()->getParentOp() : nullptr;
  if (auto counted = dyn_cast_or_null<scf::ForOp>(loop))
    return !counted.getUnsignedCmp() && counted.getInductionVar() == value ? loop : nullptr;
  auto affineLoop = dyn_cast_or_null<affine::AffineForOp>(loop);
  return affineLoop && affineLoop.getInductionVar() == value ? loop : nullptr;
}

/// The results of a bound's map, each a bound of its own.
SmallVector<std::optional<LinearIndex>> boundsOf(const LinearIndexReader &indices, AffineMap map, ValueRange operands) {
  SmallVector<std::optional<LinearIndex>> bounds;
  for (AffineExpr result : map.getResults())
    bounds.push_back(indices.read(result, map.getNumDims(), operands));
  return bounds;
}

/// The bounds of a loop's counter: it is not below the lower, and below the upper ones.
struct CounterBounds {
  SmallVector<std::optional<LinearIndex>> lower, upper;
};

CounterBounds boundsOf(const LinearIndexReader &indices, const NestLoop &loop) {
  if (auto op = dyn_cast<scf::ForOp>(loop.op))
    return {{indices.read(op.getLowerBound())}, {indices.read(op.getUpperBound())}};
  if (auto op = dyn_cast<scf::ParallelOp>(loop.op))
    return {{indices.read(op.getLowerBound()[loop.dim])}, {indices.read(op.getUpperBound()[loop.dim])}};
  if (auto op = dyn_cast<affine::AffineForOp>(loop.op))
    return {boundsOf(indices, op.getLowerBoundMap(), op.getLowerBoundOperands()),
            boundsOf(indices, op.getUpperBoundMap(), op.getUpperBoundOperands())};
  auto op = cast<affine::AffineParallelOp>(loop.op);
  return {boundsOf(indices, op.getLowerBoundMap(loop.dim), op.getLowerBoundsOperands()),
          boundsOf(indices, op.getUpperBoundMap(loop.dim), op.getUpperBoundsOperands())};
}
} // namespace

void VariableSum::add(unsigned variable, const DynamicAPInt &coefficient) {
  if (coefficients.size() <= variable)
    coefficients.resize(variable + 1, DynamicAPInt(0));
  coefficients[variable] += coefficient;
}

VariableSum VariableSum::plus(const VariableSum &other, int64_t factor) const {
  VariableSum sum = *this;
  for (auto [variable, coefficient] : llvm::enumerate(other.coefficients))
    sum.add(variable, coefficient * factor);
  sum.constant += other.constant * factor;
  return sum;
}

DependencePolyhedron::DependencePolyhedron(const LoopNest &nest, const LinearIndexReader &indices, const Access &first,
                                           const Access &second)
    : nest(nest), indices(indices), set(presburger::PresburgerSpace::getSetSpace()),
      firstLoops(nest.loopsAround.lookup(first.op->getBlock())),
      secondLoops(nest.loopsAround.lookup(second.op->getBlock())), firstCounters(addCounters(firstLoops)),
      secondCounters(addCounters(secondLoops)) {
  for (auto [ofFirst, ofSecond] : llvm::zip(first.indices, second.indices)) {
    VariableSum distance =
        sumOf(ofFirst, firstLoops, firstCounters).plus(sumOf(ofSecond, secondLoops, secondCounters), -1);
    // Indices are equal modulo 2^64. One index does not wrap while its loop runs: it is that of one access, and stays
    // inside an array.
    Range range = rangeOf(distance);
    DynamicAPInt modulus = -leastOf(65);
    if (ofFirst == ofSecond || (range.low > -modulus && range.high < modulus))
      require(set, distance, /*isEqual=*/true);
  }
}

bool DependencePolyhedron::isInOtherIteration(bool isEarlier) const {
  IntegerPolyhedron same = set;
  for (auto [loop, other, counter, otherCounter] : llvm::zip(firstLoops, secondLoops, firstCounters, secondCounters)) {
    if (loop != other)
      break;
    VariableSum later; // how many values of the counter `second` comes after `first`
    later.add(otherCounter, DynamicAPInt(1));
    later.add(counter, DynamicAPInt(-1));
    for (int direction : {-1, 1}) {
      if (direction == 1 && isEarlier && !nest.loops[loop].isParallel)
        continue;
      IntegerPolyhedron apart = same;
      VariableSum distance = VariableSum().plus(later, direction);
      distance.constant -= 1;
      require(apart, distance, /*isEqual=*/false);
      if (!apart.isIntegerEmpty())
        return true;
    }
    require(same, later, /*isEqual=*/true);
  }
  return false;
}

bool DependencePolyhedron::isInSameIteration() const {
  IntegerPolyhedron same = set;
  for (auto [loop, other, counter, otherCounter] : llvm::zip(firstLoops, secondLoops, firstCounters, secondCounters)) {
    if (loop != other)
      break;
    VariableSum distance;
    distance.add(otherCounter, DynamicAPInt(1));
    distance.add(counter, DynamicAPInt(-1));
    require(same, distance, /*isEqual=*/true);
  }
  return !same.isIntegerEmpty();
}

unsigned DependencePolyhedron::addVariable(Range range) {
  ranges.push_back(std::move(range));
  return set.appendVar(presburger::VarKind::SetDim);
}

unsigned DependencePolyhedron::variableOf(Value invariant) {
  if (auto it = invariants.find(invariant); it != invariants.end())
    return it->second;
  if (Operation *loop = loopOfCounter(invariant))
    return invariants[invariant] = addCounter({loop, 0, invariant, false, {}, {}, {}});
  DynamicAPInt least = leastOf(widthOf(invariant.getType()));
  Range range{least, -least - 1};
  if (invariant.getDefiningOp<memref::DimOp>())
    range.low = DynamicAPInt(0);
  return invariants[invariant] = addVariable(range);
}

SmallVector<unsigned> DependencePolyhedron::addCounters(ArrayRef<unsigned> loops) {
  SmallVector<unsigned> counters;
  for (unsigned loop : loops)
    counters.push_back(addCounter(nest.loops[loop]));
  return counters;
}

unsigned DependencePolyhedron::addCounter(const NestLoop &loop) {
  // No counter reaches the loop's end.
  DynamicAPInt least = leastOf(widthOf(loop.counter.getType()));
  unsigned counter = addVariable({least, -least - 2});
  CounterBounds bounds = boundsOf(indices, loop);
  for (const std::optional<LinearIndex> &bound : bounds.lower)
    addBound(bound, counter, /*isLower=*/true, bounds.lower.size() == 1 ? loop.step : std::nullopt);
  for (const std::optional<LinearIndex> &bound : bounds.upper)
    addBound(bound, counter, /*isLower=*/false, std::nullopt);
  return counter;
}

void DependencePolyhedron::addBound(const std::optional<LinearIndex> &bound, unsigned counter, bool isLower,
                                    std::optional<int64_t> step) {
  if (!bound)
    return;
  VariableSum value = sumOf(*bound, {}, {});
  Range range = rangeOf(value);
  DynamicAPInt least = leastOf(64);
  if (range.low < least || range.high >= -least)
    return;
  VariableSum position;
  position.add(counter, DynamicAPInt(1));
  VariableSum distance = isLower ? position.plus(value, -1) : value.plus(position, -1);
  if (!isLower)
    distance.constant -= 1;
  require(set, distance, /*isEqual=*/false);
  if (isLower)
    ranges[counter].low = std::max(ranges[counter].low, range.low);
  else
    ranges[counter].high = std::min(ranges[counter].high, range.high - 1);
  if (!step || *step == 1)
    return;
  DynamicAPInt most = -leastOf(64);
  distance.add(addVariable({DynamicAPInt(0), most}), DynamicAPInt(-*step));
  require(set, distance, /*isEqual=*/true);
}

VariableSum DependencePolyhedron::sumOf(const LinearIndex &index, ArrayRef<unsigned> loops,
                                        ArrayRef<unsigned> counters) {
  VariableSum sum;
  sum.constant = DynamicAPInt(index.constant);
  for (auto [loop, coefficient] : index.loops)
    sum.add(counters[llvm::find(loops, loop) - loops.begin()], DynamicAPInt(coefficient));
  for (auto [invariant, coefficient] : index.invariants) {
    // Addresses keep an invariant sum as one value; the bounds of loops do not.
    std::optional<LinearIndex> parts = indices.read(invariant);
    if (!parts || (parts->invariants.size() == 1 && parts->invariants.front().first == invariant)) {
      sum.add(variableOf(invariant), DynamicAPInt(coefficient));
      continue;
    }
    sum = sum.plus(sumOf(*parts, {}, {}), coefficient);
  }
  return sum;
}

DependencePolyhedron::Range DependencePolyhedron::rangeOf(const VariableSum &sum) const {
  Range range{sum.constant, sum.constant};
  for (auto [variable, coefficient] : llvm::enumerate(sum.coefficients)) {
    DynamicAPInt atLow = ranges[variable].low * coefficient, atHigh = ranges[variable].high * coefficient;
    range.low += std::min(atLow, atHigh);
    range.high += std::max(atLow, atHigh);
  }
  return range;
}

void DependencePolyhedron::require(IntegerPolyhedron &where, const VariableSum &sum, bool isEqual) const {
  SmallVector<DynamicAPInt> row(sum.coefficients);
  row.resize(where.getNumVars(), DynamicAPInt(0));
  row.push_back(sum.constant);
  if (isEqual)
    where.addEquality(row);
  else
    where.addInequality(row);
}
