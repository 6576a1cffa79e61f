//===- StructuredLoops.cpp - loops over vectors for one linalg operation --===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "StructuredLoops.h"

#include "Combiner.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace lexon;

namespace {
/// Elements of one piece of a long row that is shared among threads.
constexpr int64_t kPiece = 4096;
/// Rows from which on threads share rows, not pieces of them.
constexpr int64_t kManyRows = 32;

/// The sum of products may round once, not twice, for each product.
void allowContraction(Value sum) {
  auto add = sum.getDefiningOp<arith::AddFOp>();
  if (!add)
    return;
  for (Value operand : add->getOperands())
    if (auto mul = operand.getDefiningOp<arith::MulFOp>(); mul && mul->hasOneUse()) {
      mul.setFastmath(mul.getFastmath() | arith::FastMathFlags::contract);
      add.setFastmath(add.getFastmath() | arith::FastMathFlags::contract);
    }
}

class Emission {
public:
  Emission(IRRewriter &builder, linalg::LinalgOp op, const LaneChoice &choice)
      : builder(builder), op(op), choice(choice), loc(op.getLoc()), body(op, choice.dim, choice.lanes) {}

  void run();

private:
  Value constant(int64_t value) { return arith::ConstantIndexOp::create(builder, loc, value); }
  Value add(Value a, int64_t b) {
    if (std::optional<int64_t> known = getConstantIntValue(a))
      return constant(*known + b);
    return b == 0 ? a : arith::AddIOp::create(builder, loc, a, constant(b)).getResult();
  }
  /// The largest multiple of `unit` that is not above `length`.
  Value roundDown(Value length, int64_t unit) {
    if (std::optional<int64_t> known = getConstantIntValue(length))
      return constant(*known / unit * unit);
    Value rest = arith::RemUIOp::create(builder, loc, length, constant(unit));
    return arith::SubIOp::create(builder, loc, length, rest);
  }
  std::optional<int64_t> rowLength() { return getConstantIntValue(extents[choice.dim]); }
  Value maskOf(Value count) {
    return vector::CreateMaskOp::create(builder, loc, VectorType::get({choice.lanes}, builder.getI1Type()),
                                        ValueRange{count});
  }
  bool isAccumulated(unsigned output) {
    AffineMap map = op.getMatchingIndexingMap(&op.getDpsInitsMutable()[output]);
    for (unsigned dim : reductions)
      if (map.isFunctionOfDim(dim))
        return false;
    return !reductions.empty();
  }

  /// One more parallel loop: over `dim`, from `begin` to `end`, in steps of `step`.
  struct Piece {
    unsigned dim;
    int64_t step;
    Value begin, end;
  };
  /// Runs `emit` inside scf.parallel over the outer parallel dimensions and, if given, over pieces of one more.
  void parallel(function_ref<void()> emit, std::optional<Piece> piece = std::nullopt);
  /// Runs `emit` inside scf.for over `dim` from `begin` to `end`; `carried` goes around.
  SmallVector<Value> loop(unsigned dim, Value begin, Value end, int64_t step, ValueRange carried,
                          function_ref<SmallVector<Value>(ValueRange)> emit);
  /// The same over the lanes' dimension. Nothing is emitted if the loop is known to be empty.
  SmallVector<Value> lanesLoop(Value begin, Value end, int64_t step, ValueRange carried,
                               function_ref<SmallVector<Value>(ValueRange)> emit);
  /// Loops over reduction dimensions `dims`, `carried` going around.
  SmallVector<Value> reductionLoops(ArrayRef<unsigned> dims, ValueRange carried,
                                    function_ref<SmallVector<Value>(ValueRange)> emit);
  /// Runs `emit` with a mask for the incomplete vector at `begin`, if there is or may be one.
  void tail(Value begin, Value end, function_ref<void(Value mask)> emit);

  void emitElementwise();
  void elementwiseRange(Value begin, Value end);
  void elementwiseStep(LaneBody &body, Value mask, const GivenVectors &given = GivenVectors());
  void emitTransposed();
  SmallVector<Value> transposed(SmallVector<Value> rows);
  void transposedTile();
  /// One element at a time: what tiles leave over.
  void elements(Value rowBegin, Value rowEnd, Value begin, Value end);
  SmallVector<Value> reductionStep(ValueRange carried, Value mask);
  void emitColumns();
  void columns(Value base, int64_t vectors, Value mask);
  void emitRows();
  SmallVector<Value> row(ValueRange before);
  SmallVector<Value> rowStep(int64_t offset, ValueRange carried, Value mask);

