//===- DecomposeAttention.cpp - what lexon.attention means, in linalg -----===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "lexon/Dialect/Lexon/Transforms/Attention.h"
#include "lexon/Dialect/Lexon/Transforms/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Remarks.h"

namespace lexon::core {
#define GEN_PASS_DEF_DECOMPOSEATTENTIONPASS
#include "lexon/Dialect/Lexon/Transforms/Passes.h.inc"
} // namespace lexon::core

using namespace mlir;
using namespace lexon::core;

namespace {
using utils::IteratorType;
using Body = function_ref<Value(OpBuilder &, Location, ValueRange)>;

class Decomposition {
public:
  Decomposition(RewriterBase &rewriter, AttentionOp op)
      : b(rewriter), op(op), loc(op.getLoc()), maps(op.getMaps()), dims(*op.getDims()), type(op.getComputeType()),
        onTensors(isa<TensorType>(op.getOut().getType())) {}
  void run();

private:
  AffineMap mapOf(ArrayRef<unsigned> wanted) {
    SmallVector<AffineExpr> results;
    for (unsigned dim : wanted)
      results.push_back(b.getAffineDimExpr(dim));
    return AffineMap::get(maps[0].getNumDims(), 0, results, b.getContext());
  }
  OpFoldResult size(unsigned dim);
  Value temporary(ArrayRef<unsigned> wanted, Type element);
  Value fill(Value into, double value);
  /// A generic over the dimensions of `out` (and, if given, one more, reduced), result or buffer.
  Value generic(ArrayRef<Value> inputs, ArrayRef<AffineMap> inputMaps, Value out, AffineMap outMap, Body body);
  Value scores();
  Value hide(OpBuilder &nested, Location at, Value score, unsigned row, unsigned key);
  Value constant(OpBuilder &nested, double value) {
    return arith::ConstantOp::create(nested, loc, nested.getFloatAttr(type, value));
  }
  Value widen(OpBuilder &nested, Value value) {
    return value.getType() == type ? value : arith::ExtFOp::create(nested, loc, type, value).getResult();
  }

