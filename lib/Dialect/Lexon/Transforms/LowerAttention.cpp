//===- LowerAttention.cpp - attention in blocks of rows that fit a cache --===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// Scores are computed as key times query, so that rows (of the query) lie side by side: maxima and sums of 16 rows are
// then one vector each, the query's block is transposed once and the keys never. Few rows (a token that is decoded)
// would leave most of a vector empty: they are multiplied along the depth. Both products are contractions on buffers,
// left to the generator of kernels.
//
//===----------------------------------------------------------------------===//

#include "AttentionBlocks.h"
#include "lexon/Dialect/Lexon/Transforms/Attention.h"
#include "lexon/Dialect/Lexon/Transforms/Passes.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Remarks.h"
#include "llvm/Support/MathExtras.h"

namespace lexon::core {
#define GEN_PASS_DEF_LOWERATTENTIONPASS
#include "lexon/Dialect/Lexon/Transforms/Passes.h.inc"
} // namespace lexon::core

using namespace mlir;
using namespace lexon::core;

namespace {
constexpr auto kEvent = remark::RemarkOpts::name("lowered").category("lower-attention");

/// An operand of the operation with its map.
struct Operand {
  Value memref;
  AffineMap map;

  MemRefType type() const { return cast<MemRefType>(memref.getType()); }
  bool hasDim(unsigned dim) const { return map.isFunctionOfDim(dim); }
  bool isContiguousAlong(unsigned dim) const {
    return map.getNumResults() > 0 && map.getDimPosition(map.getNumResults() - 1) == dim &&
           type().isLastDimUnitStride();
  }
  SmallVector<Value> indices(ArrayRef<Value> at) const {
    SmallVector<Value> result;
    for (unsigned place = 0; place < map.getNumResults(); ++place)
      result.push_back(at[map.getDimPosition(place)]);
    return result;
  }
};

class Lowering {
public:
  Lowering(RewriterBase &rewriter, AttentionOp op, const AttentionBlocks &blocks);
  void run();

private:
  // In the order of execution.
  void allocate();
  void emitBlockOfRows();
  void emitBlockOfKeys(Value first, Value end);
  void emitProducts(Value first, Value count);
  void emitProductTile(Value key, Value bufferRow, OpFoldResult count);
  void packScoreOperands(Value first, Value count);
  void emitSoftmax(Value first, Value count);
  void emitChunk(Value chunk, int64_t vectors, Value first, Value count);
  void emitWeightedSum(Value first, Value count);
  void emitOutput();
  // Pieces of them.
  void copyQuery();
  void packRows(const Operand &operand, unsigned along, Value begin, Value count, Value into);
  void packChunk(const Operand &operand, unsigned along, Value begin, Value count, Value into, Value chunk);
  SmallVector<Value> transposed(SmallVector<Value> vectors);
  SmallVector<Value> scoresOf(Value key, Value chunk, ValueRange products, Value first);
  Value scoreOperand(unsigned number, Value key, Value column, Value first);
  Value score(Value product, ArrayRef<Value> operands);
  Value hide(Value score, Value key, Value column);
  Value view(const Operand &operand, ArrayRef<unsigned> kept, Value begin, OpFoldResult count, AffineMap &map);
  SmallVector<Value> placeOfRow(Value row, bool clamped);
  void contract(Value lhs, AffineMap lhsMap, Value rhs, AffineMap rhsMap, Value out, AffineMap outMap);
  void rescaleRows(Value factors);

  // Small pieces.
  Value index(int64_t value) { return arith::ConstantIndexOp::create(b, loc, value); }
  Value affine(AffineExpr expr, ValueRange operands) {
    OpFoldResult result = affine::makeComposedFoldedAffineApply(b, loc, AffineMap::get(operands.size(), 0, expr),
                                                                getAsOpFoldResult(operands));
    return getValueOrCreateConstantIndexOp(b, loc, result);
  }
  Value add(Value x, Value y) { return affine(d0 + d1, {x, y}); }
  Value add(Value x, int64_t y) { return affine(d0 + y, {x}); }
  Value subtract(Value x, Value y) { return affine(d0 - d1, {x, y}); }
  Value min(Value x, Value y) {
    return known(x) && known(y) ? index(std::min(*known(x), *known(y)))
                                : arith::MinSIOp::create(b, loc, x, y).getResult();
  }
  Value max(Value x, Value y) {
    return known(x) && known(y) ? index(std::max(*known(x), *known(y)))
                                : arith::MaxSIOp::create(b, loc, x, y).getResult();
  }
  static std::optional<int64_t> known(Value value) { return getConstantIntValue(value); }
  Value scalar(double value) { return arith::ConstantOp::create(b, loc, b.getFloatAttr(type, value)); }
  Value splat(double value) {
    return arith::ConstantOp::create(b, loc, DenseElementsAttr::get(vectorType, b.getFloatAttr(type, value)));
  }
  Value splat(Value value) { return vector::BroadcastOp::create(b, loc, vectorType, value); }
  Value load(Value buffer, ValueRange at) { return vector::LoadOp::create(b, loc, vectorType, buffer, at); }
  Value buffer(ArrayRef<int64_t> shape, Type element) {
    return memref::AllocaOp::create(b, loc, MemRefType::get(shape, element), b.getI64IntegerAttr(64));
  }
  void loop(Value begin, Value end, int64_t step, function_ref<void(Value)> body);
  ValueRange loop(Value begin, Value end, ValueRange init, function_ref<SmallVector<Value>(Value, ValueRange)> body);
  Value widen(Value value);