  IRRewriter &builder;
  linalg::LinalgOp op;
  const LaneChoice &choice;
  Location loc;
  LaneBody body;
  SmallVector<Value> extents, ivs;
  /// Parallel dimensions without the lanes', in the order of the first result's memory; reduction dimensions.
  SmallVector<unsigned> outer, reductions;
};

void Emission::run() {
  for (Range range : op.createLoopRanges(builder, loc))
    extents.push_back(getValueOrCreateConstantIndexOp(builder, loc, range.size));
  ivs.assign(extents.size(), constant(0));
  AffineMap out = op.getMatchingIndexingMap(&op.getDpsInitsMutable()[0]);
  auto types = op.getIteratorTypesArray();
  for (AffineExpr expr : out.getResults()) {
    unsigned dim = cast<AffineDimExpr>(expr).getPosition();
    if (dim != choice.dim && types[dim] == utils::IteratorType::parallel)
      outer.push_back(dim);
  }
  for (unsigned dim = 0; dim < types.size(); ++dim)
    if (types[dim] == utils::IteratorType::reduction)
      reductions.push_back(dim);
  if (choice.reduction)
    emitRows();
  else if (!reductions.empty())
    emitColumns();
  else if (choice.transposed)
    emitTransposed();
  else
    emitElementwise();
}

void Emission::parallel(function_ref<void()> emit, std::optional<Piece> piece) {
  OpBuilder::InsertionGuard guard(builder);
  SmallVector<Value> lower(outer.size(), constant(0)), upper, steps(outer.size(), constant(1));
  for (unsigned dim : outer)
    upper.push_back(extents[dim]);
  if (piece) {
    lower.push_back(piece->begin);
    upper.push_back(piece->end);
    steps.push_back(constant(piece->step));
  }
  if (upper.empty())
    return emit();
  auto loop = scf::ParallelOp::create(builder, loc, lower, upper, steps);
  builder.setInsertionPointToStart(loop.getBody());
  SmallVector<Value> saved = ivs;
  for (auto [dim, iv] : llvm::zip(outer, loop.getInductionVars()))
    ivs[dim] = iv;
  if (piece)
    ivs[piece->dim] = loop.getInductionVars().back();
  emit();
  ivs = saved;
}

SmallVector<Value> Emission::loop(unsigned dim, Value begin, Value end, int64_t step, ValueRange carried,
                                  function_ref<SmallVector<Value>(ValueRange)> emit) {
  auto loop = scf::ForOp::create(builder, loc, begin, end, constant(step), carried);
  OpBuilder::InsertionGuard guard(builder);
  if (carried.empty())
    builder.setInsertionPoint(loop.getBody()->getTerminator());
  else
    builder.setInsertionPointToStart(loop.getBody());
  ivs[dim] = loop.getInductionVar();
  SmallVector<Value> results = emit(loop.getRegionIterArgs());
  if (!carried.empty())
    scf::YieldOp::create(builder, loc, results);
  return SmallVector<Value>(loop.getResults());
}

SmallVector<Value> Emission::lanesLoop(Value begin, Value end, int64_t step, ValueRange carried,
                                       function_ref<SmallVector<Value>(ValueRange)> emit) {
  std::optional<int64_t> first = getConstantIntValue(begin), last = getConstantIntValue(end);
  if (first && last && *first >= *last)
    return SmallVector<Value>(carried);
  return loop(choice.dim, begin, end, step, carried, emit);
}

SmallVector<Value> Emission::reductionLoops(ArrayRef<unsigned> dims, ValueRange carried,
                                            function_ref<SmallVector<Value>(ValueRange)> emit) {
  if (dims.empty())
    return emit(carried);
  return loop(dims.front(), constant(0), extents[dims.front()], 1, carried,
              [&](ValueRange before) { return reductionLoops(dims.drop_front(), before, emit); });
}

void Emission::tail(Value begin, Value end, function_ref<void(Value mask)> emit) {
  std::optional<int64_t> first = getConstantIntValue(begin), last = getConstantIntValue(end);
  if (first && last) {
    if (*first < *last)
      emit(maskOf(constant(*last - *first)));
    return;
  }
  if (rowLength() && *rowLength() % choice.lanes == 0)
    return; // pieces of a row of whole vectors
  OpBuilder::InsertionGuard guard(builder);
  Value any = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::slt, begin, end);
  auto condition = scf::IfOp::create(builder, loc, any, /*withElseRegion=*/false);
  builder.setInsertionPoint(condition.thenBlock()->getTerminator());
  emit(maskOf(arith::SubIOp::create(builder, loc, end, begin)));
}

