//===- AttentionExpression.cpp - what an element of a tensor is -----------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "AttentionExpression.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace lexon::core;

//===----------------------------------------------------------------------===//
// Atoms
//===----------------------------------------------------------------------===//

SmallVector<unsigned> Atoms::resolve(ArrayRef<unsigned> list) const {
  SmallVector<unsigned> result;
  for (unsigned atom : list) {
    if (atoms[atom].parts.empty())
      result.push_back(atom);
    else
      llvm::append_range(result, resolve(atoms[atom].parts));
  }
  return result;
}

std::optional<Layout> Atoms::partition(ArrayRef<unsigned> list, ArrayRef<int64_t> sizes) {
  SmallVector<unsigned> left = resolve(list);
  Layout result(sizes.size());
  SmallVector<unsigned> places; // of sizes other than 1
  for (auto [place, size] : llvm::enumerate(sizes))
    if (size != 1)
      places.push_back(place);
  if (places.size() == 1) {
    result[places[0]] = left;
    return result;
  }
  if (llvm::any_of(sizes, ShapedType::isDynamic) ||
      llvm::any_of(left, [&](unsigned atom) { return ShapedType::isDynamic(size(atom)); })) {
    // One each, or nothing is known.
    if (places.size() != left.size())
      return std::nullopt;
    for (auto [place, atom] : llvm::zip(places, left)) {
      if (sizes[place] != size(atom))
        return std::nullopt;
      result[place] = {atom};
    }
    return result;
  }
  std::reverse(left.begin(), left.end()); // the next one last
  for (unsigned place : places) {
    int64_t wanted = sizes[place];
    while (wanted != 1) {
      if (left.empty() || wanted == 0)
        return std::nullopt;
      unsigned atom = left.pop_back_val();
      int64_t have = size(atom);
      if (have > wanted && have % wanted == 0) {
        unsigned outer = add(wanted), inner = add(have / wanted);
        atoms[atom].parts = {outer, inner};
        left.push_back(inner);
        atom = outer;
        have = wanted;
      }
      if (have == 0 || wanted % have != 0)
        return std::nullopt;
      result[place].push_back(atom);
      wanted /= have;
    }
  }
  if (!left.empty())
    return std::nullopt;
  return result;
}

//===----------------------------------------------------------------------===//
// Expressions
//===----------------------------------------------------------------------===//

std::optional<double> lexon::core::constantOf(Value value) {
  if (auto fill = value.getDefiningOp<linalg::FillOp>())
    return constantOf(fill.getInputs()[0]);
  if (auto cast = value.getDefiningOp(); isa_and_nonnull<arith::TruncFOp, arith::ExtFOp>(cast))
    return constantOf(cast->getOperand(0));
  Attribute attribute;
  if (!matchPattern(value, m_Constant(&attribute)))
    return std::nullopt;
  if (auto elements = dyn_cast<SplatElementsAttr>(attribute))
    attribute = elements.getSplatValue<Attribute>();
  if (auto number = dyn_cast<FloatAttr>(attribute))
    return number.getValueAsDouble();
  if (auto number = dyn_cast<IntegerAttr>(attribute))
    return number.getValue().getBitWidth() == 1 ? static_cast<double>(number.getValue().getZExtValue())
                                                : static_cast<double>(number.getValue().getSExtValue());
  return std::nullopt;
}

const Expression *ExpressionBuilder::make(Expression expression) {
  all.push_back(std::make_unique<Expression>(std::move(expression)));
  return all.back().get();
}

const Expression *ExpressionBuilder::strip(const Expression *expression) {
  while (expression->kind == Expression::Kind::Operation && isa<arith::ExtFOp, arith::TruncFOp>(expression->op))
    expression = expression->operands[0];
  return expression;
}

std::optional<Layout> ExpressionBuilder::loopsOf(linalg::LinalgOp op, const Layout &layout,
                                                 SmallVectorImpl<unsigned> *created) {
  Layout loops(op.getNumLoops());
  AffineMap map = op.getIndexingMapsArray().back();
  SmallVector<int64_t> ranges = op.getStaticLoopRanges();
  for (auto [result, atoms] : llvm::zip(map.getResults(), layout)) {
    auto dim = dyn_cast<AffineDimExpr>(result);
    if (!dim)
      return std::nullopt;
    loops[dim.getPosition()] = atoms;
  }
  for (unsigned dim = 0; dim < loops.size(); ++dim)
    if (!map.isFunctionOfDim(dim) && ranges[dim] != 1) {
      if (!created)
        return std::nullopt;
      loops[dim] = {atoms.add(ranges[dim])};
      created->push_back(loops[dim][0]);
    }
  return loops;
}

