//===- LaneBody.h - the body of a linalg operation, many lanes at a time --===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_LIB_STRUCTURED_LANEBODY_H
#define LEXON_LIB_STRUCTURED_LANEBODY_H

#include "lexon/Support/LLVM.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallVector.h"
#include <string>

namespace lexon {

/// How an operand's place in memory changes when one loop dimension advances by one.
enum class LaneAccess { Uniform, Contiguous, Strided };

/// How a memref of `type`, indexed by `map` (loop dimensions to indices), is read along the loop dimension `dim`.
LaneAccess laneAccess(mlir::AffineMap map, mlir::MemRefType type, unsigned dim);

/// Vectors of inputs that were read beforehand, by operand number.
using GivenVectors = llvm::DenseMap<unsigned, mlir::Value>;

/// Emits the body of a linalg operation on memrefs for `lanes` consecutive values of the loop dimension `dim` at once.
///
/// Values that are the same in all lanes stay scalars and are computed once, by `prepare`.
class LaneBody {
public:
  LaneBody(mlir::linalg::LinalgOp op, unsigned dim, int64_t lanes);

  /// Why the body has no form on vectors; empty if it has one. Operands with strided access do not count: `step` wants
  /// them given.
  const std::string &reasonAgainst() const { return reason; }

  LaneAccess access(mlir::OpOperand &operand) const;

  /// Emits what is the same in all lanes, at the builder's place. `ivs` has a value for each loop dimension; that of
  /// `dim` is not used.
  void prepare(mlir::OpBuilder &builder, mlir::ValueRange ivs);

  /// Emits the rest for the lanes that start at `ivs`, and returns the yielded values as vectors. `mask` (null: all)
  /// says which lanes may touch memory. `outputs` has the value of each output the body reads, as a vector, or null;
  /// `given` those of inputs that were read beforehand, by operand number.
  llvm::SmallVector<mlir::Value> step(mlir::OpBuilder &builder, mlir::ValueRange ivs, mlir::Value mask,
                                      llvm::ArrayRef<mlir::Value> outputs, const GivenVectors &given = GivenVectors());

  /// A vector of the operand's elements (contiguous, or one element in all lanes) for the lanes that start at `ivs`.
  mlir::Value load(mlir::OpBuilder &builder, mlir::OpOperand &operand, mlir::ValueRange ivs, mlir::Value mask);
  /// The one element that all lanes read.
  mlir::Value loadScalar(mlir::OpBuilder &builder, mlir::OpOperand &operand, mlir::ValueRange ivs);
  void store(mlir::OpBuilder &builder, mlir::Value vector, mlir::OpOperand &output, mlir::ValueRange ivs,
             mlir::Value mask);

  mlir::VectorType vectorOf(mlir::Type element) const { return mlir::VectorType::get({lanes}, element); }
  llvm::SmallVector<mlir::Value> indices(mlir::OpBuilder &builder, mlir::OpOperand &operand,
                                         mlir::ValueRange ivs) const;

private:
  /// Linear: in lane i, the value of lane 0 plus i.
  enum class Kind { Uniform, Linear, Vector };

  Kind kindOf(mlir::Value value) const;
  /// Sets the kind of the operation's results, or returns why there is none.
  std::string classify(mlir::Operation &op);
  std::string classifyLoad(mlir::Operation &op);
  /// True if the results of `op`, whose operands are uniform or linear, are linear (false: uniform); nothing if
  /// neither.
  std::optional<bool> isLinear(mlir::Operation &op) const;

  mlir::Value asVector(mlir::OpBuilder &builder, mlir::Value value, const mlir::IRMapping &mapping);
  mlir::Value gather(mlir::OpBuilder &builder, mlir::Operation &op, mlir::Value mask, const mlir::IRMapping &mapping);
  void emit(mlir::OpBuilder &builder, mlir::Operation &op, mlir::Value mask, mlir::IRMapping &mapping);

  mutable mlir::linalg::LinalgOp op; // its accessors are not const
  unsigned dim;
  int64_t lanes;
  std::string reason;
  llvm::DenseMap<mlir::Value, Kind> kinds;
  mlir::IRMapping uniform;
};

} // namespace lexon

#endif // LEXON_LIB_STRUCTURED_LANEBODY_H
