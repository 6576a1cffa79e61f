//===- FunctionSteps.cpp - smaller functions, fewer of them ----------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "Reduction.h"

#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "llvm/ADT/BitVector.h"

using namespace mlir;
using namespace lexon;

void lexon::forgetDescription(Operation *function) { function->setDiscardableAttrs(ArrayRef<NamedAttribute>()); }

namespace {
/// The terminators that end `function` and return its results.
SmallVector<Operation *> returnsOf(FunctionOpInterface function) {
  SmallVector<Operation *> returns;
  for (Block &block : function.getFunctionBody())
    if (!block.empty() && block.back().hasTrait<OpTrait::ReturnLike>() &&
        block.back().getNumOperands() == function.getNumResults())
      returns.push_back(&block.back());
  return returns;
}

//===----------------------------------------------------------------------===//
// Symbols
//===----------------------------------------------------------------------===//

Places collectSymbols(ModuleOp program) {
  Places places;
  program.walk<WalkOrder::PreOrder>([&](Operation *op) {
    if (isa_and_nonnull<ModuleOp>(op->getParentOp()))
      places.push_back({op});
  });
  return places;
}

//===----------------------------------------------------------------------===//
// Results and arguments
//===----------------------------------------------------------------------===//

Places collectResults(ModuleOp program) {
  Places places;
  program.walk<WalkOrder::PreOrder>([&](FunctionOpInterface function) {
    for (unsigned index = 0; index < function.getNumResults(); ++index)
      places.push_back({function, index});
  });
  return places;
}

void eraseResults(ArrayRef<Place> places) {
  for (const Place &place : llvm::reverse(places)) {
    auto function = cast<FunctionOpInterface>(place.op);
    for (Operation *terminator : returnsOf(function))
      terminator->eraseOperand(place.index);
    if (succeeded(function.eraseResult(place.index)))
      forgetDescription(function);
  }
}

Places collectArguments(ModuleOp program) {
  Places places;
  program.walk<WalkOrder::PreOrder>([&](FunctionOpInterface function) {
    if (!function.isExternal())
      for (BlockArgument argument : function.getArguments())
        places.push_back({function, argument.getArgNumber()});
  });
  return places;
}

/// An argument goes if nothing uses it, or if an earlier one of its type can stand for it.
void eraseArguments(ArrayRef<Place> places) {
  for (const Place &place : llvm::reverse(places)) {
    auto function = cast<FunctionOpInterface>(place.op);
    BlockArgument argument = function.getArgument(place.index);
    auto earlier = llvm::find_if(function.getArguments().take_front(place.index),
                                 [&](BlockArgument other) { return other.getType() == argument.getType(); });
    if (*earlier != argument)
      argument.replaceAllUsesWith(*earlier);
    if (argument.use_empty() && succeeded(function.eraseArgument(place.index)))
      forgetDescription(function);
  }
}

//===----------------------------------------------------------------------===//
// Attributes
//===----------------------------------------------------------------------===//

Places collectAttributes(ModuleOp program) {
  Places places;
  program.walk<WalkOrder::PreOrder>([&](Operation *op) {
    for (unsigned index = 0; index < llvm::range_size(op->getDiscardableAttrs()); ++index)
      places.push_back({op, index});
  });
  return places;
}

void eraseAttributes(ArrayRef<Place> places) {
  for (const Place &place : llvm::reverse(places))
    place.op->removeDiscardableAttr(std::next(place.op->getDiscardableAttrs().begin(), place.index)->getName());
}
} // namespace

ArrayRef<Step> lexon::functionSteps() {
  static constexpr Step steps[] = {
      {"symbols", collectSymbols, eraseUnused},
      {"results", collectResults, eraseResults},
      {"arguments", collectArguments, eraseArguments},
      {"attributes", collectAttributes, eraseAttributes},
  };
  return steps;
}

//===----------------------------------------------------------------------===//
// Returning earlier
//===----------------------------------------------------------------------===//

namespace {
/// A value that a caller can be given. Buffers are not: something may free them.
bool canReturn(Operation &op) {
  return op.getNumResults() != 0 && llvm::all_of(op.getResultTypes(), [](Type type) {
           return isa<TensorType, VectorType>(type) || type.isIntOrIndexOrFloat();
         });
}

/// What the functions of one block compute in it.
Places collectReturnable(ModuleOp program, unsigned number) {
  Places places;
  unsigned count = 0;
  program.walk<WalkOrder::PreOrder>([&](FunctionOpInterface function) {
    if (count++ != number || !function.getFunctionBody().hasOneBlock() || returnsOf(function).empty())
      return;
    for (Operation &op : function.getFunctionBody().front().without_terminator())
      if (canReturn(op))
        places.push_back({&op});
  });
  return places;
}

/// Makes the function around `op` return the results of `op`, and nothing else.
void returnResultsOf(Operation *op) {
  auto function = op->getParentOfType<FunctionOpInterface>();
  Operation *terminator = returnsOf(function).front();
  SmallVector<unsigned> positions(op->getNumResults(), 0);
  SmallVector<DictionaryAttr> attributes(op->getNumResults());
  if (failed(function.eraseResults(llvm::BitVector(function.getNumResults(), true))) ||
      failed(function.insertResults(positions, SmallVector<Type>(op->getResultTypes()), attributes)))
    return;
  terminator->setOperands(op->getResults());
  forgetDescription(function);
}

/// Halves the way to the earliest operation after which the program is interesting; if it is not there, the way left.
bool returnEarlier(Reduction &reduction, unsigned number) {
  bool smaller = false;
  size_t last = collectReturnable(reduction.program(), number).size();
  for (size_t low = 0; low < last;) {
    size_t middle = low + (last - low) / 2;
    bool kept = reduction.attempt(
        [&](ModuleOp candidate) { returnResultsOf(collectReturnable(candidate, number)[middle].op); });
    smaller |= kept;
    if (kept) {
      last = collectReturnable(reduction.program(), number).size() - 1;
      low = 0;
    } else {
      low = middle + 1;
    }
  }
  return smaller;
}
} // namespace

bool lexon::returnEarlier(Reduction &reduction) {
  unsigned functions = 0;
  reduction.program().walk([&](FunctionOpInterface) { ++functions; });
  bool smaller = false;
  for (unsigned number = 0; number < functions; ++number)
    smaller |= ::returnEarlier(reduction, number);
  return smaller;
}
