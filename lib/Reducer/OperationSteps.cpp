//===- OperationSteps.cpp - fewer and simpler operations -------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "Reduction.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Interfaces/LoopLikeInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;
using namespace lexon;

void lexon::eraseUnused(ArrayRef<Place> places) {
  for (const Place &place : llvm::reverse(places))
    if (place.op->use_empty())
      place.op->erase();
}

namespace {
/// The operations inside functions, less their terminators.
Places collectIf(ModuleOp program, llvm::function_ref<bool(Operation *)> wanted) {
  Places places;
  program.walk<WalkOrder::PreOrder>([&](Operation *op) {
    if (!op->hasTrait<OpTrait::IsTerminator>() && op->getParentOfType<FunctionOpInterface>() && wanted(op))
      places.push_back({op});
  });
  return places;
}

bool isConstant(Operation *op) { return op->hasTrait<OpTrait::ConstantLike>(); }

//===----------------------------------------------------------------------===//
// Values become arguments
//===----------------------------------------------------------------------===//

Places collectComputed(ModuleOp program) {
  return collectIf(program, [](Operation *op) { return !op->use_empty() && !isConstant(op); });
}

/// A buffer that is an argument is also seen by the test: it shows what was computed so far.
Places collectAllocations(ModuleOp program) {
  return collectIf(program, [](Operation *op) {
    return !op->use_empty() &&
           llvm::any_of(op->getResults(), [&](Value result) { return hasEffect<MemoryEffects::Allocate>(op, result); });
  });
}

/// Whoever owns an argument frees it; the function may not.
void eraseFrees(Value value) {
  for (Operation *user : llvm::to_vector(value.getUsers()))
    if (hasSingleEffect<MemoryEffects::Free>(user, value) && user->use_empty())
      user->erase();
}

void toArguments(ArrayRef<Place> places) {
  for (const Place &place : llvm::reverse(places)) {
    auto function = place.op->getParentOfType<FunctionOpInterface>();
    for (OpResult result : place.op->getResults()) {
      eraseFrees(result);
      if (result.use_empty())
        continue;
      unsigned position = function.getNumArguments();
      if (failed(function.insertArgument(position, result.getType(), {}, result.getLoc())))
        continue;
      forgetDescription(function);
      result.replaceAllUsesWith(function.getArgument(position));
    }
    if (place.op->use_empty())
      place.op->erase();
  }
}

//===----------------------------------------------------------------------===//
// Operations disappear
//===----------------------------------------------------------------------===//

Places collectAll(ModuleOp program) {
  return collectIf(program, [](Operation *) { return true; });
}

//===----------------------------------------------------------------------===//
// Regions run once
//===----------------------------------------------------------------------===//

Places collectRegions(ModuleOp program) {
  Places places;
  for (const Place &place : collectIf(program, [](Operation *op) { return op->getNumRegions() != 0; }))
    for (unsigned index = 0; index < place.op->getNumRegions(); ++index)
      places.push_back({place.op, index});
  return places;
}

/// What the arguments of the body are in the first iteration of `loop`.
void bindFirstIteration(LoopLikeOpInterface loop, IRMapping &values) {
  OpBuilder builder(loop);
  auto variables = loop.getLoopInductionVars();
  auto bounds = loop.getLoopLowerBounds();
  if (variables && bounds)
    for (auto [variable, bound] : llvm::zip(*variables, *bounds))
      values.map(variable, isa<IndexType>(variable.getType())
                               ? getValueOrCreateConstantIndexOp(builder, loop.getLoc(), bound)
                               : dyn_cast<Value>(bound));
  for (auto [argument, init] : llvm::zip(loop.getRegionIterArgs(), loop.getInits()))
    values.map(argument, init);
}

/// Puts the operations of region `place.index` in the place of the operation around them, if they can stand there.
void runOnce(const Place &place) {
  Region &region = place.op->getRegion(place.index);
  if (!region.hasOneBlock() || region.front().empty() || !region.front().back().hasTrait<OpTrait::IsTerminator>())
    return;
  Block &body = region.front();
  ValueRange yielded = body.back().getOperands();
  if (!place.op->use_empty() && yielded.getTypes() != place.op->getResultTypes())
    return;
  IRMapping values;
  if (auto loop = dyn_cast<LoopLikeOpInterface>(place.op))
    bindFirstIteration(loop, values);
  for (BlockArgument argument : body.getArguments())
    if (!argument.use_empty() && !values.lookupOrNull(argument))
      return;
  for (BlockArgument argument : body.getArguments())
    if (!argument.use_empty())
      argument.replaceAllUsesWith(values.lookup(argument));
  if (!place.op->use_empty())
    place.op->replaceAllUsesWith(SmallVector<Value>(yielded));
  place.op->getBlock()->getOperations().splice(place.op->getIterator(), body.getOperations(), body.begin(),
                                               std::prev(body.end()));
  place.op->erase();
}

void allOnce(ArrayRef<Place> places) {
  Operation *done = nullptr; // the other regions of one operation go with it
  for (const Place &place : llvm::reverse(places))
    if (std::exchange(done, place.op) != place.op)
      runOnce(place);
}

//===----------------------------------------------------------------------===//
// Operations become a value that is there already, or zero
//===----------------------------------------------------------------------===//

Places collectBypasses(ModuleOp program) {
  Places places;
  for (const Place &place : collectComputed(program))
    for (OpOperand &operand : place.op->getOpOperands())
      if (place.op->getNumResults() == 1 && operand.get().getType() == place.op->getResult(0).getType())
        places.push_back({place.op, operand.getOperandNumber()});
  return places;
}

void bypass(ArrayRef<Place> places) {
  for (const Place &place : llvm::reverse(places))
    place.op->getResult(0).replaceAllUsesWith(place.op->getOperand(place.index));
}

TypedAttr zeroOf(Operation *op) {
  return op->getNumResults() == 1 ? Builder(op->getContext()).getZeroAttr(op->getResult(0).getType()) : TypedAttr();
}

Places collectZeros(ModuleOp program) {
  return collectIf(program, [](Operation *op) { return !op->use_empty() && !isConstant(op) && zeroOf(op); });
}

void toZero(ArrayRef<Place> places) {
  for (const Place &place : llvm::reverse(places)) {
    OpBuilder builder(place.op);
    Value zero = arith::ConstantOp::create(builder, place.op->getLoc(), zeroOf(place.op));
    place.op->getResult(0).replaceAllUsesWith(zero);
    place.op->erase();
  }
}
} // namespace

ArrayRef<Step> lexon::nestedSteps() {
  static constexpr Step steps[] = {
      {"allocations to arguments", collectAllocations, toArguments},
      {"erase", collectAll, eraseUnused},
      {"values to arguments", collectComputed, toArguments},
      {"run regions once", collectRegions, allOnce},
  };
  return steps;
}

ArrayRef<Step> lexon::operationSteps() {
  static constexpr Step steps[] = {
      {"bypass", collectBypasses, bypass},
      {"values to zero", collectZeros, toZero},
  };
  return steps;
}
