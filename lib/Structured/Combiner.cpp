//===- Combiner.cpp - reductions whose order is free ----------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "Combiner.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace lexon;
using vector::CombiningKind;

static std::optional<CombiningKind> kindOf(Operation *op) {
  return llvm::TypeSwitch<Operation *, std::optional<CombiningKind>>(op)
      .Case<arith::AddFOp, arith::AddIOp>([](auto) { return CombiningKind::ADD; })
      .Case<arith::MulIOp>([](auto) { return CombiningKind::MUL; })
      .Case<arith::AndIOp>([](auto) { return CombiningKind::AND; })
      .Case<arith::OrIOp>([](auto) { return CombiningKind::OR; })
      .Case<arith::XOrIOp>([](auto) { return CombiningKind::XOR; })
      .Case<arith::MinUIOp>([](auto) { return CombiningKind::MINUI; })
      .Case<arith::MaxUIOp>([](auto) { return CombiningKind::MAXUI; })
      .Case<arith::MinSIOp>([](auto) { return CombiningKind::MINSI; })
      .Case<arith::MaxSIOp>([](auto) { return CombiningKind::MAXSI; })
      .Case<arith::MinNumFOp>([](auto) { return CombiningKind::MINNUMF; })
      .Case<arith::MaxNumFOp>([](auto) { return CombiningKind::MAXNUMF; })
      .Case<arith::MinimumFOp>([](auto) { return CombiningKind::MINIMUMF; })
      .Case<arith::MaximumFOp>([](auto) { return CombiningKind::MAXIMUMF; })
      .Default([](Operation *) { return std::nullopt; });
}

std::optional<CombiningKind> lexon::combinerOf(linalg::LinalgOp op, unsigned output) {
  BlockArgument carried = op.getRegionOutputArgs()[output];
  Value yielded = op.getBlock()->getTerminator()->getOperand(output);
  Operation *combine = yielded.getDefiningOp();
  if (!combine || combine->getBlock() != op.getBlock() || !carried.hasOneUse() || *carried.user_begin() != combine ||
      !yielded.hasOneUse())
    return std::nullopt;
  return kindOf(combine);
}

Value lexon::initialLanes(OpBuilder &builder, Location loc, CombiningKind kind, VectorType type, Value carried) {
  Type element = type.getElementType();
  TypedAttr neutral;
  if (kind == CombiningKind::ADD && isa<FloatType>(element))
    neutral = builder.getFloatAttr(element, -0.0); // +0 would turn a sum of -0 into +0
  else if (kind == CombiningKind::ADD || kind == CombiningKind::XOR)
    neutral = builder.getIntegerAttr(element, 0);
  else if (kind == CombiningKind::MUL)
    neutral = builder.getIntegerAttr(element, 1);
  if (!neutral)
    return vector::BroadcastOp::create(builder, loc, type, carried);
  return arith::ConstantOp::create(builder, loc, type, DenseElementsAttr::get(type, Attribute(neutral)));
}

Value lexon::combineLanes(OpBuilder &builder, Location loc, CombiningKind kind, SmallVector<Value> vectors,
                          Value carried) {
  for (; vectors.size() > 1; vectors.resize((vectors.size() + 1) / 2))
    for (size_t i = 0, half = (vectors.size() + 1) / 2; i + half < vectors.size(); ++i)
      vectors[i] = vector::makeArithReduction(builder, loc, kind, vectors[i], vectors[i + half]);
  Value all = vectors.front();
  for (int64_t lanes = cast<VectorType>(all.getType()).getNumElements(); lanes > 1; lanes /= 2) {
    SmallVector<int64_t> low = llvm::to_vector(llvm::seq<int64_t>(0, lanes / 2)),
                         high = llvm::to_vector(llvm::seq<int64_t>(lanes / 2, lanes));
    Value first = vector::ShuffleOp::create(builder, loc, all, all, low),
          second = vector::ShuffleOp::create(builder, loc, all, all, high);
    all = vector::makeArithReduction(builder, loc, kind, first, second);
  }
  Value one = vector::ExtractOp::create(builder, loc, all, 0);
  return vector::makeArithReduction(builder, loc, kind, carried, one);
}
