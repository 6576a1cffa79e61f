//===- CanonicalizeMemRefsDimensions.cpp - a[i * n + j] as a[i][j] --------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// One dimension that is indexed as several (Grosser et al., "Optimistic Delinearization of Parametrically Sized
// Arrays", ICS 2015). What multiplies a counter is a stride; the strides are dimensions if each divides the next larger
// one, the largest of them the extent, and every index is proved to stay below its extent by the bounds of the loops
// around it. Nothing is left to be tested at run time.
//
//===----------------------------------------------------------------------===//

#include "CanonicalizeMemRefs.h"

#include "mlir/Interfaces/LoopLikeInterface.h"

using namespace mlir;
using namespace lexon::arrays;

namespace {
/// Of more strides than these no sets are tried.
constexpr unsigned kMostStrides = 5;
/// How many known inequalities one is made of, at most.
constexpr unsigned kMostFacts = 3;

/// A counter, or another value that the allocation does not know, and what multiplies it.
struct Summand {
  unsigned atom;
  Polynomial factor;
};

/// `sum(atom * factor) + rest`, where factors and rest are made of what is known at the allocation.
struct LinearSum {
  SmallVector<Summand, 4> summands;
  Polynomial rest;
};

Polynomial ofAtom(unsigned atom) {
  Polynomial result;
  result.terms[{atom}] = 1;
  return result;
}

/// The loop that counts `value`, and the number of its counter.
std::optional<std::pair<LoopLikeOpInterface, unsigned>> counted(Value value) {
  auto argument = dyn_cast<BlockArgument>(value);
  auto loop = argument ? dyn_cast<LoopLikeOpInterface>(argument.getOwner()->getParentOp()) : LoopLikeOpInterface();
  // Of unsigned comparisons the bounds say nothing, of narrow counters not how they are widened.
  if (!loop || !(value.getType().isIndex() || value.getType().isInteger(64)) ||
      (isa<scf::ForOp>(loop) && cast<scf::ForOp>(loop).getUnsignedCmp()))
    return std::nullopt;
  auto counters = loop.getLoopInductionVars();
  if (!counters || !loop.getLoopLowerBounds() || !loop.getLoopUpperBounds())
    return std::nullopt;
  for (auto [i, counter] : llvm::enumerate(*counters))
    if (counter == value)
      return std::pair(loop, static_cast<unsigned>(i));
  return std::nullopt;
}

class Splitter {
public:
  Splitter(Reader &reader, const DominanceInfo &dominance, Operation *root, const Polynomial &extent)
      : reader(reader), dominance(dominance), root(root), extent(extent) {}

  std::optional<Split> run(ArrayRef<IndexedBy> accesses) {
    for (const IndexedBy &access : accesses) {
      std::optional<LinearSum> sum = readSum(access.index);
      if (!sum)
        return std::nullopt;
      for (const Summand &summand : sum->summands)
        addStride(summand.factor);
      sums.push_back(*sum);
    }
    if (candidates.empty() || candidates.size() > kMostStrides)
      return std::nullopt;
    // As many dimensions as the proofs allow: `a[2 * i + 64 * j]` shows a stride of 2, which is none if there is a
    // `a[i]`.
    SmallVector<unsigned> sets = llvm::to_vector(llvm::seq(1U, 1U << candidates.size()));
    llvm::stable_sort(sets, [](unsigned a, unsigned b) { return llvm::popcount(a) > llvm::popcount(b); });
    for (unsigned set : sets)
      if (std::optional<Split> split = tryStrides(set, accesses))
        return split;
    return std::nullopt;
  }

private:
  std::optional<LinearSum> readSum(const Polynomial &index) {
    LinearSum sum;
    for (auto &[product, coefficient] : index.terms) {
      SmallVector<unsigned, 2> known;
      std::optional<unsigned> counter;
      for (unsigned atom : product) {
        if (reader.isAvailable(ofAtom(atom), root, dominance))
          known.push_back(atom);
        else if (counter)
          return std::nullopt;
        else
          counter = atom;
      }
      Polynomial term;
      term.terms[known] = coefficient;
      if (!counter) {
        sum.rest = sum.rest.plus(term);
        continue;
      }
      auto *found = llvm::find_if(sum.summands, [&](const Summand &summand) { return summand.atom == *counter; });
      if (found == sum.summands.end())
        sum.summands.push_back({*counter, term});
      else
        found->factor = found->factor.plus(term);
    }
    return sum;
  }

