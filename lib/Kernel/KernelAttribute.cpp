//===- KernelAttribute.cpp - kernels as attributes, and their checks ------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "KernelFacts.h"

#include "mlir/IR/Builders.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace lexon;
using namespace lexon::kernel;

static constexpr std::pair<VectorDim, StringLiteral> vectorDimNames[] = {{VectorDim::N, "n"},
                                                                         {VectorDim::M, "m"},
                                                                         {VectorDim::K, "k"},
                                                                         {VectorDim::Batch, "batch"},
                                                                         {VectorDim::None, "none"}};

static StringRef nameOf(VectorDim dim) {
  return llvm::find_if(vectorDimNames, [&](const auto &pair) { return pair.first == dim; })->second;
}

static StringRef nameOf(Product product) {
  return product == Product::Dot ? "dot" : product == Product::Tiles ? "tiles" : "multiply_add";
}

DictionaryAttr lexon::toAttribute(MLIRContext *context, const MatmulKernel &kernel) {
  Builder builder(context);
  StringRef name = nameOf(kernel.vectorize);
  SmallVector<NamedAttribute> attributes{
      builder.getNamedAttr("vectorize", builder.getStringAttr(name)),
      builder.getNamedAttr("dims",
                           builder.getDenseI64ArrayAttr({kernel.rowDim, kernel.columnDim, kernel.reductionDim})),
      builder.getNamedAttr("lanes", builder.getI64IntegerAttr(kernel.lanes)),
      builder.getNamedAttr("tile", builder.getDenseI64ArrayAttr({kernel.rows, kernel.columns})),
      builder.getNamedAttr("block_k", builder.getI64IntegerAttr(kernel.blockK)),
      builder.getNamedAttr("block_rows", builder.getI64IntegerAttr(kernel.blockRows)),
      builder.getNamedAttr("phases", builder.getI64IntegerAttr(kernel.phases)),
      builder.getNamedAttr("chunk_k", builder.getI64IntegerAttr(kernel.chunkK)),
      builder.getNamedAttr("prefetch", builder.getI64IntegerAttr(kernel.prefetch)),
  };
  if (kernel.pairDim >= 0)
    attributes.push_back(builder.getNamedAttr("pair_dim", builder.getI64IntegerAttr(kernel.pairDim)));
  if (kernel.product != Product::MultiplyAdd)
    attributes.push_back(builder.getNamedAttr("product", builder.getStringAttr(nameOf(kernel.product))));
  if (kernel.product == Product::Tiles)
    attributes.push_back(builder.getNamedAttr("tile_rows", builder.getI64IntegerAttr(kernel.tileRows)));
  if (kernel.copiesColumns)
    attributes.push_back(builder.getNamedAttr("copy_columns", builder.getBoolAttr(true)));
  if (kernel.transposes)
    attributes.push_back(builder.getNamedAttr("transpose", builder.getBoolAttr(true)));
  if (kernel.columnsOuter)
    attributes.push_back(builder.getNamedAttr("columns_outer", builder.getBoolAttr(true)));
  return builder.getDictionaryAttr(attributes);
}