  RewriterBase &b;
  AttentionOp op;
  const AttentionBlocks &blocks;
  Location loc;
  AttentionOp::Dims dims;
  FloatType type;
  VectorType vectorType;
  AffineExpr d0, d1;
  Operand query, key, value, out;
  SmallVector<Operand> scoreOperands;
  Value scale;                  // of all products, applied to the query; null if there is none
  Operation *scaling = nullptr; // the operation of the region that it stands for
  bool keepsProducts;           // scores are products, but for hidden ones
  /// Extents of the dimensions, and the current values of those around the block.
  SmallVector<Value> extents, at;
  Value firstPosition, keyEnd;
  // Buffers: query [depth, rows] or [rows, depth], scores [tile + keys, rows], result [rows, columns]; by row: maximum,
  // sum, and the factor by which sums change with the current block; operands of the score [keys, rows], null if they
  // have no rows.
  Value queryBuffer, scoreBuffer, resultBuffer, maximumBuffer, sumBuffer, factorBuffer;
  SmallVector<Value> operandBuffers;
};

Lowering::Lowering(RewriterBase &rewriter, AttentionOp op, const AttentionBlocks &blocks)
    : b(rewriter), op(op), blocks(blocks), loc(op.getLoc()), dims(*op.getDims()), type(op.getComputeType()),
      vectorType(VectorType::get({blocks.lanes}, type)) {
  bindDims(b.getContext(), d0, d1);
  SmallVector<AffineMap> maps = op.getMaps();
  query = {op.getQuery(), maps[0]};
  key = {op.getKey(), maps[1]};
  value = {op.getValue(), maps[2]};
  out = {op.getOut(), maps.back()};
  for (auto [operand, map] : llvm::zip(op.getScoreOperands(), ArrayRef(maps).drop_front(3)))
    scoreOperands.push_back({operand, map});
  extents.resize(maps[0].getNumDims());
  for (const Operand *operand : {&query, &key, &value, &out})
    for (unsigned place = 0; place < operand->map.getNumResults(); ++place) {
      Value &extent = extents[operand->map.getDimPosition(place)];
      if (!extent || !known(extent))
        extent = getValueOrCreateConstantIndexOp(b, loc, memref::getMixedSize(b, loc, operand->memref, place));
    }
  at.assign(extents.size(), index(0));

  // A constant factor of the product is cheaper on the query.
  Block &block = op.getScore().front();
  if (block.getArgument(0).hasOneUse()) {
    Operation *user = *block.getArgument(0).user_begin();
    for (Value factor : user->getOperands())
      if (Operation *constant = factor.getDefiningOp();
          isa<arith::MulFOp>(user) && constant && constant->hasTrait<OpTrait::ConstantLike>()) {
        scale = b.clone(*constant)->getResult(0);
        scaling = user;
      }
  }
  Value yielded = block.getTerminator()->getOperand(0);
  keepsProducts = yielded == block.getArgument(0) || (scaling && yielded == scaling->getResult(0));
}

//===----------------------------------------------------------------------===//
// Small pieces
//===----------------------------------------------------------------------===//

void Lowering::loop(Value begin, Value end, int64_t step, function_ref<void(Value)> body) {
  auto nest = scf::ForOp::create(b, loc, begin, end, index(step));
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(nest.getBody());
  body(nest.getInductionVar());
}

ValueRange Lowering::loop(Value begin, Value end, ValueRange init,
                          function_ref<SmallVector<Value>(Value, ValueRange)> body) {
  auto nest = scf::ForOp::create(b, loc, begin, end, index(1), init);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(nest.getBody());
  scf::YieldOp::create(b, loc, body(nest.getInductionVar(), nest.getRegionIterArgs()));
  return nest.getResults();
}

/// A floating-point scalar or vector in the type computed in.
Value Lowering::widen(Value value) {
  Type wanted = type;
  if (auto vector = dyn_cast<VectorType>(value.getType()))
    wanted = vector.clone(type);
  return value.getType() == wanted ? value : arith::ExtFOp::create(b, loc, wanted, value).getResult();
}

/// Values of all dimensions for a row of the block. With `clamped`, rows that do not exist (the buffers' padding, and
/// what is beyond the last position) count as the last that does: what is computed for them is not used.
SmallVector<Value> Lowering::placeOfRow(Value row, bool clamped) {
  SmallVector<Value> place(at);
  if (blocks.position < 0)
    return place;
  Value group = affine(d0.floorDiv(blocks.positions), {row});
  Value position = add(affine(d0 % blocks.positions, {row}), firstPosition);
  if (clamped) {
    group = min(group, index(blocks.group - 1));
    position = min(position, add(extents[blocks.position], -1));
  }
  place[blocks.position] = position;
  for (unsigned dim : llvm::reverse(blocks.stacked)) {
    int64_t size = *known(extents[dim]);
    place[dim] = affine(d0 % size, {group});
    group = affine(d0.floorDiv(size), {group});
  }
  return place;
}

/// A view of `operand` at the current place: of dimension `kept[0]` from `begin` `count` elements, of `kept[1]` all.
/// `map` says how the view is indexed by them (d0, d1).
Value Lowering::view(const Operand &operand, ArrayRef<unsigned> kept, Value begin, OpFoldResult count, AffineMap &map) {
  SmallVector<OpFoldResult> offsets, sizes, strides(operand.map.getNumResults(), b.getIndexAttr(1));
  SmallVector<int64_t> shape;
  SmallVector<AffineExpr> results;
  for (unsigned place = 0; place < operand.map.getNumResults(); ++place) {
    unsigned dim = operand.map.getDimPosition(place);
    bool isKept = llvm::is_contained(kept, dim);
    offsets.push_back(getAsOpFoldResult(dim == kept[0] ? begin : isKept ? index(0) : at[dim]));
    sizes.push_back(dim == kept[0] ? count : isKept ? getAsOpFoldResult(extents[dim]) : b.getIndexAttr(1));
    if (!isKept)
      continue;
    shape.push_back(getConstantIntValue(sizes.back()).value_or(ShapedType::kDynamic));
    results.push_back(dim == kept[0] ? d0 : d1);
  }
  map = AffineMap::get(2, 0, results, b.getContext());
  MemRefType viewType = memref::SubViewOp::inferRankReducedResultType(shape, operand.type(), offsets, sizes, strides);
  return memref::SubViewOp::create(b, loc, viewType, operand.memref, offsets, sizes, strides);
}

/// out += lhs * rhs; maps from (m, n, k).
void Lowering::contract(Value lhs, AffineMap lhsMap, Value rhs, AffineMap rhsMap, Value out, AffineMap outMap) {
  using utils::IteratorType;
  linalg::GenericOp::create(
      b, loc, TypeRange(), ValueRange{lhs, rhs}, ValueRange{out}, ArrayRef<AffineMap>{lhsMap, rhsMap, outMap},
      ArrayRef{IteratorType::parallel, IteratorType::parallel, IteratorType::reduction},
      [&](OpBuilder &nested, Location at, ValueRange x) {
        auto wide = [&](Value v) -> Value {
          return v.getType() == type ? v : arith::ExtFOp::create(nested, at, type, v).getResult();
        };
        Value term = arith::MulFOp::create(nested, at, wide(x[0]), wide(x[1]));
        linalg::YieldOp::create(nested, at, arith::AddFOp::create(nested, at, x[2], term).getResult());
      });
}

//===----------------------------------------------------------------------===//
// Blocks
//===----------------------------------------------------------------------===//

void Lowering::run() {
  SmallVector<Value> upper;
  for (unsigned dim : blocks.outer)
    upper.push_back(extents[dim]);
  Value count = index(1);
  if (blocks.position >= 0)
    count = affine(d0.ceilDiv(blocks.positions), {extents[blocks.position]});
  upper.push_back(count);
  SmallVector<Value> lower(upper.size(), index(0)), steps(upper.size(), index(1));
  auto parallel = scf::ParallelOp::create(b, loc, lower, upper, steps);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(parallel.getBody());
  for (auto [dim, iv] : llvm::zip(blocks.outer, parallel.getInductionVars()))
    at[dim] = iv;
  Value block = parallel.getInductionVars().back();
  if (op.getCausal()) {
    // Later rows see more keys. Threads get contiguous iterations, so early and late blocks alternate.
    Value half = affine(d0.floorDiv(2), {block});
    Value isOdd = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ne, affine(d0 % 2, {block}), index(0));
    block = arith::SelectOp::create(b, loc, isOdd, affine(d0 - 1 - d1, {count, half}), half);
  }
  firstPosition = affine(d0 * blocks.positions, {block});
  emitBlockOfRows();
}

