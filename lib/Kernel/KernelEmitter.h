//===- KernelEmitter.h - how a kernel becomes loops -------------*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// Accumulators are SSA values of rank-one vectors, carried by the loop over the reduction: LLVM keeps them in registers
// without having to prove anything about memory. Tails come from the same functions as full tiles.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_LIB_KERNEL_KERNELEMITTER_H
#define LEXON_LIB_KERNEL_KERNELEMITTER_H

#include "lexon/Kernel/MatmulKernel.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/Builders.h"

namespace lexon::kernel {
using namespace mlir;

/// One operand: where an element is, for given values of all loop dimensions.
struct Operand {
  Value memref;
  AffineMap map;
  bool isUnsigned = false;
  /// The same memory as one row, and the distance of neighbours along each dimension of `memref` in it; null if that
  /// cannot be said before the program runs.
  Value row = {};
  SmallVector<int64_t> strides = {};

  Type elementType() const { return cast<MemRefType>(memref.getType()).getElementType(); }
  /// True if neighbours along loop dimension `dim` are neighbours in memory.
  bool isContiguousAlong(int64_t dim) const;
  /// Elements between neighbours along loop dimension `dim`, if static and `dim` alone is an index.
  std::optional<int64_t> strideAlong(int64_t dim) const;
};

/// The part of a column tile that one vector covers.
struct Column {
  Value index;    // of the first element
  Value mask;     // null: all lanes
  Value loadMask; // of the elements of the column operand: `mask`, or both elements of a pair
};

/// What one place gives to multiply: one vector, the first and the second elements of its pairs, or one vector of each
/// operand that is read there.
using Factors = SmallVector<Value, 2>;

class KernelEmitter {
public:
  KernelEmitter(OpBuilder &builder, const Contraction &contraction, const MatmulKernel &kernel);
  void emit();

private:
  Operand withPairsInRow(const Operand &operand);

  // Loops around tiles (EmitMatmulKernel.cpp).
  void emitTiles();
  void emitBlocks();
  void allocateColumns();
  void emitCopiedColumns(Value column, function_ref<void()> tiles);
  void copyColumns(const Operand &original, Value copy, Value column);
  Operand operandOfCopy(const Operand &original, Value copy, Value column);
  void emitTransposedColumns(Value row, Value column, int64_t columns, Value columnEnd);
  void emitTransposedPart(Value row, Value column, Value begin);
  void emitTransposedBlocks(Value row, ArrayRef<Column> parts, Value begin, Value end, bool isWhole);
  SmallVector<Factors> loadTransposed(ArrayRef<Value> at, const Column &part, Value lastColumn, Value mask);
  SmallVector<Value> transposed(SmallVector<Value> vectors);
  void emitOrderedRows(Value rowTile, Value column);
  void emitRowTile(Value rowTile, Value column);
  void emitColumns(Value row, int64_t rows, Value column);

  // One tile (EmitTile.cpp). Sums are ordered by row, column, group.
  using Step = function_ref<SmallVector<Value>(ArrayRef<Value> loops, ValueRange accumulators)>;
  void emitVectorColumns(Value row, int64_t rows, Value column, int64_t columns, Value columnEnd);
  void emitElements(Value row, int64_t rows, Value column, int64_t columns);
  void emitVectorReduction(Value row, int64_t rows, Value column, int64_t columns);
  SmallVector<Value> reduce(ArrayRef<Value> init, int64_t step, Value begin, Value end, Step body);
  SmallVector<Value> reduceInPhases(unsigned count, Step body);
  SmallVector<Value> reduceInChunks(unsigned count, function_ref<SmallVector<Value>(Value begin, Value end)> body);
  SmallVector<unsigned> outerReductions();
  SmallVector<Value> sumOf(ValueRange left, ValueRange right);
  void setGroup(SmallVectorImpl<Value> &at, int64_t group);

  // One register tile of AMX tiles (EmitAmxTiles.cpp).
  void emitAmxTiles(Value row, int64_t rows, Value column);
  void finishAmxTiles(Value row, int64_t rows, Value column, ArrayRef<Value> sums);
  Value loadTile(const Operand &operand, ArrayRef<Value> at, int64_t rows, int64_t dim);

  // Prefetching the next panel (EmitTile.cpp).
  void planPrefetch(Value tile);
  void emitPrefetch(ArrayRef<Value> at, int64_t steps = 1);

