//===- CblasCall.h - one CBLAS call and what it needs ------------*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_CONVERSION_BLASTOFUNC_CBLASCALL_H
#define LEXON_CONVERSION_BLASTOFUNC_CBLASCALL_H

#include "lexon/Dialect/Blas/IR/Blas.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"

namespace lexon {

/// Builds the call for one `blas.gemm`, `blas.gemv` or `blas.dot` on memrefs.
class CblasCall {
public:
  CblasCall(mlir::OpBuilder &builder, blas::Product product)
      : b(builder), product(product), loc(product.op->getLoc()) {}

  /// `cblas_sgemm` and so on.
  std::string name() const;

  /// Conditions (`i1`) that only run-time values decide and that must all hold before the call. `impossible` says why
  /// there can be no call at all; it is left empty otherwise.
  llvm::SmallVector<mlir::Value> createChecks(std::string &impossible);

  /// The call, and for a `dot` what is done with its result. `function` is the declaration to call.
  mlir::func::CallOp createCall(mlir::func::FuncOp function);

  /// The type of the CBLAS function.
  mlir::FunctionType functionType();

private:
  mlir::Value index(int64_t value);
  mlir::Value size(mlir::Value memref, unsigned dim);
  mlir::Value stride(mlir::Value memref, unsigned dim);
  mlir::Value compare(mlir::arith::CmpIPredicate predicate, mlir::Value a, mlir::Value b);
  mlir::Value either(mlir::Value a, mlir::Value b);
  mlir::Value address(mlir::Value memref);
  mlir::Value pointer(mlir::Value memref);
  mlir::Value integer(mlir::Value index);
  mlir::Value constant(int64_t value);
  mlir::Value leadingDimension(mlir::Value matrix);
  mlir::Value increment(mlir::Value vector);

  void checkSize(mlir::Value memref, unsigned dim);
  void checkMatrix(mlir::Value matrix);
  void checkVector(mlir::Value vector);
  mlir::Value reductionSize();
  mlir::Value scaled(mlir::Value old);

  void addMatrixArguments(llvm::SmallVectorImpl<mlir::Value> &arguments, mlir::Value matrix);

  mlir::OpBuilder &b;
  blas::Product product;
  mlir::Location loc;
  llvm::SmallVector<mlir::Value> checks;
  std::string why;
};

} // namespace lexon

#endif // LEXON_CONVERSION_BLASTOFUNC_CBLASCALL_H