namespace {
bool contains(ArrayRef<unsigned> dims, int64_t dim) {
  return llvm::any_of(dims, [&](unsigned d) { return static_cast<int64_t>(d) == dim; });
}

/// What is wrong with the kernel's product; empty if nothing.
std::string checkProduct(const Contraction &c, const MatmulKernel &kernel) {
  auto isBF16 = [](Value operand) { return cast<ShapedType>(operand.getType()).getElementType().isBF16(); };
  if (kernel.product == Product::MultiplyAdd)
    return "";
  if (!isBF16(c.lhs()) || !isBF16(c.rhs()) || !accumulatorType(c).isF32())
    return "'product' needs bf16 operands that are summed in f32";
  bool byK = kernel.vectorize == VectorDim::K;
  if (kernel.product == Product::Dot && ((kernel.pairDim < 0 && !byK) || !llvm::is_contained({4, 8, 16}, kernel.lanes)))
    return "'product' dot needs pairs, or vectors along the reduction, and 4, 8 or 16 lanes";
  if (kernel.product == Product::Tiles &&
      (kernel.phases != 1 || kernel.chunkK != 0 || kernel.blockK != 0 || !tilesFit(c, kernel)))
    return "'product' tiles needs pairs, static sizes of whole tiles of 16 lanes and 16 pairs, 'tile_rows' from 1 to "
           "16, "
           "at most 6 tiles of sums, one phase, and no chunks or blocks of the reduction";
  return "";
}

/// What is wrong with a kernel that is to keep the order of the sums; empty if nothing.
std::string checkOrder(const Contraction &c, const MatmulKernel &kernel) {
  bool hasNoVectors = kernel.vectorize == VectorDim::None;
  if (!c.isOrdered)
    return hasNoVectors || kernel.copiesColumns || kernel.transposes
               ? "only sums that keep their order are made without vectors, copy or transpose columns"
               : "";
  if (kernel.vectorize == VectorDim::K || kernel.phases != 1 || kernel.chunkK != 0 || c.k.size() != 1)
    return "sums that keep their order have one reduction dimension, no vectors along it, no phases and no chunks";
  if (kernel.copiesColumns && !canCopyColumns(c, kernel))
    return "'copy_columns' needs vectors along n or m of an operand with the dimensions of reduction and columns";
  if (kernel.transposes && (!isTransposable(c, kernel) || !llvm::isPowerOf2_64(kernel.lanes)))
    return "'transpose' needs vectors along n or m, a power of two of lanes, and columns contiguous along the "
           "reduction";
  if (hasNoVectors ? kernel.lanes != 1 : !isContiguousAlong(c.out(), c.outMap, kernel.columnDim))
    return "sums that keep their order are elements, or vectors that are contiguous in the output";
  return "";
}

/// What is wrong with a kernel for this contraction; empty if nothing.
std::string check(const Contraction &c, const MatmulKernel &kernel) {
  bool byK = kernel.vectorize == VectorDim::K, byM = kernel.vectorize == VectorDim::M;
  bool byBatch = kernel.vectorize == VectorDim::Batch;
  ArrayRef<unsigned> rowDims = byM ? c.n : c.m, columnDims = byM ? c.m : byBatch ? c.batch : c.n;
  if (byBatch && (!c.n.empty() || !isContiguousAlong(c.lhs(), c.lhsMap, kernel.columnDim)))
    return "vectors along the batch need it contiguous in both inputs, and no dimension n";
  if (kernel.rowDim >= 0 ? !contains(rowDims, kernel.rowDim) : !rowDims.empty())
    return "the first of 'dims' is not a dimension of the tile's rows";
  if (kernel.columnDim >= 0 ? !contains(columnDims, kernel.columnDim) : !columnDims.empty())
    return "the second of 'dims' is not a dimension of the tile's columns";
  if (!contains(c.k, kernel.reductionDim))
    return "the third of 'dims' is not a reduction dimension";
  if (kernel.pairDim >= 0 && (kernel.vectorize != VectorDim::N || !isPairOf(c, kernel.pairDim, kernel.columnDim) ||
                              kernel.pairDim == kernel.reductionDim))
    return "'pair_dim' is not the innermost dimension of bf16 operands, with two elements, behind the columns";
  if (std::string problem = checkProduct(c, kernel); !problem.empty())
    return problem;
  if (std::string problem = checkOrder(c, kernel); !problem.empty())
    return problem;
  bool contiguous = kernel.pairDim >= 0 || kernel.vectorize == VectorDim::None || kernel.transposes ? true
                    : byK ? isContiguousAlong(c.lhs(), c.lhsMap, kernel.reductionDim) &&
                                isContiguousAlong(c.rhs(), c.rhsMap, kernel.reductionDim)
                    : byM ? isContiguousAlong(c.lhs(), c.lhsMap, kernel.columnDim)
                          : isContiguousAlong(c.rhs(), c.rhsMap, kernel.columnDim);
  if (!contiguous)
    return "the vectorized dimension is not contiguous in memory";
  // Large tiles spill, but are right; there is an end to what anyone can mean.
  auto sane = [](int64_t value, int64_t low, int64_t high) { return low <= value && value <= high; };
  if (!sane(kernel.lanes, 1, 64) || !sane(kernel.rows, 1, 64) || !sane(kernel.columns, 1, 64))
    return "'lanes' and 'tile' must be from 1 to 64";
  if (kernel.blockK < 0 || kernel.blockRows < 0 || (byK && kernel.blockK % kernel.lanes != 0))
    return "'block_k' and 'block_rows' must not be negative, and 'block_k' a multiple of 'lanes'";
  if (kernel.phases < 1 || kernel.phases > 16 || (byK && kernel.phases != 1))
    return "'phases' must be from 1 to 16, and 1 for vectors along the reduction";
  if (kernel.chunkK < 0 || (byK && kernel.chunkK != 0))
    return "'chunk_k' must not be negative, and 0 for vectors along the reduction";
  if (kernel.prefetch < 0 || kernel.prefetch > 1024 || (kernel.prefetch != 0 && !hasPanels(c, kernel)))
    return "'prefetch' must be from 0 to 1024, and 0 unless rhs is packed into panels";
  if (c.contractOp() && kernel.blockK != 0)
    return "'block_k' must be 0 where the sums pass through a region";
  if (!holdsWholeParts(c, kernel))
    return "a tile must store vectors along n and hold whole parts of the columns, which are summed";
  if (c.group && byM)
    return "a group dimension is of the columns: the vectors must be along n or k";
  return "";
}
} // namespace

