//===- LexonOps.td - operations of the lexon dialect --------*- tablegen -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_DIALECT_LEXON_IR_LEXONOPS
#define LEXON_DIALECT_LEXON_IR_LEXONOPS

include "lexon/Dialect/Lexon/IR/LexonDialect.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def Lexon_WeightOp : Op<Lexon_Dialect, "weight", [Pure]> {
  let summary = "One weight inside the weights buffer of a model";
  let description = [{
    Reads the tensor that starts `offset` bytes into the one-dimensional `i8` buffer: row-major, little-endian, of the
    result's element type. It is a view: bufferization turns it into `memref.view`, no byte is copied, and nothing may
    write to the result.

    Constraints:
    - weight_c1: the result has a static shape and an element type of whole bytes, or `i1` (one byte an element).
    - weight_c2: `offset` is not negative and a multiple of the element's size.
    - weight_c3: if the buffer's size is static, the weight ends inside it.

    Example:

    ```mlir
    %w = lexon.weight %buffer[128] : tensor<4224xi8> -> tensor<32x32xf32>
    ```
  }];
  let arguments = (ins 1DTensorOf<[I8]>:$buffer, I64Attr:$offset);
  let results = (outs AnyStaticShapeTensor:$result);
  let assemblyFormat = "$buffer `[` $offset `]` attr-dict `:` type($buffer) `->` type($result)";
  let hasVerifier = 1;
}

#endif // LEXON_DIALECT_LEXON_IR_LEXONOPS
