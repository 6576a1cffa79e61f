//===- LinalgToBlas.cpp - contractions become BLAS operations -------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "BlasPlan.h"

#include "lexon/Analysis/Overlap.h"
#include "lexon/Conversion/Passes.h"
#include "lexon/Dialect/Blas/IR/Blas.h"
#include "lexon/Support/Debug.h"
#include "lexon/Transforms/OverlapTest.h"

#include "mlir/Analysis/AliasAnalysis.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/Remarks.h"

namespace lexon {
#define GEN_PASS_DEF_CONVERTLINALGTOBLASPASS
#include "lexon/Conversion/Passes.h.inc"
} // namespace lexon

using namespace mlir;
using namespace lexon;

namespace {
constexpr auto kEvent = remark::RemarkOpts::name("converted").category("convert-linalg-to-blas");

/// True if `fill` writes +0, the value BLAS starts from when beta is 0.
bool fillsZero(linalg::FillOp fill) { return matchPattern(fill.getInputs()[0], m_PosZeroFloat()); }

/// The fill that gives `out` its value before `op` and that nothing reads or changes in between; null if there is none.
linalg::FillOp findZeroFill(Operation *op, Value out, AliasAnalysis &aliases) {
  for (Operation *previous = op->getPrevNode(); previous; previous = previous->getPrevNode()) {
    if (auto fill = dyn_cast<linalg::FillOp>(previous); fill && fill.getOutputs()[0] == out)
      return fillsZero(fill) ? fill : linalg::FillOp();
    std::optional<SmallVector<MemoryEffects::EffectInstance>> effects = getEffectsRecursively(previous);
    if (!effects)
      return {};
    for (const MemoryEffects::EffectInstance &effect : *effects) {
      bool isElsewhere = effect.getValue() && isa<MemRefType>(effect.getValue().getType()) &&
                         aliases.alias(effect.getValue(), out).isNo();
      if (!isElsewhere && !isa<MemoryEffects::Allocate>(effect.getEffect()))
        return {};
    }
  }
  return {};
}

class Rewriter {
public:
  Rewriter(const Contraction &contraction, const BlasPlan &plan, AliasAnalysis &aliases)
      : contraction(contraction), plan(plan), aliases(aliases), op(plan.op), builder(op), loc(op->getLoc()) {}

  void run() {
    if (isa<TensorType>(plan.out.value.getType()))
      rewriteTensors();
    else
      rewriteBuffers();
  }

private:
  Value scalar(double value) {
    Type type = getElementTypeOrSelf(plan.out.value);
    return arith::ConstantOp::create(builder, loc, builder.getFloatAttr(type, value));
  }

  Value alpha() {
    if (!contraction.scale)
      return scalar(contraction.negated ? -1 : 1);
    Value scale = contraction.scale;
    if (Operation *constant = scale.getDefiningOp(); constant && op->isProperAncestor(constant))
      scale = builder.clone(*constant)->getResult(0);
    return contraction.negated ? arith::NegFOp::create(builder, loc, scale) : scale;
  }

  Operation *create(Value lhs, Value rhs, Value beta, Value out) {
    Type result = isa<TensorType>(out.getType()) ? out.getType() : Type();
    Value factor = alpha();
    switch (plan.kind) {
    case BlasKind::Gemm:
      return blas::GemmOp::create(builder, loc, result, factor, lhs, rhs, beta, out, plan.transposeA, plan.transposeB);
    case BlasKind::BatchGemm:
      return blas::BatchGemmOp::create(builder, loc, result, factor, lhs, rhs, beta, out, plan.transposeA,
                                       plan.transposeB);
    case BlasKind::Gemv:
      return blas::GemvOp::create(builder, loc, result, factor, lhs, rhs, beta, out, plan.transposeA);
    case BlasKind::Dot:
      return blas::DotOp::create(builder, loc, result, factor, lhs, rhs, beta, out);
    }
    llvm_unreachable("unknown kind");
  }

  void rewriteTensors();
  void rewriteBuffers();
  void createProduct(bool overwrites);
  SmallVector<Value> createDisjointTests();

  SmallVector<BlasDim> matrixDims(const BlasDim &rows, const BlasDim &columns, bool transpose) const {
    SmallVector<BlasDim> dims;
    if (plan.kind == BlasKind::BatchGemm)
      for (unsigned dim : plan.batch)
        dims.push_back({dim});
    dims.push_back(transpose ? columns : rows);
    dims.push_back(transpose ? rows : columns);
    return dims;
  }
  SmallVector<BlasDim> dimsOf(const BlasOperand &operand) const;
  Value view(const BlasOperand &operand, ValueRange loopIndices);
  OpFoldResult product(OpFoldResult a, OpFoldResult b);
  OpFoldResult sum(OpFoldResult a, OpFoldResult b);
  OpFoldResult sizeOf(unsigned dim);

