//===- FuseContractionSums.cpp - sums of rows by the product that makes them ===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// A normalization behind a product begins with a pass over each row: the sum of its squares, say. The kernel has the
// row in registers, a tile at a time, and can leave the sums of its tiles. Which thread computes which tile does not
// matter: each sum of a part has one place, and one tile that holds all of the part (lib/Kernel, holdsWholeParts).
//
//===----------------------------------------------------------------------===//

#include "lexon/Dialect/Lexon/Transforms/Passes.h"

#include "lexon/Analysis/Contraction.h"
#include "lexon/Dialect/Lexon/Transforms/ContractCost.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Dominance.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/Remarks.h"
#include "llvm/Support/MathExtras.h"

namespace lexon::core {
#define GEN_PASS_DEF_FUSECONTRACTIONSUMSPASS
#include "lexon/Dialect/Lexon/Transforms/Passes.h.inc"
} // namespace lexon::core

using namespace mlir;
using namespace lexon::core;

namespace {
constexpr auto kEvent = remark::RemarkOpts::name("sums").category("fuse-contraction-sums");

/// A contraction that computes neighbouring columns of a tensor, and where in it they begin.
struct Piece {
  ContractOp contract;
  int64_t begin = 0;
  tensor::InsertSliceOp insert = {}; // into the tensor; null if the contraction computes all of it
};

/// A sum over the columns of a product, of an element-wise expression of it: `init + sum of summand`.
struct RowSum {
  linalg::GenericOp op;
  Value summand; // in the body
  /// The dimension of columns, as the contractions have it.
  unsigned position = 0;
  SmallVector<Piece> pieces;
  /// Between them and `op`: drops or adds dimensions of size one; null if nothing does.
  Operation *reshape = nullptr;
};

//===----------------------------------------------------------------------===//
// Matching
//===----------------------------------------------------------------------===//

/// The summand if `op` adds up, over one dimension, an element-wise expression of one tensor; else null.
Value summandOf(linalg::GenericOp op) {
  if (!op.hasPureTensorSemantics() || op.getNumDpsInits() != 1 || op.getNumReductionLoops() != 1)
    return {};
  Block *body = op.getBody();
  BlockArgument total = body->getArguments().back();
  auto sum = body->getTerminator()->getOperand(0).getDefiningOp<arith::AddFOp>();
  if (!sum || sum->getBlock() != body || !total.hasOneUse() || (sum.getLhs() != total && sum.getRhs() != total))
    return {};
  for (Operation &inner : body->without_terminator()) {
    bool isKnown = OpTrait::hasElementwiseMappableTraits(&inner) || inner.hasTrait<OpTrait::ConstantLike>();
    if (!isKnown || !isMemoryEffectFree(&inner) || inner.getNumResults() != 1 || inner.getNumRegions() != 0)
      return {};
  }
  return sum.getLhs() == total ? sum.getRhs() : sum.getLhs();
}

/// The tensor that `op` reads, if it reads one only and each element of it once; else null.
Value onlyInput(linalg::GenericOp op) {
  OpOperand *first = nullptr;
  for (OpOperand *input : op.getDpsInputOperands()) {
    if (!isa<ShapedType>(input->get().getType()))
      continue;
    if (first && (input->get() != first->get() || op.getMatchingIndexingMap(input) != op.getMatchingIndexingMap(first)))
      return {};
    if (!first)
      first = input;
  }
  AffineMap out = op.getMatchingIndexingMap(op.getDpsInitOperand(0));
  bool isMatch = first && op.getMatchingIndexingMap(first).isPermutation() && out.isProjectedPermutation() &&
                 out.getNumResults() + 1 == op.getNumLoops();
  return isMatch ? first->get() : Value();
}

/// The contractions that compute `value`, by columns: one, or one for the whole panels of a packed operand and one for
/// the rest. False if anything else does.
bool collectPieces(Value value, SmallVectorImpl<Piece> &pieces) {
  if (auto contract = value.getDefiningOp<ContractOp>()) {
    pieces.push_back({contract});
    return value == contract.getResult();
  }
  for (; auto insert = value.getDefiningOp<tensor::InsertSliceOp>(); value = insert.getDest()) {
    auto contract = insert.getSource().getDefiningOp<ContractOp>();
    if (!contract || insert.getSource() != contract.getResult())
      return false;
    auto type = cast<RankedTensorType>(insert.getType());
    std::optional<unsigned> position = contract.getColumnPosition();
    if (!position || insert.getSourceType().getRank() != type.getRank() || !insert.hasUnitStride())
      return false;
    for (int64_t dim = 0; dim < type.getRank(); ++dim)
      if (dim != *position &&
          (insert.getStaticOffsets()[dim] != 0 || insert.getSourceType().getDimSize(dim) != type.getDimSize(dim) ||
           type.isDynamicDim(dim)))
        return false;
    if (ShapedType::isDynamic(insert.getStaticOffsets()[*position]) || insert.getSourceType().isDynamicDim(*position))
      return false;
    pieces.push_back({contract, insert.getStaticOffsets()[*position], insert});
  }
  if (pieces.empty())
    return false;
  // One behind the other, and nothing of the tensor below shows.
  std::reverse(pieces.begin(), pieces.end());
  int64_t end = 0;
  ContractOp previous;
  unsigned position = *pieces.front().contract.getColumnPosition();
  for (Piece &piece : pieces) {
    if (piece.begin != end || piece.contract.getColumnPosition() != position)
      return false;
    // Their sums are put together in the same order.
    if (previous && (piece.contract->getBlock() != previous->getBlock() || !previous->isBeforeInBlock(piece.contract)))
      return false;
    previous = piece.contract;
    end += piece.insert.getSourceType().getDimSize(position);
  }
  return end == cast<RankedTensorType>(pieces.back().insert.getType()).getDimSize(position);
}

/// The dimension of its result that stands for dimension `dim` of the operand of `reshape`, if all others that are
/// merged with or split from it are of size one; else nothing.
std::optional<unsigned> dimBehind(Operation *reshape, unsigned dim) {
  auto collapse = dyn_cast<tensor::CollapseShapeOp>(reshape);
  auto expand = dyn_cast<tensor::ExpandShapeOp>(reshape);
  SmallVector<ReassociationIndices> groups =
      collapse ? collapse.getReassociationIndices() : expand.getReassociationIndices();
  RankedTensorType larger = collapse ? collapse.getSrcType() : expand.getResultType();
  if (expand && !larger.hasStaticShape()) // its sizes would have to be computed again
    return std::nullopt;
  for (auto [number, group] : llvm::enumerate(groups)) {
    SmallVector<int64_t> sized =
        llvm::to_vector(llvm::make_filter_range(group, [&](int64_t other) { return larger.getDimSize(other) != 1; }));
    if (collapse && llvm::is_contained(group, dim))
      return sized == ArrayRef<int64_t>(dim) ? std::optional<unsigned>(number) : std::nullopt;
    if (expand && number == dim)
      return sized.size() == 1 ? std::optional<unsigned>(sized.front()) : std::nullopt;
  }
  return std::nullopt;
}

/// Matches a sum over the columns of a product; `reason` says what is missing where only that is.
std::optional<RowSum> matchRowSum(linalg::GenericOp op, const DominanceInfo &dominance, std::string &reason) {
  RowSum sum;
  sum.op = op;
  sum.summand = summandOf(op);
  Value input = sum.summand ? onlyInput(op) : Value(), whole = input;
  if (input && isa_and_present<tensor::CollapseShapeOp, tensor::ExpandShapeOp>(input.getDefiningOp())) {
    sum.reshape = input.getDefiningOp();
    whole = sum.reshape->getOperand(0);
  }
  if (!input || !collectPieces(whole, sum.pieces))
    return std::nullopt;
  auto refuse = [&](const char *why) {
    reason = why;
    return std::nullopt;
  };
  SmallVector<unsigned> reductions;
  op.getReductionDims(reductions);
  AffineMap read = op.getIndexingMapsArray().front();
  for (OpOperand *operand : op.getDpsInputOperands())
    if (operand->get() == input)
      read = op.getMatchingIndexingMap(operand);
  unsigned readPosition = *read.getResultPosition(getAffineDimExpr(reductions.front(), op.getContext()));
  std::optional<unsigned> position = sum.pieces.front().contract.getColumnPosition();
  std::optional<unsigned> behind = position && sum.reshape ? dimBehind(sum.reshape, *position) : position;
  if (behind != readPosition)
    return refuse("it is not a sum over all columns of the contraction, and only those");
  sum.position = *position;
  for (Piece &piece : sum.pieces) {
    if (piece.contract.getStoredGroup())
      return refuse("the contraction stores its groups");
    if (piece.contract.getSums())
      return refuse("the contraction has other sums already");
    if (piece.contract->getBlock() != op->getBlock())
      return refuse("the contraction is in another block");
  }
  // Numbers from outside of the body must be there when the first contraction runs.
  auto isThere = [&](Value value) {
    return value.getParentBlock() == op.getBody() || dominance.properlyDominates(value, sum.pieces.front().contract);
  };
  for (OpOperand *operand : op.getDpsInputOperands())
    if (!isa<ShapedType>(operand->get().getType()) && !isThere(operand->get()))
      return refuse("it uses a number that is computed behind the contraction");
  for (Operation &inner : op.getBody()->without_terminator())
    if (!llvm::all_of(inner.getOperands(), isThere))
      return refuse("it uses a number that is computed behind the contraction");
  return sum;
}

//===----------------------------------------------------------------------===//
// Rewriting
//===----------------------------------------------------------------------===//

/// `contract` with a second output, `sums`: sums of parts of `part` columns of what `sum` adds up.
ContractOp withSums(RewriterBase &rewriter, ContractOp contract, RowSum &sum, int64_t part, Value sums) {
  rewriter.setInsertionPoint(contract);
  auto created = ContractOp::create(
      rewriter, contract.getLoc(), TypeRange{contract.getResult().getType(), sums.getType()}, contract.getLhs(),
      contract.getRhs(), contract.getWith(), contract.getOut(), sums, contract.getIndexingMapsAttr(),
      /*stored_group=*/IntegerAttr(), rewriter.getI64IntegerAttr(part));
  created->setDiscardableAttrs(contract->getDiscardableAttrDictionary());
  rewriter.cloneRegionBefore(contract.getEpilogue(), created.getEpilogue(), created.getEpilogue().end());
  Operation *yield = created.getEpilogue().front().getTerminator();
  rewriter.setInsertionPoint(yield);
  IRMapping mapping;
  linalg::GenericOp op = sum.op;
  for (OpOperand *input : op.getDpsInputOperands()) {
    bool isScalar = !isa<ShapedType>(input->get().getType());
    mapping.map(op.getMatchingBlockArgument(input), isScalar ? input->get() : yield->getOperand(0));
  }
  Operation *total = op.getBody()->getTerminator()->getOperand(0).getDefiningOp();
  for (Operation &inner : op.getBody()->without_terminator())
    if (&inner != total)
      rewriter.clone(inner, mapping);
  YieldOp::create(rewriter, yield->getLoc(), ValueRange{yield->getOperand(0), mapping.lookupOrDefault(sum.summand)});
  rewriter.eraseOp(yield);
  return created;
}

/// The type of the sums of parts of what has the type `out`.
RankedTensorType sumsType(RankedTensorType out, RowSum &sum, int64_t part) {
  SmallVector<int64_t> shape(out.getShape());
  int64_t &columns = shape[sum.position];
  if (!ShapedType::isDynamic(columns))
    columns = llvm::divideCeil(columns, part);
  return RankedTensorType::get(shape, sum.summand.getType());
}

/// The columns of a part for which the contraction keeps its kernel, or nothing: two vectors, which most tiles have
/// side by side, so that fewer sums across lanes are needed, or one.
std::optional<int64_t> choosePart(ContractOp contract, RowSum &sum, const lexon::MatmulTarget &target,
                                  std::string &reason) {
  std::optional<double> before = expectedCycles(contract, target);
  FailureOr<lexon::Contraction> contraction = lexon::matchContraction(contract);
  if (!before || failed(contraction)) {
    reason = "there is no kernel for the contraction";
    return std::nullopt;
  }
  int64_t lanes = target.vectorBits / lexon::accumulatorType(*contraction).getIntOrFloatBitWidth();
  for (int64_t part : {2 * lanes, lanes}) {
    Block scratch;
    IRMapping mapping;
    for (Value operand : contract->getOperands())
      if (!mapping.contains(operand))
        mapping.map(operand, scratch.addArgument(operand.getType(), contract.getLoc()));
    IRRewriter rewriter(contract.getContext());
    rewriter.setInsertionPointToEnd(&scratch);
    auto copy = cast<ContractOp>(rewriter.clone(*contract, mapping));
    Value sums = scratch.addArgument(sumsType(cast<RankedTensorType>(contract.getResult().getType()), sum, part),
                                     contract.getLoc());
    std::optional<double> after = expectedCycles(withSums(rewriter, copy, sum, part, sums), target);
    if (after && *after <= *before)
      return part;
  }
  reason = "the tiles of the contraction's kernel hold no whole parts of its columns";
  return std::nullopt;
}

/// The sums of all pieces, in one tensor.
Value sumPieces(RewriterBase &rewriter, RowSum &sum, int64_t part) {
  Location loc = sum.op.getLoc();
  Piece &first = sum.pieces.front();
  rewriter.setInsertionPoint(first.contract);
  if (!first.insert) {
    Value out = first.contract.getOut();
    SmallVector<OpFoldResult> sizes = tensor::getMixedSizes(rewriter, loc, out);
    OpFoldResult &columns = sizes[sum.position];
    if (std::optional<int64_t> known = getConstantIntValue(columns)) {
      columns = rewriter.getIndexAttr(llvm::divideCeil(*known, part));
    } else {
      Value divisor = arith::ConstantIndexOp::create(rewriter, loc, part);
      columns = arith::CeilDivSIOp::create(rewriter, loc, cast<Value>(columns), divisor).getResult();
    }
    Value empty = tensor::EmptyOp::create(rewriter, loc, sizes, sum.summand.getType());
    ContractOp created = withSums(rewriter, first.contract, sum, part, empty);
    rewriter.replaceOp(first.contract, created.getResult());
    return created.getSumsResult();
  }
  auto whole = cast<RankedTensorType>(sum.pieces.back().insert.getType());
  int64_t parts = 0;
  for (Piece &piece : sum.pieces)
    parts += sumsType(piece.insert.getSourceType(), sum, part).getDimSize(sum.position);
  SmallVector<int64_t> shape(whole.getShape());
  shape[sum.position] = parts;
  Value all = tensor::EmptyOp::create(rewriter, loc, shape, sum.summand.getType());
  int64_t begin = 0;
  for (Piece &piece : sum.pieces) {
    RankedTensorType type = sumsType(piece.insert.getSourceType(), sum, part);
    SmallVector<OpFoldResult> offsets(type.getRank(), rewriter.getIndexAttr(0));
    SmallVector<OpFoldResult> strides(type.getRank(), rewriter.getIndexAttr(1));
    SmallVector<OpFoldResult> sizes;
    for (int64_t size : type.getShape())
      sizes.push_back(rewriter.getIndexAttr(size));
    offsets[sum.position] = rewriter.getIndexAttr(begin);
    begin += type.getDimSize(sum.position);
    rewriter.setInsertionPoint(piece.contract);
    Value slice = tensor::ExtractSliceOp::create(rewriter, loc, type, all, offsets, sizes, strides);
    ContractOp created = withSums(rewriter, piece.contract, sum, part, slice);
    rewriter.setInsertionPointAfter(created);
    all = tensor::InsertSliceOp::create(rewriter, loc, created.getSumsResult(), all, offsets, sizes, strides);
    rewriter.replaceOp(piece.contract, created.getResult());
  }
  return all;
}

/// Replaces the sum over the columns by one over parts of them.
void rewrite(RewriterBase &rewriter, RowSum &sum, int64_t part) {
  Value parts = sumPieces(rewriter, sum, part);
  linalg::GenericOp op = sum.op;
  rewriter.setInsertionPoint(op);
  if (auto collapse = dyn_cast_if_present<tensor::CollapseShapeOp>(sum.reshape)) {
    parts = tensor::CollapseShapeOp::create(rewriter, op.getLoc(), parts, collapse.getReassociationIndices());
  } else if (auto expand = dyn_cast_if_present<tensor::ExpandShapeOp>(sum.reshape)) {
    SmallVector<int64_t> shape(expand.getResultType().getShape());
    shape[*dimBehind(expand, sum.position)] = cast<RankedTensorType>(parts.getType()).getDimSize(sum.position);
    parts = tensor::ExpandShapeOp::create(rewriter, op.getLoc(), RankedTensorType::get(shape, sum.summand.getType()),
                                          parts, expand.getReassociationIndices());
  }
  AffineMap read;
  for (OpOperand *input : op.getDpsInputOperands())
    if (isa<ShapedType>(input->get().getType()))
      read = op.getMatchingIndexingMap(input);
  OpOperand *init = op.getDpsInitOperand(0);
  auto body = [&](OpBuilder &builder, Location loc, ValueRange arguments) {
    Value total = arith::AddFOp::create(builder, loc, arguments[0], arguments[1]);
    linalg::YieldOp::create(builder, loc, total);
  };
  rewriter.replaceOpWithNewOp<linalg::GenericOp>(op, op->getResultTypes(), ValueRange{parts}, ValueRange{init->get()},
                                                 ArrayRef<AffineMap>{read, op.getMatchingIndexingMap(init)},
                                                 op.getIteratorTypesArray(), body);
}

struct FuseContractionSumsPass final : lexon::core::impl::FuseContractionSumsPassBase<FuseContractionSumsPass> {
  using FuseContractionSumsPassBase::FuseContractionSumsPassBase;

