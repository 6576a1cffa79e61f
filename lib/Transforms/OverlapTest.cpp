//===- OverlapTest.cpp - do two memrefs overlap, at run time? -------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "lexon/Transforms/OverlapTest.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Interfaces/DataLayoutInterfaces.h"

using namespace mlir;

lexon::DisjointTests::Interval lexon::DisjointTests::intervalOf(OpBuilder &builder, Location loc, Value memref) {
  for (auto &[known, interval] : intervals)
    if (known == memref)
      return interval;
  auto type = cast<MemRefType>(memref.getType());
  auto value = [&](OpFoldResult number) { return getValueOrCreateConstantIndexOp(builder, loc, number); };
  auto add = [&](Value a, Value b) { return builder.createOrFold<arith::AddIOp>(loc, a, b); };
  auto multiply = [&](Value a, Value b) { return builder.createOrFold<arith::MulIOp>(loc, a, b); };
  auto layout = DataLayout::closest(memref.getParentRegion()->getParentOp());
  Value bytes = arith::ConstantIndexOp::create(
      builder, loc, static_cast<int64_t>(layout.getTypeSize(type.getElementType()).getFixedValue()));
  auto metadata = memref::ExtractStridedMetadataOp::create(builder, loc, memref);
  Value one = arith::ConstantIndexOp::create(builder, loc, 1), zero = arith::ConstantIndexOp::create(builder, loc, 0);
  // In elements: a negative stride reaches down from the first one, a positive one up.
  Value low = value(metadata.getConstifiedMixedOffset()), high = add(low, one);
  for (auto [size, stride] : llvm::zip(metadata.getConstifiedMixedSizes(), metadata.getConstifiedMixedStrides())) {
    Value reach = multiply(builder.createOrFold<arith::SubIOp>(loc, value(size), one), value(stride));
    std::optional<int64_t> known = getConstantIntValue(stride);
    bool goesUp = known ? *known >= 0 : type.getLayout().isIdentity();
    high = add(high, goesUp ? reach : builder.createOrFold<arith::MaxSIOp>(loc, reach, zero));
    if (!goesUp)
      low = add(low, builder.createOrFold<arith::MinSIOp>(loc, reach, zero));
  }
  Value base = memref::ExtractAlignedPointerAsIndexOp::create(builder, loc, memref);
  intervals.push_back({memref, {add(base, multiply(low, bytes)), add(base, multiply(high, bytes))}});
  return intervals.back().second;
}

Value lexon::DisjointTests::create(OpBuilder &builder, Location loc, Value a, Value b) {
  Interval first = intervalOf(builder, loc, a), second = intervalOf(builder, loc, b);
  // Addresses have no sign.
  Value before = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ule, first.end, second.begin);
  Value after = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ule, second.end, first.begin);
  return arith::OrIOp::create(builder, loc, before, after);
}
