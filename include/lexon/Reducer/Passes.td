//===- Passes.td - passes that make test cases small --------*- tablegen -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_REDUCER_PASSES
#define LEXON_REDUCER_PASSES

include "mlir/Pass/PassBase.td"

def ReduceProgramPass : Pass<"reduce-program", "::mlir::ModuleOp"> {
  let summary = "Make a program as small as it gets while a test still finds it interesting";
  let description = [{
    Changes the program in ways that keep it valid but not what it computes, and keeps each change after which it is
    smaller and `test` still finds it interesting. Only `lexon-reduce` has this pass.

    The test is a program that gets the arguments of `test-arg` and, last, the name of a file with a candidate. Any exit
    code but 0 means "interesting", as for MLIR's own reducers; `lexon verify --interesting` ends that way. A test
    without a slash in its name is looked for in PATH.

    Tried in turn, many places at a time and then fewer, until nothing more succeeds:
    - symbols that are not needed disappear, calls are inlined;
    - functions return a value computed earlier, and end there;
    - values become arguments of their function, so that what computed them disappears;
    - operations with side effects disappear, loops and branches become their body, run once;
    - operations become one of their operands, or zero;
    - results, arguments and attributes disappear; arguments of one type become one;
    - MLIR's own simplifications (canonicalize, cse) run.

    `reduction-tree` and `opt-reduction-pass`, MLIR's own, erase operations and run passes. They cannot replace what is
    used, so in a data flow graph they erase little.

    Example: test/Reducer/reduce-program.mlir
  }];
  let options = [
    Option<"testerName", "test", "std::string", /*default=*/"\"\"", "Program that tests a candidate.">,
    ListOption<"testerArgs", "test-arg", "std::string", "Arguments of the test, before the file's name.">,
  ];
  let dependentDialects = ["::mlir::arith::ArithDialect"];
}

#endif // LEXON_REDUCER_PASSES
