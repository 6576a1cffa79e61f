//===- RaiseLoopsToLinalgOps.cpp - linalg operations for loop nests -------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "RaiseLoopsToLinalg.h"

#include "lexon/Analysis/Contraction.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace lexon; // NOLINT(google-build-using-namespace)
using lexon::raising::NestViews;
using lexon::raising::View;

namespace {
/// Emits the operations of one statement.
class StatementEmitter {
public:
  StatementEmitter(OpBuilder &builder, const LoopNest &nest, const Statement &statement, NestViews &views,
                   bool keepsOrder, bool fuses)
      : builder(builder), nest(nest), statement(statement), views(views), keepsOrder(keepsOrder), fuses(fuses),
        loc(statement.store->getLoc()), target(views.view(statement.store)) {}

  std::string emitAssignment(const Assignment &assignment);
  std::string emitAccumulation(const Accumulation &accumulation);
  void emitFinishedSum(SmallVectorImpl<std::string> &names);

private:
  /// The value of an expression of the nest, in the body that `mapping` leads to.
  Value emit(OpBuilder &body, Value value, IRMapping &mapping);
  Value emitThrough(OpBuilder &body, OpOperand *through, Value value, IRMapping &mapping);
  Value emitFused(OpBuilder &body, Operation *op, Value element, IRMapping &mapping);
  void addInput(Operation *load) { addInput(load->getResult(0), views.view(load)); }
  void addInput(Value element, const View &view);
  std::string emitExpression(Value value, const View &sums);
  void addFactor(const Accumulation &accumulation, Operation *load);
  AffineMap mapOf(const View &view, ArrayRef<unsigned> loops);
  SmallVector<AffineMap> mapsOf(ArrayRef<unsigned> loops);
  linalg::GenericOp emitGeneric(ArrayRef<unsigned> loops,
                                llvm::function_ref<Value(OpBuilder &, IRMapping &, Value)> body);
  std::string emitNamed(const Accumulation &accumulation);
  bool isPlain(const Accumulation &accumulation);

  OpBuilder &builder;
  const LoopNest &nest;
  const Statement &statement;
  NestViews &views;
  bool keepsOrder, fuses;
  Location loc;
  View target;
  SmallVector<Value> elements; ///< of the inputs
  SmallVector<View> inputs;
};

/// A named operation by the loops that its operands' dimensions are. Loops are counted in the order b, m, n, k.
struct NamedForm {
  SmallVector<unsigned, 4> counts; ///< of loops b, m, n, k
  SmallVector<unsigned, 4> lhs, rhs, out;
  void (*create)(OpBuilder &, Location, ValueRange, ValueRange);
  StringRef name;
};

template <typename OpTy>
NamedForm form(ArrayRef<unsigned> counts, ArrayRef<unsigned> lhs, ArrayRef<unsigned> rhs, ArrayRef<unsigned> out) {
  return {SmallVector<unsigned, 4>(counts),
          SmallVector<unsigned, 4>(lhs),
          SmallVector<unsigned, 4>(rhs),
          SmallVector<unsigned, 4>(out),
          [](OpBuilder &builder, Location loc, ValueRange inputs, ValueRange outputs) {
            OpTy::create(builder, loc, inputs, outputs);
          },
          OpTy::getOperationName()};
}

SmallVector<NamedForm> namedForms() {
  return {form<linalg::MatmulOp>({0, 1, 1, 1}, {0, 2}, {2, 1}, {0, 1}),
          form<linalg::BatchMatmulOp>({1, 1, 1, 1}, {0, 1, 3}, {0, 3, 2}, {0, 1, 2}),
          form<linalg::MatvecOp>({0, 1, 0, 1}, {0, 1}, {1}, {0}),
          form<linalg::VecmatOp>({0, 0, 1, 1}, {1}, {1, 0}, {0}),
          form<linalg::BatchMatvecOp>({1, 1, 0, 1}, {0, 1, 2}, {0, 2}, {0, 1}),
          form<linalg::BatchVecmatOp>({1, 0, 1, 1}, {0, 2}, {0, 2, 1}, {0, 1}),
          form<linalg::DotOp>({0, 0, 0, 1}, {0}, {0}, {})};
}

/// Positions of `loops` in `order`.
SmallVector<unsigned, 4> positions(ArrayRef<unsigned> loops, ArrayRef<unsigned> order) {
  SmallVector<unsigned, 4> result;
  for (unsigned loop : loops)
    result.push_back(llvm::find(order, loop) - order.begin());
  return result;
}

arith::FastMathFlags fastMathOf(Operation *op) {
  auto flags = dyn_cast<arith::ArithFastMathInterface>(op);
  return flags ? flags.getFastMathFlagsAttr().getValue() : arith::FastMathFlags::none;
}
} // namespace