  void addStride(Polynomial stride) {
    if (stride.leading()->second > uint64_t(std::numeric_limits<int64_t>::max()))
      stride = Polynomial().plus(stride, -1);
    if (stride != Polynomial::constant(1) && !llvm::is_contained(candidates, stride))
      candidates.push_back(stride);
  }

  std::optional<Split> tryStrides(unsigned set, ArrayRef<IndexedBy> accesses) {
    SmallVector<Polynomial, 4> strides;
    for (auto [i, stride] : llvm::enumerate(candidates))
      if (set & (1U << i))
        strides.push_back(stride);
    llvm::sort(strides, [](const Polynomial &a, const Polynomial &b) {
      auto order = [](const Polynomial &p) {
        auto leading = p.leading();
        return std::tuple(leading->first.size(), leading->first, leading->second);
      };
      return order(a) > order(b);
    });
    strides.push_back(Polynomial::constant(1));
    Split split;
    Polynomial whole = extent;
    for (const Polynomial &stride : strides) {
      auto [size, remainder] = whole.dividedBy(stride);
      std::optional<int64_t> number = size.asConstant();
      if (!remainder.terms.empty() || (number && *number < 2))
        return std::nullopt;
      split.extents.push_back(size);
      whole = stride;
    }
    for (auto [sum, access] : llvm::zip_equal(sums, accesses)) {
      split.indices.push_back(place(sum, strides));
      if (!keepWithin(split.indices.back(), split.extents, access.op))
        return std::nullopt;
    }
    return split;
  }

  /// Gives each part of `sum` to the largest stride that divides it.
  static SmallVector<Polynomial, 4> place(const LinearSum &sum, ArrayRef<Polynomial> strides) {
    SmallVector<Polynomial, 4> indices(strides.size());
    auto add = [&](Polynomial part, const Polynomial &by) {
      for (auto [index, stride] : llvm::zip_equal(indices, strides)) {
        auto [quotient, remainder] = part.dividedBy(stride);
        index = index.plus(quotient.times(by));
        part = remainder;
      }
    };
    for (const Summand &summand : sum.summands)
      add(summand.factor, ofAtom(summand.atom));
    add(sum.rest, Polynomial::constant(1));
    return indices;
  }

  /// Moves whole rows between neighbouring indices, `[i + 1][-1 - j]` to `[i][n - 1 - j]`, so that each is in its
  /// dimension. The outermost is if the others are, as the access is in the allocation.
  bool keepWithin(MutableArrayRef<Polynomial> indices, ArrayRef<Polynomial> extents, Operation *op) {
    facts.clear();
    // An object that is accessed is not empty. (Were all its extents negative, the address would be the same.)
    for (const Polynomial &size : extents)
      addFact(size);
    for (auto loop = op->getParentOfType<LoopLikeOpInterface>(); loop;
         loop = loop->getParentOfType<LoopLikeOpInterface>())
      if (auto counters = loop.getLoopInductionVars())
        for (Value counter : *counters)
          if (auto known = counted(counter))
            for (const Polynomial &end : boundsOf(*known, /*isUpper=*/true))
              for (const Polynomial &start : boundsOf(*known, /*isUpper=*/false))
                addFact(end.plus(start, -1));
    for (unsigned i = indices.size() - 1; i > 0; --i) {
      bool isWithin = llvm::any_of(ArrayRef<int64_t>{0, 1, -1}, [&](int64_t rows) {
        Polynomial index = indices[i].plus(extents[i], rows);
        if (!isNeverNegative(index) || !isNeverNegative(extents[i].plus(Polynomial::constant(-1)).plus(index, -1)))
          return false;
        indices[i] = index;
        indices[i - 1] = indices[i - 1].plus(Polynomial::constant(-rows));
        return true;
      });
      if (!isWithin)
        return false;
    }
    return true;
  }