  const Contraction &contraction;
  const BlasPlan &plan;
  AliasAnalysis &aliases;
  Operation *op;
  OpBuilder builder;
  Location loc;
};

void Rewriter::rewriteTensors() {
  Value out = plan.out.value;
  bool overwrites = false;
  if (auto fill = out.getDefiningOp<linalg::FillOp>(); fill && fillsZero(fill)) {
    out = fill.getOutputs()[0];
    overwrites = true;
  } else if (matchPattern(out, m_PosZeroFloat())) {
    auto type = cast<RankedTensorType>(out.getType());
    out = tensor::EmptyOp::create(builder, loc, type.getShape(), type.getElementType());
    overwrites = true;
  }
  Operation *product = create(plan.lhs.value, plan.rhs.value, scalar(overwrites ? 0 : 1), out);
  op->replaceAllUsesWith(product->getResults());
  op->erase();
}

/// Dimensions of an operand of the new operation, in the order in which it has them.
SmallVector<BlasDim> Rewriter::dimsOf(const BlasOperand &operand) const {
  bool isLhs = &operand == &plan.lhs, isOut = &operand == &plan.out;
  switch (plan.kind) {
  case BlasKind::Dot:
    return isOut ? SmallVector<BlasDim>() : SmallVector<BlasDim>{plan.k};
  case BlasKind::Gemv:
    return isLhs ? matrixDims(plan.m, plan.k, plan.transposeA) : SmallVector<BlasDim>{isOut ? plan.m : plan.k};
  default:
    return isLhs   ? matrixDims(plan.m, plan.k, plan.transposeA)
           : isOut ? matrixDims(plan.m, plan.n, false)
                   : matrixDims(plan.k, plan.n, plan.transposeB);
  }
}

OpFoldResult Rewriter::product(OpFoldResult a, OpFoldResult b) {
  auto x = getConstantIntValue(a), y = getConstantIntValue(b);
  int64_t result = 0;
  if (x && y && !llvm::MulOverflow(*x, *y, result))
    return builder.getIndexAttr(result);
  if (x == 1 || y == 1)
    return x == 1 ? b : a;
  return arith::MulIOp::create(builder, loc, getValueOrCreateConstantIndexOp(builder, loc, a),
                               getValueOrCreateConstantIndexOp(builder, loc, b))
      .getResult();
}

OpFoldResult Rewriter::sum(OpFoldResult a, OpFoldResult b) {
  if (isZeroInteger(a) || isZeroInteger(b))
    return isZeroInteger(a) ? b : a;
  return arith::AddIOp::create(builder, loc, getValueOrCreateConstantIndexOp(builder, loc, a),
                               getValueOrCreateConstantIndexOp(builder, loc, b))
      .getResult();
}

/// The number of iterations of loop `dim`, read off the first operand that has it.
OpFoldResult Rewriter::sizeOf(unsigned dim) {
  for (const BlasOperand *operand : {&plan.out, &plan.lhs, &plan.rhs})
    if (std::optional<unsigned> place = operand->position(dim))
      return memref::getMixedSize(builder, loc, operand->value, *place);
  llvm_unreachable("every loop has an operand");
}

/// The operand with the dimensions the new operation wants: itself if it has them, otherwise a view with other strides.
Value Rewriter::view(const BlasOperand &operand, ValueRange loopIndices) {
  SmallVector<BlasDim> dims = dimsOf(operand);
  bool isPlain = loopIndices.empty() && dims.size() == operand.map.getNumResults();
  for (auto [place, dim] : llvm::enumerate(dims))
    isPlain = isPlain && dim.size() == 1 && operand.position(dim.front()) == static_cast<unsigned>(place);
  if (isPlain)
    return operand.value;

  auto metadata = memref::ExtractStridedMetadataOp::create(builder, loc, operand.value);
  SmallVector<OpFoldResult> strides = metadata.getConstifiedMixedStrides();
  OpFoldResult offset = metadata.getConstifiedMixedOffset();
  for (auto [dim, index] : llvm::zip(plan.loops, loopIndices))
    if (std::optional<unsigned> place = operand.position(dim))
      offset = sum(offset, product(index, strides[*place]));
  SmallVector<OpFoldResult> viewSizes, viewStrides;
  for (const BlasDim &dim : dims) {
    OpFoldResult size = builder.getIndexAttr(1), stride = builder.getIndexAttr(1);
    for (unsigned loop : dim)
      size = product(size, sizeOf(loop));
    if (!dim.empty()) {
      std::optional<unsigned> place = operand.position(dim.back());
      stride = place ? strides[*place] : builder.getIndexAttr(0);
    }
    viewSizes.push_back(size);
    viewStrides.push_back(stride);
  }
  return memref::ReinterpretCastOp::create(builder, loc, metadata.getBaseBuffer(), offset, viewSizes, viewStrides);
}

/// Conditions (`i1`) under which the output shares no element with an input, where that is not known.
SmallVector<Value> Rewriter::createDisjointTests() {
  DisjointTests addresses;
  SmallVector<Value> tests;
  for (const BlasOperand *operand : {&plan.lhs, &plan.rhs})
    if (!areDisjoint(operand->value, plan.out.value, aliases) &&
        (operand == &plan.lhs || plan.lhs.value != plan.rhs.value))
      tests.push_back(addresses.create(builder, loc, operand->value, plan.out.value));
  return tests;
}

/// The operation, with loops for the reductions it does not do itself.
void Rewriter::createProduct(bool overwrites) {
  SmallVector<Value> indices;
  for (unsigned dim : plan.loops) {
    Value zero = arith::ConstantIndexOp::create(builder, loc, 0), one = arith::ConstantIndexOp::create(builder, loc, 1);
    Value size = getValueOrCreateConstantIndexOp(builder, loc, sizeOf(dim));
    auto loop = scf::ForOp::create(builder, loc, zero, size, one);
    builder.setInsertionPointToStart(loop.getBody());
    indices.push_back(loop.getInductionVar());
  }
  Value lhs = view(plan.lhs, indices), rhs = view(plan.rhs, indices), out = view(plan.out, indices);
  create(lhs, rhs, scalar(overwrites ? 0 : 1), out);
}

void Rewriter::rewriteBuffers() {
  linalg::FillOp fill;
  if (plan.loops.empty())
    fill = findZeroFill(op, plan.out.value, aliases);
  SmallVector<Value> tests = createDisjointTests();
  if (tests.empty()) {
    createProduct(/*overwrites=*/fill != nullptr);
  } else {
    Value all = tests.front();
    for (Value test : ArrayRef(tests).drop_front())
      all = arith::AndIOp::create(builder, loc, all, test);
    auto choice = scf::IfOp::create(builder, loc, all, /*withElseRegion=*/true);
    builder.setInsertionPointToStart(choice.thenBlock());
    createProduct(/*overwrites=*/fill != nullptr);
    // An output that overlaps an input has a meaning in plain loops only, where every store is seen by later loads.
    IRRewriter rewriter(op->getContext());
    rewriter.setInsertionPointToStart(choice.elseBlock());
    SmallVector<Operation *> originals = {op};
    if (fill)
      originals.insert(originals.begin(), fill);
    for (Operation *original : originals) {
      auto copy = cast<linalg::LinalgOp>(rewriter.clone(*original));
      rewriter.setInsertionPoint(copy);
      if (succeeded(linalg::linalgOpToLoops(rewriter, copy)))
        rewriter.eraseOp(copy);
      rewriter.setInsertionPoint(choice.elseBlock()->getTerminator());
    }
  }
  if (fill)
    fill.erase();
  op->erase();
}

struct ConvertLinalgToBlasPass final : lexon::impl::ConvertLinalgToBlasPassBase<ConvertLinalgToBlasPass> {
  using ConvertLinalgToBlasPassBase::ConvertLinalgToBlasPassBase;

