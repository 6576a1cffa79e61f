//===- NormalizeConvolutions.cpp - the layout that kernels read -----------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "lexon/Transforms/Convolution/Passes.h"

#include "lexon/Analysis/Contraction.h"
#include "lexon/Support/Debug.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/IndexingUtils.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/Remarks.h"
#include "llvm/ADT/SmallBitVector.h"

namespace lexon {
#define GEN_PASS_DEF_NORMALIZECONVOLUTIONSPASS
#include "lexon/Transforms/Convolution/Passes.h.inc"
} // namespace lexon

using namespace mlir;

namespace {
constexpr auto kEvent = remark::RemarkOpts::name("normalized").category("normalize-convolutions");

/// Channels from which on moving them last pays: half of a vector of AVX-512.
constexpr int64_t kManyChannels = 8;

/// The input of a convolution or pooling is indexed by sums: windows.
bool isWindowed(linalg::LinalgOp op) {
  if (!op.hasPureTensorSemantics() || op.getNumDpsInits() != 1 || op.getNumDpsInputs() != 2 || op.hasIndexSemantics())
    return false;
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  return !maps[0].isProjectedPermutation() && llvm::all_of(maps[0].getResults(), lexon::core::isSumOfDims) &&
         maps[1].isProjectedPermutation() && maps[2].isProjectedPermutation() &&
         maps[2].getNumResults() == op.getNumParallelLoops();
}

/// The dimensions that windows move along: those that index the input within a sum.
llvm::SmallBitVector windowDims(linalg::LinalgOp op) {
  AffineMap map = op.getIndexingMapsArray()[0];
  llvm::SmallBitVector result(map.getNumDims());
  for (AffineExpr expr : map.getResults())
    for (unsigned dim = 0; !isa<AffineDimExpr>(expr) && dim < map.getNumDims(); ++dim)
      if (expr.isFunctionOfDim(dim))
        result.set(dim);
  return result;
}

/// Replaces operand `number` by its transpose (undone by `map`, so that `op` means the same). For the output, the
/// result is transposed back. Returns the operation that stands in `op`'s place.
linalg::GenericOp transposeOperand(RewriterBase &rewriter, linalg::GenericOp op, unsigned number,
                                   ArrayRef<int64_t> permutation) {
  if (isIdentityPermutation(permutation))
    return op;
  Location loc = op.getLoc();
  rewriter.setInsertionPoint(op);
  auto transpose = [&](Value value, ArrayRef<int64_t> order) -> Value {
    SmallVector<OpFoldResult> sizes = applyPermutation(tensor::getMixedSizes(rewriter, loc, value), order);
    Value empty =
        tensor::EmptyOp::create(rewriter, loc, sizes, cast<RankedTensorType>(value.getType()).getElementType());
    return linalg::TransposeOp::create(rewriter, loc, value, empty, order)->getResult(0);
  };
  SmallVector<Value> operands(op->getOperands());
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  maps[number] = AffineMap::get(maps[number].getNumDims(), 0, applyPermutation(maps[number].getResults(), permutation),
                                op.getContext());
  bool isOutput = number + 1 == operands.size();
  // A filled output is filled in its new shape, no output is transposed that is not read.
  if (auto fill = operands[number].getDefiningOp<linalg::FillOp>(); fill && isOutput) {
    Value empty = transpose(fill.getOutputs()[0], permutation).getDefiningOp<linalg::TransposeOp>().getInit();
    operands[number] = linalg::FillOp::create(rewriter, loc, fill.getInputs(), empty).getResult(0);
  } else {
    operands[number] = transpose(operands[number], permutation);
  }
  auto created = linalg::GenericOp::create(rewriter, loc, operands.back().getType(), ArrayRef(operands).drop_back(),
                                           operands.back(), maps, op.getIteratorTypesArray());
  rewriter.cloneRegionBefore(op.getRegion(), created.getRegion(), created.getRegion().end());
  Value result = created.getResult(0);
  if (isOutput)
    result = transpose(result, invertPermutationVector(permutation));
  if (result.getType() != op.getResult(0).getType())
    result = tensor::CastOp::create(rewriter, loc, op.getResult(0).getType(), result);
  rewriter.replaceOp(op, result);
  return created;
}

/// The order of an operand's dimensions with those for which `rank` is lower first; else as they are.
SmallVector<int64_t> orderBy(AffineMap map, function_ref<int(AffineExpr)> rank) {
  SmallVector<int64_t> order = llvm::to_vector(llvm::seq<int64_t>(0, map.getNumResults()));
  llvm::stable_sort(order, [&](int64_t a, int64_t b) { return rank(map.getResult(a)) < rank(map.getResult(b)); });
  return order;
}

class Normalizer {
public:
  Normalizer(MLIRContext *context, bool preparedWeights) : rewriter(context), preparedWeights(preparedWeights) {}

