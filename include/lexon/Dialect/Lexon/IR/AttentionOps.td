//===- AttentionOps.td - attention as one operation ---------*- tablegen -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_DIALECT_LEXON_IR_ATTENTIONOPS
#define LEXON_DIALECT_LEXON_IR_ATTENTIONOPS

include "lexon/Dialect/Lexon/IR/LexonDialect.td"
include "mlir/Interfaces/DestinationStyleOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def Lexon_Shaped : AnyTypeOf<[AnyRankedTensor, AnyStridedMemRef]>;

def Lexon_AttentionOp : Op<Lexon_Dialect, "attention", [
    DestinationStyleOpInterface, DeclareOpInterfaceMethods<MemoryEffectsOpInterface>, IsolatedFromAbove, SingleBlock]> {
  let summary = "Softmax attention: out = softmax(score(query * key)) * value";
  let description = [{
    The inputs are the query, the key, the value, and any number of operands of the region. One affine map for each
    input and the output says how it is indexed by the operation's dimensions, as in `linalg.generic`; each dimension is
    of one kind, told by the operands that have it:

    | kind | query | key | value | output | number of them |
    |---|---|---|---|---|---|
    | batch | x | x | x | x | any |
    | row | x | | | x | any; heads that share a key are rows, too |
    | depth | x | x | | | one |
    | key | | x | x | | one |
    | column | | | x | x | one |

    For each batch element and row

    ```
    s[key]      = region(sum over depth of query[depth] * key[key, depth], further inputs)
    out[column] = sum over key of exp(s[key] - max(s)) * value[key, column] / sum over key of exp(s[key] - max(s))
    ```

    computed in f64 if an operand has that type, else in f32. The region gets the product and an element of each further
    input, and yields the score: it scales, masks, adds a bias.

    `causal` = c: a key is hidden, as if its score were -inf, from rows with key > row + c, where row is the last of the
    row dimensions. A row with all scores -inf gives NaN, or zeros with `zero_masked_rows`; without keys (size 0) the same
    holds. What hidden keys and values hold does not matter.

    Constraints:
    - attention_c1: all operands are tensors, and there is one result of the output's type; or all are memrefs, without
      a result.
    - attention_c2: there are at least three inputs and one map for each operand: a projected permutation of its rank, of
      the same dimensions as the others. Dimensions are of the kinds above; further inputs have batch, row and key
      dimensions only.
    - attention_c3: sizes agree as far as they are static.
    - attention_c4: query, key, value and output have element types f16, bf16, f32 or f64.
    - attention_c5: the region takes the product, in the type computed in, and an element of each further input, and
      yields a value of that type.
    - attention_c6: the region holds elementwise operations and constants only.
    - attention_c7: with `causal` there is a row dimension.

    Example: batch b, head h, query m, key n, depth d, column e, with a mask.

    ```mlir
    %r = lexon.attention {indexing_maps = [
        affine_map<(b, h, m, n, d, e) -> (b, h, m, d)>, affine_map<(b, h, m, n, d, e) -> (b, h, n, d)>,
        affine_map<(b, h, m, n, d, e) -> (b, h, n, e)>, affine_map<(b, h, m, n, d, e) -> (b, n)>,
        affine_map<(b, h, m, n, d, e) -> (b, m, h, e)>]}
      ins(%q, %k, %v, %mask : tensor<2x4x8x16xf32>, tensor<2x4x8x16xf32>, tensor<2x4x8x16xf32>, tensor<2x8xf32>)
      outs(%init : tensor<2x8x4x16xf32>) {
    ^bb0(%product: f32, %m: f32):
      %scale = arith.constant 0.25 : f32
      %0 = arith.mulf %product, %scale : f32
      %1 = arith.addf %0, %m : f32
      lexon.yield %1 : f32
    } -> tensor<2x8x4x16xf32>
    ```
  }];
  let arguments = (ins Variadic<Lexon_Shaped>:$inputs, Lexon_Shaped:$out, AffineMapArrayAttr:$indexing_maps,
                   OptionalAttr<I64Attr>:$causal, UnitAttr:$zero_masked_rows);
  let results = (outs Optional<AnyRankedTensor>:$result);
  let regions = (region SizedRegion<1>:$score);
  let assemblyFormat = [{
    attr-dict `ins` `(` $inputs `:` type($inputs) `)` `outs` `(` $out `:` type($out) `)` $score (`->` type($result)^)?
  }];
  let extraClassDeclaration = [{
    /// Dimensions by kind, in their order.
    struct Dims {
      ::llvm::SmallVector<unsigned> batch, rows;
      unsigned depth = 0, key = 0, column = 0;
    };
    /// Fails, without a message, if a dimension is of no kind or the numbers are wrong.
    ::llvm::FailureOr<Dims> getDims();
    ::mlir::Value getQuery() { return getInputs()[0]; }
    ::mlir::Value getKey() { return getInputs()[1]; }
    ::mlir::Value getValue() { return getInputs()[2]; }
    /// The inputs after query, key and value: operands of the region.
    ::mlir::OperandRange getScoreOperands() { return getInputs().drop_front(3); }
    ::llvm::SmallVector<::mlir::AffineMap> getMaps();
    /// The type that products, scores and sums have: f64 if query, key, value or output has it, else f32.
    ::mlir::FloatType getComputeType();
    ::mlir::MutableOperandRange getDpsInitsMutable() { return getOutMutable(); }
  }];
  let hasVerifier = 1;
}

#endif // LEXON_DIALECT_LEXON_IR_ATTENTIONOPS
