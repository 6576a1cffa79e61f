//===- DistributeToThreads.cpp - BLAS operations on our own threads -------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "lexon/Dialect/Blas/IR/Blas.h"
#include "lexon/Dialect/Blas/Transforms/Batch.h"
#include "lexon/Dialect/Blas/Transforms/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Remarks.h"

namespace lexon::blas {
#define GEN_PASS_DEF_BLASDISTRIBUTETOTHREADSPASS
#include "lexon/Dialect/Blas/Transforms/Passes.h.inc"
} // namespace lexon::blas

using namespace mlir;
using namespace lexon;

namespace {
constexpr auto kEvent = remark::RemarkOpts::name("distributed").category("blas-distribute-to-threads");

/// Pieces are multiples of this many rows or columns: whole vectors in BLAS's own kernels.
constexpr int64_t kGranule = 16;

MemRefType typeOf(Value memref) { return cast<MemRefType>(memref.getType()); }

/// Static sizes whose product is the number of multiply-adds; dynamic ones as such.
SmallVector<std::pair<Value, unsigned>> loopsOf(blas::Product product) {
  SmallVector<std::pair<Value, unsigned>> loops;
  for (int64_t dim = 0; dim < typeOf(product.out()).getRank(); ++dim)
    loops.push_back({product.out(), dim});
  unsigned batch = product.batchRank();
  loops.push_back({product.lhs(), batch + (product.transposeA() ? 0 : 1)});
  return loops;
}

/// Floating-point operations if all sizes are static.
std::optional<double> staticFlops(blas::Product product) {
  double flops = 2;
  for (auto [memref, dim] : loopsOf(product)) {
    if (typeOf(memref).isDynamicDim(dim))
      return std::nullopt;
    flops *= static_cast<double>(typeOf(memref).getDimSize(dim));
  }
  return flops;
}

bool isInParallel(Operation *op) {
  while ((op = op->getParentOp()))
    if (blas::runsInParallel(op))
      return true;
  return false;
}

class Distributor {
public:
  Distributor(OpBuilder &builder, int64_t threads, Operation *threadCount)
      : b(builder), threads(threads), threadCount(threadCount) {}

  /// Makes the pieces of `product` at the builder's insertion point; the operation itself stays.
  void createPieces(blas::Product product) {
    loc = product.op->getLoc();
    if (auto batch = dyn_cast<blas::BatchGemmOp>(product.op))
      createBatch(batch);
    else
      createSlices(product);
  }

private:
  Value index(int64_t value) { return arith::ConstantIndexOp::create(b, loc, value); }
  Value size(Value memref, unsigned dim) {
    return typeOf(memref).isDynamicDim(dim) ? memref::DimOp::create(b, loc, memref, dim)
                                            : index(typeOf(memref).getDimSize(dim));
  }

  Value numberOfThreads() {
    if (threads > 0)
      return index(threads);
    auto function = dyn_cast<func::FuncOp>(threadCount);
    Value count = function
                      ? func::CallOp::create(b, loc, function).getResult(0)
                      : LLVM::CallOp::create(b, loc, cast<LLVM::LLVMFuncOp>(threadCount), ValueRange()).getResult();
    return arith::IndexCastOp::create(b, loc, b.getIndexType(), count);
  }

  void createBatch(blas::BatchGemmOp op) {
    unsigned rank = blas::Product{op}.batchRank();
    SmallVector<Value> lower(rank, index(0)), upper, steps(rank, index(1));
    for (unsigned dim = 0; dim < rank; ++dim)
      upper.push_back(size(op.getOut(), dim));
    scf::ParallelOp::create(b, loc, lower, upper, steps, [&](OpBuilder &nested, Location, ValueRange indices) {
      blas::createGemmOfBatch(nested, op, indices);
    });
  }

  /// Elements from `offset` on, at most `count`, along dimension `dim` of `memref`; all along the others.
  Value slice(OpBuilder &nested, Value memref, unsigned dim, Value offset, Value count) {
    int64_t rank = typeOf(memref).getRank();
    SmallVector<OpFoldResult> offsets(rank, b.getIndexAttr(0)), strides(rank, b.getIndexAttr(1));
    SmallVector<OpFoldResult> sizes = memref::getMixedSizes(nested, loc, memref);
    offsets[dim] = offset;
    sizes[dim] = count;
    return memref::SubViewOp::create(nested, loc, memref, offsets, sizes, strides);
  }