void Lowering::allocate() {
  int64_t depth = llvm::alignTo(blocks.depth, blocks.lanes);
  queryBuffer = blocks.alongDepth ? buffer({blocks.rows, blocks.depth}, type) : buffer({depth, blocks.rows}, type);
  scoreBuffer = buffer({blocks.keyTile + blocks.keys, blocks.rows}, type);
  resultBuffer = buffer({blocks.rows, blocks.columns}, type);
  maximumBuffer = buffer({blocks.rows}, type);
  sumBuffer = buffer({blocks.rows}, type);
  factorBuffer = buffer({blocks.rows}, type);
  for (const Operand &operand : scoreOperands) {
    bool hasRows = llvm::any_of(dims.rows, [&](unsigned dim) { return operand.hasDim(dim); });
    int64_t keys = operand.hasDim(dims.key) ? llvm::alignTo(blocks.keys, blocks.lanes) : 1;
    // A bit of a vector of i1 is no byte of a memref of i1.
    Type element = operand.type().getElementType().isInteger(1) ? b.getI8Type() : operand.type().getElementType();
    operandBuffers.push_back(hasRows ? buffer({keys, blocks.rows}, element) : Value());
  }
}

void Lowering::emitBlockOfRows() {
  allocate();
  if (blocks.alongDepth)
    copyQuery();
  else
    packRows(query, dims.depth, index(0), index(blocks.depth), queryBuffer);
  linalg::FillOp::create(b, loc, ValueRange{scalar(0)}, ValueRange{resultBuffer});
  keyEnd = extents[dims.key];
  if (op.getCausal()) {
    // The keys that the block's last row sees, perhaps none.
    Value seen = add(add(firstPosition, blocks.positions), *op.getCausal());
    keyEnd = max(min(seen, keyEnd), index(0));
  }
  if (blocks.once) {
    emitBlockOfKeys(index(0), keyEnd);
  } else {
    double lowest = -APFloat::getLargest(type.getFloatSemantics()).convertToDouble();
    linalg::FillOp::create(b, loc, ValueRange{scalar(lowest)}, ValueRange{maximumBuffer});
    linalg::FillOp::create(b, loc, ValueRange{scalar(0)}, ValueRange{sumBuffer});
    loop(index(0), keyEnd, blocks.keys,
         [&](Value first) { emitBlockOfKeys(first, min(add(first, blocks.keys), keyEnd)); });
  }
  emitOutput();
}

