//===- RaiseLoopsToLinalgBlocks.cpp - one matrix for several vectors ------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// Products of one matrix with several vectors, taken apart, each read the whole matrix from memory, where the program
// read every row once. Some rows at a time, the second one finds them in the cache.
//
//===----------------------------------------------------------------------===//

#include "RaiseLoopsToLinalg.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace lexon; // NOLINT(google-build-using-namespace)

namespace {
/// The rows of the tallest kernels: 16 elements of f32. Fewer are slower than reading the matrix twice (measured).
constexpr int64_t kLeastRows = 16;

/// The load of a matrix of which loop 0 is the rows; null if the statement sums anything else.
Operation *matrixOf(const LoopNest &nest, const Statement &statement) {
  const std::optional<Accumulation> &sum = statement.accumulation;
  if (!sum || sum->isGeneral || sum->isReduction || sum->loops.size() != 2 || sum->loops.front() != 0)
    return nullptr;
  for (Operation *load : {sum->lhs, sum->rhs}) {
    const Access &access = nest.access(load);
    if (access.uses(0) && access.dimOf(0) < access.dimOf(sum->loops.back()))
      return load;
  }
  return nullptr;
}

/// The columns of a matrix that several statements of the nest multiply, and nothing but such products is summed.
std::optional<unsigned> columnsOfShared(const LoopNest &nest, int64_t &elementBytes) {
  Value shared;
  unsigned columns = 0, products = 0;
  for (const Statement &statement : nest.statements) {
    if (!statement.accumulation)
      continue;
    Operation *matrix = matrixOf(nest, statement);
    if (!matrix || (shared && nest.access(matrix).memref != shared))
      return std::nullopt;
    shared = nest.access(matrix).memref;
    columns = statement.accumulation->loops.back();
    elementBytes = nest.access(matrix).type().getElementTypeBitWidth() / 8;
    ++products;
  }
  return products > 1 && elementBytes > 0 ? std::optional(columns) : std::nullopt;
}
} // namespace

Operation *lexon::raising::copyInBlocks(const LoopNest &nest, NestViews &views, int64_t bytes, OpBuilder &builder) {
  auto rows = dyn_cast<scf::ForOp>(nest.range.first);
  int64_t elementBytes = 0;
  std::optional<unsigned> columns = columnsOfShared(nest, elementBytes);
  if (!columns || !rows || !rows.getInductionVar().getType().isIndex() || getConstantIntValue(rows.getStep()) != 1)
    return nullptr;
  Location loc = rows.getLoc();
  auto constant = [&](int64_t value) { return arith::ConstantIndexOp::create(builder, loc, value); };
  Value width = arith::MaxSIOp::create(builder, loc, views.count(*columns), constant(1));
  Value most = arith::DivUIOp::create(builder, loc, constant(bytes / elementBytes), width);
  Value groups = arith::DivUIOp::create(builder, loc, most, constant(kLeastRows));
  Value step = arith::MulIOp::create(builder, loc, arith::MaxSIOp::create(builder, loc, groups, constant(1)),
                                     constant(kLeastRows));
  auto blocks = scf::ForOp::create(builder, loc, rows.getLowerBound(), rows.getUpperBound(), step);
  OpBuilder inside = OpBuilder::atBlockTerminator(blocks.getBody());
  Value left = arith::SubIOp::create(inside, loc, rows.getUpperBound(), blocks.getInductionVar());
  Value size = arith::MinSIOp::create(inside, loc, left, step);
  Value end = arith::AddIOp::create(inside, loc, blocks.getInductionVar(), size);
  auto copy = cast<scf::ForOp>(inside.clone(*rows));
  copy.setLowerBound(blocks.getInductionVar());
  copy.setUpperBound(end);
  return copy;
}