//===----------------------------------------------------------------------===//
// Lanes over a parallel dimension, no reduction
//===----------------------------------------------------------------------===//

void Emission::elementwiseStep(LaneBody &body, Value mask, const GivenVectors &given) {
  SmallVector<Value> outputs;
  for (OpOperand &output : op.getDpsInitsMutable()) {
    bool read = !op.getMatchingBlockArgument(&output).use_empty();
    outputs.push_back(read ? body.load(builder, output, ivs, mask) : Value());
  }
  SmallVector<Value> results = body.step(builder, ivs, mask, outputs, given);
  for (auto [output, result] : llvm::zip(op.getDpsInitsMutable(), results))
    body.store(builder, result, output, ivs, mask);
}

void Emission::elementwiseRange(Value begin, Value end) {
  body.prepare(builder, ivs);
  Value whole = begin;
  if (std::optional<int64_t> first = getConstantIntValue(begin); first && *first == 0)
    whole = roundDown(end, choice.lanes);
  else if (rowLength() && *rowLength() % choice.lanes == 0)
    whole = end;
  else
    whole = arith::AddIOp::create(builder, loc, begin,
                                  roundDown(arith::SubIOp::create(builder, loc, end, begin), choice.lanes));
  lanesLoop(begin, whole, choice.lanes, {}, [&](ValueRange) {
    elementwiseStep(body, {});
    return SmallVector<Value>();
  });
  tail(whole, end, [&](Value mask) {
    ivs[choice.dim] = whole;
    elementwiseStep(body, mask);
  });
}

void Emission::emitElementwise() {
  int64_t rows = 1;
  for (unsigned dim : outer) {
    std::optional<int64_t> size = getConstantIntValue(extents[dim]);
    rows = !size || rows >= kManyRows ? kManyRows : rows * *size;
  }
  bool shortRow = rowLength() && *rowLength() < 2 * kPiece;
  if (rows >= kManyRows || shortRow)
    return parallel([&] { elementwiseRange(constant(0), extents[choice.dim]); });
  parallel(
      [&] {
        Value begin = ivs[choice.dim];
        Value end = arith::MinSIOp::create(builder, loc, add(begin, kPiece), extents[choice.dim]);
        elementwiseRange(begin, end);
      },
      Piece{choice.dim, kPiece, constant(0), extents[choice.dim]});
}

//===----------------------------------------------------------------------===//
// Square tiles, transposed in registers
//===----------------------------------------------------------------------===//

/// The columns of the square whose rows are `rows`. Each round interleaves vector i with vector i + n/2: of an
/// element's number (row bits, then lane bits), the first bit becomes the last; after as many rounds as rows have bits,
/// rows and lanes have changed places (the perfect shuffle; H. S. Stone, Parallel Processing with the Perfect Shuffle,
/// 1971).
SmallVector<Value> Emission::transposed(SmallVector<Value> rows) {
  int64_t size = rows.size();
  SmallVector<int64_t> low, high;
  for (int64_t lane = 0; lane < size; ++lane) {
    low.push_back(lane / 2 + lane % 2 * size);
    high.push_back(lane / 2 + lane % 2 * size + size / 2);
  }
  for (int64_t round = 1; round < size; round *= 2) {
    SmallVector<Value> next;
    for (int64_t i = 0; i < size / 2; ++i)
      for (ArrayRef<int64_t> order : {ArrayRef(low), ArrayRef(high)})
        next.push_back(vector::ShuffleOp::create(builder, loc, rows[i], rows[i + size / 2], order));
    rows = std::move(next);
  }
  return rows;
}

/// One tile: rows of the strided inputs are read along the other dimension and transposed.
void Emission::transposedTile() {
  unsigned other = *choice.transposed;
  Value first = ivs[other], base = ivs[choice.dim];
  SmallVector<std::pair<unsigned, SmallVector<Value>>> tiles;
  for (OpOperand *input : op.getDpsInputOperands()) {
    if (body.access(*input) != LaneAccess::Strided || op.getMatchingBlockArgument(input).use_empty())
      continue;
    VectorType row = body.vectorOf(getElementTypeOrSelf(input->get()));
    SmallVector<Value> square;
    for (int64_t lane = 0; lane < choice.lanes; ++lane) {
      ivs[choice.dim] = add(base, lane);
      square.push_back(vector::LoadOp::create(builder, loc, row, input->get(), body.indices(builder, *input, ivs)));
    }
    tiles.emplace_back(input->getOperandNumber(), transposed(square));
  }
  ivs[choice.dim] = base;
  for (int64_t lane = 0; lane < choice.lanes; ++lane) {
    ivs[other] = add(first, lane);
    GivenVectors given;
    for (auto &[number, columns] : tiles)
      given[number] = columns[lane];
    body.prepare(builder, ivs);
    elementwiseStep(body, {}, given);
  }
  ivs[other] = first;
}