namespace {
/// The layout of an operand, if the map takes loops to its dimensions.
std::optional<Layout> layoutOf(AffineMap map, const Layout &loops) {
  Layout layout;
  for (AffineExpr result : map.getResults()) {
    if (auto dim = dyn_cast<AffineDimExpr>(result))
      layout.push_back(loops[dim.getPosition()]);
    else if (auto constant = dyn_cast<AffineConstantExpr>(result); constant && constant.getValue() == 0)
      layout.emplace_back();
    else
      return std::nullopt;
  }
  return layout;
}

/// True for an operation that computes each element of one result from elements of its inputs alone.
bool isElementwise(linalg::LinalgOp op) {
  if (!op || op->getNumResults() != 1 || op.getNumParallelLoops() != op.getNumLoops() || op->getNumRegions() != 1 ||
      !op.getIndexingMapsArray().back().isPermutation() || op.hasIndexSemantics() ||
      op.getBlock()->getNumArguments() != op->getNumOperands())
    return false;
  return op.getBlock()->getArguments().back().use_empty();
}
} // namespace

bool ExpressionBuilder::stepBack(Value &value, Layout &layout, double *factor) {
  Operation *op = value.getDefiningOp();
  if (auto cast = dyn_cast_or_null<tensor::CastOp>(op)) {
    if (!isa<RankedTensorType>(cast.getSource().getType()))
      return false;
    value = cast.getSource();
    return true;
  }
  if (auto expand = dyn_cast_or_null<tensor::ExpandShapeOp>(op)) {
    Layout source;
    for (const ReassociationIndices &group : expand.getReassociationIndices()) {
      source.emplace_back();
      for (int64_t dim : group)
        llvm::append_range(source.back(), layout[dim]);
    }
    value = expand.getSrc();
    layout = source;
    return true;
  }
  if (auto collapse = dyn_cast_or_null<tensor::CollapseShapeOp>(op)) {
    Layout source;
    auto groups = collapse.getReassociationIndices();
    ArrayRef<int64_t> shape = collapse.getSrcType().getShape();
    for (auto [group, list] : llvm::zip(groups, layout)) {
      auto parts = atoms.partition(list, shape.slice(group.front(), group.size()));
      if (!parts)
        return false;
      llvm::append_range(source, *parts);
    }
    source.resize(shape.size()); // all of size 1, if the result has no dimension
    value = collapse.getSrc();
    layout = source;
    return true;
  }
  auto linalgOp = dyn_cast_or_null<linalg::LinalgOp>(op);
  if (!linalgOp || !isElementwise(linalgOp) || linalgOp.getNumDpsInputs() != 1)
    return false;
  // The input itself, or with `factor` a multiple of it.
  Value yielded = linalgOp.getBlock()->getTerminator()->getOperand(0);
  double multiple = 1;
  Operation *scale = yielded.getDefiningOp();
  if (factor && isa_and_nonnull<arith::MulFOp, arith::DivFOp>(scale))
    for (int side : {0, 1})
      if (std::optional<double> constant = constantOf(scale->getOperand(side));
          constant && (side == 1 || isa<arith::MulFOp>(scale))) {
        multiple = isa<arith::MulFOp>(scale) ? *constant : 1 / *constant;
        yielded = scale->getOperand(1 - side);
        break;
      }
  std::optional<Layout> loops = loopsOf(linalgOp, layout);
  std::optional<Layout> source = loops ? layoutOf(linalgOp.getIndexingMapsArray()[0], *loops) : std::nullopt;
  if (yielded != linalgOp.getBlock()->getArgument(0) || !source ||
      !isa<RankedTensorType>(linalgOp->getOperand(0).getType()))
    return false;
  if (factor)
    *factor *= multiple;
  value = linalgOp->getOperand(0);
  layout = *source;
  return true;
}

const Expression *ExpressionBuilder::build(Value tensor, const Layout &layout) {
  if (std::optional<double> constant = constantOf(tensor))
    return make({Expression::Kind::Constant, *constant, nullptr, {}, tensor, layout});
  Operation *op = tensor.getDefiningOp();
  constexpr unsigned enough = 200;
  if (isa_and_nonnull<tensor::CastOp, tensor::ExpandShapeOp, tensor::CollapseShapeOp>(op)) {
    Value source = tensor;
    Layout sourceLayout = layout;
    if (stepBack(source, sourceLayout)) {
      seen.insert(op);
      return build(source, sourceLayout);
    }
  }
  auto linalgOp = dyn_cast_or_null<linalg::LinalgOp>(op);
  if (linalgOp && isElementwise(linalgOp) && all.size() < enough)
    if (std::optional<Layout> loops = loopsOf(linalgOp, layout)) {
      Value yielded = linalgOp.getBlock()->getTerminator()->getOperand(0);
      if (const Expression *inner = buildScalar(yielded, linalgOp, *loops)) {
        seen.insert(op);
        Expression named = *inner;
        if (named.kind == Expression::Kind::Operation) {
          named.tensor = tensor;
          named.layout = layout;
        }
        return make(std::move(named));
      }
    }
  return make({Expression::Kind::Tensor, 0, nullptr, {}, tensor, layout});
}