void Lowering::emitBlockOfKeys(Value first, Value end) {
  Value count = subtract(end, first);
  emitProducts(first, count);
  packScoreOperands(first, count);
  emitSoftmax(first, count);
  if (!blocks.once)
    rescaleRows(factorBuffer);
  emitWeightedSum(first, count);
}

/// Scores, less what the region does: key times query.
void Lowering::emitProducts(Value first, Value count) {
  if (blocks.keyTile == 0) {
    std::optional<int64_t> known = getConstantIntValue(count);
    return emitProductTile(first, index(0), known ? OpFoldResult(b.getIndexAttr(*known)) : OpFoldResult(count));
  }
  // Tiles of one static size. The last one ends with the block or the last key there is, and may begin before the
  // block's first: the buffer has room for it.
  Value last = add(min(extents[dims.key], add(first, blocks.keys)), -blocks.keyTile);
  loop(index(0), count, blocks.keyTile, [&](Value tile) {
    Value begin = min(add(first, tile), last);
    emitProductTile(begin, add(subtract(begin, first), blocks.keyTile), b.getIndexAttr(blocks.keyTile));
  });
}

/// Products of `count` keys from `begin` with all rows, into the scores' buffer from row `bufferRow`.
void Lowering::emitProductTile(Value begin, Value bufferRow, OpFoldResult count) {
  AffineMap keyMap;
  Value keys = view(key, {dims.key, dims.depth}, begin, count, keyMap);
  AffineExpr m = b.getAffineDimExpr(0), n = b.getAffineDimExpr(1), k = b.getAffineDimExpr(2);
  auto map = [&](ArrayRef<AffineExpr> results) { return AffineMap::get(3, 0, results, b.getContext()); };
  SmallVector<OpFoldResult> ones(2, b.getIndexAttr(1));
  Value into = memref::SubViewOp::create(b, loc, scoreBuffer,
                                         ArrayRef<OpFoldResult>{getAsOpFoldResult(bufferRow), b.getIndexAttr(0)},
                                         ArrayRef<OpFoldResult>{count, b.getIndexAttr(blocks.rows)}, ones);
  linalg::FillOp::create(b, loc, ValueRange{scalar(0)}, ValueRange{into});
  int64_t numRows = blocks.rows;
  SmallVector<int64_t> querySizes{blocks.depth, numRows};
  SmallVector<AffineExpr> queryExprs{k, n};
  if (blocks.alongDepth) { // padding rows stay zero
    numRows = blocks.group * blocks.positions;
    querySizes = {numRows, blocks.depth};
    queryExprs = {n, k};
    into = memref::SubViewOp::create(b, loc, into, SmallVector<OpFoldResult>(2, b.getIndexAttr(0)),
                                     ArrayRef<OpFoldResult>{count, b.getIndexAttr(numRows)}, ones);
  }
  Value rows = memref::SubViewOp::create(b, loc, queryBuffer, SmallVector<OpFoldResult>(2, b.getIndexAttr(0)),
                                         getAsIndexOpFoldResult(b.getContext(), querySizes), ones);
  AffineMap lhsMap = AffineMap::get(
      3, 0, llvm::map_to_vector(keyMap.getResults(), [&](AffineExpr e) { return e == d0 ? m : k; }), b.getContext());
  contract(keys, lhsMap, rows, map(queryExprs), into, map({m, n}));
}

