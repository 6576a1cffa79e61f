//===- RowGroup.h - operations that work on the same rows ------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_LIB_STRUCTURED_ROWGROUP_H
#define LEXON_LIB_STRUCTURED_ROWGROUP_H

#include "lexon/Support/LLVM.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "llvm/ADT/SetVector.h"

namespace lexon {

/// linalg.generic operations of one block whose first `rank` loops number the same rows, and that pass each other
/// values row by row.
struct RowGroup {
  unsigned rank = 0;
  llvm::SetVector<mlir::linalg::GenericOp> members;

  bool contains(mlir::Operation *op) const {
    auto generic = mlir::dyn_cast_or_null<mlir::linalg::GenericOp>(op);
    return generic && members.contains(generic);
  }
  /// In the order of the block.
  llvm::SmallVector<mlir::linalg::GenericOp> inOrder() const;
  /// True if something outside of the group uses `value`, a result of a member.
  bool escapes(mlir::Value value) const;
  /// True if `op` has nothing but the loops that number the rows.
  bool isScalar(mlir::linalg::GenericOp op) const { return op.getNumLoops() == rank; }
};

/// True if `map` indexes its first `rank` dimensions with the first `rank` loops, and no other dimension with any of
/// them.
bool isRowLeading(mlir::AffineMap map, unsigned rank);

/// The groups of `block`, each around at least one reduction; no operation is in two.
llvm::SmallVector<RowGroup> findRowGroups(mlir::Block &block);

/// Operations between the first and the last member that use members' results, directly or not; they may follow the
/// last member. Fails if one of them feeds a member or has an effect that ties it to its place.
mlir::FailureOr<llvm::SmallVector<mlir::Operation *>> followers(const RowGroup &group);

/// True if computing `op` again costs less than writing its result and reading it back from the first-level cache.
bool isCheap(mlir::linalg::GenericOp op);

} // namespace lexon

#endif // LEXON_LIB_STRUCTURED_ROWGROUP_H
