//===- Passes.td - passes for convolutions and poolings -----*- tablegen -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_TRANSFORMS_CONVOLUTION_PASSES
#define LEXON_TRANSFORMS_CONVOLUTION_PASSES

include "mlir/Pass/PassBase.td"

def PropagateTransposesPass : Pass<"propagate-transposes", "::mlir::func::FuncOp"> {
  let summary = "Move transposes behind the operations that do not care, where they meet and cancel";
  let description = [{
    A transpose in front of an element-wise operation, a `tensor.pad` or a `tensor.extract_slice` moves behind it, as do
    the transposes of all parts of a concatenation (`tensor.insert_slice` into an empty tensor), so that the convolutions of an image model exchange their results without moving them. An element-wise operation is rewritten
    if all its operands of full rank are transposed alike; operands of lower rank are read through another map.

    Left alone: element-wise operations that would read one operand in another order than the others, that read their
    own output or loop indices, and pads by a value that is not one for all elements.

    Remarks: `moved` for each operation a transpose went past.

    Example: test/Transforms/Convolution/propagate-transposes.mlir
  }];
  let dependentDialects = ["::mlir::linalg::LinalgDialect", "::mlir::tensor::TensorDialect"];
}

def NormalizeConvolutionsPass : Pass<"normalize-convolutions", "::mlir::func::FuncOp"> {
  let summary = "Give convolutions and poolings the layout that their kernels read";
  let description = [{
    On tensors, every convolution (any number of dimensions, strides, dilations, groups) becomes a `linalg.generic`:

    - channels last: where neighbours in the output are pixels, the output and the input are computed with their
      channels last, between transposes (which `propagate-transposes` moves on); poolings alike. An input of fewer than 8
      channels stays as it is;
    - kernel sizes of 1 and the one output channel of each group of a depthwise convolution lose their dimension;
    - transposes of the weights fold into the indexing map if `prepared-weights` says that `pack-weights` will give
      these weights their layout; else the weights are transposed so that output channels are neighbours.

    Remarks: `normalized` for each operation rewritten.

    Example: test/Transforms/Convolution/normalize-convolutions.mlir
  }];
  let options = [
    Option<"preparedWeights", "prepared-weights", "bool", /*default=*/"false",
           "pack-weights runs later: leave the layout of constant weights to it">
  ];
  let dependentDialects = ["::mlir::linalg::LinalgDialect", "::mlir::tensor::TensorDialect"];
}

def PadInPlacePass : Pass<"pad-in-place", "::mlir::func::FuncOp"> {
  let summary = "Let operations write straight into the padded tensor that their result is copied to";
  let description = [{
    Where the result of an operation in destination-passing style is padded by one value, the padded tensor is made
    first, and the operation writes into its inner part; other users read that part. So padding costs no copy. A result
    that begins with one value (the maximum of a pooling) is filled there, too.

    Left alone: results that the function returns or that end in another region, other initial values than
    `tensor.empty`, filled or not, and dynamic paddings.

    Remarks: `padded` for each.

    Example: test/Transforms/Convolution/pad-in-place.mlir
  }];
  let dependentDialects = ["::mlir::linalg::LinalgDialect", "::mlir::tensor::TensorDialect"];
}

#endif // LEXON_TRANSFORMS_CONVOLUTION_PASSES