/// result += scores^T * value.
void Lowering::emitWeightedSum(Value first, Value count) {
  std::optional<int64_t> known = getConstantIntValue(count);
  OpFoldResult keys = known ? OpFoldResult(b.getIndexAttr(*known)) : OpFoldResult(count);
  AffineMap valueMap;
  Value values = view(value, {dims.key, dims.column}, first, keys, valueMap);
  AffineExpr m = b.getAffineDimExpr(0), n = b.getAffineDimExpr(1), k = b.getAffineDimExpr(2);
  auto map = [&](ArrayRef<AffineExpr> results) { return AffineMap::get(3, 0, results, b.getContext()); };
  int64_t rows = blocks.group * blocks.positions;
  SmallVector<OpFoldResult> ones(2, b.getIndexAttr(1));
  Value scores = memref::SubViewOp::create(b, loc, scoreBuffer,
                                           ArrayRef<OpFoldResult>{b.getIndexAttr(blocks.keyTile), b.getIndexAttr(0)},
                                           ArrayRef<OpFoldResult>{keys, b.getIndexAttr(rows)}, ones);
  Value into =
      memref::SubViewOp::create(b, loc, resultBuffer, ArrayRef<OpFoldResult>{b.getIndexAttr(0), b.getIndexAttr(0)},
                                ArrayRef<OpFoldResult>{b.getIndexAttr(rows), b.getIndexAttr(blocks.columns)}, ones);
  AffineMap rhsMap = AffineMap::get(
      3, 0, llvm::map_to_vector(valueMap.getResults(), [&](AffineExpr e) { return e == d0 ? k : n; }), b.getContext());
  contract(scores, map({k, m}), values, rhsMap, into, map({m, n}));
}

/// Multiplies each row of the result by its factor.
void Lowering::rescaleRows(Value factors) {
  AffineMap row = AffineMap::get(2, 0, d0), both = AffineMap::getMultiDimIdentityMap(2, b.getContext());
  linalg::GenericOp::create(
      b, loc, TypeRange(), ValueRange{factors}, ValueRange{resultBuffer}, ArrayRef<AffineMap>{row, both},
      ArrayRef{utils::IteratorType::parallel, utils::IteratorType::parallel},
      [&](OpBuilder &nested, Location at, ValueRange x) {
        linalg::YieldOp::create(nested, at, arith::MulFOp::create(nested, at, x[1], x[0]).getResult());
      });
}

/// Divides each row by its sum, on its way to where the output has it.
void Lowering::emitOutput() {
  int64_t rows = blocks.group * blocks.positions, lanes = blocks.lanes;
  Type element = out.type().getElementType();
  while (lanes > blocks.columns)
    lanes /= 2;
  int64_t full = out.isContiguousAlong(dims.column) ? blocks.columns / lanes * lanes : 0;
  auto store = [&](Value row, SmallVector<Value> &place, Value factor, Value column, int64_t count) {
    Type loaded = count == 1 ? Type(type) : VectorType::get({count}, type);
    Value result = count == 1
                       ? memref::LoadOp::create(b, loc, resultBuffer, ValueRange{row, column}).getResult()
                       : vector::LoadOp::create(b, loc, cast<VectorType>(loaded), resultBuffer, ValueRange{row, column})
                             .getResult();
    Value factors = count == 1 ? factor : vector::BroadcastOp::create(b, loc, loaded, factor).getResult();
    result = arith::MulFOp::create(b, loc, result, factors);
    if (element != type)
      result = arith::TruncFOp::create(b, loc, count == 1 ? element : VectorType::get({count}, element), result);
    place[dims.column] = column;
    if (count == 1)
      memref::StoreOp::create(b, loc, result, out.memref, out.indices(place));
    else
      vector::StoreOp::create(b, loc, result, out.memref, out.indices(place));
  };
  auto emitRow = [&](Value row) {
    SmallVector<Value> place = placeOfRow(row, /*clamped=*/false);
    Value factor = memref::LoadOp::create(b, loc, sumBuffer, ValueRange{row});
    Value sum = factor;
    factor = arith::DivFOp::create(b, loc, scalar(1), sum);
    if (op.getZeroMaskedRows()) {
      Value none = arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OEQ, sum, scalar(0));
      factor = arith::SelectOp::create(b, loc, none, scalar(0), factor);
    }
    loop(index(0), index(full), lanes, [&](Value column) { store(row, place, factor, column, lanes); });
    loop(index(full), index(blocks.columns), 1, [&](Value column) { store(row, place, factor, column, 1); });
  };
  loop(index(0), index(rows), 1, [&](Value row) {
    if (blocks.position < 0)
      return emitRow(row);
    std::optional<int64_t> extent = known(extents[blocks.position]);
    if (extent && *extent % blocks.positions == 0)
      return emitRow(row);
    Value position = add(affine(d0 % blocks.positions, {row}), firstPosition);
    Value exists = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::slt, position, extents[blocks.position]);
    auto branch = scf::IfOp::create(b, loc, exists, /*withElseRegion=*/false);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(branch.thenBlock());
    emitRow(row);
  });
}

