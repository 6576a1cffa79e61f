//===- RecognizeAttention.cpp - contraction, softmax, contraction ---------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "AttentionExpression.h"
#include "lexon/Dialect/Lexon/Transforms/Passes.h"

#include "lexon/Analysis/Contraction.h"
#include "lexon/Dialect/Lexon/IR/Lexon.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/ReshapeOpsUtils.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace lexon::core {
#define GEN_PASS_DEF_RECOGNIZEATTENTIONPASS
#include "lexon/Dialect/Lexon/Transforms/Passes.h.inc"
} // namespace lexon::core

using namespace mlir;
using namespace lexon::core;
using lexon::Contraction;

namespace {
constexpr auto kEvent = remark::RemarkOpts::name("recognized").category("recognize-attention");
using Kind = Expression::Kind;

template <typename... Ops> bool isOp(const Expression *x) { return x->kind == Kind::Operation && isa<Ops...>(x->op); }
bool isConstant(const Expression *x, double value) { return x->kind == Kind::Constant && x->constant == value; }
bool isLowest(double value, Type type) {
  auto floating = dyn_cast<FloatType>(type);
  if (!floating)
    return false;
  return value <= -APFloat::getLargest(floating.getFloatSemantics()).convertToDouble();
}

/// A tensor and the atoms of its dimensions.
struct Source {
  Value tensor;
  Layout layout;
};

class Recognizer {
public:
  explicit Recognizer(linalg::LinalgOp second) : second(second) {}
  /// True if `second` ends an attention. If `reason` is not empty, it nearly did.
  bool match(std::string &reason);
  void rewrite(RewriterBase &rewriter);

private:
  const Expression *matchSoftmax(const Expression *weight);
  bool matchMaskedRows(const Expression *condition, const Expression *score);
  std::string matchProduct(const Expression *score);
  std::string matchSources();
  std::string matchOthers(const Expression *expression);
  bool isUsedElsewhere();
  void matchCausal();
  std::optional<int64_t> causalMask(const Source &source);
  Source resultAsUsed();
  bool dependsOnProduct(const Expression *x) {
    return x == product || x->tensor == product->tensor ||
           llvm::any_of(x->operands, [&](const Expression *operand) { return dependsOnProduct(operand); });
  }
  unsigned other(const Expression *x);

  // Rewriting.
  Value prepare(RewriterBase &b, const Source &source, SmallVectorImpl<unsigned> &dims);
  OpFoldResult sizeOf(RewriterBase &b, unsigned atom);
  AffineMap mapOf(MLIRContext *context, ArrayRef<unsigned> dims);
  Value score(OpBuilder &b, const Expression *x, Block &block);
  Value reshapeResult(RewriterBase &b, Value result, const Source &wanted);

