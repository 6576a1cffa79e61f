//===- ChooseLanes.cpp - which loop dimension the lanes of a vector take --===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "StructuredLoops.h"

#include "Combiner.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace lexon;

/// Bits of the widest number the operation computes with. Conditions and indices follow the data.
static int64_t widestBits(linalg::LinalgOp op) {
  int64_t bits = 8;
  auto look = [&](Type type) {
    if (isa<FloatType, IntegerType>(type))
      bits = std::max<int64_t>(bits, type.getIntOrFloatBitWidth());
  };
  for (Value operand : op->getOperands())
    look(getElementTypeOrSelf(operand));
  for (Operation &inner : op.getBlock()->without_terminator())
    for (Type type : inner.getResultTypes())
      look(type);
  return bits;
}

/// True if one step takes long enough that a single accumulator hides the latency of the reduction.
static bool hasHeavyBody(linalg::LinalgOp op) {
  auto &body = op.getBlock()->getOperations();
  return body.size() > 8 ||
         llvm::any_of(body, [](Operation &inner) { return inner.getName().getDialectNamespace() == "math"; });
}

static bool dependsOnReductions(linalg::LinalgOp op, AffineMap map) {
  auto types = op.getIteratorTypesArray();
  for (unsigned dim = 0; dim < types.size(); ++dim)
    if (types[dim] == utils::IteratorType::reduction && map.isFunctionOfDim(dim))
      return true;
  return false;
}

/// Why no lanes can be chosen at all; empty if they may.
static std::string reasonAgainst(linalg::LinalgOp op) {
  auto types = op.getIteratorTypesArray();
  for (OpOperand &operand : op->getOpOperands()) {
    auto type = dyn_cast<MemRefType>(operand.get().getType());
    if (type && (type.getElementType().isInteger(1) || isa<ComplexType, VectorType>(type.getElementType())))
      return "elements that have no vectors in memory";
  }
  for (OpOperand &output : op.getDpsInitsMutable()) {
    AffineMap map = op.getMatchingIndexingMap(&output);
    bool all = true;
    for (unsigned dim = 0; dim < types.size(); ++dim) {
      if (types[dim] != utils::IteratorType::parallel && types[dim] != utils::IteratorType::reduction)
        return "a loop that is neither parallel nor a reduction";
      if (types[dim] == utils::IteratorType::parallel && !map.isFunctionOfDim(dim))
        return "a result that is not indexed by all parallel dimensions";
      all &= map.isFunctionOfDim(dim);
    }
    if (!map.isProjectedPermutation())
      return "a result at computed places";
    if (dependsOnReductions(op, map) && (!all || !op.getMatchingBlockArgument(&output).use_empty()))
      return "a result that is indexed by some reduction dimensions";
  }
  return "";
}

namespace {
struct Candidate {
  unsigned dim;
  unsigned contiguous = 0, strided = 0;
};
} // namespace

/// Whether the lanes may take dimension `dim`, and how many operands follow.
static FailureOr<Candidate> candidate(linalg::LinalgOp op, unsigned dim) {
  if (op.getStaticLoopRanges()[dim] == 1)
    return failure();
  bool reduction = op.getIteratorTypesArray()[dim] == utils::IteratorType::reduction;
  Candidate result{dim};
  for (OpOperand &operand : op->getOpOperands()) {
    auto type = dyn_cast<MemRefType>(operand.get().getType());
    if (!type)
      continue;
    LaneAccess access = laneAccess(op.getMatchingIndexingMap(&operand), type, dim);
    if (op.isDpsInit(&operand)) {
      bool accumulated = !dependsOnReductions(op, op.getMatchingIndexingMap(&operand));
      bool allowed = reduction && accumulated ? access == LaneAccess::Uniform &&
                                                    combinerOf(op, operand.getOperandNumber() - op.getNumDpsInputs())
                                              : access == LaneAccess::Contiguous;
      if (!allowed)
        return failure();
    }
    result.contiguous += access == LaneAccess::Contiguous;
    result.strided += access == LaneAccess::Strided &&
                      !(op.isDpsInput(&operand) && op.getMatchingBlockArgument(&operand).use_empty());
  }
  return result;
}