//===----------------------------------------------------------------------===//
// Packing: rows of an operand side by side
//===----------------------------------------------------------------------===//

void Lowering::packScoreOperands(Value first, Value count) {
  for (auto [operand, into] : llvm::zip(scoreOperands, operandBuffers)) {
    if (!into)
      continue;
    bool hasKeys = operand.hasDim(dims.key);
    packRows(operand, dims.key, hasKeys ? first : index(0), hasKeys ? count : index(1), into);
  }
}

/// The query's rows as they are, scaled.
void Lowering::copyQuery() {
  int64_t lanes = blocks.lanes;
  int64_t full = query.isContiguousAlong(dims.depth) ? blocks.depth / lanes * lanes : 0;
  auto copy = [&](Value row, SmallVector<Value> &place, Value at, int64_t count) {
    place[dims.depth] = at;
    SmallVector<Value> indices = query.indices(place);
    if (count == 1) {
      Value loaded = widen(memref::LoadOp::create(b, loc, query.memref, indices));
      memref::StoreOp::create(b, loc, scale ? arith::MulFOp::create(b, loc, loaded, scale).getResult() : loaded,
                              queryBuffer, ValueRange{row, at});
      return;
    }
    auto loadedType = VectorType::get({count}, query.type().getElementType());
    Value loaded = widen(vector::LoadOp::create(b, loc, loadedType, query.memref, indices));
    vector::StoreOp::create(b, loc, scale ? arith::MulFOp::create(b, loc, loaded, splat(scale)).getResult() : loaded,
                            queryBuffer, ValueRange{row, at});
  };
  loop(index(0), index(blocks.group * blocks.positions), 1, [&](Value row) {
    SmallVector<Value> place = placeOfRow(row, /*clamped=*/true);
    loop(index(0), index(full), lanes, [&](Value at) { copy(row, place, at, lanes); });
    loop(index(full), index(blocks.depth), 1, [&](Value at) { copy(row, place, at, 1); });
  });
}

/// into[i, row] = operand[row, begin + i along `along`] for i < count and all rows of the block.
void Lowering::packRows(const Operand &operand, unsigned along, Value begin, Value count, Value into) {
  loop(index(0), index(blocks.rows), blocks.lanes,
       [&](Value chunk) { packChunk(operand, along, begin, count, into, chunk); });
}

void Lowering::packChunk(const Operand &operand, unsigned along, Value begin, Value count, Value into, Value chunk) {
  SmallVector<SmallVector<Value>> places;
  for (int64_t lane = 0; lane < blocks.lanes; ++lane)
    places.push_back(placeOfRow(add(chunk, lane), /*clamped=*/true));
  bool isQuery = into == queryBuffer;
  Type source = operand.type().getElementType(), element = cast<MemRefType>(into.getType()).getElementType();
  auto convert = [&](Value x) {
    if (isQuery) {
      x = widen(x);
      Value factor = scale && isa<VectorType>(x.getType()) ? splat(scale) : scale;
      return factor ? arith::MulFOp::create(b, loc, x, factor).getResult() : x;
    }
    return source.isInteger(1) ? arith::ExtUIOp::create(b, loc, element, x).getResult() : x;
  };
  if (!operand.isContiguousAlong(along) || source.isInteger(1)) {
    // One element at a time.
    return loop(index(0), count, 1, [&](Value i) {
      for (int64_t lane = 0; lane < blocks.lanes; ++lane) {
        places[lane][along] = add(begin, i);
        Value loaded = memref::LoadOp::create(b, loc, operand.memref, operand.indices(places[lane]));
        memref::StoreOp::create(b, loc, convert(loaded), into, ValueRange{i, add(chunk, lane)});
      }
    });
  }
  VectorType loadedType = VectorType::get({blocks.lanes}, source);
  auto square = [&](Value i, Value mask) {
    SmallVector<Value> vectors;
    for (SmallVector<Value> &place : places) {
      place[along] = add(begin, i);
      SmallVector<Value> indices = operand.indices(place);
      Value loaded;
      if (mask) {
        Value zero = arith::ConstantOp::create(b, loc, b.getZeroAttr(loadedType));
        loaded = vector::MaskedLoadOp::create(b, loc, loadedType, operand.memref, indices, mask, zero);
      } else {
        loaded = vector::LoadOp::create(b, loc, loadedType, operand.memref, indices);
      }
      vectors.push_back(convert(loaded));
    }
    for (auto [j, vector] : llvm::enumerate(transposed(vectors)))
      vector::StoreOp::create(b, loc, vector, into, ValueRange{add(i, j), chunk});
  };
  Value full = affine(d0.floorDiv(blocks.lanes) * blocks.lanes, {count});
  loop(index(0), full, blocks.lanes, [&](Value i) { square(i, Value()); });
  if (known(full) && known(full) == known(count))
    return;
  loop(full, count, blocks.lanes, [&](Value i) {
    Value left = subtract(count, i);
    square(i, vector::CreateMaskOp::create(b, loc, VectorType::get({blocks.lanes}, b.getI1Type()), left));
  });
}