  /// Cuts the output's rows (`dim` 0) or columns (1) and what belongs to them.
  void createLoop(blas::Product product, unsigned dim) {
    Value total = size(product.out(), dim), pieces = numberOfThreads();
    Value perPiece = b.createOrFold<arith::CeilDivSIOp>(loc, total, pieces);
    Value granule = index(kGranule);
    Value step =
        b.createOrFold<arith::MulIOp>(loc, b.createOrFold<arith::CeilDivSIOp>(loc, perPiece, granule), granule);
    step = b.createOrFold<arith::MaxSIOp>(loc, step, granule); // an empty output has no pieces, but a step all the same
    auto body = [&](OpBuilder &nested, Location, ValueRange indices) {
      Value left = arith::SubIOp::create(nested, loc, total, indices[0]);
      Value count = arith::MinSIOp::create(nested, loc, left, step);
      IRMapping mapping;
      Value input = dim == 0 ? product.lhs() : product.rhs();
      unsigned inputDim = dim == 0 ? (product.transposeA() ? 1 : 0) : (product.transposeB() ? 0 : 1);
      mapping.map(input, slice(nested, input, inputDim, indices[0], count));
      mapping.map(product.out(), slice(nested, product.out(), dim, indices[0], count));
      // Not a clone: the two inputs may be one value, of which only one is cut.
      OperationState state(loc, product.op->getName());
      Value lhs = dim == 0 ? mapping.lookup(input) : product.lhs();
      Value rhs = dim == 1 ? mapping.lookup(input) : product.rhs();
      state.addOperands({product.alpha(), lhs, rhs, product.beta(), mapping.lookup(product.out())});
      state.addAttributes(product.op->getAttrs());
      nested.create(state);
    };
    scf::ParallelOp::create(b, loc, ValueRange{index(0)}, ValueRange{total}, ValueRange{step}, body);
  }

  void createSlices(blas::Product product) {
    if (isa<blas::GemvOp>(product.op))
      return createLoop(product, 0);
    MemRefType type = typeOf(product.out());
    if (type.hasStaticShape())
      return createLoop(product, type.getDimSize(1) >= type.getDimSize(0) ? 1 : 0);
    Value isWide =
        arith::CmpIOp::create(b, loc, arith::CmpIPredicate::sge, size(product.out(), 1), size(product.out(), 0));
    auto choice = scf::IfOp::create(b, loc, isWide, /*withElseRegion=*/true);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(choice.thenBlock());
    createLoop(product, 1);
    b.setInsertionPointToStart(choice.elseBlock());
    createLoop(product, 0);
  }

