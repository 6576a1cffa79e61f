//===- ReduceProgram.cpp - the smallest program that is interesting --------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// MLIR's reduction-tree erases operations whose results nobody uses. In a program that is a data flow graph nearly
// every result is used, so this pass replaces values first.
//
//===----------------------------------------------------------------------===//

#include "Reduction.h"
#include "TestProgram.h"

#include "lexon/Reducer/Passes.h"
#include "lexon/Support/Debug.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"

namespace lexon {
#define GEN_PASS_DEF_REDUCEPROGRAMPASS
#include "lexon/Reducer/Passes.h.inc"
} // namespace lexon

using namespace mlir;
using namespace lexon;

namespace {
size_t countOperations(ModuleOp program) {
  size_t count = 0;
  program.walk([&](Operation *) { ++count; });
  return count - 1; // the module itself
}

/// MLIR's own simplifications. Each by itself: one may hide what is interesting.
constexpr StringLiteral kSimplifications[] = {"inline", "symbol-dce", "canonicalize", "cse"};

bool simplify(Reduction &reduction) {
  bool smaller = false;
  for (StringRef pass : kSimplifications)
    smaller |= reduction.attempt([&](ModuleOp candidate) {
      PassManager pm(candidate->getContext());
      if (succeeded(parsePassPipeline(pass, pm)))
        (void)pm.run(candidate);
    });
  return smaller;
}

/// One round; the cheapest and most promising first.
bool reduceOnce(Reduction &reduction) {
  bool smaller = false;
  auto report = [&](StringRef step, bool succeeded) {
    smaller |= succeeded;
    LEXON_DEBUG("reduce-program", os << step << (succeeded ? " succeeded: " : ": ") << reduction.tests()
                                     << " tests so far, " << countOperations(reduction.program()) << " operations");
  };
  report("symbols", reduction.run(functionSteps().front()));
  report("simplifications", simplify(reduction));
  report("return earlier", returnEarlier(reduction));
  for (unsigned depth = 1; depth <= reduction.depth(); ++depth)
    for (const Step &step : nestedSteps())
      report(step.name, reduction.run(step, depth));
  for (ArrayRef<Step> steps : {operationSteps(), functionSteps().drop_front()})
    for (const Step &step : steps)
      report(step.name, reduction.run(step));
  return smaller;
}

/// Where a message about the whole program goes: a module that the file does not spell out has no line.
Location locationOf(ModuleOp program) {
  auto line = dyn_cast<FileLineColLoc>(program.getLoc());
  bool spelled = line && line.getLine() != 0;
  return spelled || program.getBody()->empty() ? program.getLoc() : program.getBody()->front().getLoc();
}

struct ReduceProgramPass final : lexon::impl::ReduceProgramPassBase<ReduceProgramPass> {
  using ReduceProgramPassBase::ReduceProgramPassBase;

  void runOnOperation() override {
    if (llvm::Error error = reduce(getOperation())) {
      emitError(locationOf(getOperation())) << llvm::toString(std::move(error));
      signalPassFailure();
    }
  }

  /// Makes `program` small, or leaves it as it is.
  llvm::Error reduce(ModuleOp program) {
    llvm::Expected<TestProgram> test = TestProgram::find(testerName, testerArgs);
    if (!test)
      return test.takeError();
    llvm::Expected<bool> interesting = test->isInteresting(program, /*loud=*/true);
    if (!interesting)
      return interesting.takeError();
    if (!*interesting)
      return llvm::createStringError("the test '" + testerName +
                                     "' does not find this program interesting: it ended with 0");
    llvm::Error broken = llvm::Error::success();
    Reduction reduction(program, [&](ModuleOp candidate) {
      if (broken)
        return false;
      llvm::Expected<bool> answer = test->isInteresting(candidate);
      if (!answer)
        broken = answer.takeError();
      return answer && *answer;
    });
    while (reduceOnce(reduction))
      continue;
    if (broken)
      return broken;
    adopt(program, reduction);
    return llvm::Error::success();
  }

  static void adopt(ModuleOp program, Reduction &reduction) {
    size_t before = countOperations(program), after = countOperations(reduction.program());
    Location location = locationOf(program);
    if (after == 0)
      emitWarning(location) << "the test finds even an empty program interesting; does it test what it should?";
    emitRemark(location) << "reduced from " << before << " to " << after
                         << " operations; tests run: " << reduction.tests();
    program->setAttrs(reduction.program()->getAttrDictionary());
    program.getBodyRegion().takeBody(reduction.program().getBodyRegion());
  }
};
} // namespace