/// The transpose of a square of vectors: interleaving the two halves, as often as they can be halved.
SmallVector<Value> Lowering::transposed(SmallVector<Value> vectors) {
  int64_t lanes = blocks.lanes, half = lanes / 2;
  SmallVector<int64_t> low, high;
  for (int64_t i = 0; i < half; ++i) {
    low.append({i, lanes + i});
    high.append({half + i, lanes + half + i});
  }
  for (int64_t stage = 1; stage < lanes; stage *= 2) {
    SmallVector<Value> next;
    for (int64_t i = 0; i < half; ++i) {
      next.push_back(vector::ShuffleOp::create(b, loc, vectors[i], vectors[half + i], low));
      next.push_back(vector::ShuffleOp::create(b, loc, vectors[i], vectors[half + i], high));
    }
    vectors = next;
  }
  return vectors;
}

//===----------------------------------------------------------------------===//
// Softmax
//===----------------------------------------------------------------------===//

void Lowering::emitSoftmax(Value first, Value count) {
  // Several vectors at once hide the latency of maximum and sum.
  int64_t chunks = blocks.rows / blocks.lanes, vectors = 4;
  while (chunks % vectors != 0)
    --vectors;
  loop(index(0), index(blocks.rows), vectors * blocks.lanes,
       [&](Value chunk) { emitChunk(chunk, vectors, first, count); });
}

/// Scores, maxima, exponentials and sums of some vectors of rows.
void Lowering::emitChunk(Value chunk, int64_t vectors, Value first, Value count) {
  double lowest = -APFloat::getLargest(type.getFloatSemantics()).convertToDouble();
  SmallVector<Value> columns, old, maxima;
  for (int64_t i = 0; i < vectors; ++i) {
    columns.push_back(add(chunk, i * blocks.lanes));
    old.push_back(blocks.once ? splat(lowest) : load(maximumBuffer, ValueRange{columns[i]}));
  }
  auto row = [&](Value key) { return add(key, blocks.keyTile); };
  auto maximum = [&](bool hides) {
    return [&, hides](Value key, ValueRange carried) {
      SmallVector<Value> result;
      for (int64_t i = 0; i < vectors; ++i) {
        Value product = load(scoreBuffer, ValueRange{row(key), columns[i]}), s = product;
        if (!keepsProducts) {
          SmallVector<Value> operands;
          for (unsigned number = 0; number < scoreOperands.size(); ++number)
            operands.push_back(scoreOperand(number, key, columns[i], first));
          s = score(product, operands);
        }
        if (hides)
          s = hide(s, add(first, key), columns[i]);
        if (s != product)
          vector::StoreOp::create(b, loc, s, scoreBuffer, ValueRange{row(key), columns[i]});
        // A NaN need not be carried: its own exponential is one, and so are the sum and the row.
        Value larger = arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OGT, s, carried[i]);
        result.push_back(arith::SelectOp::create(b, loc, larger, s, carried[i]));
      }
      return result;
    };
  };
  Value allSee = count;
  if (op.getCausal()) {
    // Keys that the block's first row sees are seen by all.
    Value seen = subtract(add(firstPosition, *op.getCausal() + 1), first);
    allSee = max(min(seen, count), index(0));
  }
  maxima = loop(index(0), allSee, old, maximum(/*hides=*/false));
  if (op.getCausal())
    maxima = loop(allSee, count, maxima, maximum(/*hides=*/true));
  SmallVector<Value> zeros(vectors, splat(0.0));
  SmallVector<Value> sums = loop(index(0), count, zeros, [&](Value key, ValueRange carried) {
    SmallVector<Value> result;
    for (int64_t i = 0; i < vectors; ++i) {
      Value s = load(scoreBuffer, ValueRange{row(key), columns[i]});
      Value power = math::ExpOp::create(b, loc, arith::SubFOp::create(b, loc, s, maxima[i]));
      vector::StoreOp::create(b, loc, power, scoreBuffer, ValueRange{row(key), columns[i]});
      result.push_back(arith::AddFOp::create(b, loc, carried[i], power));
    }
    return result;
  });
  for (int64_t i = 0; i < vectors; ++i) {
    Value sum = sums[i];
    if (!blocks.once) {
      Value factor = math::ExpOp::create(b, loc, arith::SubFOp::create(b, loc, old[i], maxima[i]));
      sum = vector::FMAOp::create(b, loc, load(sumBuffer, ValueRange{columns[i]}), factor, sum);
      vector::StoreOp::create(b, loc, factor, factorBuffer, ValueRange{columns[i]});
      vector::StoreOp::create(b, loc, maxima[i], maximumBuffer, ValueRange{columns[i]});
    }
    vector::StoreOp::create(b, loc, sum, sumBuffer, ValueRange{columns[i]});
  }
}

