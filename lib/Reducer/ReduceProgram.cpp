//===- ReduceProgram.cpp - the smallest program that is interesting --------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// MLIR's reduction-tree erases operations whose results nobody uses. In a program that is a data flow graph nearly
// every result is used, so this pass replaces values first.
//
//===----------------------------------------------------------------------===//

#include "Reduction.h"

#include "lexon/Reducer/Passes.h"
#include "lexon/Support/Debug.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Reducer/Tester.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Program.h"

namespace lexon {
#define GEN_PASS_DEF_REDUCEPROGRAMPASS
#include "lexon/Reducer/Passes.h.inc"
} // namespace lexon

using namespace mlir;
using namespace lexon;

namespace {
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
  auto report = [&](StringRef step) {
    LEXON_DEBUG("reduce-program", os << step << ": " << reduction.tests() << " tests so far");
  };
  bool smaller = reduction.run(functionSteps().front());
  report("symbols");
  smaller |= simplify(reduction);
  report("simplifications");
  smaller |= returnEarlier(reduction);
  report("return earlier");
  for (ArrayRef<Step> steps : {operationSteps(), functionSteps().drop_front()})
    for (const Step &step : steps) {
      smaller |= reduction.run(step);
      report(step.name);
    }
  return smaller;
}

size_t countOperations(ModuleOp program) {
  size_t count = 0;
  program.walk([&](Operation *) { ++count; });
  return count - 1; // the module itself
}

struct ReduceProgramPass final : lexon::impl::ReduceProgramPassBase<ReduceProgramPass> {
  using ReduceProgramPassBase::ReduceProgramPassBase;

  /// The program that tests, found as a shell finds it; empty after a diagnostic.
  std::string findTest() {
    if (testerName.empty()) {
      getOperation().emitError("no test: give --reduce-program='test=PROGRAM'");
      return "";
    }
    std::string test = testerName;
    if (!StringRef(test).contains('/') && !llvm::sys::fs::exists(test))
      if (llvm::ErrorOr<std::string> found = llvm::sys::findProgramByName(test))
        test = *found;
    if (llvm::sys::fs::can_execute(test))
      return test;
    std::error_code reason = llvm::sys::fs::access(test, llvm::sys::fs::AccessMode::Exist);
    getOperation().emitError() << "cannot run the test '" << testerName
                               << "': " << (reason ? reason.message() : "it is not an executable file (chmod +x)");
    return "";
  }

  void runOnOperation() override {
    std::string test = findTest();
    if (test.empty())
      return signalPassFailure();
    Tester tester(test, testerArgs);
    auto isInteresting = [&](ModuleOp candidate) {
      return tester.isInteresting(candidate).first == Tester::Interestingness::True;
    };
    ModuleOp program = getOperation();
    if (!isInteresting(program)) {
      program.emitError() << "the test '" << testerName << "' does not find this program interesting: it ended with 0";
      return signalPassFailure();
    }
    Reduction reduction(program, isInteresting);
    while (reduceOnce(reduction))
      continue;
    program.emitRemark() << "reduced from " << countOperations(program) << " to "
                         << countOperations(reduction.program()) << " operations by " << reduction.tests() << " tests";
    program->setAttrs(reduction.program()->getAttrDictionary());
    program.getBodyRegion().takeBody(reduction.program().getBodyRegion());
  }
};
} // namespace