void Emission::elements(Value rowBegin, Value rowEnd, Value begin, Value end) {
  auto empty = [](Value from, Value to) {
    std::optional<int64_t> first = getConstantIntValue(from), last = getConstantIntValue(to);
    return first && last && *first >= *last;
  };
  if (empty(rowBegin, rowEnd) || empty(begin, end))
    return;
  LaneBody one(op, choice.dim, 1);
  OpBuilder::InsertionGuard guard(builder);
  Value step = constant(1);
  scf::LoopNest nest = scf::buildLoopNest(builder, loc, {rowBegin, begin}, {rowEnd, end}, {step, step});
  builder.setInsertionPointToStart(nest.loops.back().getBody());
  SmallVector<Value> saved = ivs;
  ivs[*choice.transposed] = nest.loops.front().getInductionVar();
  ivs[choice.dim] = nest.loops.back().getInductionVar();
  one.prepare(builder, ivs);
  elementwiseStep(one, {});
  ivs = saved;
}

void Emission::emitTransposed() {
  unsigned other = *choice.transposed;
  llvm::erase(outer, other);
  Value rows = extents[other], end = extents[choice.dim];
  Value wholeRows = roundDown(rows, choice.lanes), whole = roundDown(end, choice.lanes);
  parallel(
      [&] {
        Value first = ivs[other];
        lanesLoop(constant(0), whole, choice.lanes, {}, [&](ValueRange) {
          transposedTile();
          return SmallVector<Value>();
        });
        elements(first, add(first, choice.lanes), whole, end);
      },
      Piece{other, choice.lanes, constant(0), wholeRows});
  parallel([&] { elements(wholeRows, rows, constant(0), end); });
}

/// One vector at `ivs`: stores the results that are not accumulated and returns the others, which were `carried`.
SmallVector<Value> Emission::reductionStep(ValueRange carried, Value mask) {
  MutableArrayRef<OpOperand> outputs = op.getDpsInitsMutable();
  SmallVector<Value> values, after;
  for (unsigned i = 0, next = 0; i < outputs.size(); ++i)
    values.push_back(isAccumulated(i) ? carried[next++] : Value());
  SmallVector<Value> results = body.step(builder, ivs, mask, values);
  for (auto [i, result] : llvm::enumerate(results)) {
    if (!isAccumulated(i)) {
      body.store(builder, result, outputs[i], ivs, mask);
      continue;
    }
    allowContraction(result);
    after.push_back(result);
  }
  return after;
}

//===----------------------------------------------------------------------===//
// Lanes over a parallel dimension, reductions inside
//===----------------------------------------------------------------------===//

/// The results of `vectors` vectors from `base` on.
void Emission::columns(Value base, int64_t vectors, Value mask) {
  SmallVector<Value> carried;
  auto forEach = [&](function_ref<void(int64_t)> emit) {
    for (int64_t vector = 0; vector < vectors; ++vector) {
      ivs[choice.dim] = add(base, vector * choice.lanes);
      emit(vector);
    }
  };
  MutableArrayRef<OpOperand> outputs = op.getDpsInitsMutable();
  forEach([&](int64_t) {
    for (auto [i, output] : llvm::enumerate(outputs))
      if (isAccumulated(i))
        carried.push_back(body.load(builder, output, ivs, mask));
  });
  carried = reductionLoops(reductions, carried, [&](ValueRange before) {
    SmallVector<Value> after;
    body.prepare(builder, ivs);
    size_t perVector = before.size() / vectors;
    forEach([&](int64_t vector) {
      llvm::append_range(after, reductionStep(before.slice(vector * perVector, perVector), mask));
    });
    return after;
  });
  size_t next = 0;
  forEach([&](int64_t) {
    for (auto [i, output] : llvm::enumerate(outputs))
      if (isAccumulated(i))
        body.store(builder, carried[next++], output, ivs, mask);
  });
}