Value StatementEmitter::emit(OpBuilder &body, Value value, IRMapping &mapping) {
  if (Value known = mapping.lookupOrNull(value))
    return known;
  if (nest.range.isInvariant(value))
    return views.hoist(value);
  Operation *op = value.getDefiningOp();
  for (Value operand : op->getOperands())
    mapping.map(operand, emit(body, operand, mapping));
  if (isa<LLVM::FMulAddOp>(op)) {
    mapping.map(value, emitFused(body, op, mapping.lookup(op->getOperand(2)), mapping));
    return mapping.lookup(value);
  }
  body.clone(*op, mapping);
  return mapping.lookup(value);
}

/// The operation that `through` belongs to, with `value` in its place.
Value StatementEmitter::emitThrough(OpBuilder &body, OpOperand *through, Value value, IRMapping &mapping) {
  Operation *op = through->getOwner();
  IRMapping own;
  Value other = op->getOperand(1 - through->getOperandNumber());
  own.map(other, emit(body, other, mapping));
  own.map(through->get(), value);
  Operation *copy = body.clone(*op, own);
  // The value in between is another one than the program's: it may overflow where the program's does not.
  if (auto flags = dyn_cast<arith::ArithIntegerOverflowFlagsInterface>(copy))
    copy->setAttr(flags.getIntegerOverflowAttrName(),
                  arith::IntegerOverflowFlagsAttr::get(body.getContext(), arith::IntegerOverflowFlags::none));
  return copy->getResult(0);
}

/// `x * y + element`, rounded once or twice.
Value StatementEmitter::emitFused(OpBuilder &body, Operation *op, Value element, IRMapping &mapping) {
  Value x = emit(body, op->getOperand(0), mapping), y = emit(body, op->getOperand(1), mapping);
  if (fuses)
    return math::FmaOp::create(body, loc, x, y, element);
  return arith::AddFOp::create(body, loc, element, arith::MulFOp::create(body, loc, x, y));
}

/// `element` is read from `view`.
void StatementEmitter::addInput(Value element, const View &view) {
  if (llvm::is_contained(elements, element))
    return;
  elements.push_back(element);
  inputs.push_back(view);
}

/// A factor of the sum: the elements of `load`, or multiples of them, computed first.
void StatementEmitter::addFactor(const Accumulation &accumulation, Operation *load) {
  View view = views.view(load);
  Value copy = views.copyOf(load);
  if (!copy)
    return addInput(load->getResult(0), view);
  Value side = lexon::raising::sideOf(accumulation, load);
  auto map = AffineMap::getMultiDimIdentityMap(view.loops.size(), builder.getContext());
  SmallVector<utils::IteratorType> kinds(view.loops.size(), utils::IteratorType::parallel);
  linalg::GenericOp::create(builder, loc, ValueRange{view.memref}, ValueRange{copy}, ArrayRef{map, map}, kinds,
                            [&](OpBuilder &body, Location, ValueRange arguments) {
                              IRMapping mapping;
                              mapping.map(load->getResult(0), arguments[0]);
                              linalg::YieldOp::create(body, loc, emit(body, side, mapping));
                            });
  addInput(side, {copy, view.loops});
}

AffineMap StatementEmitter::mapOf(const View &view, ArrayRef<unsigned> loops) {
  SmallVector<AffineExpr> results;
  for (unsigned loop : view.loops)
    results.push_back(builder.getAffineDimExpr(llvm::find(loops, loop) - loops.begin()));
  return AffineMap::get(loops.size(), 0, results, builder.getContext());
}

SmallVector<AffineMap> StatementEmitter::mapsOf(ArrayRef<unsigned> loops) {
  SmallVector<AffineMap> maps;
  for (const View &input : inputs)
    maps.push_back(mapOf(input, loops));
  maps.push_back(mapOf(target, loops));
  return maps;
}

