//===- LexonDialect.td - the lexon dialect ------------------*- tablegen -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_DIALECT_LEXON_IR_LEXONDIALECT
#define LEXON_DIALECT_LEXON_IR_LEXONDIALECT

include "mlir/IR/OpBase.td"

def Lexon_Dialect : Dialect {
  let name = "lexon";
  let cppNamespace = "::lexon::core";
  let summary = "What compiled models need and upstream has no op for.";
  let description = [{
    Operations between the PyTorch front end and the kernels: references into the one weights buffer of a model.

    Where it is loaded, `canonicalize` also ends control in a loop of blocks that nothing enters, instead of merging its
    blocks: a value that is computed from itself would be folded for ever.
  }];
  let dependentDialects = ["::mlir::cf::ControlFlowDialect", "::mlir::ub::UBDialect"];
  let hasCanonicalizer = 1;
}

#endif // LEXON_DIALECT_LEXON_IR_LEXONDIALECT