/// A scalar of the body of `op`; null if it cannot be told.
const Expression *ExpressionBuilder::buildScalar(Value scalar, linalg::LinalgOp op, const Layout &loops) {
  if (std::optional<double> constant = constantOf(scalar))
    return make({Expression::Kind::Constant, *constant, nullptr, {}, Value(), {}});
  auto argument = dyn_cast<BlockArgument>(scalar);
  if (argument && argument.getOwner() == op.getBlock()) {
    Value operand = op->getOperand(argument.getArgNumber());
    if (!isa<RankedTensorType>(operand.getType()))
      return nullptr;
    std::optional<Layout> layout = layoutOf(op.getIndexingMapsArray()[argument.getArgNumber()], loops);
    return layout ? build(operand, *layout) : nullptr;
  }
  Operation *inner = scalar.getDefiningOp();
  if (!inner || inner->getBlock() != op.getBlock() || inner->getNumResults() != 1 || !isPure(inner) ||
      !OpTrait::hasElementwiseMappableTraits(inner))
    return nullptr;
  Expression result{Expression::Kind::Operation, 0, inner, {}, Value(), {}};
  for (Value operand : inner->getOperands()) {
    const Expression *built = buildScalar(operand, op, loops);
    if (!built)
      return nullptr;
    result.operands.push_back(built);
  }
  return make(std::move(result));
}

std::optional<Reduction> ExpressionBuilder::reduction(const Expression *expression) {
  if (expression->kind != Expression::Kind::Tensor)
    return std::nullopt;
  auto op = expression->tensor.getDefiningOp<linalg::LinalgOp>();
  if (!op || op.getNumReductionLoops() == 0 || op->getNumResults() != 1 || op.hasIndexSemantics() ||
      op->getNumRegions() != 1 || op.getBlock()->getNumArguments() != op->getNumOperands())
    return std::nullopt;
  Operation *combiner = op.getBlock()->getTerminator()->getOperand(0).getDefiningOp();
  Value carried = op.getBlock()->getArguments().back();
  std::optional<double> init = constantOf(op.getDpsInits()[0]);
  if (!combiner || combiner->getNumOperands() != 2 || !init || !carried.hasOneUse() ||
      !llvm::is_contained(combiner->getOperands(), carried))
    return std::nullopt;
  Reduction result{combiner, nullptr, *init, {}};
  std::optional<Layout> loops = loopsOf(op, expression->layout, &result.over);
  if (!loops)
    return std::nullopt;
  Value element = combiner->getOperand(combiner->getOperand(0) == carried ? 1 : 0);
  result.element = buildScalar(element, op, *loops);
  if (!result.element)
    return std::nullopt;
  seen.insert(op);
  return result;
}

bool ExpressionBuilder::sameLayout(const Layout &x, const Layout &y, ArrayRef<unsigned> free,
                                   SmallVectorImpl<std::pair<unsigned, unsigned>> &bound) {
  if (x.size() != y.size())
    return false;
  for (auto [left, right] : llvm::zip(x, y)) {
    SmallVector<unsigned> a = atoms.resolve(left), c = atoms.resolve(right);
    if (a.size() != c.size())
      return false;
    for (auto [mine, theirs] : llvm::zip(a, c)) {
      auto known = llvm::find_if(bound, [&](auto pair) { return pair.second == theirs; });
      if (known != bound.end() ? known->first == mine : mine == theirs)
        continue;
      if (known != bound.end() || !llvm::is_contained(atoms.resolve(free), theirs) ||
          atoms.size(mine) != atoms.size(theirs))
        return false;
      bound.push_back({mine, theirs});
    }
  }
  return true;
}

bool ExpressionBuilder::equal(const Expression *x, const Expression *y, ArrayRef<unsigned> free,
                              SmallVectorImpl<std::pair<unsigned, unsigned>> &bound) {
  x = strip(x);
  y = strip(y);
  if (x->tensor && x->tensor == y->tensor) {
    SmallVector<std::pair<unsigned, unsigned>> extended(bound.begin(), bound.end());
    if (sameLayout(x->layout, y->layout, free, extended)) {
      bound.assign(extended.begin(), extended.end());
      return true;
    }
  }
  if (x->kind != y->kind)
    return false;
  if (x->kind == Expression::Kind::Constant)
    return x->constant == y->constant;
  if (x->kind == Expression::Kind::Tensor || x->op->getName() != y->op->getName() ||
      x->op->getAttrDictionary() != y->op->getAttrDictionary() || x->operands.size() != y->operands.size())
    return false;
  return llvm::all_of(llvm::zip(x->operands, y->operands),
                      [&](auto pair) { return equal(std::get<0>(pair), std::get<1>(pair), free, bound); });
}

bool ExpressionBuilder::equal(const Expression *x, const Expression *y, ArrayRef<unsigned> free) {
  SmallVector<std::pair<unsigned, unsigned>> bound;
  return equal(x, y, free, bound);
}
