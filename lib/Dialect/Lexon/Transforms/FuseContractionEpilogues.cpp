//===- FuseContractionEpilogues.cpp - linalg to lexon.contract ------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "lexon/Dialect/Lexon/Transforms/Passes.h"

#include "StoredGroups.h"

#include "lexon/Analysis/Contraction.h"
#include "lexon/Support/Debug.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/Remarks.h"

namespace lexon::core {
#define GEN_PASS_DEF_FUSECONTRACTIONEPILOGUESPASS
#include "lexon/Dialect/Lexon/Transforms/Passes.h.inc"
} // namespace lexon::core

using namespace mlir;
using lexon::core::ContractOp;
using lexon::core::isElementwise;

bool lexon::core::isElementwise(linalg::GenericOp op) {
  if (!op.hasPureTensorSemantics() || op.getNumResults() != 1 || op.getNumParallelLoops() != op.getNumLoops() ||
      !op.getIndexingMapsArray().back().isPermutation() || op.payloadUsesValueFromOperand(op.getDpsInitOperand(0)))
    return false;
  for (AffineMap map : op.getIndexingMapsArray())
    if (!llvm::all_of(map.getResults(), [](AffineExpr expr) { return isa<AffineDimExpr, AffineConstantExpr>(expr); }))
      return false;
  return llvm::all_of(op.getBody()->without_terminator(), [](Operation &inner) {
    bool isKnown = OpTrait::hasElementwiseMappableTraits(&inner) || inner.hasTrait<OpTrait::ConstantLike>();
    return isKnown && isMemoryEffectFree(&inner) && inner.getNumResults() == 1 && inner.getNumRegions() == 0;
  });
}