void Emission::emitColumns() {
  Value end = extents[choice.dim];
  int64_t wide = choice.vectors * choice.lanes;
  Value wideEnd = roundDown(end, wide), whole = roundDown(end, choice.lanes);
  std::optional<int64_t> length = rowLength();
  if (!length || *length >= wide)
    parallel([&] { columns(ivs[choice.dim], choice.vectors, {}); }, Piece{choice.dim, wide, constant(0), wideEnd});
  if (length && *length % wide == 0)
    return;
  parallel([&] {
    if (length) {
      if (int64_t left = *length % wide / choice.lanes)
        columns(wideEnd, left, {});
    } else {
      lanesLoop(wideEnd, whole, choice.lanes, {}, [&](ValueRange) {
        columns(ivs[choice.dim], 1, {});
        return SmallVector<Value>();
      });
    }
    tail(whole, end, [&](Value mask) { columns(whole, 1, mask); });
  });
}

//===----------------------------------------------------------------------===//
// Lanes over a reduction dimension
//===----------------------------------------------------------------------===//

/// One vector at `offset` lanes after the induction variable, combined with `carried`: one vector for each accumulated
/// result.
SmallVector<Value> Emission::rowStep(int64_t offset, ValueRange carried, Value mask) {
  Value saved = ivs[choice.dim];
  ivs[choice.dim] = add(saved, offset);
  SmallVector<Value> after = reductionStep(carried, mask);
  if (mask)
    for (auto [result, before] : llvm::zip(after, carried))
      result = arith::SelectOp::create(builder, loc, mask, result, before);
  ivs[choice.dim] = saved;
  return after;
}

/// The steps of one row: `choice.vectors` at a time, then one at a time, then the masked rest.
SmallVector<Value> Emission::row(ValueRange before) {
  Value end = extents[choice.dim];
  int64_t lanes = choice.lanes, vectors = choice.vectors, perVector = before.size() / vectors;
  Value wideEnd = roundDown(end, vectors * lanes), whole = roundDown(end, lanes);
  body.prepare(builder, ivs);
  auto steps = [&](int64_t count) {
    return [&, count](ValueRange carried) {
      SmallVector<Value> after(carried);
      for (int64_t vector = 0; vector < count; ++vector) {
        SmallVector<Value> own = rowStep(vector * lanes, carried.slice(vector * perVector, perVector), {});
        llvm::copy(own, after.begin() + vector * perVector);
      }
      return after;
    };
  };
  SmallVector<Value> carried = lanesLoop(constant(0), wideEnd, vectors * lanes, before, steps(vectors));
  if (std::optional<int64_t> length = rowLength()) {
    ivs[choice.dim] = wideEnd;
    carried = steps(*length % (vectors * lanes) / lanes)(carried);
    if (*length % lanes == 0)
      return carried;
  } else if (vectors > 1) {
    carried = lanesLoop(wideEnd, whole, lanes, carried, steps(1));
  }
  // Of a length that is not known, the rest may be empty: nothing is then read, and nothing changes.
  ivs[choice.dim] = whole;
  Value left = arith::SubIOp::create(builder, loc, end, whole);
  Value mask = maskOf(getConstantIntValue(whole) && rowLength() ? constant(*rowLength() % lanes) : left);
  SmallVector<Value> own = rowStep(0, ValueRange(carried).take_front(perVector), mask);
  llvm::copy(own, carried.begin());
  return carried;
}

void Emission::emitRows() {
  parallel([&] {
    SmallVector<Value> scalars, carried;
    SmallVector<vector::CombiningKind> kinds;
    SmallVector<OpOperand *> results;
    for (auto [i, output] : llvm::enumerate(op.getDpsInitsMutable()))
      if (isAccumulated(i)) {
        results.push_back(&output);
        kinds.push_back(*combinerOf(op, i));
        scalars.push_back(body.loadScalar(builder, output, ivs));
      }
    for (int64_t vector = 0; vector < choice.vectors; ++vector)
      for (auto [kind, scalar] : llvm::zip(kinds, scalars))
        carried.push_back(initialLanes(builder, loc, kind, body.vectorOf(scalar.getType()), scalar));
    SmallVector<unsigned> around(reductions);
    llvm::erase(around, choice.dim);
    carried = reductionLoops(around, carried, [&](ValueRange before) { return row(before); });
    for (auto [i, result] : llvm::enumerate(results)) {
      SmallVector<Value> own;
      for (size_t at = i; at < carried.size(); at += results.size())
        own.push_back(carried[at]);
      Value value = combineLanes(builder, loc, kinds[i], own, scalars[i]);
      memref::StoreOp::create(builder, loc, value, result->get(), body.indices(builder, *result, ivs));
    }
  });
}
} // namespace

void lexon::emitStructuredLoops(IRRewriter &rewriter, linalg::LinalgOp op, const LaneChoice &choice) {
  Emission(rewriter, op, choice).run();
}