  // What happens to the sums (EmitEpilogue.cpp): one for each group.
  void finishRow(ArrayRef<Value> at, ArrayRef<Column> columns, ArrayRef<Value> sums);
  Value finishVector(ArrayRef<Value> at, const Column &column, ArrayRef<Value> sums);
  void finishElement(ArrayRef<Value> at, ArrayRef<Value> sums);
  Value update(Value old, Value sum);
  SmallVector<Value> applyEpilogue(ArrayRef<Value> at, ArrayRef<Value> sums, Value mask, bool isVector);
  Value epilogueOperand(const Operand &operand, ArrayRef<Value> at, Value mask, bool isVector);

  // Small pieces.
  Value constant(int64_t value) { return arith::ConstantIndexOp::create(b, loc, value); }
  Value add(Value x, int64_t y) { return y == 0 ? x : arith::AddIOp::create(b, loc, x, constant(y)).getResult(); }
  Value add(Value x, Value y) { return arith::AddIOp::create(b, loc, x, y); }
  Value times(Value x, Value y) { return arith::MulIOp::create(b, loc, x, y); }
  Value min(Value x, Value y) { return arith::MinSIOp::create(b, loc, x, y); }
  Value less(Value x, Value y) { return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::slt, x, y); }
  /// True if tiles are counted in elements along the columns.
  bool countsElements() const { return kernel.vectorize == VectorDim::K || kernel.vectorize == VectorDim::None; }
  VectorType vectorOf(Type element) { return VectorType::get({kernel.lanes}, element); }
  /// Elements of an input that meet in one lane of an accumulator.
  int64_t perLane() const { return kernel.pairDim >= 0 || kernel.product == Product::Dot ? 2 : 1; }
  /// True if a reduction dimension has no loop around the one over `reductionDim`.
  bool isInner(int64_t dim) const { return dim == kernel.reductionDim || dim == kernel.pairDim; }
  Value maskOf(int64_t lanes, Value count);
  SmallVector<Value> zeros(unsigned count);
  SmallVector<Value> indices(const Operand &operand, ArrayRef<Value> at);
  void makeRow(Operand &operand);
  Value indexInRow(const Operand &operand, ArrayRef<Value> at);
  std::pair<Value, SmallVector<Value>> placeOf(const Operand &operand, ArrayRef<Value> at);
  Value dynamicExtent(unsigned dim);
  Value flattened(Value memref);
  Value widen(Value value, bool isUnsigned);
  Value narrow(Value value, Type element);
  Value plus(Value x, Value y);
  Factors factorsOf(Value bits);
  Factors load(const Operand &operand, ArrayRef<Value> at, Value mask);
  Factors loadRow(ArrayRef<Value> at);
  Value multiplyAdd(const Factors &x, const Factors &y, Value accumulator);
  Value orderedMultiplyAdd(Value x, Value y, Value sum);
  Value applyBody(const Factors &x, const Factors &y, Value sum);
  Value scaled(Value value, Value factor);
  Value loadVector(const Operand &operand, ArrayRef<Value> at, Value mask, int64_t perLane = 1);
  Value loadScalar(const Operand &operand, ArrayRef<Value> at);
  void storeVector(Value value, ArrayRef<Value> at, Value mask);
  void ifElse(Value condition, function_ref<void()> then, function_ref<void()> otherwise);
  /// `value` as a constant, if it is one.
  static std::optional<int64_t> known(Value value) { return getConstantIntValue(value); }

  OpBuilder &b;
  const Contraction &contraction;
  const MatmulKernel &kernel;
  Location loc;
  Operand rowOperand, columnOperand, out;
  SmallVector<Operand, 1> moreRows, moreColumns; ///< of a contraction with a body: indexed as the ones above
  SmallVector<Operand> with;                     // the epilogue's operands
  Type accumulator;
  VectorType vectorType;
  bool isFloat, storesVectors;
  Value scale; // in the accumulator's type; null if there is none
  /// Of sums that keep their order: what each element of the operand is multiplied by; null if nothing.
  Value rowScale, columnScale;
  Value lastRow;                      // rows behind it are computed again in its place; null if there are none
  bool isCopied = false;              // what the tiles read
  bool isTransposing;                 // from the columns' own memory, not from a copy
  SmallVector<Value, 1> columnCopies; // room for the columns of one tile and block of the reduction
  /// Where the sums of parts of the columns go, if there are any; the dimension of the output that is cut into parts,
  /// and the columns of one.
  Value partSums;
  int64_t partPosition = 0, partColumns = 1;
  /// Extents of the loop dimensions, and their current values while emitting.
  SmallVector<Value> extents, loops;
  Value depthBegin, depthEnd; // of the reduction dimension, in the current block
  Value tilesInBlock;         // of rows
  /// The column operand as one long row, and where in it a tile's prefetches begin.
  Value prefetchMemref, prefetchStart;
};

} // namespace lexon::kernel

#endif // LEXON_LIB_KERNEL_KERNELEMITTER_H