namespace {
constexpr auto kEvent = remark::RemarkOpts::name("contract").category("fuse-contraction-epilogues");
constexpr auto kStoredEvent = remark::RemarkOpts::name("stored-groups").category("fuse-contraction-epilogues");

//===----------------------------------------------------------------------===//
// Contractions
//===----------------------------------------------------------------------===//

/// The operation that makes `value` by repeating a smaller tensor (a bias), or null.
linalg::GenericOp broadcastOf(Value value) {
  auto op = value.getDefiningOp<linalg::GenericOp>();
  if (!op || op.getNumDpsInputs() != 1 || op.getNumResults() != 1 || !isElementwise(op) ||
      op.getBody()->getTerminator()->getOperand(0) != op.getBody()->getArgument(0) ||
      !isa<RankedTensorType>(op.getDpsInputs()[0].getType()))
    return nullptr;
  return op;
}

/// The scalar that fills all of `value`, by linalg.fill or by an element-wise operation without inputs, reshaped or
/// not; null if none does.
Value fillingOf(Value value) {
  while (isa_and_present<tensor::ExpandShapeOp, tensor::CollapseShapeOp>(value.getDefiningOp()))
    value = value.getDefiningOp()->getOperand(0);
  if (auto fill = value.getDefiningOp<linalg::FillOp>())
    return fill.getInputs().front();
  auto op = value.getDefiningOp<linalg::GenericOp>();
  if (!op || op.getNumDpsInputs() != 0 || op.getNumResults() != 1 || !isElementwise(op))
    return nullptr;
  Value yielded = op.getBody()->getTerminator()->getOperand(0);
  return yielded.getParentBlock() == op.getBody() ? Value() : yielded;
}

bool isZeroConstant(Value value) {
  DenseElementsAttr splat;
  return matchPattern(value, m_Constant(&splat)) && splat.isSplat() && splat.getSplatValue<APFloat>().isZero();
}

/// What the sums begin with: nothing (zeros), a scalar, or a tensor read through a map.
struct Initial {
  Value empty; // a tensor to write the result to
  Value value, scalar;
  AffineMap map;
};

Initial initialOf(RewriterBase &rewriter, const lexon::Contraction &contraction) {
  Initial initial;
  Value out = contraction.out();
  auto makeEmpty = [&]() -> Value {
    Location loc = contraction.op->getLoc();
    return tensor::EmptyOp::create(rewriter, loc, tensor::getMixedSizes(rewriter, loc, out),
                                   cast<RankedTensorType>(out.getType()).getElementType());
  };
  if (Value scalar = fillingOf(out)) {
    auto filling = out.getDefiningOp<linalg::LinalgOp>(); // null if it is reshaped
    initial.empty = filling ? filling.getDpsInits()[0] : makeEmpty();
    if (!matchPattern(scalar, m_AnyZeroFloat()))
      initial.scalar = scalar;
    return initial;
  }
  initial.empty = makeEmpty();
  initial.value = out;
  initial.map = contraction.outMap;
  if (linalg::GenericOp move = broadcastOf(out)) {
    AffineMap read = move.getIndexingMapsArray()[0].compose(inversePermutation(move.getIndexingMapsArray()[1]));
    initial.value = move.getDpsInputs()[0];
    initial.map = read.compose(contraction.outMap);
  }
  if (isZeroConstant(initial.value))
    initial.value = {};
  return initial;
}

/// Why `contraction` cannot be a `lexon.contract`; empty if it can.
std::string reasonAgainst(const lexon::Contraction &contraction) {
  linalg::LinalgOp op = contraction.linalgOp();
  if (!op.hasPureTensorSemantics())
    return "not on tensors";
  auto elementOf = [](Value value) { return cast<ShapedType>(value.getType()).getElementType(); };
  for (Value operand : {contraction.lhs(), contraction.rhs(), contraction.out()})
    if (!isa<FloatType>(elementOf(operand)))
      return "elements are not floating-point numbers";
  Value out = contraction.out();
  if (!fillingOf(out) && !broadcastOf(out) && !isZeroConstant(out))
    return "the sums begin with a tensor of their own size";
  if (contraction.k.empty())
    return "no reduction dimension";
  if (contraction.m.empty() && contraction.n.empty())
    return "no row or column dimension";
  if (contraction.scale && contraction.scale.getType() != elementOf(contraction.out()))
    return "the scale is of another type than the result";
  return "";
}

/// A `lexon.contract` without an epilogue of its own.
ContractOp convert(RewriterBase &rewriter, const lexon::Contraction &contraction) {
  linalg::LinalgOp op = contraction.linalgOp();
  Location loc = op.getLoc();
  rewriter.setInsertionPoint(op);
  auto type = cast<RankedTensorType>(contraction.out().getType());
  Initial initial = initialOf(rewriter, contraction);
  SmallVector<Value> with;
  SmallVector<AffineMap> maps = {contraction.lhsMap, contraction.rhsMap};
  SmallVector<Type> types(1, type.getElementType());
  if (initial.value) {
    with.push_back(initial.value);
    maps.push_back(initial.map);
    types.push_back(type.getElementType());
  }
  maps.push_back(contraction.outMap);
  auto contract = ContractOp::create(rewriter, loc, type, contraction.lhs(), contraction.rhs(), with, initial.empty,
                                     rewriter.getAffineMapArrayAttr(maps), /*stored_group=*/nullptr);
  lexon::core::keepChoices(op->getDiscardableAttrDictionary(), contract);
  Block *body = rewriter.createBlock(&contract.getEpilogue(), {}, types, SmallVector<Location>(types.size(), loc));
  Value sum = body->getArgument(0);
  if (Value scale = contraction.scale) {
    if (Operation *definition = scale.getDefiningOp(); definition && op->isProperAncestor(definition))
      scale = rewriter.clone(*definition)->getResult(0);
    sum = arith::MulFOp::create(rewriter, loc, sum, scale);
  }
  if (contraction.negated)
    sum = arith::NegFOp::create(rewriter, loc, sum);
  if (initial.value)
    sum = arith::AddFOp::create(rewriter, loc, sum, body->getArgument(1));
  else if (initial.scalar)
    sum = arith::AddFOp::create(rewriter, loc, sum, initial.scalar);
  lexon::core::YieldOp::create(rewriter, loc, sum);
  rewriter.replaceOp(op, contract.getResult());
  return contract;
}

//===----------------------------------------------------------------------===//
// Consumers
//===----------------------------------------------------------------------===//

/// One operand of an element-wise operation that is the contraction's result, or a slice of it.
struct Use {
  OpOperand *operand;
  int64_t group = 0;
};

/// How an element-wise operation uses a contraction's result.
struct Consumer {
  linalg::GenericOp op;
  SmallVector<Use> uses;
  /// From the operand's dimensions to those of the contraction's result.
  SmallVector<unsigned> dims;
  /// Dimension of the result that is cut into groups, and how many there are.
  unsigned slicedDim = 0;
  int64_t groups = 1;
};

/// The dimension of `type` that each group of `reassociation` stands for, if all others of the group are of size 1.
std::optional<SmallVector<unsigned>> dimsOfGroups(ArrayRef<ReassociationIndices> reassociation, ShapedType type) {
  SmallVector<unsigned> result;
  for (const ReassociationIndices &group : reassociation) {
    std::optional<unsigned> found;
    for (int64_t dim : group) {
      if (type.getDimSize(dim) == 1)
        continue;
      if (found)
        return std::nullopt;
      found = dim;
    }
    result.push_back(found.value_or(group.front()));
  }
  return result;
}

/// A slice of `value` along one dimension, and what its dimensions are in `value`.
struct Slice {
  Value result;
  unsigned dim;
  int64_t offset, size;
  SmallVector<unsigned> dims;
};

std::optional<Slice> matchSlice(tensor::ExtractSliceOp op) {
  RankedTensorType source = op.getSourceType();
  if (!source.hasStaticShape() || !op.getResultType().hasStaticShape() || !op.hasUnitStride() ||
      llvm::any_of(op.getStaticOffsets(), ShapedType::isDynamic))
    return std::nullopt;
  Slice slice{op.getResult(), 0, 0, 0, {}};
  unsigned cut = 0;
  for (int64_t dim = 0; dim < source.getRank(); ++dim)
    if (op.getStaticSizes()[dim] != source.getDimSize(dim)) {
      slice.dim = dim;
      slice.offset = op.getStaticOffsets()[dim];
      slice.size = op.getStaticSizes()[dim];
      ++cut;
    }
  llvm::SmallBitVector dropped = op.getDroppedDims();
  if (cut != 1 || dropped.test(slice.dim))
    return std::nullopt;
  for (unsigned dim = 0; dim < dropped.size(); ++dim)
    if (!dropped.test(dim))
      slice.dims.push_back(dim);
  return slice;
}

/// All uses of `value` are slices of equal size along one dimension that cover it, all used by one operation alone.
std::optional<Consumer> matchSlices(Value value) {
  // Unit dimensions may stand in between.
  std::optional<SmallVector<unsigned>> outer; // of the expanded value, for each dimension of `value`
  Value sliced = value;
  if (auto expand = value.hasOneUse() ? dyn_cast<tensor::ExpandShapeOp>(*value.user_begin()) : nullptr) {
    outer = dimsOfGroups(expand.getReassociationIndices(), expand.getResultType());
    if (!outer)
      return std::nullopt;
    sliced = expand.getResult();
  }
  SmallVector<Slice> slices;
  for (Operation *user : sliced.getUsers()) {
    auto op = dyn_cast<tensor::ExtractSliceOp>(user);
    std::optional<Slice> slice = op ? matchSlice(op) : std::nullopt;
    if (!slice)
      return std::nullopt;
    slices.push_back(*slice);
  }
  if (slices.size() < 2 || slices.size() > 8)
    return std::nullopt;
  llvm::sort(slices, [](const Slice &a, const Slice &b) { return a.offset < b.offset; });
  Consumer consumer;
  consumer.groups = slices.size();
  for (auto [group, slice] : llvm::enumerate(slices)) {
    auto user = slice.result.hasOneUse() ? dyn_cast<linalg::GenericOp>(*slice.result.user_begin()) : nullptr;
    if (!user || (group != 0 && user != consumer.op) || slice.dim != slices[0].dim || slice.dims != slices[0].dims ||
        slice.size != slices[0].size || slice.offset != static_cast<int64_t>(group) * slice.size)
      return std::nullopt;
    consumer.op = user;
    consumer.uses.push_back({&*slice.result.use_begin(), static_cast<int64_t>(group)});
  }
  if (slices.back().offset + slices.back().size != cast<ShapedType>(sliced.getType()).getDimSize(slices[0].dim))
    return std::nullopt;
  auto toValue = [&](unsigned dim) -> std::optional<unsigned> {
    if (!outer)
      return dim;
    auto found = llvm::find(*outer, dim);
    return found == outer->end() ? std::nullopt : std::optional<unsigned>(found - outer->begin());
  };
  for (unsigned dim : slices[0].dims) {
    std::optional<unsigned> own = toValue(dim);
    if (!own)
      return std::nullopt;
    consumer.dims.push_back(*own);
  }
  std::optional<unsigned> own = toValue(slices[0].dim);
  if (!own || consumer.dims.size() != static_cast<size_t>(cast<ShapedType>(value.getType()).getRank()))
    return std::nullopt;
  consumer.slicedDim = *own;
  return consumer;
}

std::optional<Consumer> matchConsumer(Value value) {
  std::optional<Consumer> consumer;
  auto user = value.use_empty() ? nullptr : dyn_cast<linalg::GenericOp>(*value.user_begin());
  if (user && llvm::all_of(value.getUsers(), [&](Operation *other) { return other == user; })) {
    consumer.emplace();
    consumer->op = user;
    for (OpOperand &use : value.getUses())
      consumer->uses.push_back({&use});
    consumer->dims = llvm::to_vector(llvm::seq<unsigned>(0, cast<ShapedType>(value.getType()).getRank()));
  } else {
    consumer = matchSlices(value);
  }
  if (!consumer || !isElementwise(consumer->op))
    return std::nullopt;
  // Every use reads the same element, and each element is read by one iteration.
  AffineMap map = consumer->op.getMatchingIndexingMap(consumer->uses.front().operand);
  if (!map.isPermutation() || llvm::any_of(consumer->uses, [&](const Use &use) {
        return consumer->op.isDpsInit(use.operand) || consumer->op.getMatchingIndexingMap(use.operand) != map;
      }))
    return std::nullopt;
  return consumer;
}

//===----------------------------------------------------------------------===//
// Fusion
//===----------------------------------------------------------------------===//

/// Cuts the column dimension that `consumer` slices: rhs gets a group dimension. Returns the new maps of the
/// contraction, with the group as an additional, last dimension, and the reshaped rhs; fails if the dimension is not
/// one of columns.
FailureOr<std::pair<SmallVector<AffineMap>, Value>> cutIntoGroups(RewriterBase &rewriter, ContractOp contract,
                                                                  const Consumer &consumer) {
  SmallVector<AffineMap> maps = contract.getMaps();
  auto dim = dyn_cast<AffineDimExpr>(maps.back().getResult(consumer.slicedDim));
  auto rhsType = cast<RankedTensorType>(contract.getRhs().getType());
  if (!dim || contract.getGroupDim() || !contract.getWith().empty() || !maps[1].isFunctionOfDim(dim.getPosition()) ||
      maps[0].isFunctionOfDim(dim.getPosition()) || !rhsType.hasStaticShape() ||
      rhsType.getDimSize(*maps[1].getResultPosition(dim)) % consumer.groups != 0)
    return failure();
  unsigned position = *maps[1].getResultPosition(dim), loops = contract.getNumLoops();
  SmallVector<int64_t> shape(rhsType.getShape());
  shape[position] /= consumer.groups;
  shape.insert(shape.begin() + position, consumer.groups);
  SmallVector<ReassociationIndices> reassociation;
  for (int64_t i = 0, next = 0; i < rhsType.getRank(); ++i) {
    reassociation.push_back({next++});
    if (i == position)
      reassociation.back().push_back(next++);
  }
  rewriter.setInsertionPoint(contract);
  Value rhs = tensor::ExpandShapeOp::create(rewriter, contract.getLoc(), rhsType.clone(shape), contract.getRhs(),
                                            reassociation);
  for (AffineMap &map : maps)
    map = AffineMap::get(loops + 1, 0, map.getResults(), map.getContext());
  SmallVector<AffineExpr> results(maps[1].getResults());
  results.insert(results.begin() + position, rewriter.getAffineDimExpr(loops));
  maps[1] = AffineMap::get(loops + 1, 0, results, rewriter.getContext());
  return std::make_pair(maps, rhs);
}

/// The region of `contract` (once for each group), then the body of the consumer.
void buildRegion(RewriterBase &rewriter, ContractOp contract, Consumer &consumer, ContractOp fused) {
  Location loc = fused.getLoc();
  Block &before = contract.getEpilogue().front(), &after = *consumer.op.getBody();
  SmallVector<Type> types(consumer.groups, before.getArgument(0).getType());
  if (consumer.groups == 1)
    types.assign(contract.getNumGroups(), before.getArgument(0).getType());
  unsigned sums = types.size();
  for (Value operand : fused.getWith())
    types.push_back(cast<ShapedType>(operand.getType()).getElementType());
  Block *body = rewriter.createBlock(&fused.getEpilogue(), {}, types, SmallVector<Location>(types.size(), loc));
  // What the old region made of each group's sum. (It has operands of its own only if there is one group.)
  SmallVector<Value> values;
  for (int64_t group = 0; group < consumer.groups; ++group) {
    IRMapping mapping;
    for (unsigned i = 0; i < before.getNumArguments(); ++i)
      mapping.map(before.getArgument(i), body->getArgument(consumer.groups == 1 ? i : group));
    for (Operation &op : before.without_terminator())
      rewriter.clone(op, mapping);
    values.push_back(mapping.lookupOrDefault(before.getTerminator()->getOperand(0)));
  }
  IRMapping mapping;
  unsigned next = sums + contract.getWith().size();
  for (OpOperand *input : consumer.op.getDpsInputOperands()) {
    BlockArgument argument = after.getArgument(input->getOperandNumber());
    auto use = llvm::find_if(consumer.uses, [&](const Use &use) { return use.operand == input; });
    if (use != consumer.uses.end())
      mapping.map(argument, values[use->group]);
    else if (isa<ShapedType>(input->get().getType()))
      mapping.map(argument, body->getArgument(next++));
    else
      mapping.map(argument, input->get());
  }
  for (Operation &op : after.without_terminator())
    rewriter.clone(op, mapping);
  lexon::core::YieldOp::create(rewriter, loc, mapping.lookupOrDefault(after.getTerminator()->getOperand(0)));
}

/// Moves the element-wise operation that uses `contract` into its region; null if there is none.
ContractOp fuseConsumer(RewriterBase &rewriter, ContractOp contract) {
  std::optional<Consumer> consumer = matchConsumer(contract.getResult());
  if (!consumer)
    return nullptr;
  SmallVector<AffineMap> maps = contract.getMaps();
  Value rhs = contract.getRhs();
  if (consumer->groups > 1) {
    auto cut = cutIntoGroups(rewriter, contract, *consumer);
    if (failed(cut))
      return nullptr;
    std::tie(maps, rhs) = *cut;
  }
  // The consumer's loops in terms of the contraction's.
  linalg::GenericOp op = consumer->op;
  AffineMap read = op.getMatchingIndexingMap(consumer->uses.front().operand);
  SmallVector<AffineExpr> loops(op.getNumLoops());
  for (unsigned i = 0; i < read.getNumResults(); ++i)
    loops[read.getDimPosition(i)] = maps.back().getResult(consumer->dims[i]);
  auto translated = [&](AffineMap map) { return map.replaceDimsAndSymbols(loops, {}, maps[0].getNumDims(), 0); };
  SmallVector<Value> with(contract.getWith());
  SmallVector<AffineMap> newMaps(maps.begin(), maps.end() - 1);
  for (OpOperand *input : op.getDpsInputOperands()) {
    bool isUse = llvm::any_of(consumer->uses, [&](const Use &use) { return use.operand == input; });
    if (isUse || !isa<ShapedType>(input->get().getType()))
      continue;
    with.push_back(input->get());
    newMaps.push_back(translated(op.getMatchingIndexingMap(input)));
  }
  OpOperand *init = op.getDpsInitOperand(0);
  newMaps.push_back(translated(op.getMatchingIndexingMap(init)));
  rewriter.setInsertionPoint(op);
  auto fused = ContractOp::create(rewriter, contract.getLoc(), op->getResultTypes().front(), contract.getLhs(), rhs,
                                  with, init->get(), rewriter.getAffineMapArrayAttr(newMaps),
                                  /*stored_group=*/nullptr);
  lexon::core::keepChoices(contract->getDiscardableAttrDictionary(), fused);
  buildRegion(rewriter, contract, *consumer, fused);
  rewriter.replaceOp(op, fused.getResult());
  return fused;
}

struct FuseContractionEpiloguesPass final
    : lexon::core::impl::FuseContractionEpiloguesPassBase<FuseContractionEpiloguesPass> {
  using FuseContractionEpiloguesPassBase::FuseContractionEpiloguesPassBase;

  void runOnOperation() override {
    IRRewriter rewriter(&getContext());
    SmallVector<lexon::Contraction, 0> contractions;
    getOperation()->walk([&](linalg::LinalgOp op) {
      if (FailureOr<lexon::Contraction> contraction = lexon::matchContraction(op); succeeded(contraction))
        contractions.push_back(*contraction);
    });
    for (const lexon::Contraction &contraction : contractions) {
      if (std::string reason = reasonAgainst(contraction); !reason.empty()) {
        remark::missed(contraction.op->getLoc(), kEvent) << remark::reason("{0}", reason);
        continue;
      }
      ContractOp contract = convert(rewriter, contraction);
      while (ContractOp fused = fuseConsumer(rewriter, contract)) {
        // Reshapes and slices in between have no use any more.
        eraseUnused(rewriter, contract);
        contract = fused;
      }
      std::string reason;
      if (ContractOp stored = lexon::core::fuseStoredGroups(rewriter, contract, partColumns, reason)) {
        eraseUnused(rewriter, contract);
        contract = stored;
        remark::passed(contract.getLoc(), kStoredEvent) << std::to_string(contract.getNumGroups()) + " parts";
      } else if (!reason.empty()) {
        remark::missed(contract.getLoc(), kStoredEvent) << remark::reason("{0}", reason);
      }
      remark::passed(contract.getLoc(), kEvent)
          << std::to_string(contract.getNumGroups()) + " groups, " +
                 std::to_string(contract.getEpilogue().front().getOperations().size() - 1) + " operations";
    }
  }

  static void eraseUnused(RewriterBase &rewriter, Operation *op) {
    for (Operation *user : llvm::make_early_inc_range(op->getUsers()))
      eraseUnused(rewriter, user);
    if (op->use_empty())
      rewriter.eraseOp(op);
  }
};
} // namespace