  void run(linalg::LinalgOp op) {
    rewriter.setInsertionPoint(op);
    bool isConvolution = succeeded(lexon::matchContraction(op));
    remark::passed(op->getLoc(), kEvent) << op->getName().getStringRef();
    auto generic = dyn_cast<linalg::GenericOp>(op.getOperation());
    if (!generic)
      generic = *linalg::generalizeNamedOp(rewriter, op);
    generic = channelsLast(generic, isConvolution);
    if (!isConvolution)
      return;
    generic = dropUnitDims(generic);
    generic = foldWeightMoves(generic);
    orderWeights(generic);
  }

private:
  /// True if neighbours in the output are pixels.
  static bool endsWithWindow(linalg::LinalgOp op, unsigned operand) {
    AffineMap map = op.getIndexingMapsArray()[operand];
    auto last = map.getNumResults() == 0 ? AffineExpr() : map.getResults().back();
    if (!last)
      return false;
    llvm::SmallBitVector windows = windowDims(op);
    return llvm::any_of(windows.set_bits(), [&](unsigned dim) { return last.isFunctionOfDim(dim); });
  }

  linalg::GenericOp channelsLast(linalg::GenericOp op, bool isConvolution) {
    llvm::SmallBitVector windows = windowDims(op);
    SmallVector<AffineMap> maps = op.getIndexingMapsArray();
    // The first dimension that is neither channel nor pixel stays in front: the image's number.
    FailureOr<lexon::Contraction> contraction = lexon::matchContraction(op);
    auto rank = [&](AffineExpr expr) {
      auto dim = dyn_cast<AffineDimExpr>(expr);
      if (!dim || windows.test(dim.getPosition()))
        return 1;
      bool isImage = isConvolution ? llvm::is_contained(contraction->m, dim.getPosition())
                                   : maps[2].getResult(0) == expr && maps[2].getNumResults() > windows.count() / 2 + 1;
      return isImage ? 0 : 2;
    };
    SmallVector<int64_t> sizes = op.getStaticLoopRanges();
    auto channels = [&](AffineMap map) {
      int64_t count = 1;
      for (AffineExpr expr : map.getResults())
        if (rank(expr) == 2) {
          int64_t size = sizes[cast<AffineDimExpr>(expr).getPosition()];
          count = ShapedType::isDynamic(size) ? kManyChannels : std::min<int64_t>(count * size, kManyChannels);
        }
      return count;
    };
    for (unsigned operand : {0, 2})
      if (endsWithWindow(op, operand) && channels(maps[operand]) >= kManyChannels)
        op = transposeOperand(rewriter, op, operand, orderBy(maps[operand], rank));
    return op;
  }

  /// Kernel sizes of 1, and the output channel of each group if there is one: they would hide what is contiguous.
  linalg::GenericOp dropUnitDims(linalg::GenericOp op) {
    FailureOr<lexon::Contraction> contraction = lexon::matchContraction(op);
    if (failed(contraction))
      return op;
    SmallVector<unsigned> dims;
    for (unsigned dim : contraction->k)
      if (contraction->sizes[dim] == 1 && dims.size() + 1 < contraction->k.size())
        dims.push_back(dim);
    for (unsigned dim : contraction->n)
      if (contraction->sizes[dim] == 1 && !contraction->batch.empty())
        dims.push_back(dim);
    if (dims.empty())
      return op;
    linalg::ControlDropUnitDims control;
    control.controlFn = [&](Operation *) { return dims; };
    rewriter.setInsertionPoint(op);
    FailureOr<linalg::DropUnitDimsResult> dropped = linalg::dropUnitDims(rewriter, op, control);
    if (failed(dropped))
      return op;
    auto created = cast<linalg::GenericOp>(dropped->resultOp.getOperation());
    rewriter.replaceOp(op, dropped->replacements);
    return created;
  }

