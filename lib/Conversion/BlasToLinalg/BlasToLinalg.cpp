//===- BlasToLinalg.cpp - BLAS operations as linalg -----------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "lexon/Conversion/BlasToLinalg/BlasToLinalg.h"

#include "lexon/Conversion/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"

namespace lexon {
#define GEN_PASS_DEF_CONVERTBLASTOLINALGPASS
#include "lexon/Conversion/Passes.h.inc"
} // namespace lexon

using namespace mlir;
using namespace lexon;

namespace {
using utils::IteratorType;

bool isConstant(Value value, double expected) {
  FloatAttr attribute;
  return matchPattern(value, m_Constant(&attribute)) && attribute.getValueAsDouble() == expected;
}

/// Indexing maps of the contraction: dimensions are the batch's, then m, n and k as far as the operation has them.
struct Maps {
  SmallVector<AffineMap> maps;
  SmallVector<IteratorType> iterators;
};

Maps mapsOf(blas::Product product) {
  MLIRContext *context = product.op->getContext();
  unsigned batch = product.batchRank();
  bool hasM = !isa<blas::DotOp>(product.op), hasN = isa<blas::GemmOp, blas::BatchGemmOp>(product.op);
  unsigned next = batch;
  auto dim = [&](bool exists) { return getAffineDimExpr(exists ? next++ : 0, context); };
  AffineExpr m = dim(hasM), n = dim(hasN), k = dim(true);
  auto map = [&](ArrayRef<AffineExpr> inner) {
    SmallVector<AffineExpr> results;
    for (unsigned place = 0; place < batch; ++place)
      results.push_back(getAffineDimExpr(place, context));
    llvm::append_range(results, inner);
    return AffineMap::get(next, 0, results, context);
  };
  auto matrix = [&](AffineExpr rows, AffineExpr columns, bool transposed) {
    return transposed ? map({columns, rows}) : map({rows, columns});
  };
  Maps result;
  result.maps = {hasM ? matrix(m, k, product.transposeA()) : map({k}),
                 hasN ? matrix(k, n, product.transposeB()) : map({k}),
                 hasN   ? map({m, n})
                 : hasM ? map({m})
                        : map({})};
  result.iterators.assign(next, IteratorType::parallel);
  result.iterators.back() = IteratorType::reduction;
  return result;
}

TypeRange resultTypes(blas::Product product) { return product.op->getResultTypes(); }

/// beta * out, in place; the value that holds it.
Value scaleOutput(OpBuilder &builder, blas::Product product, SmallVectorImpl<linalg::LinalgOp> &created) {
  Value out = product.out();
  if (isConstant(product.beta(), 1))
    return out;
  Location loc = product.op->getLoc();
  linalg::LinalgOp op;
  if (product.overwrites()) {
    Value zero = product.beta();
    op = cast<linalg::LinalgOp>(linalg::FillOp::create(builder, loc, ValueRange{zero}, ValueRange{out}).getOperation());
  } else {
    unsigned rank = cast<ShapedType>(out.getType()).getRank();
    Value beta = product.beta();
    auto body = [&](OpBuilder &nested, Location at, ValueRange arguments) {
      // BLAS: a beta of 0 does not read the output. Known only at run time, it must still not let a NaN through.
      Value zero = arith::ConstantOp::create(nested, at, nested.getFloatAttr(beta.getType(), 0));
      Value isZero = arith::CmpFOp::create(nested, at, arith::CmpFPredicate::OEQ, beta, zero);
      Value scaled = arith::MulFOp::create(nested, at, beta, arguments[0]);
      linalg::YieldOp::create(nested, at,
                              ValueRange{arith::SelectOp::create(nested, at, isZero, zero, scaled).getResult()});
    };
    SmallVector<AffineMap> maps = {builder.getMultiDimIdentityMap(rank)};
    SmallVector<IteratorType> iterators(rank, IteratorType::parallel);
    op = cast<linalg::LinalgOp>(linalg::GenericOp::create(builder, loc, resultTypes(product), ValueRange(),
                                                          ValueRange{out}, maps, iterators, body)
                                    .getOperation());
  }
  created.push_back(op);
  return op->getNumResults() > 0 ? op->getResult(0) : out;
}
} // namespace

void lexon::createLinalgOfBlas(OpBuilder &builder, blas::Product product, SmallVectorImpl<linalg::LinalgOp> &created) {
  Value out = scaleOutput(builder, product, created);
  Maps maps = mapsOf(product);
  Value alpha = product.alpha();
  bool isPlain = isConstant(alpha, 1);
  auto body = [&](OpBuilder &nested, Location loc, ValueRange arguments) {
    Value term = arith::MulFOp::create(nested, loc, arguments[0], arguments[1]);
    if (!isPlain)
      term = arith::MulFOp::create(nested, loc, alpha, term);
    Value sum = arith::AddFOp::create(nested, loc, arguments[2], term);
    linalg::YieldOp::create(nested, loc, ValueRange{sum});
  };
  auto op = linalg::GenericOp::create(builder, product.op->getLoc(), resultTypes(product),
                                      ValueRange{product.lhs(), product.rhs()}, ValueRange{out}, maps.maps,
                                      maps.iterators, body);
  created.push_back(cast<linalg::LinalgOp>(op.getOperation()));
}

namespace {
struct ConvertBlasToLinalgPass final : lexon::impl::ConvertBlasToLinalgPassBase<ConvertBlasToLinalgPass> {
  void runOnOperation() override {
    SmallVector<blas::Product> products;
    getOperation()->walk([&](Operation *op) {
      if (std::optional<blas::Product> product = blas::Product::match(op))
        products.push_back(*product);
    });
    for (blas::Product product : products) {
      OpBuilder builder(product.op);
      SmallVector<linalg::LinalgOp> created;
      createLinalgOfBlas(builder, product, created);
      product.op->replaceAllUsesWith(created.back()->getResults());
      product.op->erase();
    }
  }
};
} // namespace