/// One linalg.generic on the inputs. `body` gets the target's element.
linalg::GenericOp StatementEmitter::emitGeneric(ArrayRef<unsigned> loops,
                                                llvm::function_ref<Value(OpBuilder &, IRMapping &, Value)> body) {
  SmallVector<utils::IteratorType> kinds;
  for (unsigned loop : loops)
    kinds.push_back(llvm::is_contained(target.loops, loop) ? utils::IteratorType::parallel
                                                           : utils::IteratorType::reduction);
  SmallVector<Value> operands;
  for (const View &input : inputs)
    operands.push_back(input.memref);
  return linalg::GenericOp::create(builder, loc, operands, ValueRange{target.memref}, mapsOf(loops), kinds,
                                   [&](OpBuilder &inner, Location, ValueRange arguments) {
                                     IRMapping mapping;
                                     for (auto [element, argument] : llvm::zip(elements, arguments))
                                       mapping.map(element, argument);
                                     linalg::YieldOp::create(inner, loc, body(inner, mapping, arguments.back()));
                                   });
}

std::string StatementEmitter::emitAssignment(const Assignment &assignment) {
  if (assignment.path.empty() && nest.range.isInvariant(assignment.start)) {
    linalg::FillOp::create(builder, loc, views.hoist(assignment.start), target.memref);
    return "linalg.fill";
  }
  elements.clear();
  inputs.clear();
  SmallVector<Operation *> targetLoads;
  for (Operation *load : statement.assignmentReads) {
    if (nest.access(load).sameAs(nest.target(statement)))
      targetLoads.push_back(load);
    else
      addInput(load);
  }
  emitGeneric(target.loops, [&](OpBuilder &body, IRMapping &mapping, Value element) {
    for (Operation *load : targetLoads)
      mapping.map(load->getResult(0), element);
    Value result = emit(body, assignment.start, mapping);
    for (OpOperand *through : assignment.path)
      result = emitThrough(body, through, result, mapping);
    return result;
  });
  return "linalg.generic";
}

/// True if the body is `out + lhs * rhs`, operands widened at most, as the named operations have it.
bool StatementEmitter::isPlain(const Accumulation &accumulation) {
  Operation *product = accumulation.term.getDefiningOp();
  if (!accumulation.term || accumulation.subtract || !accumulation.scales.empty() || elements.size() > 2 ||
      accumulation.term.getType().isIndex())
    return false;
  if (fastMathOf(accumulation.combine) != arith::FastMathFlags::none ||
      fastMathOf(product) != arith::FastMathFlags::none)
    return false;
  for (Value operand : product->getOperands()) {
    Operation *op = operand.getDefiningOp();
    if (isa_and_nonnull<arith::ExtUIOp>(op))
      return false;
    if (isa_and_nonnull<arith::ExtFOp, arith::ExtSIOp>(op))
      op = op->getOperand(0).getDefiningOp();
    // On i1, the named operations' sum and product are `or` and `and`.
    if ((op != accumulation.lhs && op != accumulation.rhs) || op->getResult(0).getType().isInteger(1))
      return false;
  }
  return !accumulation.term.getType().isInteger(1);
}

std::string StatementEmitter::emitNamed(const Accumulation &accumulation) {
  const Access &out = nest.target(statement);
  for (bool swapped : {false, true}) {
    View lhs = views.view(swapped ? accumulation.rhs : accumulation.lhs);
    View rhs = views.view(swapped ? accumulation.lhs : accumulation.rhs);
    SmallVector<unsigned> byKind[4];
    for (unsigned loop : accumulation.loops) {
      bool inLhs = llvm::is_contained(lhs.loops, loop), inRhs = llvm::is_contained(rhs.loops, loop);
      byKind[!out.uses(loop) ? 3 : inLhs && inRhs ? 0 : inLhs ? 1 : 2].push_back(loop);
    }
    SmallVector<unsigned> order, counts;
    for (auto &kind : byKind) {
      order.append(kind);
      counts.push_back(kind.size());
    }
    for (const NamedForm &named : namedForms()) {
      if (ArrayRef(counts) != ArrayRef(named.counts) || positions(lhs.loops, order) != named.lhs ||
          positions(rhs.loops, order) != named.rhs || positions(target.loops, order) != named.out)
        continue;
      named.create(builder, loc, {lhs.memref, rhs.memref}, target.memref);
      return named.name.str();
    }
  }
  View lhs = views.view(accumulation.lhs), rhs = views.view(accumulation.rhs);
  AffineMap maps[] = {mapOf(lhs, accumulation.loops), mapOf(rhs, accumulation.loops),
                      mapOf(target, accumulation.loops)};
  linalg::ContractOp::create(builder, loc, ValueRange{lhs.memref, rhs.memref}, ValueRange{target.memref},
                             builder.getAffineMapArrayAttr(maps));
  return "linalg.contract";
}