/// The parallel dimension in which all strided inputs are contiguous, if they can be read in square tiles.
static std::optional<unsigned> transposedDim(linalg::LinalgOp op, unsigned dim) {
  if (op.getNumReductionLoops() > 0)
    return std::nullopt;
  for (unsigned other = 0; other < op.getNumLoops(); ++other) {
    if (other == dim || op.getStaticLoopRanges()[other] == 1)
      continue;
    bool fits = true;
    for (OpOperand *input : op.getDpsInputOperands()) {
      auto type = dyn_cast<MemRefType>(input->get().getType());
      AffineMap map = op.getMatchingIndexingMap(input);
      if (type && laneAccess(map, type, dim) == LaneAccess::Strided)
        fits &= map.isProjectedPermutation() && laneAccess(map, type, other) == LaneAccess::Contiguous;
    }
    if (fits)
      return other;
  }
  return std::nullopt;
}

/// The best choice, or why there is none.
static std::string choose(linalg::LinalgOp op, int64_t vectorBits, LaneChoice &choice) {
  std::string reason = reasonAgainst(op);
  if (!reason.empty())
    return reason;
  SmallVector<Candidate> candidates;
  for (unsigned dim = op.getNumLoops(); dim-- > 0;)
    if (FailureOr<Candidate> found = candidate(op, dim); succeeded(found))
      candidates.push_back(*found);
  if (candidates.empty())
    return "no dimension in which the results are contiguous or reduced in an order that is free";
  auto types = op.getIteratorTypesArray();
  auto worse = [&](const Candidate &a, const Candidate &b) {
    if (a.strided != b.strided)
      return a.strided > b.strided;
    if (a.contiguous != b.contiguous)
      return a.contiguous < b.contiguous;
    return types[a.dim] == utils::IteratorType::reduction && types[b.dim] == utils::IteratorType::parallel;
  };
  Candidate best = candidates.front();
  for (const Candidate &other : candidates)
    if (worse(best, other))
      best = other;
  choice.dim = best.dim;
  choice.reduction = types[best.dim] == utils::IteratorType::reduction;
  choice.lanes = std::max<int64_t>(2, vectorBits / widestBits(op));
  int64_t extent = op.getStaticLoopRanges()[best.dim];
  if (!ShapedType::isDynamic(extent))
    choice.lanes = std::min<int64_t>(choice.lanes, llvm::PowerOf2Ceil(std::max<int64_t>(extent, 2)));
  if (best.strided > 0) {
    choice.transposed = transposedDim(op, best.dim);
    if (!choice.transposed)
      return "an operand is strided along the lanes";
  }
  if (op.getNumReductionLoops() > 0) {
    // Enough independent additions to fill the pipeline; more vectors side by side where rows are added to each other,
    // so that each visit of a row reads several cache lines.
    choice.vectors = hasHeavyBody(op) ? 2 : choice.reduction ? 4 : 8;
    while (choice.vectors > 1 && !ShapedType::isDynamic(extent) && extent < choice.vectors * choice.lanes)
      choice.vectors /= 2;
  }
  return LaneBody(op, choice.dim, choice.lanes).reasonAgainst();
}

FailureOr<LaneChoice> lexon::chooseLanes(linalg::LinalgOp op, int64_t vectorBits) {
  LaneChoice choice;
  if (!choose(op, vectorBits, choice).empty())
    return failure();
  return choice;
}

std::string lexon::lanesReason(linalg::LinalgOp op, int64_t vectorBits) {
  LaneChoice choice;
  return choose(op, vectorBits, choice);
}

std::string LaneChoice::describe() const {
  std::string text = std::to_string(lanes) + " lanes over " + (reduction ? "reduction" : "parallel") + " dimension " +
                     std::to_string(dim);
  if (vectors > 1)
    text += ", " + std::to_string(vectors) + " vectors at a time";
  if (transposed)
    text += ", tiles transposed with dimension " + std::to_string(*transposed);
  return text;
}
