//===- LexonDialect.cpp - the lexon dialect and its operations ------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "lexon/Dialect/Lexon/IR/Lexon.h"

#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/UB/IR/UBOps.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/PatternMatch.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace lexon::core;

#include "lexon/Dialect/Lexon/IR/LexonDialect.cpp.inc"

#define GET_OP_CLASSES
#include "lexon/Dialect/Lexon/IR/LexonOps.cpp.inc"

void LexonDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "lexon/Dialect/Lexon/IR/LexonOps.cpp.inc"
      >();
}

namespace {
/// True if control comes to `block` on some way from the start of its region.
bool isReachable(Block *block) {
  llvm::SmallPtrSet<Block *, 16> seen = {block};
  SmallVector<Block *> work = {block};
  while (!work.empty()) {
    Block *at = work.pop_back_val();
    if (at->isEntryBlock())
      return true;
    for (Block *before : at->getPredecessors())
      if (seen.insert(before).second)
        work.push_back(before);
  }
  return false;
}

/// Upstream merges a block with its only predecessor. In a loop that lost its entry the predecessor may be one that the
/// block itself leads to, whose values may be computed from the block's arguments: `%x = addi %x, 1` would follow.
struct EndUnreachableLoop final : OpRewritePattern<cf::BranchOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(cf::BranchOp op, PatternRewriter &rewriter) const override {
    if (op.getDest()->getSinglePredecessor() != op->getBlock() || isReachable(op->getBlock()))
      return failure();
    rewriter.replaceOpWithNewOp<ub::UnreachableOp>(op);
    return success();
  }
};
} // namespace

void LexonDialect::getCanonicalizationPatterns(RewritePatternSet &results) const {
  results.add<EndUnreachableLoop>(results.getContext(), /*benefit=*/10);
}

/// Checks that a tensor of `type` lies at `offset` in `buffer`.
static LogicalResult verifyPlace(Operation *op, RankedTensorType type, int64_t offset, RankedTensorType buffer) {
  Type element = type.getElementType();
  if (auto complex = dyn_cast<ComplexType>(element))
    element = complex.getElementType();
  if (!element.isIntOrFloat() || (element.getIntOrFloatBitWidth() % 8 != 0 && !element.isInteger(1)))
    return op->emitOpError("element type ") << type.getElementType() << " is not made of whole bytes (weight_c1)";
  int64_t elementBytes = std::max<int64_t>(1, element.getIntOrFloatBitWidth() / 8);
  if (isa<ComplexType>(type.getElementType()))
    elementBytes *= 2;
  if (offset < 0 || offset % elementBytes != 0)
    return op->emitOpError("offset ") << offset << " is not a non-negative multiple of " << elementBytes
                                      << " bytes (weight_c2)";
  int64_t bytes = elementBytes, end = 0;
  for (int64_t size : type.getShape())
    if (llvm::MulOverflow(bytes, size, bytes))
      return op->emitOpError("has more bytes than 64 bits can count (weight_c3)");
  if (llvm::AddOverflow(offset, bytes, end))
    return op->emitOpError("ends past what 64 bits can count (weight_c3)");
  if (!buffer.isDynamicDim(0) && end > buffer.getDimSize(0))
    return op->emitOpError("ends at byte ")
           << end << " of a buffer of " << buffer.getDimSize(0) << " bytes (weight_c3)";
  return success();
}

LogicalResult WeightOp::verify() {
  return verifyPlace(*this, cast<RankedTensorType>(getResult().getType()), getOffset(),
                     cast<RankedTensorType>(getBuffer().getType()));
}

LogicalResult AssembleOp::verify() {
  if (getPieces().size() != getOffsets().size())
    return emitOpError("has ") << getOffsets().size() << " offsets for " << getPieces().size()
                               << " tensors (assemble_c1)";
  for (auto [piece, offset] : llvm::zip(getPieces(), getOffsets()))
    if (failed(verifyPlace(*this, cast<RankedTensorType>(piece.getType()), offset,
                           cast<RankedTensorType>(getOut().getType()))))
      return failure();
  return success();
}
