//===- OverlapTest.cpp - do two memrefs overlap, at run time? -------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "lexon/Transforms/OverlapTest.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;

namespace {
/// Addresses of the first byte of a memref and of the one after its last.
struct AddressRange {
  Value begin, end;
};

AddressRange rangeOf(OpBuilder &builder, Location loc, Value memref) {
  auto type = cast<MemRefType>(memref.getType());
  auto metadata = memref::ExtractStridedMetadataOp::create(builder, loc, memref);
  auto value = [&](OpFoldResult number) { return getValueOrCreateConstantIndexOp(builder, loc, number); };
  Value zero = arith::ConstantIndexOp::create(builder, loc, 0), one = arith::ConstantIndexOp::create(builder, loc, 1);
  Value elementBytes = arith::ConstantIndexOp::create(builder, loc, type.getElementTypeBitWidth() / 8);
  // A negative stride reaches down from the first element, a positive one up.
  Value low = zero, high = zero;
  for (auto [size, stride] : llvm::zip(metadata.getConstifiedMixedSizes(), metadata.getConstifiedMixedStrides())) {
    Value steps = builder.createOrFold<arith::SubIOp>(loc, value(size), one);
    Value reach = builder.createOrFold<arith::MulIOp>(loc, steps, value(stride));
    Value up = builder.createOrFold<arith::MaxSIOp>(loc, reach, zero);
    Value down = builder.createOrFold<arith::MinSIOp>(loc, reach, zero);
    high = builder.createOrFold<arith::AddIOp>(loc, high, up);
    low = builder.createOrFold<arith::AddIOp>(loc, low, down);
  }
  high = builder.createOrFold<arith::AddIOp>(loc, high, one);
  Value base = memref::ExtractAlignedPointerAsIndexOp::create(builder, loc, memref);
  Value offset = value(metadata.getConstifiedMixedOffset());
  auto address = [&](Value elements) {
    Value position = builder.createOrFold<arith::AddIOp>(loc, offset, elements);
    Value bytes = builder.createOrFold<arith::MulIOp>(loc, position, elementBytes);
    return builder.createOrFold<arith::AddIOp>(loc, base, bytes);
  };
  return {address(low), address(high)};
}
} // namespace

Value lexon::createDisjointTest(OpBuilder &builder, Location loc, Value a, Value b) {
  AddressRange first = rangeOf(builder, loc, a), second = rangeOf(builder, loc, b);
  // Addresses have no sign.
  Value before = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ule, first.end, second.begin);
  Value after = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ule, second.end, first.begin);
  return arith::OrIOp::create(builder, loc, before, after);
}