std::string StatementEmitter::emitAccumulation(const Accumulation &accumulation) {
  elements.clear();
  inputs.clear();
  addFactor(accumulation, accumulation.lhs);
  addFactor(accumulation, accumulation.rhs);
  for (Operation *load : statement.accumulationReads)
    if (load != accumulation.lhs && load != accumulation.rhs)
      addInput(load);
  bool isFloat = isa<FloatType>(cast<MemRefType>(target.memref.getType()).getElementType());
  if (!accumulation.isGeneral && !accumulation.isReduction && isPlain(accumulation) && !(keepsOrder && isFloat))
    return emitNamed(accumulation);
  linalg::GenericOp generic =
      emitGeneric(accumulation.loops, [&](OpBuilder &body, IRMapping &mapping, Value element) -> Value {
        if (!accumulation.term)
          return emitFused(body, accumulation.combine, element, mapping);
        Value term = emit(body, accumulation.term, mapping);
        for (OpOperand *through : accumulation.scales)
          term = emitThrough(body, through, term, mapping);
        if (!isa<FloatType>(term.getType())) {
          if (accumulation.subtract)
            return arith::SubIOp::create(body, loc, element, term);
          return arith::AddIOp::create(body, loc, element, term);
        }
        arith::FastMathFlags flags = fastMathOf(accumulation.combine);
        if (accumulation.subtract)
          return arith::SubFOp::create(body, loc, element, term, flags);
        return arith::AddFOp::create(body, loc, element, term, flags);
      });
  if (keepsOrder && isFloat)
    generic->setAttr(kOrderedAttr, builder.getUnitAttr());
  return "linalg.generic";
}

/// Stores `value`, an expression of elements and of the sum, which is read from `sums`.
std::string StatementEmitter::emitExpression(Value value, const View &sums) {
  if (nest.range.isInvariant(value)) {
    linalg::FillOp::create(builder, loc, views.hoist(value), target.memref);
    return "linalg.fill";
  }
  elements.clear();
  inputs.clear();
  SmallVector<Value> worklist{value}, ofTarget;
  llvm::DenseSet<Value> seen{value};
  while (!worklist.empty()) {
    Value next = worklist.pop_back_val();
    Operation *op = next.getDefiningOp();
    bool isTarget = isElementLoad(op) && nest.range.contains(op) && nest.access(op).sameAs(nest.target(statement)) &&
                    target.memref == views.view(statement.store).memref;
    if (nest.range.isInvariant(next))
      continue;
    if (isTarget || (next == statement.sum && sums.memref == target.memref))
      ofTarget.push_back(next);
    else if (next == statement.sum)
      addInput(next, sums);
    else if (isElementLoad(op))
      addInput(op);
    else
      for (Value operand : op->getOperands())
        if (seen.insert(operand).second)
          worklist.push_back(operand);
  }
  emitGeneric(target.loops, [&](OpBuilder &body, IRMapping &mapping, Value element) {
    for (Value same : ofTarget)
      mapping.map(same, element);
    return emit(body, value, mapping);
  });
  return "linalg.generic";
}

/// A sum from its start to its end, and then what is stored, as the program has it.
void StatementEmitter::emitFinishedSum(SmallVectorImpl<std::string> &names) {
  const View stored = target;
  Value apart = views.copyOf(statement.store);
  const View sums{apart ? apart : stored.memref, stored.loops};
  Accumulation accumulation = *statement.accumulation;
  accumulation.scales.clear();
  accumulation.subtract = isa<arith::SubFOp>(accumulation.combine);
  target = sums;
  names.push_back(emitExpression(statement.start, sums));
  names.push_back(emitAccumulation(accumulation));
  target = stored;
  names.push_back(emitExpression(storedValue(statement.store), sums));
}

SmallVector<std::string> lexon::raising::emitStatements(OpBuilder &builder, const LoopNest &nest, NestViews &views,
                                                        bool keepsOrder, bool fuses) {
  SmallVector<std::string> names;
  for (const Statement &statement : nest.statements) {
    StatementEmitter emitter(builder, nest, statement, views, keepsOrder, fuses);
    if (keepsOrder && statement.reassociated) {
      emitter.emitFinishedSum(names);
      continue;
    }
    if (statement.assignment)
      names.push_back(emitter.emitAssignment(*statement.assignment));
    if (statement.accumulation)
      names.push_back(emitter.emitAccumulation(*statement.accumulation));
  }
  return names;
}
