//===- ChooseBlas.cpp - generated code or OpenBLAS, by expected cost ------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "BlasPlan.h"

#include "lexon/Conversion/Passes.h"
#include "lexon/Dialect/Blas/IR/Blas.h"
#include "lexon/Dialect/Lexon/Transforms/ContractCost.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Remarks.h"
#include "llvm/Support/FormatVariadic.h"

namespace lexon {
#define GEN_PASS_DEF_CHOOSEBLASPASS
#include "lexon/Conversion/Passes.h.inc"
} // namespace lexon

using namespace mlir;
using namespace lexon;

namespace {
constexpr auto kEvent = remark::RemarkOpts::name("chosen").category("choose-blas");

/// The sums of a `lexon.contract` as an operation of linalg on contiguous buffers, in `scratch`; null if the output is
/// indexed by sums of dimensions. An operation of linalg: itself, on such buffers.
linalg::LinalgOp onBuffers(Operation *op, Block &scratch) {
  Location loc = op->getLoc();
  OpBuilder builder(op->getContext());
  builder.setInsertionPointToEnd(&scratch);
  auto bufferOf = [&](Type type) -> Value {
    if (auto tensor = dyn_cast<RankedTensorType>(type))
      type = MemRefType::get(tensor.getShape(), tensor.getElementType());
    return scratch.addArgument(type, loc);
  };
  auto contract = dyn_cast<core::ContractOp>(op);
  if (!contract) {
    SmallVector<Value> operands;
    for (Value operand : op->getOperands())
      operands.push_back(bufferOf(operand.getType()));
    return cast<linalg::LinalgOp>(clone(builder, op, TypeRange(), operands));
  }
  SmallVector<AffineMap> maps = contract.getMaps();
  SmallVector<int64_t> sizes = contract.getStaticSizes(), shape;
  SmallVector<utils::IteratorType> iterators(sizes.size(), utils::IteratorType::reduction);
  SmallVector<AffineExpr> results(maps.back().getResults());
  if (!maps.back().isProjectedPermutation())
    return {};
  std::optional<unsigned> group = contract.getGroupDim();
  if (group && !maps.back().isFunctionOfDim(*group))
    results.push_back(builder.getAffineDimExpr(*group));
  for (AffineExpr result : results) {
    unsigned dim = cast<AffineDimExpr>(result).getPosition();
    shape.push_back(sizes[dim]);
    iterators[dim] = utils::IteratorType::parallel;
  }
  Type sum = contract.getEpilogue().front().getArgument(0).getType();
  Value out = scratch.addArgument(MemRefType::get(shape, sum), loc);
  auto body = [](OpBuilder &b, Location at, ValueRange arguments) {
    Value product = arith::MulFOp::create(b, at, arguments[0], arguments[1]);
    linalg::YieldOp::create(b, at, arith::AddFOp::create(b, at, arguments[2], product).getResult());
  };
  Value lhs = bufferOf(contract.getLhs().getType()), rhs = bufferOf(contract.getRhs().getType());
  for (Value input : {lhs, rhs}) // other types are none that BLAS has
    if (cast<MemRefType>(input.getType()).getElementType() != sum)
      return {};
  AffineMap map = AffineMap::get(sizes.size(), 0, results, op->getContext());
  return linalg::GenericOp::create(builder, loc, TypeRange(), ValueRange{lhs, rhs}, out,
                                   ArrayRef<AffineMap>{maps[0], maps[1], map}, iterators, body);
}

struct ChooseBlasPass final : lexon::impl::ChooseBlasPassBase<ChooseBlasPass> {
  using ChooseBlasPassBase::ChooseBlasPassBase;

  MatmulTarget target() const { return {vectorBits, vectorRegisters, cacheBytes, bf16Products, threads}; }

  /// What generated code takes for `op`, packed in the best way; nothing, with a reason, if that is not known.
  std::optional<double> codeCycles(Operation *op, std::string &reason) {
    std::optional<double> asItIs = core::expectedCycles(op, target());
    if (!asItIs)
      reason = "there is no kernel to compare with";
    auto contract = dyn_cast<core::ContractOp>(op);
    if (!asItIs || !contract)
      return asItIs;
    bool isConstant = core::isConstant(contract.getRhs());
    std::string why;
    std::optional<core::ContractCost> packed = core::expectedContractCost(contract, panel, target(), why);
    if (!packed || (isConstant && !preparedWeights))
      return asItIs;
    if (isConstant)
      return packed->onPanels;
    return packed->isPackedBetter() ? packed->onPanels + packed->copy : packed->asItIs;
  }

