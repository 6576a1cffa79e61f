//===- EmitEpilogue.cpp - what a kernel does with its sums ----------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "KernelEmitter.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace lexon;
using namespace lexon::kernel;

/// The result's old value with a whole sum of products.
Value KernelEmitter::update(Value old, Value sum) {
  if (scale) {
    Value factor = isa<VectorType>(sum.getType()) ? vector::BroadcastOp::create(b, loc, sum.getType(), scale) : scale;
    sum = arith::MulFOp::create(b, loc, factor, sum);
  }
  return contraction.negated ? arith::SubFOp::create(b, loc, old, sum) : plus(old, sum);
}

/// The sums of one row, of each column and group: into the result. Where the columns' parts are summed, too, a tile
/// holds whole parts (holdsWholeParts): each is added up in a register and stored once, here.
void KernelEmitter::finishRow(ArrayRef<Value> at, ArrayRef<Column> columns, ArrayRef<Value> sums) {
  const int64_t groups = contraction.numGroups();
  SmallVector<Value> position(at), partBegin;
  Value partSum;
  for (auto [j, column] : llvm::enumerate(columns)) {
    position[kernel.columnDim] = column.index;
    Value summed = finishVector(position, column, sums.slice(static_cast<int64_t>(j) * groups, groups));
    if (!summed)
      continue;
    if (!partSum)
      partBegin = position;
    partSum = partSum ? arith::AddFOp::create(b, loc, partSum, summed).getResult() : summed;
    if (static_cast<int64_t>(j + 1) * kernel.lanes % partColumns != 0 && j + 1 != columns.size())
      continue;
    // The order of the additions within a part is free.
    Value sum = vector::ReductionOp::create(b, loc, vector::CombiningKind::ADD, partSum, arith::FastMathFlags::reassoc);
    partSum = {};
    // All vectors of a part may lie behind the last column.
    Value begin = partBegin[kernel.columnDim], end = extents[kernel.columnDim];
    ifElse(
        column.mask && !known(end) ? less(begin, end) : Value(),
        [&] {
          SmallVector<Value> place = indices(out, partBegin);
          place[partPosition] = arith::DivUIOp::create(b, loc, place[partPosition], constant(partColumns));
          memref::StoreOp::create(b, loc, sum, partSums, place);
        },
        nullptr);
  }
}

/// One vector of sums for each group: into the result. Returns what is to be added to the sums of parts, zero in masked
/// lanes; null if there are none.
Value KernelEmitter::finishVector(ArrayRef<Value> at, const Column &column, ArrayRef<Value> sums) {
  if (storesVectors) {
    if (!contraction.contractOp()) {
      storeVector(narrow(update(widen(loadVector(out, at, column.mask), /*isUnsigned=*/false), sums.front()),
                         out.elementType()),
                  at, column.mask);
      return {};
    }
    SmallVector<Value> results = applyEpilogue(at, sums, column.mask, /*isVector=*/true), place(at);
    Value summed = partSums ? results.pop_back_val() : Value();
    for (auto [group, result] : llvm::enumerate(results)) {
      setGroup(place, group);
      storeVector(result, place, column.mask);
    }
    if (!summed || !column.mask)
      return summed;
    Value zero = arith::ConstantOp::create(b, loc, summed.getType(), b.getZeroAttr(summed.getType()));
    return arith::SelectOp::create(b, loc, column.mask, summed, zero);
  }
  // Element by element, once for the whole reduction.
  Value end = constant(kernel.lanes);
  if (column.mask)
    end = min(end, arith::SubIOp::create(b, loc, extents[kernel.columnDim], column.index));
  // A masked vector may begin behind the end: the loop then makes no trip.
  auto loop = scf::ForOp::create(b, loc, constant(0), end, constant(1));
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  Value lane = loop.getInductionVar();
  SmallVector<Value> position(at), elements;
  position[kernel.columnDim] = add(column.index, lane);
  for (Value sum : sums)
    elements.push_back(vector::ExtractOp::create(b, loc, sum, OpFoldResult(lane)));
  finishElement(position, elements);
  return {};
}

/// One sum for each group: into the result.
void KernelEmitter::finishElement(ArrayRef<Value> at, ArrayRef<Value> sums) {
  SmallVector<Value> results, place(at);
  if (contraction.contractOp())
    results = applyEpilogue(at, sums, /*mask=*/Value(), /*isVector=*/false);
  else
    results.push_back(narrow(update(loadScalar(out, at), sums.front()), out.elementType()));
  // One result for each group, or one for all: then the output does not depend on the group.
  for (auto [group, result] : llvm::enumerate(results)) {
    setGroup(place, group);
    memref::StoreOp::create(b, loc, result, out.memref, indices(out, place));
  }
}

/// An operand of the epilogue at `at`, in its own type.
Value KernelEmitter::epilogueOperand(const Operand &operand, ArrayRef<Value> at, Value mask, bool isVector) {
  if (isVector && operand.map.isFunctionOfDim(kernel.columnDim))
    return loadVector(operand, at, mask);
  Value element = memref::LoadOp::create(b, loc, operand.memref, indices(operand, at));
  if (!isVector)
    return element;
  return vector::BroadcastOp::create(b, loc, vectorOf(operand.elementType()), element);
}

/// Clones the region of a `lexon.contract`, on scalars or on vectors, and returns what it yields.
SmallVector<Value> KernelEmitter::applyEpilogue(ArrayRef<Value> at, ArrayRef<Value> sums, Value mask, bool isVector) {
  Block &body = contraction.contractOp().getEpilogue().front();
  IRMapping mapping;
  for (auto [argument, sum] : llvm::zip(body.getArguments(), sums))
    mapping.map(argument, narrow(sum, argument.getType()));
  for (auto [argument, operand] : llvm::zip(body.getArguments().drop_front(sums.size()), with))
    mapping.map(argument, epilogueOperand(operand, at, mask, isVector));
  auto lookup = [&](Value value) -> Value {
    if (mapping.contains(value) || !isVector)
      return mapping.lookupOrDefault(value);
    Value splat = vector::BroadcastOp::create(b, loc, vectorOf(value.getType()), value); // from outside of the region
    mapping.map(value, splat);
    return splat;
  };
  for (Operation &op : body.without_terminator()) {
    if (!isVector) {
      b.clone(op, mapping);
      continue;
    }
    VectorType type = vectorOf(op.getResult(0).getType());
    Attribute value;
    if (matchPattern(&op, m_Constant(&value))) {
      auto splat = DenseElementsAttr::get(type, value);
      mapping.map(op.getResult(0), arith::ConstantOp::create(b, op.getLoc(), type, splat));
      continue;
    }
    SmallVector<Value> operands = llvm::map_to_vector(op.getOperands(), lookup);
    OperationState state(op.getLoc(), op.getName().getStringRef(), operands, {type}, op.getAttrs());
    mapping.map(op.getResult(0), b.create(state)->getResult(0));
  }
  return llvm::map_to_vector(body.getTerminator()->getOperands(), lookup);
}