/// Elements of a further input for `key` (of the block) and the rows from `column`.
Value Lowering::scoreOperand(unsigned number, Value key, Value column, Value first) {
  const Operand &operand = scoreOperands[number];
  Type element = operand.type().getElementType();
  auto wanted = VectorType::get({blocks.lanes}, element);
  if (Value packed = operandBuffers[number]) {
    auto stored = VectorType::get({blocks.lanes}, cast<MemRefType>(packed.getType()).getElementType());
    Value row = operand.hasDim(dims.key) ? key : index(0);
    Value loaded = vector::LoadOp::create(b, loc, stored, packed, ValueRange{row, column});
    return stored == wanted ? loaded : arith::TruncIOp::create(b, loc, wanted, loaded).getResult();
  }
  SmallVector<Value> place(at);
  place[dims.key] = add(first, key);
  Value loaded = memref::LoadOp::create(b, loc, operand.memref, operand.indices(place));
  return vector::BroadcastOp::create(b, loc, wanted, loaded);
}

/// The region on vectors.
Value Lowering::score(Value product, ArrayRef<Value> operands) {
  Block &block = op.getScore().front();
  IRMapping mapping;
  mapping.map(block.getArgument(0), product);
  for (auto [argument, operand] : llvm::zip(block.getArguments().drop_front(), operands))
    mapping.map(argument, operand);
  for (Operation &inner : block.without_terminator()) {
    if (&inner == scaling) { // done already
      mapping.map(inner.getResult(0), product);
      continue;
    }
    Operation *clone = b.clone(inner, mapping);
    for (auto [result, made] : llvm::zip(inner.getResults(), clone->getResults())) {
      auto vector = VectorType::get({blocks.lanes}, result.getType());
      if (inner.hasTrait<OpTrait::ConstantLike>())
        mapping.map(result, vector::BroadcastOp::create(b, loc, vector, made).getResult());
      else
        made.setType(vector);
    }
  }
  return mapping.lookup(block.getTerminator()->getOperand(0));
}

/// -inf where a row, of those from `column`, does not see `key`.
Value Lowering::hide(Value score, Value key, Value column) {
  auto indices = VectorType::get({blocks.lanes}, b.getIndexType());
  auto wide = [&](Value x) -> Value { return vector::BroadcastOp::create(b, loc, indices, x); };
  Value row = arith::AddIOp::create(b, loc, wide(column), vector::StepOp::create(b, loc, indices));
  Value position = arith::RemSIOp::create(b, loc, row, wide(index(blocks.positions)));
  Value last = arith::AddIOp::create(b, loc, position, wide(add(firstPosition, *op.getCausal())));
  Value hidden = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::sgt, wide(key), last);
  return arith::SelectOp::create(b, loc, hidden, splat(-std::numeric_limits<double>::infinity()), score);
}

struct LowerAttentionPass final : lexon::core::impl::LowerAttentionPassBase<LowerAttentionPass> {
  using LowerAttentionPassBase::LowerAttentionPassBase;

  void runOnOperation() override {
    SmallVector<AttentionOp> all;
    getOperation()->walk([&](AttentionOp op) {
      if (isa<MemRefType>(op.getOut().getType()))
        all.push_back(op);
    });
    for (AttentionOp op : all) {
      IRRewriter rewriter(op);
      std::string reason;
      std::optional<AttentionBlocks> blocks =
          chooseAttentionBlocks(op, {vectorBits, cacheBytes, blockRows, blockKeys}, reason);
      if (!blocks) {
        remark::missed(op.getLoc(), kEvent) << remark::reason("{0}", reason);
        decomposeAttention(rewriter, op);
        continue;
      }
      std::string text = "blocks of " + std::to_string(blocks->group * blocks->positions) + " rows and " +
                         std::to_string(blocks->keys) + " keys" + (blocks->once ? ", which are all" : "");
      remark::passed(op.getLoc(), kEvent) << text;
      Lowering(rewriter, op, *blocks).run();
      rewriter.eraseOp(op);
    }
  }
};
} // namespace