  /// From now on it is known that `size` is at least 1.
  void addFact(const Polynomial &size) {
    Polynomial fact = size.plus(Polynomial::constant(-1));
    if (!fact.asConstant() && reader.isAvailable(fact, root, dominance) && !llvm::is_contained(facts, fact))
      facts.push_back(fact);
  }

  /// What a counter is not below, or below; each of several (`min(n, i + 32)`) holds.
  SmallVector<Polynomial, 2> boundsOf(std::pair<LoopLikeOpInterface, unsigned> counter, bool isUpper) {
    auto [loop, number] = counter;
    OpFoldResult bound = (isUpper ? *loop.getLoopUpperBounds() : *loop.getLoopLowerBounds())[number];
    if (auto attribute = dyn_cast<Attribute>(bound))
      return {Polynomial::constant(cast<IntegerAttr>(attribute).getInt())};
    SmallVector<Polynomial, 2> bounds;
    auto value = cast<Value>(bound);
    Operation *op = value.getDefiningOp();
    while (isa_and_nonnull<arith::IndexCastOp, arith::ExtSIOp>(op))
      op = op->getOperand(0).getDefiningOp();
    if (op && (isUpper ? isa<arith::MinSIOp>(op) : isa<arith::MaxSIOp>(op)))
      for (Value operand : op->getOperands())
        bounds.push_back(reader.read(operand, /*isSigned=*/true));
    bounds.push_back(reader.read(value));
    return bounds;
  }

  bool isNeverNegative(const Polynomial &value) {
    if (std::optional<int64_t> number = value.asConstant())
      return *number >= 0;
    // The innermost counter takes the end of its range that makes the value smallest.
    std::optional<std::pair<LoopLikeOpInterface, unsigned>> innermost;
    unsigned atom = 0;
    for (auto &[product, coefficient] : value.terms)
      for (unsigned other : product) {
        if (reader.isAvailable(ofAtom(other), root, dominance))
          continue;
        auto known = counted(reader.valueOf(other));
        if (!known)
          return false;
        if (!innermost || innermost->first->isAncestor(known->first)) {
          innermost = known;
          atom = other;
        }
      }
    if (!innermost)
      return followsFromFacts(value, kMostFacts);
    int64_t coefficient = value.coefficient(atom);
    Polynomial others = value.plus(ofAtom(atom), -coefficient);
    if (coefficient == 0 || others.uses(atom))
      return false;
    return llvm::any_of(boundsOf(*innermost, /*isUpper=*/coefficient < 0), [&](const Polynomial &bound) {
      Polynomial end = coefficient < 0 ? bound.plus(Polynomial::constant(-1)) : bound;
      return isNeverNegative(others.plus(end, coefficient));
    });
  }

  bool followsFromFacts(const Polynomial &value, unsigned most) {
    if (std::optional<int64_t> number = value.asConstant())
      return *number >= 0;
    return most > 0 && llvm::any_of(facts, [&](const Polynomial &fact) {
             return followsFromFacts(value.plus(fact, -1), most - 1);
           });
  }

  Reader &reader;
  const DominanceInfo &dominance;
  Operation *root;
  const Polynomial &extent;
  SmallVector<LinearSum, 0> sums;
  SmallVector<Polynomial, 4> candidates;
  SmallVector<Polynomial, 8> facts; ///< not negative where the access is
};
} // namespace

std::optional<Split> lexon::arrays::splitDimension(const Polynomial &extent, ArrayRef<IndexedBy> accesses,
                                                   Operation *root, Reader &reader, const DominanceInfo &dominance) {
  return Splitter(reader, dominance, root, extent).run(accesses);
}