  /// Reads the weights, and an input of few channels, as they were before a transpose.
  linalg::GenericOp foldWeightMoves(linalg::GenericOp op) {
    for (unsigned number : {0, 1}) {
      auto transpose = op->getOperand(number).getDefiningOp<linalg::TransposeOp>();
      if (!transpose || !transpose.hasPureTensorSemantics())
        continue;
      AffineMap map = op.getIndexingMapsArray()[number];
      if (number == 0 && channelsOf(op) >= kManyChannels)
        continue;
      SmallVector<AffineMap> maps = op.getIndexingMapsArray();
      SmallVector<int64_t> inverse = invertPermutationVector(transpose.getPermutation());
      maps[number] = AffineMap::get(map.getNumDims(), 0, applyPermutation(map.getResults(), inverse), op.getContext());
      rewriter.modifyOpInPlace(op, [&] {
        op->setOperand(number, transpose.getInput());
        op.setIndexingMapsAttr(rewriter.getAffineMapArrayAttr(maps));
      });
    }
    return op;
  }

  /// Input channels that one output element sums over (at most kManyChannels are counted), or that lie side by side.
  static int64_t channelsOf(linalg::GenericOp op) {
    AffineMap map = op.getIndexingMapsArray()[0];
    auto last = dyn_cast<AffineDimExpr>(map.getResults().back());
    int64_t size = last ? op.getStaticLoopRanges()[last.getPosition()] : 1;
    return ShapedType::isDynamic(size) ? kManyChannels : size;
  }

  /// Output channels (and groups before them) become neighbours, unless pack-weights will see to it.
  void orderWeights(linalg::GenericOp op) {
    FailureOr<lexon::Contraction> contraction = lexon::matchContraction(op);
    if (failed(contraction))
      return;
    int64_t columns = 1;
    for (unsigned dim : contraction->n)
      columns = ShapedType::isDynamic(contraction->sizes[dim]) ? 0 : columns * contraction->sizes[dim];
    if (preparedWeights && contraction->batch.empty() && columns > 0 && isConstant(contraction->rhs()))
      return;
    auto rank = [&](AffineExpr expr) {
      unsigned dim = cast<AffineDimExpr>(expr).getPosition();
      if (llvm::is_contained(contraction->n, dim))
        return 100;
      if (llvm::is_contained(contraction->batch, dim))
        return contraction->n.empty() ? 100 : -1;
      // The reduction in the order in which the input holds it.
      for (auto [position, result] : llvm::enumerate(contraction->lhsMap.getResults()))
        if (result.isFunctionOfDim(dim))
          return static_cast<int>(position);
      return 0;
    };
    transposeOperand(rewriter, op, 1, orderBy(contraction->rhsMap, rank));
  }

  /// True for a constant argument of the function that only reshapes stand behind.
  static bool isConstant(Value value) {
    while (Operation *op = value.getDefiningOp()) {
      if (!isa<tensor::ExpandShapeOp, tensor::CollapseShapeOp>(op))
        return false;
      value = op->getOperand(0);
    }
    auto argument = cast<BlockArgument>(value);
    auto function = dyn_cast<func::FuncOp>(argument.getOwner()->getParentOp());
    return function && function.getArgAttr(argument.getArgNumber(), lexon::core::kConstantAttr);
  }

  IRRewriter rewriter;
  const bool preparedWeights;
};

struct NormalizeConvolutionsPass final : lexon::impl::NormalizeConvolutionsPassBase<NormalizeConvolutionsPass> {
  using NormalizeConvolutionsPassBase::NormalizeConvolutionsPassBase;

  void runOnOperation() override {
    SmallVector<linalg::LinalgOp> windowed;
    getOperation()->walk([&](linalg::LinalgOp op) {
      if (isWindowed(op))
        windowed.push_back(op);
    });
    for (linalg::LinalgOp op : windowed)
      Normalizer(&getContext(), preparedWeights).run(op);
  }
};
} // namespace