  linalg::LinalgOp second, first;
  Contraction outer, inner;
  ExpressionBuilder expressions;
  const Expression *root = nullptr, *product = nullptr;
  unsigned keyAtom = 0, depthAtom = 0;
  Source query, key, value, result;
  double factor = 1; // of query and key together
  bool zeroMaskedRows = false;
  std::optional<int64_t> causal;
  SmallVector<unsigned> batch, rows; // atoms
  unsigned columnAtom = 0;
  unsigned lastRow = ~0u; // the row that a causal mask is about
  // Further inputs: elements of the score's expression that do not depend on the product.
  SmallVector<std::pair<const Expression *, Source>> others;
  const Expression *causalTerm = nullptr;
  FloatType type;
  SmallVector<std::pair<Value, SmallVector<unsigned>>> prepared;
};

//===----------------------------------------------------------------------===//
// Matching
//===----------------------------------------------------------------------===//

bool Recognizer::match(std::string &reason) {
  FailureOr<Contraction> contraction = lexon::matchContraction(second);
  if (failed(contraction) || !second.hasPureTensorSemantics() || contraction->scale || contraction->negated ||
      !isa<FloatType>(getElementTypeOrSelf(second->getResult(0))) || contraction->k.size() != 1 ||
      contraction->isConvolution())
    return false;
  outer = *contraction;
  Layout loops;
  for (int64_t range : second.getStaticLoopRanges())
    loops.push_back(range == 1 ? SmallVector<unsigned>() : SmallVector<unsigned>{expressions.atoms.add(range)});
  auto layoutOf = [&](AffineMap map) {
    return llvm::map_to_vector<4>(map.getResults(),
                                  [&](AffineExpr expr) { return loops[cast<AffineDimExpr>(expr).getPosition()]; });
  };
  SmallVector<unsigned> keys = loops[outer.k[0]];
  for (bool swapped : {false, true}) {
    Value weights = swapped ? outer.rhs() : outer.lhs();
    Layout layout = layoutOf(swapped ? outer.rhsMap : outer.lhsMap);
    root = matchSoftmax(expressions.build(weights, layout));
    if (!root)
      continue;
    value = {swapped ? outer.lhs() : outer.rhs(), layoutOf(swapped ? outer.lhsMap : outer.rhsMap)};
    result = {second->getResult(0), layoutOf(outer.outMap)};
    break;
  }
  if (!root || keys.empty())
    return false;
  if (constantOf(outer.out()) != 0.0)
    reason = "the second contraction adds to something";
  SmallVector<unsigned> resolved = expressions.atoms.resolve(keys);
  if (reason.empty() && resolved.size() != 1)
    reason = "keys are more than one dimension";
  keyAtom = resolved[0];
  if (reason.empty())
    reason = matchProduct(root);
  if (reason.empty())
    reason = matchSources();
  if (reason.empty())
    reason = matchOthers(root);
  if (reason.empty() && isUsedElsewhere())
    reason = "scores or probabilities have other uses";
  return reason.empty();
}

/// The expression of the scores, if `weight` is their softmax; null if not.
const Expression *Recognizer::matchSoftmax(const Expression *weight) {
  weight = ExpressionBuilder::strip(weight);
  const Expression *condition = nullptr;
  if (isOp<arith::SelectOp>(weight) && isConstant(ExpressionBuilder::strip(weight->operands[1]), 0)) {
    condition = weight->operands[0];
    weight = ExpressionBuilder::strip(weight->operands[2]);
  }
  const Expression *power = nullptr, *sum = nullptr;
  if (isOp<arith::DivFOp>(weight)) {
    power = ExpressionBuilder::strip(weight->operands[0]);
    sum = ExpressionBuilder::strip(weight->operands[1]);
  } else if (isOp<arith::MulFOp>(weight)) {
    for (int side : {0, 1}) {
      const Expression *quotient = ExpressionBuilder::strip(weight->operands[side]);
      if (!isOp<arith::DivFOp>(quotient) || !isConstant(ExpressionBuilder::strip(quotient->operands[0]), 1))
        continue;
      power = ExpressionBuilder::strip(weight->operands[1 - side]);
      sum = ExpressionBuilder::strip(quotient->operands[1]);
    }
  }
  if (!power || !isOp<math::ExpOp>(power))
    return nullptr;
  const Expression *difference = ExpressionBuilder::strip(power->operands[0]);
  if (!isOp<arith::SubFOp>(difference))
    return nullptr;
  const Expression *score = difference->operands[0];
  const Expression *maximum = ExpressionBuilder::strip(difference->operands[1]);
  std::optional<Reduction> sums = expressions.reduction(sum), maxima = expressions.reduction(maximum);
  if (!sums || !isa<arith::AddFOp>(sums->combiner) || sums->init != 0 || sums->over.size() != 1 ||
      !expressions.equal(power, sums->element, sums->over))
    return nullptr;
  if (!maxima || !isa<arith::MaximumFOp, arith::MaxNumFOp>(maxima->combiner) ||
      !isLowest(maxima->init, maxima->combiner->getResult(0).getType()) || maxima->over.size() != 1 ||
      !expressions.equal(score, maxima->element, maxima->over))
    return nullptr;
  if (condition && !matchMaskedRows(condition, score))
    return nullptr;
  zeroMaskedRows = condition;
  return ExpressionBuilder::strip(score);
}

/// True if `condition` says that all scores of the row are -inf.
bool Recognizer::matchMaskedRows(const Expression *condition, const Expression *score) {
  std::optional<Reduction> all = expressions.reduction(condition);
  if (!all || !isa<arith::AndIOp>(all->combiner) || all->init != 1 || all->over.size() != 1 ||
      !isOp<arith::CmpFOp>(all->element) ||
      cast<arith::CmpFOp>(all->element->op).getPredicate() != arith::CmpFPredicate::OEQ)
    return false;
  const Expression *infinity = ExpressionBuilder::strip(all->element->operands[1]);
  return isConstant(infinity, -std::numeric_limits<double>::infinity()) &&
         expressions.equal(score, all->element->operands[0], all->over);
}

/// Finds the one contraction that the scores are made of.
std::string Recognizer::matchProduct(const Expression *score) {
  SmallVector<const Expression *> stack = {score};
  while (!stack.empty()) {
    const Expression *x = stack.pop_back_val();
    llvm::append_range(stack, x->operands);
    if (x->kind != Kind::Tensor)
      continue;
    auto op = x->tensor.getDefiningOp<linalg::LinalgOp>();
    FailureOr<Contraction> contraction = op ? lexon::matchContraction(op) : FailureOr<Contraction>(failure());
    SmallVector<unsigned> flat;
    for (ArrayRef<unsigned> dim : x->layout)
      llvm::append_range(flat, expressions.atoms.resolve(dim));
    if (failed(contraction) || contraction->isConvolution() || !llvm::is_contained(flat, keyAtom))
      continue;
    if (product && product->tensor != x->tensor)
      return "scores are made of more than one contraction";
    product = x;
    first = op;
    inner = *contraction;
  }
  if (!product)
    return "scores are not made of a contraction";
  if (inner.scale || inner.negated || constantOf(inner.out()) != 0.0 ||
      !isa<FloatType>(getElementTypeOrSelf(product->tensor)))
    return "the first contraction adds to something";
  SmallVector<unsigned> created;
  std::optional<Layout> loops = expressions.loopsOf(first, product->layout, &created);
  if (!loops || created.size() != 1)
    return "the first contraction sums over more than one dimension";
  depthAtom = created[0];
  auto layoutOf = [&](AffineMap map) {
    return llvm::map_to_vector<4>(map.getResults(),
                                  [&](AffineExpr expr) { return (*loops)[cast<AffineDimExpr>(expr).getPosition()]; });
  };
  query = {inner.lhs(), layoutOf(inner.lhsMap)};
  key = {inner.rhs(), layoutOf(inner.rhsMap)};
  auto hasKeys = [&](const Source &source) {
    return llvm::any_of(source.layout, [&](ArrayRef<unsigned> dim) {
      return llvm::is_contained(expressions.atoms.resolve(dim), keyAtom);
    });
  };
  if (hasKeys(query))
    std::swap(query, key);
  if (hasKeys(query) || !hasKeys(key))
    return "query and key cannot be told apart";
  return "";
}

/// Transposes, repetitions and factors of the operands, and the kinds of all dimensions.
std::string Recognizer::matchSources() {
  while (expressions.stepBack(query.tensor, query.layout, &factor)) {
  }
  while (expressions.stepBack(key.tensor, key.layout, &factor)) {
  }
  while (expressions.stepBack(value.tensor, value.layout)) {
  }
  result = resultAsUsed();
  SmallVector<SmallVector<unsigned>> flat;
  for (Source *source : {&query, &key, &value, &result}) {
    flat.emplace_back();
    for (SmallVector<unsigned> &dim : source->layout) {
      dim = expressions.atoms.resolve(dim);
      llvm::append_range(flat.back(), dim);
      if (llvm::count_if(dim, [&](unsigned atom) { return ShapedType::isDynamic(expressions.atoms.size(atom)); }) > 1)
        return "a dynamic dimension would have to be split";
    }
    llvm::SmallDenseSet<unsigned> unique(flat.back().begin(), flat.back().end());
    if (unique.size() != flat.back().size())
      return "a dimension occurs twice in one operand";
  }
  llvm::SetVector<unsigned> all;
  for (const SmallVector<unsigned> &list : llvm::reverse(flat)) // batch and rows in the result's order
    all.insert(list.begin(), list.end());
  unsigned columns = 0;
  for (unsigned atom : all) {
    auto has = [&](unsigned i) { return llvm::is_contained(flat[i], atom); };
    unsigned kind = has(0) * 8 + has(1) * 4 + has(2) * 2 + has(3);
    if (kind == 15)
      batch.push_back(atom);
    else if (kind == 9)
      rows.push_back(atom);
    else if (kind == 3 && columns++ == 0)
      columnAtom = atom;
    else if (!(kind == 12 && atom == depthAtom) && !(kind == 6 && atom == keyAtom))
      return "query, key, value and result do not have the dimensions of an attention";
  }
  if (columns != 1)
    return "the result has no dimension, or several, that only the value has";
  return "";
}

/// The result, through reshapes up to a transpose of it that is all that is used.
Source Recognizer::resultAsUsed() {
  Source current = result, best = result;
  while (current.tensor.hasOneUse()) {
    Operation *user = *current.tensor.user_begin();
    Layout layout;
    if (auto collapse = dyn_cast<tensor::CollapseShapeOp>(user)) {
      for (const ReassociationIndices &group : collapse.getReassociationIndices()) {
        layout.emplace_back();
        for (int64_t dim : group)
          llvm::append_range(layout.back(), current.layout[dim]);
      }
    } else if (auto expand = dyn_cast<tensor::ExpandShapeOp>(user)) {
      for (auto [group, list] : llvm::zip(expand.getReassociationIndices(), current.layout)) {
        auto parts =
            expressions.atoms.partition(list, expand.getResultType().getShape().slice(group.front(), group.size()));
        if (!parts)
          return best;
        llvm::append_range(layout, *parts);
      }
    } else if (auto move = dyn_cast<linalg::LinalgOp>(user)) {
      // The user's result in terms of its input: where a step back from it leads.
      if (move->getNumResults() != 1 || move.getNumDpsInputs() != 1)
        return best;
      AffineMap in = move.getIndexingMapsArray()[0], out = move.getIndexingMapsArray().back();
      if (!in.isPermutation() || !out.isPermutation() || move->getOperand(0) != current.tensor)
        return best;
      Layout loops(in.getNumDims());
      for (unsigned place = 0; place < in.getNumResults(); ++place)
        loops[in.getDimPosition(place)] = current.layout[place];
      for (unsigned place = 0; place < out.getNumResults(); ++place)
        layout.push_back(loops[out.getDimPosition(place)]);
      Value source = move->getResult(0);
      Layout check = layout;
      if (!expressions.stepBack(source, check) || source != current.tensor || check != current.layout)
        return best;
    } else {
      return best;
    }
    current = {user->getResult(0), layout};
    if (isa<linalg::LinalgOp>(user))
      best = current;
  }
  return best;
}

/// Finds what else the scores are made of.
std::string Recognizer::matchOthers(const Expression *x) {
  if (x->kind == Kind::Constant || x->tensor == product->tensor)
    return "";
  if (!dependsOnProduct(x) && x->tensor) {
    Source source{x->tensor, x->layout};
    while (expressions.stepBack(source.tensor, source.layout)) {
    }
    for (SmallVector<unsigned> &dim : source.layout) {
      dim = expressions.atoms.resolve(dim);
      for (unsigned atom : dim)
        if (atom != keyAtom && !llvm::is_contained(batch, atom) && !llvm::is_contained(rows, atom))
          return "a mask has a dimension that scores do not have";
      if (llvm::count_if(dim, [&](unsigned atom) { return ShapedType::isDynamic(expressions.atoms.size(atom)); }) > 1)
        return "a dynamic dimension of a mask would have to be split";
    }
    others.push_back({x, source});
    return "";
  }
  if (x->kind == Kind::Tensor)
    return "scores depend on something that is not elementwise";
  for (const Expression *operand : x->operands)
    if (std::string reason = matchOthers(operand); !reason.empty())
      return reason;
  if (x == root)
    matchCausal();
  return "";
}

/// At the top of the scores: a sum with a causal mask, or a choice by one.
void Recognizer::matchCausal() {
  const Expression *mask = nullptr;
  if (isOp<arith::AddFOp>(root))
    mask = root->operands[dependsOnProduct(root->operands[0]) ? 1 : 0];
  else if (isOp<arith::SelectOp>(root) && root->operands[2]->kind == Kind::Constant &&
           isLowest(root->operands[2]->constant, root->op->getResult(0).getType()))
    mask = root->operands[0];
  if (!mask)
    return;
  for (auto &[expression, source] : others)
    if (ExpressionBuilder::strip(expression) == ExpressionBuilder::strip(mask) && (causal = causalMask(source)))
      causalTerm = expression;
  if (causalTerm)
    llvm::erase_if(others, [&](auto &pair) { return pair.first == causalTerm; });
}

/// The offset of a causal mask: key <= row + offset are visible. The row's dimension becomes the last one.
std::optional<int64_t> Recognizer::causalMask(const Source &source) {
  SmallVector<unsigned> flat;
  for (ArrayRef<unsigned> dim : source.layout)
    llvm::append_range(flat, dim);
  if (flat.size() != 2 || flat[1] != keyAtom || !llvm::is_contained(rows, flat[0]))
    return std::nullopt;
  std::optional<int64_t> offset;
  if (auto argument = dyn_cast<BlockArgument>(source.tensor)) {
    auto function = dyn_cast<FunctionOpInterface>(argument.getOwner()->getParentOp());
    auto attribute =
        function ? function.getArgAttrOfType<IntegerAttr>(argument.getArgNumber(), "lexon.causal_mask") : IntegerAttr();
    if (attribute)
      offset = attribute.getInt();
  }
  // Without a visible key, -inf and the lowest number would differ.
  if (!offset || *offset < 0)
    return std::nullopt;
  lastRow = flat[0];
  return offset;
}

/// True if something between the two contractions is used by other operations.
bool Recognizer::isUsedElsewhere() {
  SmallVector<Operation *> stack = {first};
  llvm::SmallPtrSet<Operation *, 16> visited;
  while (!stack.empty()) {
    Operation *op = stack.pop_back_val();
    if (!visited.insert(op).second)
      continue;
    for (Operation *user : op->getUsers()) {
      if (user == second || isa<tensor::DimOp>(user))
        continue;
      if (!expressions.seen.contains(user))
        return true;
      stack.push_back(user);
    }
  }
  return false;
}

//===----------------------------------------------------------------------===//
// Rewriting
//===----------------------------------------------------------------------===//

AffineMap Recognizer::mapOf(MLIRContext *context, ArrayRef<unsigned> atoms) {
  SmallVector<unsigned> order(batch);
  llvm::append_range(order, rows);
  order.append({keyAtom, depthAtom, columnAtom});
  SmallVector<AffineExpr> results;
  for (unsigned atom : atoms)
    results.push_back(getAffineDimExpr(llvm::find(order, atom) - order.begin(), context));
  return AffineMap::get(order.size(), 0, results, context);
}

/// The source with one dimension for each atom; these come out in `dims`.
Value Recognizer::prepare(RewriterBase &b, const Source &source, SmallVectorImpl<unsigned> &dims) {
  Location loc = second.getLoc();
  Value tensor = source.tensor;
  Layout layout;
  // Dimensions of size 1 join their neighbours.
  SmallVector<ReassociationIndices> groups;
  SmallVector<int64_t> shape;
  auto type = cast<RankedTensorType>(tensor.getType());
  ReassociationIndices units;
  for (auto [place, list] : llvm::enumerate(source.layout)) {
    if (list.empty()) {
      (groups.empty() ? units : groups.back()).push_back(place);
      continue;
    }
    groups.push_back(units);
    units.clear();
    groups.back().push_back(place);
    layout.push_back(list);
    shape.push_back(type.getDimSize(place));
  }
  if (static_cast<int64_t>(shape.size()) != type.getRank()) {
    type = RankedTensorType::get(shape, type.getElementType());
    tensor = tensor::CollapseShapeOp::create(b, loc, type, tensor, groups);
  }
  groups.clear();
  shape.clear();
  SmallVector<OpFoldResult> sizes;
  for (auto [place, list] : llvm::enumerate(layout)) {
    groups.emplace_back();
    int64_t known = 1;
    for (unsigned atom : list)
      known *= ShapedType::isDynamic(expressions.atoms.size(atom)) ? 1 : expressions.atoms.size(atom);
    for (unsigned atom : list) {
      groups.back().push_back(dims.size());
      dims.push_back(atom);
      int64_t size = expressions.atoms.size(atom);
      shape.push_back(size);
      if (!ShapedType::isDynamic(size)) {
        sizes.push_back(b.getIndexAttr(size));
        continue;
      }
      AffineExpr whole;
      bindDims(b.getContext(), whole);
      sizes.push_back(affine::makeComposedFoldedAffineApply(b, loc, whole.floorDiv(known),
                                                            {tensor::getMixedSize(b, loc, tensor, place)}));
    }
  }
  if (dims.size() != layout.size())
    tensor = tensor::ExpandShapeOp::create(b, loc, RankedTensorType::get(shape, type.getElementType()), tensor, groups,
                                           sizes);
  return tensor;
}

OpFoldResult Recognizer::sizeOf(RewriterBase &b, unsigned atom) {
  for (auto &[tensor, dims] : prepared)
    for (auto [place, dim] : llvm::enumerate(dims))
      if (dim == atom)
        return tensor::getMixedSize(b, second.getLoc(), tensor, place);
  llvm_unreachable("every dimension of the result is one of query or value");
}

/// The expression of the scores, in the region's block.
Value Recognizer::score(OpBuilder &b, const Expression *x, Block &block) {
  Location loc = second.getLoc();
  x = ExpressionBuilder::strip(x);
  if (x->tensor == product->tensor) {
    Value dot = block.getArgument(0);
    if (factor == 1)
      return dot;
    Value scale = arith::ConstantOp::create(b, loc, b.getFloatAttr(type, factor));
    return arith::MulFOp::create(b, loc, dot, scale);
  }
  if (x->kind == Kind::Constant)
    return arith::ConstantOp::create(b, loc, b.getFloatAttr(type, x->constant));
  for (auto [i, pair] : llvm::enumerate(others))
    if (pair.first == x || ExpressionBuilder::strip(pair.first) == x) {
      Value argument = block.getArgument(i + 1);
      auto floating = dyn_cast<FloatType>(argument.getType());
      if (!floating || floating == type)
        return argument;
      if (floating.getWidth() > type.getWidth())
        return arith::TruncFOp::create(b, loc, type, argument);
      return arith::ExtFOp::create(b, loc, type, argument);
    }
  if (causalTerm && x == root) // the other operand of the sum, or what the choice takes where a key is visible
    return score(b, isOp<arith::SelectOp>(x) ? x->operands[1] : x->operands[dependsOnProduct(x->operands[0]) ? 0 : 1],
                 block);
  OperationState state(loc, x->op->getName());
  for (auto [operand, old] : llvm::zip(x->operands, x->op->getOperands())) {
    if (operand->kind == Kind::Constant && !isa<FloatType>(old.getType()))
      state.addOperands(
          arith::ConstantOp::create(b, loc, b.getIntegerAttr(old.getType(), static_cast<int64_t>(operand->constant)))
              .getResult());
    else
      state.addOperands(score(b, operand, block));
  }
  Type result = x->op->getResult(0).getType();
  state.addTypes(isa<FloatType>(result) ? Type(type) : result);
  state.addAttributes(x->op->getAttrs());
  return b.create(state)->getResult(0);
}

/// The result as it is used: neighbouring dimensions together, and dimensions of size 1.
Value Recognizer::reshapeResult(RewriterBase &b, Value attention, const Source &wanted) {
  Location loc = second.getLoc();
  auto type = cast<RankedTensorType>(wanted.tensor.getType());
  SmallVector<ReassociationIndices> groups;
  SmallVector<int64_t> shape;
  int64_t next = 0;
  for (auto [place, list] : llvm::enumerate(wanted.layout)) {
    if (list.empty())
      continue;
    groups.emplace_back();
    for (unsigned i = 0; i < list.size(); ++i)
      groups.back().push_back(next++);
    shape.push_back(type.getDimSize(place));
  }
  auto collapsed = RankedTensorType::get(shape, type.getElementType());
  if (collapsed.getRank() != next)
    attention = tensor::CollapseShapeOp::create(b, loc, collapsed, attention, groups);
  if (collapsed.getRank() == type.getRank())
    return attention.getType() == type ? attention : tensor::CastOp::create(b, loc, type, attention).getResult();
  groups.clear();
  ReassociationIndices units;
  SmallVector<OpFoldResult> sizes;
  int64_t from = 0;
  for (auto [place, list] : llvm::enumerate(wanted.layout)) {
    if (list.empty()) {
      sizes.push_back(b.getIndexAttr(1));
      (groups.empty() ? units : groups.back()).push_back(place);
      continue;
    }
    sizes.push_back(tensor::getMixedSize(b, loc, attention, from++));
    groups.push_back(units);
    units.clear();
    groups.back().push_back(place);
  }
  return tensor::ExpandShapeOp::create(b, loc, type, attention, groups, sizes);
}

void Recognizer::rewrite(RewriterBase &b) {
  b.setInsertionPoint(second);
  Location loc = second.getLoc();
  MLIRContext *context = b.getContext();
  // The dimension that blocks are cut from is the last: a causal mask's, or the largest.
  auto size = [&](unsigned atom) {
    int64_t known = expressions.atoms.size(atom);
    return ShapedType::isDynamic(known) ? INT64_MAX : known;
  };
  if (lastRow == ~0u && !rows.empty())
    lastRow = *llvm::max_element(rows, [&](unsigned x, unsigned y) { return size(x) < size(y); });
  if (!rows.empty()) {
    llvm::erase(rows, lastRow);
    rows.push_back(lastRow);
  }
  SmallVector<Value> inputs;
  SmallVector<AffineMap> maps;
  auto addInput = [&](const Source &source) {
    SmallVector<unsigned> dims;
    inputs.push_back(prepare(b, source, dims));
    maps.push_back(mapOf(context, dims));
    prepared.push_back({inputs.back(), dims});
  };
  for (const Source *source : {&query, &key, &value})
    addInput(*source);
  for (auto &[expression, source] : others)
    addInput(source);
  SmallVector<unsigned> outDims;
  for (ArrayRef<unsigned> dim : result.layout)
    llvm::append_range(outDims, dim);
  maps.push_back(mapOf(context, outDims));
  SmallVector<OpFoldResult> sizes;
  for (unsigned atom : outDims)
    sizes.push_back(sizeOf(b, atom));
  Value init = tensor::EmptyOp::create(b, loc, sizes, getElementTypeOrSelf(result.tensor));

  OperationState state(loc, AttentionOp::getOperationName());
  state.addOperands(inputs);
  state.addOperands(init);
  state.addTypes(init.getType());
  state.addAttribute("indexing_maps", b.getAffineMapArrayAttr(maps));
  if (causal)
    state.addAttribute("causal", b.getI64IntegerAttr(*causal));
  if (zeroMaskedRows)
    state.addAttribute("zero_masked_rows", b.getUnitAttr());
  state.addRegion();
  auto attention = cast<AttentionOp>(b.create(state));
  type = attention.getComputeType();
  SmallVector<Type> arguments = {type};
  for (Value operand : attention.getScoreOperands())
    arguments.push_back(getElementTypeOrSelf(operand));
  {
    OpBuilder::InsertionGuard guard(b);
    Block *block = b.createBlock(&attention.getScore(), {}, arguments, SmallVector<Location>(arguments.size(), loc));
    Value yielded = score(b, root, *block);
    YieldOp::create(b, loc, yielded);
  }
  std::string text = std::to_string(others.size()) + " further inputs";
  text += causal ? ", causal" : "";
  text += zeroMaskedRows ? ", masked rows are zero" : "";
  remark::passed(loc, kEvent) << text;
  b.replaceAllUsesWith(result.tensor, reshapeResult(b, attention.getResult(), result));
}

/// Erases operations of which no result is used, from the end.
void eraseDead(Operation *root) {
  SmallVector<Operation *> all;
  root->walk<WalkOrder::PreOrder>([&](Operation *op) {
    if (op != root)
      all.push_back(op);
  });
  for (Operation *op : llvm::reverse(all))
    if (isOpTriviallyDead(op))
      op->erase();
}

struct RecognizeAttentionPass final : lexon::core::impl::RecognizeAttentionPassBase<RecognizeAttentionPass> {
  void runOnOperation() override {
    SmallVector<linalg::LinalgOp> all;
    getOperation()->walk([&](linalg::LinalgOp op) { all.push_back(op); });
    bool changed = false;
    for (linalg::LinalgOp op : all) {
      Recognizer recognizer(op);
      std::string reason;
      if (recognizer.match(reason)) {
        IRRewriter rewriter(op);
        recognizer.rewrite(rewriter);
        changed = true;
      } else if (!reason.empty()) {
        remark::missed(op.getLoc(), kEvent) << remark::reason("{0}", reason);
      }
    }
    if (changed)
      eraseDead(getOperation());
  }
};
} // namespace
