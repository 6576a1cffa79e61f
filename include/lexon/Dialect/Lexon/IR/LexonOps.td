//===- LexonOps.td - operations of the lexon dialect --------*- tablegen -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_DIALECT_LEXON_IR_LEXONOPS
#define LEXON_DIALECT_LEXON_IR_LEXONOPS

include "lexon/Dialect/Lexon/IR/AttentionOps.td"
include "lexon/Dialect/Lexon/IR/LexonDialect.td"
include "mlir/Interfaces/DestinationStyleOpInterface.td"
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

def Lexon_AssembleOp : Op<Lexon_Dialect, "assemble", [DestinationStyleOpInterface, Pure]> {
  let summary = "A weights buffer made of weights";
  let description = [{
    The inverse of `lexon.weight`: the one-dimensional `i8` buffer that holds each of the tensors at its offset, in bytes.
    Bytes that no tensor covers are those of the output operand. Bufferization copies each tensor to its place; a call that
    computes one writes straight to it (`results-to-out-params`).

    Constraints:
    - assemble_c1: as many offsets as tensors.
    - assemble_c2: the constraints of `lexon.weight` hold for each tensor and its offset.

    Example:

    ```mlir
    %b = lexon.assemble %w at [128] : tensor<32x32xf32> outs(%init : tensor<4224xi8>) -> tensor<4224xi8>
    ```
  }];
  let arguments = (ins Variadic<AnyStaticShapeTensor>:$pieces, 1DTensorOf<[I8]>:$out, DenseI64ArrayAttr:$offsets);
  let results = (outs 1DTensorOf<[I8]>:$result);
  let assemblyFormat = [{
    $pieces `at` $offsets `:` type($pieces) `outs` `(` $out `:` type($out) `)` attr-dict `->` type($result)
  }];
  let extraClassDeclaration = [{
    ::mlir::MutableOperandRange getDpsInitsMutable() { return getOutMutable(); }
  }];
  let builders = [OpBuilder<(ins "::mlir::ValueRange":$pieces, "::llvm::ArrayRef<int64_t>":$offsets,
                                 "::mlir::Value":$out), [{
    build($_builder, $_state, out.getType(), pieces, out, offsets);
  }]>];
  let hasVerifier = 1;
}