  RewriterBase &b;
  AttentionOp op;
  Location loc;
  SmallVector<AffineMap> maps;
  AttentionOp::Dims dims;
  FloatType type;
  bool onTensors;
  SmallVector<Value> allocated;
};

OpFoldResult Decomposition::size(unsigned dim) {
  for (auto [map, operand] : llvm::zip(maps, op->getOperands()))
    for (unsigned place = 0; place < map.getNumResults(); ++place)
      if (map.getDimPosition(place) == dim)
        return onTensors ? tensor::getMixedSize(b, loc, operand, place) : memref::getMixedSize(b, loc, operand, place);
  llvm_unreachable("a dimension of the maps is a dimension of an operand");
}

Value Decomposition::temporary(ArrayRef<unsigned> wanted, Type element) {
  SmallVector<OpFoldResult> sizes;
  for (unsigned dim : wanted)
    sizes.push_back(size(dim));
  if (onTensors)
    return tensor::EmptyOp::create(b, loc, sizes, element);
  SmallVector<int64_t> shape;
  SmallVector<Value> dynamic;
  dispatchIndexOpFoldResults(sizes, dynamic, shape);
  allocated.push_back(memref::AllocOp::create(b, loc, MemRefType::get(shape, element), dynamic));
  return allocated.back();
}

Value Decomposition::fill(Value into, double value) {
  auto filled = linalg::FillOp::create(b, loc, ValueRange{constant(b, value)}, ValueRange{into});
  return onTensors ? filled.getResult(0) : into;
}

Value Decomposition::generic(ArrayRef<Value> inputs, ArrayRef<AffineMap> inputMaps, Value out, AffineMap outMap,
                             Body body) {
  // Only the dimensions that occur: the others would be loops without a bound.
  SmallVector<AffineMap> used(inputMaps);
  used.push_back(outMap);
  llvm::SmallBitVector unused = getUnusedDimsBitVector(used);
  used = llvm::map_to_vector(used, [&](AffineMap map) { return projectDims(map, unused, /*compressDimsFlag=*/true); });
  SmallVector<IteratorType> iterators;
  for (unsigned dim = 0; dim < used.back().getNumDims(); ++dim)
    iterators.push_back(used.back().isFunctionOfDim(dim) ? IteratorType::parallel : IteratorType::reduction);
  SmallVector<Type> results;
  if (onTensors)
    results.push_back(out.getType());
  auto generic = linalg::GenericOp::create(b, loc, results, inputs, ValueRange{out}, used, iterators,
                                           [&](OpBuilder &nested, Location at, ValueRange arguments) {
                                             linalg::YieldOp::create(nested, at, body(nested, at, arguments));
                                           });
  return onTensors ? generic.getResult(0) : out;
}

/// -inf where `causal` hides the key.
Value Decomposition::hide(OpBuilder &nested, Location at, Value score, unsigned row, unsigned key) {
  Value last = arith::AddIOp::create(nested, at, linalg::IndexOp::create(nested, at, row),
                                     arith::ConstantIndexOp::create(nested, at, *op.getCausal()));
  Value hidden =
      arith::CmpIOp::create(nested, at, arith::CmpIPredicate::sgt, linalg::IndexOp::create(nested, at, key), last);
  return arith::SelectOp::create(nested, at, hidden, constant(nested, -std::numeric_limits<double>::infinity()), score);
}

/// The scores of all rows and keys, by batch, row and key.
Value Decomposition::scores() {
  SmallVector<unsigned> order(dims.batch);
  llvm::append_range(order, dims.rows);
  order.push_back(dims.key);
  AffineMap map = mapOf(order);
  Value product = generic({op.getQuery(), op.getKey()}, {maps[0], maps[1]}, fill(temporary(order, type), 0), map,
                          [&](OpBuilder &nested, Location at, ValueRange x) -> Value {
                            Value term = arith::MulFOp::create(nested, at, widen(nested, x[0]), widen(nested, x[1]));
                            return arith::AddFOp::create(nested, at, x[2], term);
                          });
  // Its own loops are batch, rows and key in their order, so that the index of a loop is its place.
  SmallVector<AffineMap> scoreMaps;
  SmallVector<AffineExpr> place(maps[0].getNumDims(), b.getAffineConstantExpr(0));
  for (auto [i, dim] : llvm::enumerate(order))
    place[dim] = b.getAffineDimExpr(i);
  auto renumber = [&](AffineMap old) { return old.replaceDimsAndSymbols(place, {}, order.size(), 0); };
  SmallVector<Value> inputs = {product};
  scoreMaps.push_back(renumber(map));
  for (auto [operand, operandMap] : llvm::zip(op.getScoreOperands(), ArrayRef(maps).drop_front(3).drop_back())) {
    inputs.push_back(operand);
    scoreMaps.push_back(renumber(operandMap));
  }
  return generic(inputs, scoreMaps, temporary(order, type), renumber(map),
                 [&](OpBuilder &nested, Location at, ValueRange x) -> Value {
                   IRMapping mapping;
                   Block &block = op.getScore().front();
                   mapping.map(block.getArguments(), x.drop_back());
                   for (Operation &inner : block.without_terminator())
                     nested.clone(inner, mapping);
                   Value score = mapping.lookup(block.getTerminator()->getOperand(0));
                   return op.getCausal() ? hide(nested, at, score, order.size() - 2, order.size() - 1) : score;
                 });
}

void Decomposition::run() {
  SmallVector<unsigned> perRow(dims.batch);
  llvm::append_range(perRow, dims.rows);
  SmallVector<unsigned> perScore(perRow), perColumn(perRow);
  perScore.push_back(dims.key);
  perColumn.push_back(dims.column);
  AffineMap rowMap = mapOf(perRow), scoreMap = mapOf(perScore), columnMap = mapOf(perColumn);
  Value score = scores();
  // From the lowest finite number: exponentials of a row of -inf are then 0, and so is their sum.
  double lowest = -APFloat::getLargest(type.getFloatSemantics()).convertToDouble();
  Value maximum = generic({score}, {scoreMap}, fill(temporary(perRow, type), lowest), rowMap,
                          [&](OpBuilder &nested, Location at, ValueRange x) -> Value {
                            return arith::MaximumFOp::create(nested, at, x[0], x[1]);
                          });
  Value power = generic({score, maximum}, {scoreMap, rowMap}, temporary(perScore, type), scoreMap,
                        [&](OpBuilder &nested, Location at, ValueRange x) -> Value {
                          return math::ExpOp::create(nested, at, arith::SubFOp::create(nested, at, x[0], x[1]));
                        });
  Value sum = generic({power}, {scoreMap}, fill(temporary(perRow, type), 0), rowMap,
                      [&](OpBuilder &nested, Location at, ValueRange x) -> Value {
                        return arith::AddFOp::create(nested, at, x[0], x[1]);
                      });
  Value product = generic({power, op.getValue()}, {scoreMap, maps[2]}, fill(temporary(perColumn, type), 0), columnMap,
                          [&](OpBuilder &nested, Location at, ValueRange x) -> Value {
                            Value term = arith::MulFOp::create(nested, at, x[0], widen(nested, x[1]));
                            return arith::AddFOp::create(nested, at, x[2], term);
                          });
  Value result =
      generic({product, sum}, {columnMap, rowMap}, op.getOut(), maps.back(),
              [&](OpBuilder &nested, Location at, ValueRange x) -> Value {
                Value quotient = arith::DivFOp::create(nested, at, x[0], x[1]);
                if (op.getZeroMaskedRows()) {
                  Value zero = constant(nested, 0);
                  Value none = arith::CmpFOp::create(nested, at, arith::CmpFPredicate::OEQ, x[1], zero);
                  quotient = arith::SelectOp::create(nested, at, none, zero, quotient);
                }
                Type element = x[2].getType();
                return element == type ? quotient : arith::TruncFOp::create(nested, at, element, quotient).getResult();
              });
  for (Value buffer : allocated)
    memref::DeallocOp::create(b, loc, buffer);
  if (onTensors)
    b.replaceOp(op, result);
  else
    b.eraseOp(op);
}

struct DecomposeAttentionPass final : lexon::core::impl::DecomposeAttentionPassBase<DecomposeAttentionPass> {
  void runOnOperation() override {
    SmallVector<AttentionOp> all;
    getOperation()->walk([&](AttentionOp op) { all.push_back(op); });
    for (AttentionOp op : all) {
      remark::passed(op.getLoc(), remark::RemarkOpts::name("decomposed").category("decompose-attention"))
          << "as linalg operations";
      IRRewriter rewriter(op);
      decomposeAttention(rewriter, op);
    }
  }
};
} // namespace

void lexon::core::decomposeAttention(RewriterBase &rewriter, AttentionOp op) {
  OpBuilder::InsertionGuard guard(rewriter);
  rewriter.setInsertionPoint(op);
  Decomposition(rewriter, op).run();
}