  /// Why a contraction that BLAS could do should not become a call; empty if it should.
  std::string reasonAgainst(const Contraction &contraction) {
    if (!blas::hostModuleOf(contraction.op))
      return "inside '" + SymbolTable::getNearestSymbolTable(contraction.op)->getName().getStringRef().str() +
             "', which cannot call CBLAS";
    if (contraction.scale && matchPattern(contraction.scale, m_AnyZeroFloat()))
      return "a scale of 0, with which BLAS does not read its operands";
    linalg::LinalgOp op = contraction.linalgOp();
    double flops = 2;
    for (int64_t size : op.getStaticLoopRanges()) {
      if (ShapedType::isDynamic(size))
        return "";
      flops *= static_cast<double>(size);
    }
    if (flops >= static_cast<double>(minFlops))
      return "";
    return "only " + std::to_string(static_cast<int64_t>(flops)) + " floating-point operations, min-flops is " +
           std::to_string(minFlops);
  }

  void runOnOperation() override {
    auto &aliases = getAnalysis<AliasAnalysis>();
    SmallVector<linalg::LinalgOp> ops;
    getOperation()->walk([&](linalg::LinalgOp op) { ops.push_back(op); });
    for (linalg::LinalgOp op : ops) {
      FailureOr<Contraction> contraction = matchContraction(op);
      LEXON_DEBUG("convert-linalg-to-blas", os << op.getLoc() << ": " << op->getName()
                                               << (failed(contraction) ? " is no contraction" : " is one"));
      if (failed(contraction))
        continue;
      auto asked = op->getAttrOfType<StringAttr>(lexon::core::kMatmulAttr);
      if (onlyChosen && (!asked || asked.getValue() != "blas"))
        continue;
      std::string reason;
      std::optional<BlasPlan> plan;
      if (asked && asked.getValue() == "vector")
        reason = "vector code, as asked";
      else if (contraction->isConvolution())
        reason = "a convolution";
      else
        plan = planBlas(*contraction, reason);
      if (plan)
        reason = reasonAgainst(*contraction);
      if (!reason.empty()) {
        remark::missed(op.getLoc(), kEvent) << remark::reason("{0}", reason);
        continue;
      }
      constexpr StringRef names[] = {"blas.gemm", "blas.batch_gemm", "blas.gemv", "blas.dot"};
      remark::passed(op.getLoc(), kEvent) << names[static_cast<int>(plan->kind)];
      Rewriter(*contraction, *plan, aliases).run();
    }
  }
};
} // namespace