  void runOnOperation() override {
    const lexon::MatmulTarget target{vectorBits, vectorRegisters, cacheBytes, bf16Products, threads};
    IRRewriter rewriter(&getContext());
    SmallVector<linalg::GenericOp> sums;
    getOperation()->walk([&](linalg::GenericOp op) { sums.push_back(op); });
    for (linalg::GenericOp op : sums) {
      DominanceInfo dominance(getOperation());
      std::string reason;
      std::optional<RowSum> sum = matchRowSum(op, dominance, reason);
      std::optional<int64_t> part;
      if (sum)
        part = choosePart(sum->pieces.front().contract, *sum, target, reason);
      for (unsigned i = 1; part && i < sum->pieces.size(); ++i)
        if (choosePart(sum->pieces[i].contract, *sum, target, reason) != part) {
          part.reset();
          reason = "the columns behind the last whole panel have a kernel with other parts";
        }
      if (!part) {
        if (!reason.empty())
          remark::missed(op.getLoc(), kEvent) << remark::reason("{0}", reason);
        continue;
      }
      remark::passed(op.getLoc(), kEvent) << "of parts of " + std::to_string(*part) + " columns, in " +
                                                 std::to_string(sum->pieces.size()) + " contractions";
      rewrite(rewriter, *sum, *part);
    }
  }
};
} // namespace