  OpBuilder &b;
  int64_t threads;
  Operation *threadCount; ///< `omp_get_max_threads`, of the func or the llvm dialect
  Location loc = b.getUnknownLoc();
};

struct BlasDistributeToThreadsPass final
    : lexon::blas::impl::BlasDistributeToThreadsPassBase<BlasDistributeToThreadsPass> {
  using BlasDistributeToThreadsPassBase::BlasDistributeToThreadsPassBase;

  std::string reasonAgainst(blas::Product product) {
    if (!product.onBuffers())
      return "works on tensors";
    if (threads == 1)
      return "one thread was asked for";
    if (isa<blas::DotOp>(product.op))
      return "an inner product cut in pieces would need a sum over the threads";
    if (!blas::hostModuleOf(product.op))
      return "inside '" + SymbolTable::getNearestSymbolTable(product.op)->getName().getStringRef().str() + "'";
    if (isInParallel(product.op))
      return "inside a parallel loop";
    std::optional<double> flops = staticFlops(product);
    if (flops && *flops < static_cast<double>(minFlops))
      return "only " + std::to_string(static_cast<int64_t>(*flops)) + " floating-point operations";
    return "";
  }

  /// True if the batch keeps all threads busy: otherwise its matrices are cut.
  bool hasLargeBatch(blas::BatchGemmOp op) {
    auto batch = typeOf(op.getOut()).getShape().drop_back(2);
    int64_t count = 1;
    for (int64_t size : batch)
      if (ShapedType::isDynamic(size) || llvm::MulOverflow(count, size, count))
        count = INT64_MAX;
    constexpr int64_t unknownThreads = 4;
    return count >= (threads > 0 ? threads : unknownThreads);
  }

  /// The declaration of `omp_get_max_threads`; failure, after an error, if the module uses its name for something else.
  FailureOr<Operation *> declareThreadCount(Operation *user) {
    constexpr StringLiteral name = "omp_get_max_threads";
    ModuleOp module = blas::hostModuleOf(user);
    OpBuilder builder = OpBuilder::atBlockBegin(module.getBody());
    FunctionType type = builder.getFunctionType({}, {builder.getI32Type()});
    if (Operation *existing = module.lookupSymbol(name)) {
      auto function = dyn_cast<func::FuncOp>(existing);
      auto lowered = dyn_cast<LLVM::LLVMFuncOp>(existing);
      if ((function && function.getFunctionType() == type) ||
          (lowered && lowered.getFunctionType() == LLVM::LLVMFunctionType::get(builder.getI32Type(), {})))
        return existing;
      InFlightDiagnostic error = emitError(user->getLoc()) << "needs the function '" << name << "' of OpenMP";
      error.attachNote(existing->getLoc()) << "the module defines something else of this name; rename it";
      return failure();
    }
    auto function = func::FuncOp::create(builder, module.getLoc(), name, type);
    function.setPrivate();
    return function.getOperation();
  }

  /// Puts the pieces in the place of the operation; beside it, where its size decides at run time.
  LogicalResult distribute(blas::Product product) {
    OpBuilder builder(product.op);
    Location loc = product.op->getLoc();
    FailureOr<Operation *> declared = nullptr;
    if (threads <= 0)
      declared = declareThreadCount(product.op);
    if (failed(declared))
      return failure();
    Operation *threadCount = *declared;
    if (staticFlops(product)) {
      Distributor(builder, threads, threadCount).createPieces(product);
      product.op->erase();
      return success();
    }
    // In f64: the product of three sizes may not fit an index.
    Type real = builder.getF64Type();
    Value flops = arith::ConstantOp::create(builder, loc, builder.getF64FloatAttr(2));
    for (auto [memref, dim] : loopsOf(product)) {
      Value size = memref::DimOp::create(builder, loc, memref, dim);
      size = arith::IndexCastOp::create(builder, loc, builder.getI64Type(), size);
      flops = arith::MulFOp::create(builder, loc, flops, arith::SIToFPOp::create(builder, loc, real, size));
    }
    Value limit = arith::ConstantOp::create(builder, loc, builder.getF64FloatAttr(static_cast<double>(minFlops)));
    Value isLarge = arith::CmpFOp::create(builder, loc, arith::CmpFPredicate::OGE, flops, limit);
    auto choice = scf::IfOp::create(builder, loc, isLarge, /*withElseRegion=*/true);
    builder.setInsertionPointToStart(choice.thenBlock());
    Distributor(builder, threads, threadCount).createPieces(product);
    product.op->moveBefore(choice.elseBlock()->getTerminator());
    return success();
  }

  void runOnOperation() override {
    SmallVector<Operation *> ops;
    getOperation()->walk([&](Operation *op) {
      if (blas::Product::match(op))
        ops.push_back(op);
    });
    for (Operation *op : ops) {
      std::string reason = reasonAgainst(blas::Product{op});
      if (!reason.empty()) {
        remark::missed(op->getLoc(), kEvent) << remark::reason("{0}", reason);
        continue;
      }
      remark::passed(op->getLoc(), kEvent) << op->getName().getStringRef();
      if (auto batch = dyn_cast<blas::BatchGemmOp>(op); batch && !hasLargeBatch(batch))
        op = blas::expandBatch(batch);
      if (failed(distribute(blas::Product{op})))
        return signalPassFailure();
    }
  }
};
} // namespace