  /// What OpenBLAS takes for the product and a loop for the element-wise operations behind it.
  double blasCycles(Operation *op, const BlasPlan &plan, linalg::LinalgOp product) {
    SmallVector<int64_t> sizes = product.getStaticLoopRanges();
    auto sizeOf = [&](ArrayRef<unsigned> dims) {
      int64_t size = 1;
      for (unsigned dim : dims)
        size *= sizes[dim];
      return size;
    };
    auto rowBytes = [](const BlasOperand &operand) {
      auto type = cast<MemRefType>(operand.value.getType());
      return type.getShape().back() * type.getElementTypeBitWidth() / 8;
    };
    LibraryProduct library;
    library.batch = sizeOf(plan.batch) * sizeOf(plan.loops);
    library.m = sizeOf(plan.m);
    library.n = sizeOf(plan.n);
    library.k = sizeOf(plan.k);
    library.elementBits = cast<MemRefType>(plan.out.value.getType()).getElementTypeBitWidth();
    library.vectorBits = blasVectorBits;
    library.lhsRowBytes = rowBytes(plan.lhs);
    library.rhsRowBytes = rowBytes(plan.rhs);
    double cycles = expectedLibraryCycles(library, target());
    auto contract = dyn_cast<core::ContractOp>(op);
    if (contract && (contract.getEpilogue().front().getOperations().size() > 1 || contract.getNumGroups() > 1))
      cycles += expectedCopyCycles(plan.out.value, target());
    return cycles;
  }

  /// Chooses for one contraction on tensors, and says so.
  void choose(Operation *op) {
    auto missed = [&](const Twine &why) { remark::missed(op->getLoc(), kEvent) << remark::reason("{0}", why.str()); };
    auto asked = op->getAttrOfType<StringAttr>(core::kMatmulAttr);
    op->removeAttr(core::kMatmulAttr);
    if (asked && asked.getValue() != "blas")
      return missed("code, as asked");
    std::string reason = "OpenBLAS has no product of mixed or small numbers, nor one whose output moves by sums";
    Block scratch;
    linalg::LinalgOp product = onBuffers(op, scratch);
    FailureOr<Contraction> contraction = failure();
    if (product)
      contraction = matchContraction(product);
    std::optional<BlasPlan> plan;
    if (succeeded(contraction) && contraction->isConvolution())
      reason = "a convolution";
    else if (succeeded(contraction))
      plan = planBlas(*contraction, reason);
    if (plan && !blas::hostModuleOf(op)) {
      plan.reset();
      reason = "its module cannot call CBLAS";
    }
    if (!plan)
      return missed(reason);
    auto blas = StringAttr::get(op->getContext(), "blas");
    if (asked) {
      op->setAttr(core::kMatmulAttr, blas);
      remark::passed(op->getLoc(), kEvent) << "OpenBLAS, as asked";
      return;
    }
    // A product with a vector is bound by memory, which both read once.
    if (plan->kind != BlasKind::Gemm && plan->kind != BlasKind::BatchGemm)
      return missed("a product with a vector");
    if (llvm::is_contained(product.getStaticLoopRanges(), ShapedType::kDynamic))
      return missed("its sizes are not static");
    std::optional<double> code = codeCycles(op, reason);
    if (!code)
      return missed(reason);
    double library = blasCycles(op, *plan, product), limit = 1;
    for (int64_t size : product.getStaticLoopRanges())
      limit *= static_cast<double>(size);
    int64_t bits = cast<MemRefType>(plan->out.value.getType()).getElementTypeBitWidth();
    limit *= static_cast<double>(bits) / static_cast<double>(std::max<int64_t>(vectorBits, blasVectorBits)) /
             target().multiplyAddsPerCycle / static_cast<double>(threads == 0 ? 2 : threads);
    std::string text = llvm::formatv("expected {0:F1} kcycles by code, {1:F1} by OpenBLAS, {2:F1} if all multiply-add "
                                     "units were busy",
                                     *code / 1000, library / 1000, limit / 1000);
    // A library is one thing more to install: it has to be worth it.
    if (library >= 0.95 * *code)
      return missed("code: " + text);
    op->setAttr(core::kMatmulAttr, blas);
    remark::passed(op->getLoc(), kEvent) << "OpenBLAS: " + text;
  }

  void runOnOperation() override {
    SmallVector<Operation *> contractions;
    getOperation()->walk([&](Operation *op) {
      if (succeeded(matchContraction(op)) && llvm::none_of(op->getOperandTypes(), llvm::IsaPred<MemRefType>))
        contractions.push_back(op);
    });
    for (Operation *op : contractions)
      choose(op);
  }
};
} // namespace
