#include "lexon/Transforms/Passes.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
namespace lexon {
#define GEN_PASS_DEF_SELECTMATMULKERNELPASS
#include "lexon/Transforms/Passes.h.inc"
namespace { struct P : impl::SelectMatmulKernelPassBase<P> { using Base=impl::SelectMatmulKernelPassBase<P>; using Base::Base; void runOnOperation() override {} }; }
}