def Lexon_ContractOp : Op<Lexon_Dialect, "contract", [
    AttrSizedOperandSegments, DestinationStyleOpInterface, DeclareOpInterfaceMethods<MemoryEffectsOpInterface>]> {
  let summary = "A contraction and the element-wise operations that follow it";
  let description = [{
    For each index of the output, the sum over all reduction dimensions of `lhs * rhs`, passed through the region together
    with the elements of the operands `with` at that index. On tensors or memrefs. What the output held before is not
    read: to add to it, name it in `with`, too, with the output's map.

    A dimension is of the kind that its place in the maps says:

    | in | kind |
    |---|---|
    | lhs, rhs, out | batch |
    | lhs, out | row (m) |
    | rhs, out | column (n) |
    | lhs, rhs | reduction (k) |
    | rhs | group |
    | rhs, out, named by `stored_group` | group |

    A group dimension gives one sum for each of its indices: the two halves of a gated linear unit come from one pass over
    `lhs`. The region takes first the sums (in the order of the groups), then one element of each operand of `with`, and
    yields the element of the output. If the output is indexed by the group, too (`stored_group` says so: it would look
    like a column), it yields one element for each group, each for the place of its group: what a rotary embedding makes
    of the halves of a head. Sums are f32 for f16 and bf16 operands, rounded to the type of the region's argument
    before the region sees them. The order of summation is free.

    A result of a map is a dimension or, but for `rhs`, a sum of dimensions times constants. In `with` and `out`,
    `d0 * 32 + d2` is the column that the panel `d0` of a packed `rhs` holds at `d2`; in `lhs`, `d0 * 2 + d1` makes a
    convolution of stride 2: the element that the window of output `d0` holds at `d1`. An operand of `with` that differs
    from group to group is named once for each, with constants as summands: `d0`, `d0 + 64`.

    With a second output, `sums`, the region yields one more value, and values of neighbouring columns are added up:
    columns 0 to `part_columns` - 1 of the output are its part 0, and so on; the last part may be shorter. `sums` is of
    the output's shape, but has parts where the output has columns. What a normalization needs of a row (the sum of its
    squares, say) is then the sum of the row's parts; it need not read the row for it. The order of these additions is
    free, too, within a part.

    Constraints:
    - contract_c1: all operands are tensors, and there is a result of each output's type; or all are memrefs, without one.
    - contract_c2: one map for each operand but `sums`, in order, of the operand's rank; `rhs` is indexed by plain dimensions.
    - contract_c3: each dimension is of one of the five kinds; there is at least one reduction dimension and at most one
      group dimension, of static size from 1 to 8; the operands of `with` are indexed by dimensions of the output, but
      not by the group; `stored_group` is a dimension in `rhs` and `out` only.
    - contract_c4: each dimension has one size in all operands, as far as sizes are static.
    - contract_c5: elements are floating-point; the region's arguments and what it yields have the types said above.
    - contract_c6: the region has only element-wise operations without side effects, on its arguments and on scalars.
    - contract_c7: `sums` and `part_columns`, at least 1, come together, and not with `stored_group`; one dimension of the
      output holds all its columns, and nothing but columns; `sums` is of floating-point elements and of the output's
      shape, but for that dimension, which is divided by `part_columns` and rounded up.

    Example:

    ```mlir
    %r = lexon.contract ins(%x, %w : tensor<40x64xf32>, tensor<128x64xf32>) with(%bias : tensor<128xf32>)
        outs(%init : tensor<40x128xf32>) attributes {indexing_maps = [
          affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>,
          affine_map<(m, n, k) -> (n)>, affine_map<(m, n, k) -> (m, n)>]} {
    ^bb0(%sum: f32, %b: f32):
      %0 = arith.addf %sum, %b : f32
      lexon.yield %0 : f32
    } -> tensor<40x128xf32>
    ```

    With the sums of squares of each 32 columns of a row:

    ```mlir
    %r, %s = lexon.contract ins(%x, %w : tensor<40x64xf32>, tensor<100x64xf32>)
        outs(%init, %parts : tensor<40x100xf32>, tensor<40x4xf32>) attributes {part_columns = 32 : i64, indexing_maps = [
          affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]} {
    ^bb0(%sum: f32):
      %0 = arith.mulf %sum, %sum : f32
      lexon.yield %sum, %0 : f32, f32
    } -> tensor<40x100xf32>, tensor<40x4xf32>
    ```
  }];
  let arguments = (ins AnyShaped:$lhs, AnyShaped:$rhs, Variadic<AnyShaped>:$with, AnyShaped:$out,
                       Optional<AnyShaped>:$sums, AffineMapArrayAttr:$indexing_maps,
                       OptionalAttr<I64Attr>:$stored_group, OptionalAttr<I64Attr>:$part_columns);
  let results = (outs Variadic<AnyRankedTensor>:$outputs);
  let regions = (region SizedRegion<1>:$epilogue);
  let assemblyFormat = [{
    `ins` `(` $lhs `,` $rhs `:` type($lhs) `,` type($rhs) `)` (`with` `(` $with^ `:` type($with) `)`)?
    `outs` `(` $out (`,` $sums^)? `:` type($out) (`,` type($sums)^)? `)` attr-dict-with-keyword $epilogue
    (`->` type($outputs)^)?
  }];
  let builders = [OpBuilder<(ins "::mlir::Type":$result, "::mlir::Value":$lhs, "::mlir::Value":$rhs,
                                 "::mlir::ValueRange":$with, "::mlir::Value":$out, "::mlir::ArrayAttr":$indexing_maps,
                                 "::mlir::IntegerAttr":$stored_group), [{
    build($_builder, $_state, result ? ::mlir::TypeRange(result) : ::mlir::TypeRange(), lhs, rhs, with, out,
          /*sums=*/::mlir::Value(), indexing_maps, stored_group, /*part_columns=*/::mlir::IntegerAttr());
  }]>];
  let extraClassDeclaration = [{
    ::mlir::MutableOperandRange getDpsInitsMutable();
    /// The output on tensors; null on memrefs.
    ::mlir::Value getResult() { return getOutputs().empty() ? ::mlir::Value() : getOutputs().front(); }
    /// The sums of parts on tensors; null on memrefs, and if there are none.
    ::mlir::Value getSumsResult() { return getOutputs().size() < 2 ? ::mlir::Value() : getOutputs().back(); }
    /// The dimension of the output that holds all its columns and nothing else, or nothing.
    ::std::optional<unsigned> getColumnPosition();
    /// The maps of `lhs`, `rhs`, each of `with`, and `out`.
    ::llvm::SmallVector<::mlir::AffineMap> getMaps();
    unsigned getNumLoops() { return getMaps().front().getNumDims(); }
    /// The size of each dimension: `ShapedType::kDynamic` where it is not static.
    ::llvm::SmallVector<int64_t> getStaticSizes();
    /// An operand and one of its dimensions that has the size of loop dimension `dim`.
    ::std::pair<::mlir::Value, unsigned> getOperandOfDim(unsigned dim);
    /// The group dimension, or nothing.
    ::std::optional<unsigned> getGroupDim();
    /// Number of sums the region takes.
    unsigned getNumGroups();
    /// Number of elements the region yields for the output: that of groups if they are stored, else one.
    unsigned getNumStored();
    /// The value the region yields for the sums of parts; null if there are none.
    ::mlir::Value getSummed();
    /// What the region yields.
    ::mlir::OperandRange getYielded();
  }];
  let hasVerifier = 1;
}

def Lexon_YieldOp : Op<Lexon_Dialect, "yield", [Pure, Terminator, ParentOneOf<["AttentionOp", "ContractOp"]>]> {
  let summary = "Ends a region of the lexon dialect";
  let arguments = (ins Variadic<AnyType>:$values);
  let assemblyFormat = "$values attr-dict `:` type($values)";
}

#endif // LEXON_DIALECT_LEXON_IR_LEXONOPS