FailureOr<MatmulKernel> lexon::fromAttribute(const Contraction &contraction, DictionaryAttr attribute) {
  auto vectorize = attribute.getAs<StringAttr>("vectorize");
  auto dims = attribute.getAs<DenseI64ArrayAttr>("dims"), tile = attribute.getAs<DenseI64ArrayAttr>("tile");
  auto lanes = attribute.getAs<IntegerAttr>("lanes");
  auto blockK = attribute.getAs<IntegerAttr>("block_k"), blockRows = attribute.getAs<IntegerAttr>("block_rows");
  auto complain = [&](const Twine &what) {
    return contraction.op->emitError("attribute 'lexon.kernel' is not a kernel for this operation: ") << what;
  };
  if (!vectorize || !dims || dims.size() != 3 || !tile || tile.size() != 2 || !lanes || !blockK || !blockRows ||
      llvm::none_of(vectorDimNames, [&](const auto &pair) { return pair.second == vectorize.getValue(); }))
    return complain(
        "it needs 'vectorize' (n, m, k, batch or none), 'dims', 'tile', 'lanes', 'block_k' and 'block_rows'");
  MatmulKernel kernel;
  kernel.vectorize =
      llvm::find_if(vectorDimNames, [&](const auto &pair) { return pair.second == vectorize.getValue(); })->first;
  kernel.rowDim = dims[0];
  kernel.columnDim = dims[1];
  kernel.reductionDim = dims[2];
  kernel.rows = tile[0];
  kernel.columns = tile[1];
  kernel.lanes = lanes.getInt();
  kernel.blockK = blockK.getInt();
  kernel.blockRows = blockRows.getInt();
  auto optional = [&](StringRef name, int64_t &field) {
    if (auto value = attribute.getAs<IntegerAttr>(name))
      field = value.getInt();
  };
  optional("phases", kernel.phases);
  optional("chunk_k", kernel.chunkK);
  optional("prefetch", kernel.prefetch);
  optional("pair_dim", kernel.pairDim);
  optional("tile_rows", kernel.tileRows);
  if (auto product = attribute.getAs<StringAttr>("product")) {
    for (Product known : {Product::Dot, Product::Tiles})
      if (product.getValue() == nameOf(known))
        kernel.product = known;
    if (product.getValue() != nameOf(kernel.product))
      return complain("'product' is not multiply_add, dot or tiles");
  }
  if (kernel.pairDim >= static_cast<int64_t>(contraction.sizes.size()))
    return complain("'pair_dim' is no dimension");
  if (auto value = attribute.getAs<BoolAttr>("columns_outer"))
    kernel.columnsOuter = value.getValue();
  if (auto value = attribute.getAs<BoolAttr>("copy_columns"))
    kernel.copiesColumns = value.getValue();
  if (auto value = attribute.getAs<BoolAttr>("transpose"))
    kernel.transposes = value.getValue();
  std::string problem = check(contraction, kernel);
  if (!problem.empty())
    return complain(problem);
  return kernel;
}
