//===- BlasDialect.cpp - the blas dialect and its operations --------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "lexon/Dialect/Blas/IR/Blas.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace lexon::blas;

#include "lexon/Dialect/Blas/IR/BlasDialect.cpp.inc"

#define GET_OP_CLASSES
#include "lexon/Dialect/Blas/IR/BlasOps.cpp.inc"

void BlasDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "lexon/Dialect/Blas/IR/BlasOps.cpp.inc"
      >();
}

//===----------------------------------------------------------------------===//
// What the operations have in common
//===----------------------------------------------------------------------===//

std::optional<Product> Product::match(Operation *op) {
  if (isa<GemmOp, BatchGemmOp, GemvOp, DotOp>(op))
    return Product{op};
  return std::nullopt;
}

bool Product::overwrites() const { return matchPattern(beta(), m_AnyZeroFloat()); }

unsigned Product::batchRank() const {
  return isa<BatchGemmOp>(op) ? cast<ShapedType>(out().getType()).getRank() - 2 : 0;
}

//===----------------------------------------------------------------------===//
// Verification
//===----------------------------------------------------------------------===//

namespace {
/// The names of an operand's dimensions in the equation, in the order in which they are stored: b (each of the
/// batch), m, n, k.
using Dims = SmallVector<char>;

Dims storedDims(unsigned batchRank, char rows, char columns, bool transposed) {
  Dims dims(batchRank, 'b');
  if (transposed)
    std::swap(rows, columns);
  dims.append({rows, columns});
  return dims;
}

SmallVector<Dims, 3> dimsOf(Product product) {
  if (isa<DotOp>(product.op))
    return {{'k'}, {'k'}, {}};
  Dims lhs = storedDims(product.batchRank(), 'm', 'k', product.transposeA());
  if (isa<GemvOp>(product.op))
    return {lhs, {'k'}, {'m'}};
  return {lhs, storedDims(product.batchRank(), 'k', 'n', product.transposeB()),
          storedDims(product.batchRank(), 'm', 'n', false)};
}

LogicalResult verifySizes(Product product) {
  constexpr StringRef operandNames[] = {"lhs", "rhs", "out"};
  Value operands[] = {product.lhs(), product.rhs(), product.out()};
  // The size of each dimension and where it was first met; a batch has one entry for each of its dimensions.
  std::map<std::pair<char, unsigned>, std::pair<int64_t, StringRef>> known;
  for (auto [dims, operand, operandName] : llvm::zip(dimsOf(product), operands, operandNames)) {
    auto type = cast<ShapedType>(operand.getType());
    if (type.getRank() != static_cast<int64_t>(dims.size()))
      return product.op->emitOpError("'")
             << operandName << "' has rank " << type.getRank() << ", expected " << dims.size() << " (blas_c3)";
    for (auto [position, dim] : llvm::enumerate(dims)) {
      if (type.isDynamicDim(position))
        continue;
      int64_t size = type.getDimSize(position);
      auto key = std::make_pair(dim, dim == 'b' ? static_cast<unsigned>(position) : 0u);
      auto [entry, isNew] = known.try_emplace(key, size, operandName);
      if (!isNew && entry->second.first != size)
        return product.op->emitOpError("dimension '")
               << std::string(1, dim) << "' has size " << entry->second.first << " in '" << entry->second.second
               << "' and " << size << " in '" << operandName << "' (blas_c3)";
    }
  }
  return success();
}

/// What is wrong with a layout; nothing if nothing is.
std::optional<std::string> layoutProblem(MemRefType type, bool isOutput) {
  auto [strides, offset] = type.getStridesAndOffset();
  int64_t rank = type.getRank();
  bool isMatrix = rank >= 2;
  for (auto [dim, stride] : llvm::enumerate(strides)) {
    if (ShapedType::isDynamic(stride) || (!type.isDynamicDim(dim) && type.getDimSize(dim) <= 1))
      continue;
    bool isInner = isMatrix && static_cast<int64_t>(dim) == rank - 1;
    bool mayRepeat = static_cast<int64_t>(dim) < rank - 2 && !isOutput;
    if (isInner && stride != 1)
      return "innermost stride is " + std::to_string(stride) + ", CBLAS needs 1 (blas_c4)";
    if (mayRepeat ? stride < 0 : stride <= 0)
      return "stride of dimension " + std::to_string(dim) + " is " + std::to_string(stride) + ", CBLAS needs " +
             (mayRepeat ? "0 or more" : "more than 0") + " (blas_c4)";
  }
  if (!isMatrix || type.isDynamicDim(rank - 1) || ShapedType::isDynamic(strides[rank - 2]))
    return std::nullopt;
  bool hasRows = type.isDynamicDim(rank - 2) || type.getDimSize(rank - 2) > 1;
  if (hasRows && strides[rank - 2] < type.getDimSize(rank - 1))
    return "leading dimension is " + std::to_string(strides[rank - 2]) + ", smaller than a row of " +
           std::to_string(type.getDimSize(rank - 1)) + " (blas_c5)";
  return std::nullopt;
}

LogicalResult verifyLayout(Product product, Value operand, StringRef name) {
  std::optional<std::string> problem = layoutProblem(cast<MemRefType>(operand.getType()), operand == product.out());
  if (!problem)
    return success();
  InFlightDiagnostic error = product.op->emitOpError("'") << name << "': " << *problem;
  error.attachNote() << "copy it first, or use matmul=vector";
  return error;
}

/// Takes the source of a cast instead of its result, where the layout known by then is one the operation can have.
LogicalResult foldCasts(Operation *op) {
  bool folded = false;
  for (OpOperand &operand : op->getOpOperands()) {
    auto cast = operand.get().getDefiningOp<memref::CastOp>();
    auto type = cast ? dyn_cast<MemRefType>(cast.getSource().getType()) : MemRefType();
    if (!type || !memref::CastOp::canFoldIntoConsumerOp(cast) || !hasCblasLayout(type, operand.getOperandNumber() == 4))
      continue;
    operand.set(cast.getSource());
    folded = true;
  }
  return success(folded);
}

LogicalResult verifyProduct(Product product) {
  constexpr StringRef names[] = {"lhs", "rhs", "out"};
  Value operands[] = {product.lhs(), product.rhs(), product.out()};
  auto outType = cast<ShapedType>(product.out().getType());
  for (auto [operand, name] : llvm::zip(operands, names)) {
    auto type = cast<ShapedType>(operand.getType());
    if (type.getElementType() != outType.getElementType())
      return product.op->emitOpError("'") << name << "' has elements of type " << type.getElementType()
                                          << ", the output of type " << outType.getElementType() << " (blas_c1)";
    if (isa<MemRefType>(type) != product.onBuffers())
      return product.op->emitOpError("mixes tensors and memrefs (blas_c2)");
  }
  if (product.op->getNumResults() != (product.onBuffers() ? 0 : 1))
    return product.op->emitOpError(product.onBuffers() ? "has a result, but works on memrefs (blas_c2)"
                                                       : "has no result, but works on tensors (blas_c2)");
  if (!product.onBuffers() && product.op->getResult(0).getType() != outType)
    return product.op->emitOpError("result type ")
           << product.op->getResult(0).getType() << " is not that of 'out', " << outType << " (blas_c2)";
  if (isa<BatchGemmOp>(product.op) && outType.getRank() < 3)
    return product.op->emitOpError("rank ") << outType.getRank() << " is less than 3 (blas_c3)";
  if (failed(verifySizes(product)))
    return failure();
  if (product.onBuffers())
    for (auto [operand, name] : llvm::zip(operands, names))
      if (failed(verifyLayout(product, operand, name)))
        return failure();
  return success();
}

/// Memory effects of all operations of the dialect: on buffers, the inputs are read, the output written and, unless
/// beta is 0, read.
void addEffects(Product product, SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>> &effects) {
  if (!product.onBuffers())
    return;
  auto *resource = SideEffects::DefaultResource::get();
  OpOperand &out = product.op->getOpOperand(4);
  for (unsigned input : {1, 2})
    effects.emplace_back(MemoryEffects::Read::get(), &product.op->getOpOperand(input), resource);
  if (!product.overwrites())
    effects.emplace_back(MemoryEffects::Read::get(), &out, resource);
  effects.emplace_back(MemoryEffects::Write::get(), &out, resource);
}
} // namespace

bool lexon::blas::hasCblasLayout(MemRefType type, bool isOutput) { return !layoutProblem(type, isOutput); }

#define LEXON_DEFINE_PRODUCT(OP)                                                                                       \
  LogicalResult OP::verify() { return verifyProduct(Product{*this}); }                                                 \
  LogicalResult OP::fold(FoldAdaptor, SmallVectorImpl<OpFoldResult> &) { return foldCasts(*this); }                    \
  void OP::getEffects(SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>> &effects) {                  \
    addEffects(Product{*this}, effects);                                                                               \
  }
LEXON_DEFINE_PRODUCT(GemmOp)
LEXON_DEFINE_PRODUCT(BatchGemmOp)
LEXON_DEFINE_PRODUCT(GemvOp)
LEXON_DEFINE_PRODUCT(DotOp)
#undef LEXON_DEFINE_PRODUCT
