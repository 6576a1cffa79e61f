//===- Surroundings.cpp - where a BLAS operation stands -------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "lexon/Dialect/Blas/IR/Blas.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/OpenMP/OpenMPDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/SymbolTable.h"

using namespace mlir;

bool lexon::blas::runsInParallel(Operation *op) {
  return isa<scf::ParallelOp, scf::ForallOp, affine::AffineParallelOp, omp::ParallelOp, omp::TeamsOp, omp::TaskOp,
             omp::TaskloopOp, omp::WsloopOp, omp::SectionsOp, omp::DistributeOp>(op);
}

ModuleOp lexon::blas::hostModuleOf(Operation *op) {
  return dyn_cast_or_null<ModuleOp>(SymbolTable::getNearestSymbolTable(op));
}
