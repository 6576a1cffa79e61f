//===- Reduction.cpp - a program that shrinks while it stays interesting ---===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "Reduction.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;
using namespace lexon;

static std::string print(ModuleOp program) {
  std::string text;
  llvm::raw_string_ostream os(text);
  program.print(os);
  return text;
}

Reduction::Size Reduction::measure(ModuleOp program, StringRef text) {
  size_t operations = 0, signatures = 0;
  program.walk([&](Operation *op) {
    ++operations;
    if (auto function = dyn_cast<FunctionOpInterface>(op))
      signatures += function.getNumArguments() + function.getNumResults();
  });
  return {operations, signatures, text.size()};
}

Reduction::Reduction(ModuleOp program, Test isInteresting)
    : current(program.clone()), size(measure(program, print(program))), isInteresting(std::move(isInteresting)) {}

bool Reduction::attempt(llvm::function_ref<void(ModuleOp)> change) {
  // Most changes are invalid somewhere; nobody wants to read about that.
  ScopedDiagnosticHandler quiet(current->getContext(), [](Diagnostic &) { return success(); });
  OwningOpRef<ModuleOp> candidate = current->clone();
  change(*candidate);
  // Before anything else walks the program: invalid IR may have operands of nothing.
  if (failed(verify(*candidate)))
    return false;
  IRRewriter rewriter(candidate->getContext());
  (void)runRegionDCE(rewriter, candidate->getOperation()->getRegions());
  std::string text = print(*candidate);
  Size candidateSize = measure(*candidate, text);
  if (candidateSize >= size || refused.contains(text))
    return false;
  ++testCount;
  if (!isInteresting(*candidate)) {
    refused.insert(text);
    return false;
  }
  current = std::move(candidate);
  size = candidateSize;
  return true;
}

/// 0 outside of functions, 1 in a function's body, 2 inside of what is there.
static unsigned depthOf(Operation *op) {
  unsigned depth = 0;
  for (; op && !isa<FunctionOpInterface>(op); op = op->getParentOp())
    ++depth;
  return op ? depth : 0;
}

unsigned Reduction::depth() {
  unsigned deepest = 0;
  current->walk([&](Operation *op) { deepest = std::max(deepest, depthOf(op)); });
  return deepest;
}

bool Reduction::run(const Step &step, std::optional<unsigned> depth) {
  auto collect = [&](ModuleOp program) {
    Places places = step.collect(program);
    if (depth)
      llvm::erase_if(places, [&](const Place &place) { return depthOf(place.op) != *depth; });
    return places;
  };
  bool smaller = false;
  for (size_t chunk = collect(*current).size(); chunk > 0; chunk /= 2)
    for (size_t end = collect(*current).size(); end > 0;) {
      size_t begin = end > chunk ? end - chunk : 0;
      smaller |= attempt([&](ModuleOp candidate) {
        Places places = collect(candidate);
        step.apply(ArrayRef(places).slice(begin, end - begin));
      });
      // A change can take other places away with it.
      end = std::min(begin, collect(*current).size());
    }
  return smaller;
}
