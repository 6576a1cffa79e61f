//===- StoredGroups.h - epilogues that mix columns ---------------*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// Every tensor computed from a product is described by the place in the product that each of its elements stands for.
// Slices, reshapes, transposes, concatenations and element-wise operations only change that place or the value there,
// so one walk over the block describes them all, whatever their order. What is at the end of such a chain is then
// computed in the region of the contraction, and read from its result.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_LIB_DIALECT_LEXON_TRANSFORMS_STOREDGROUPS_H
#define LEXON_LIB_DIALECT_LEXON_TRANSFORMS_STOREDGROUPS_H

#include "lexon/Dialect/Lexon/IR/Lexon.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/PatternMatch.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SetVector.h"

namespace lexon::core {
using namespace mlir;

/// True if `op` computes each element of its one result from single elements of its inputs.
bool isElementwise(mlir::linalg::GenericOp op);

/// Moves operations behind `contract` into its region that make new columns of parts of the old ones: its columns are
/// cut into blocks of equal size (heads), each block into 2 to 8 parts, and element i of each new part is computed from
/// elements i of all parts of its block. So rotary embedding is computed, in whichever order its slices, negations,
/// concatenations and products stand. Blocks that nothing changes may be among them. The result is a `lexon.contract`
/// that stores one result for each part, or null, with a reason if parts are put together behind `contract` at all. The
/// columns of a part must be a multiple of `partColumns`.
ContractOp fuseStoredGroups(mlir::RewriterBase &rewriter, ContractOp contract, int64_t partColumns,
                            std::string &reason);

/// One dimension of a tensor: elements `stride` apart along dimension `dim` of the product. `dim` -1: of size one.
struct Axis {
  int64_t dim = -1, stride = 1;
  bool operator==(const Axis &other) const { return dim == other.dim && stride == other.stride; }
};

/// What the elements of a tensor stand for.
struct Described {
  SmallVector<Axis> axes;
  /// The column of the first element; of what is computed, that of its block.
  int64_t base = 0;
  /// True if the tensor is a view of the product: nothing was computed.
  bool isView = true;
  /// Of a concatenation: what each part is.
  SmallVector<Value> parts;
  /// Of a part cut out of what is computed: its number.
  int64_t from = 0;
};

/// Rows that the operands `with` see as several dimensions, outermost first.
using RowSplit = SmallVector<std::pair<int64_t, int64_t>>; // stride, size

/// What is computed from one contraction's result, and the contraction that computes it.
class StoredGroups {
public:
  StoredGroups(ContractOp contract) : contract(contract), result(contract.getResult()) {
    type = cast<RankedTensorType>(result.getType());
  }
  std::string match(int64_t partColumns);

  ContractOp rewrite(RewriterBase &rewriter);

private:
  bool findSizes();
  bool describe(Operation *op);
  bool describeReshape(Operation *op, Value source, ArrayRef<ReassociationIndices> groups, bool expands);
  bool describeSlice(tensor::ExtractSliceOp op);
  bool describeGeneric(linalg::GenericOp op);
  bool describeParts(Value result, ArrayRef<Value> sources, ArrayRef<int64_t> offsets, int64_t dim,
                     ArrayRef<SmallVector<int64_t>> sourceDims);
  bool describeInserts(tensor::InsertSliceOp last);
  bool describeConcat(tensor::ConcatOp op);
  bool isWithReadable(linalg::GenericOp op, ArrayRef<std::optional<Axis>> loops);

  /// The tensor's dimension along which neighbours are neighbouring columns, and its size; -1 if there is none.
  std::pair<int64_t, int64_t> innerOf(Value value) const {
    const Described &described = known.find(value)->second;
    for (auto [i, axis] : llvm::enumerate(described.axes))
      if (axis == Axis{columnDim, 1})
        return {i, cast<RankedTensorType>(value.getType()).getDimSize(i)};
    return {-1, 0};
  }
  bool hasWholeBlocks(Value value) const {
    return llvm::all_of(known.find(value)->second.axes, [&](Axis axis) {
      return axis.dim != columnDim || axis.stride == 1 || axis.stride % block == 0;
    });
  }
  /// All columns of its blocks, or one part of each of them.
  bool isWhole(Value value) const {
    int64_t size = innerOf(value).second;
    return size > 0 && size % block == 0 && hasWholeBlocks(value);
  }
  bool isPart(Value value) const { return innerOf(value).second == part && hasWholeBlocks(value); }
  std::pair<int64_t, int64_t> columnsOf(Value value) const;
  bool hasNeighbours(Value value) const;
  int64_t numColumns() const { return type.getDimSize(columnDim); }
  int64_t numParts() const { return block / part; }

  // The region (StoredGroupsRegion.cpp).
  Value emit(Value value, int64_t group);
  Value addWith(Value operand, AffineMap map);
  Value shared(Operation *op, IRMapping &mapping);
  AffineExpr indexOf(Axis axis, int64_t size, int64_t group);
  Value partOf(Value operand, AffineMap map, ArrayRef<AffineExpr> loops, int64_t group);
  AffineExpr columnOf(int64_t group);
  AffineExpr rowOf(int64_t dim);
  SmallVector<Value> emitOld();
  void buildBody(RewriterBase &rewriter);
  Operation *lastNeeded();

  // Around it (StoredGroupsRegion.cpp, too).
  std::pair<int64_t, bool> placeOf(unsigned dim);
  SmallVector<int64_t> splitSizes(unsigned dim, int64_t size);
  SmallVector<AffineExpr> splitDims(unsigned dim);
  AffineMap splitMap(AffineMap map);
  Value splitInput(OpBuilder &builder, Value value, AffineMap map);
  void replaceUses(RewriterBase &rewriter, Value whole, Value flat);
  Value readResult(RewriterBase &rewriter, Value whole, Value value, SmallVectorImpl<int64_t> &order);
  static bool takesOrder(OpOperand &use);

  ContractOp contract;
  Value result;
  RankedTensorType type;
  int64_t columnDim = -1;
  /// Columns of a block and of a part of it; 0: not known yet.
  int64_t block = 0, part = 0;
  llvm::MapVector<Value, Described> known;
  /// Uses by operations that are not described.
  llvm::SetVector<OpOperand *> outside;
  SmallVector<RowSplit> splits;
  SmallVector<Value> results; // what is computed, and used outside

  // While rewriting.
  Block *body = nullptr;
  SmallVector<Value> with;
  SmallVector<AffineMap> withMaps;
  SmallVector<Value> old; // what the old region makes of each group's sum
  DenseMap<std::pair<Value, int64_t>, Value> emitted, slices;
  SmallVector<SmallVector<AffineExpr>> rowDims;
  AffineExpr blockDim, groupDim, elementDim;
  unsigned numLoops = 0;
};

} // namespace lexon::core

#endif // LEXON_LIB_DIALECT_LEXON_TRANSFORMS_STOREDGROUPS_H
