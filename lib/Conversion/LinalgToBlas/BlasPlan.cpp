//===- BlasPlan.cpp - which BLAS operation a contraction is ---------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "BlasPlan.h"

#include "lexon/Analysis/Overlap.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;
using namespace lexon;

std::optional<unsigned> BlasOperand::position(unsigned dim) const {
  for (auto [position, expression] : llvm::enumerate(map.getResults()))
    if (cast<AffineDimExpr>(expression).getPosition() == dim)
      return position;
  return std::nullopt;
}

int64_t BlasOperand::stride(unsigned dim) const {
  std::optional<unsigned> place = position(dim);
  return place ? cast<MemRefType>(value.getType()).getStridesAndOffset().first[*place] : 0;
}

namespace {
constexpr int64_t kMaxInteger = INT32_MAX;

/// Whether a layout suits CBLAS; Maybe: only the run-time values tell.
enum class Fit { No, Maybe, Yes };

/// A matrix as it would be handed to CBLAS: static values or ShapedType::kDynamic.
struct Matrix {
  int64_t rows, columns, rowStride, columnStride;
};

bool isDynamic(int64_t value) { return ShapedType::isDynamic(value); }

Fit innerFit(const Matrix &matrix) {
  if (matrix.columns == 0 || matrix.columns == 1 || matrix.columnStride == 1)
    return Fit::Yes;
  return isDynamic(matrix.columnStride) ? Fit::Maybe : Fit::No;
}

Fit leadingFit(const Matrix &matrix) {
  if (matrix.rows == 0 || matrix.rows == 1)
    return Fit::Yes;
  if (isDynamic(matrix.rowStride))
    return Fit::Maybe;
  if (matrix.rowStride <= 0 || matrix.rowStride > kMaxInteger)
    return Fit::No;
  if (isDynamic(matrix.columns))
    return Fit::Maybe;
  return matrix.rowStride >= matrix.columns ? Fit::Yes : Fit::No;
}

Fit fit(const Matrix &matrix) { return std::min(innerFit(matrix), leadingFit(matrix)); }

Matrix transposed(const Matrix &matrix) { return {matrix.columns, matrix.rows, matrix.columnStride, matrix.rowStride}; }

/// Where sizes are not known, every leading dimension may suit; then the stride that is known to be 1 decides.
bool suitsBetter(const Matrix &matrix, const Matrix &other) {
  return std::make_pair(fit(matrix), innerFit(matrix)) > std::make_pair(fit(other), innerFit(other));
}

class Planner {
public:
  Planner(const Contraction &contraction, std::string &reason) : contraction(contraction), reason(reason) {
    linalg::LinalgOp op = contraction.linalgOp();
    sizes = op.getStaticLoopRanges();
    plan.op = op;
  }

  std::optional<BlasPlan> run() {
    plan.lhs = {contraction.lhs(), contraction.lhsMap, 0};
    plan.rhs = {contraction.rhs(), contraction.rhsMap, 1};
    plan.out = {contraction.out(), contraction.outMap, plan.op->getNumOperands() - 1};
    if (!checkTypes() || !checkOutputIsNoInput())
      return std::nullopt;
    if (contraction.k.empty())
      return refuse("no reduction dimension");
    bool isBuffer = isa<MemRefType>(plan.out.value.getType());
    if (!(isBuffer ? planBuffers() : planTensors()) || !checkSizes())
      return std::nullopt;
    return plan;
  }

private:
  std::nullopt_t refuse(const Twine &why) {
    reason = why.str();
    return std::nullopt;
  }
  bool refused(const Twine &why) {
    reason = why.str();
    return false;
  }

  bool checkTypes();
  bool checkOutputIsNoInput();
  bool checkSizes();
  bool checkBatchStrides();

  bool planBuffers();
  BlasDim merge(ArrayRef<unsigned> dims, const BlasOperand &first, const BlasOperand &second,
                SmallVectorImpl<unsigned> &rest);
  bool areMergeable(ArrayRef<unsigned> dims, const BlasOperand &operand);
  bool chooseKind();
  bool orient();
  bool orientInput(const BlasOperand &operand, const BlasDim &rows, const BlasDim &columns, bool &transpose);
  bool checkVector(const BlasOperand &operand, const BlasDim &dim);
  bool explain(const BlasOperand &operand, const Matrix &matrix);
  void exchange() {
    std::swap(plan.lhs, plan.rhs);
    std::swap(plan.m, plan.n);
  }

  bool planTensors();
  bool orientTensor(const BlasOperand &operand, const BlasDim &rows, const BlasDim &columns, bool &transpose);

  int64_t sizeOf(const BlasDim &dim);
  int64_t strideOf(const BlasOperand &operand, const BlasDim &dim) {
    return dim.empty() ? 1 : operand.stride(dim.back());
  }
  Matrix matrixOf(const BlasOperand &operand, const BlasDim &rows, const BlasDim &columns) {
    return {sizeOf(rows), sizeOf(columns), strideOf(operand, rows), strideOf(operand, columns)};
  }

  const Contraction &contraction;
  std::string &reason;
  SmallVector<int64_t> sizes;
  BlasPlan plan;
};

bool Planner::checkTypes() {
  Type element = getElementTypeOrSelf(plan.out.value);
  auto text = [](Type type) {
    std::string name;
    llvm::raw_string_ostream(name) << type;
    return name;
  };
  for (const BlasOperand *operand : {&plan.lhs, &plan.rhs, &plan.out}) {
    Type type = getElementTypeOrSelf(operand->value);
    if (type != element)
      return refused("mixed element types " + text(type) + " and " + text(element));
    if (!type.isF32() && !type.isF64())
      return refused("BLAS has no " + text(type) + ", only f32 and f64");
    if (auto memref = dyn_cast<MemRefType>(operand->value.getType())) {
      if (memref.getMemorySpace() && !isa<IntegerAttr>(memref.getMemorySpace()))
        return refused("operand #" + Twine(operand->number) + " is in another memory space");
      if (auto space = dyn_cast_or_null<IntegerAttr>(memref.getMemorySpace()); space && space.getInt() != 0)
        return refused("operand #" + Twine(operand->number) + " is in another memory space");
      if (!memref.isStrided())
        return refused("the layout of operand #" + Twine(operand->number) + " has no strides");
    } else if (auto tensor = dyn_cast<RankedTensorType>(operand->value.getType()); !tensor) {
      return refused("operand #" + Twine(operand->number) + " is neither a tensor nor a memref");
    } else if (tensor.getEncoding()) {
      return refused("operand #" + Twine(operand->number) + " has an encoding: it may be sparse");
    }
  }
  return isa<MemRefType>(plan.lhs.value.getType()) == isa<MemRefType>(plan.rhs.value.getType()) ||
         refused("mixes tensors and memrefs");
}

bool Planner::checkOutputIsNoInput() {
  if (!isa<MemRefType>(plan.out.value.getType()))
    return true;
  for (const BlasOperand *operand : {&plan.lhs, &plan.rhs})
    if (areSameView(operand->value, plan.out.value))
      return refused("the output aliases operand #" + Twine(operand->number));
  return true;
}

int64_t Planner::sizeOf(const BlasDim &dim) {
  int64_t size = 1;
  for (unsigned loop : dim) {
    if (isDynamic(sizes[loop]))
      return ShapedType::kDynamic;
    if (llvm::MulOverflow(size, sizes[loop], size))
      return INT64_MAX;
  }
  return size;
}

bool Planner::checkSizes() {
  for (const BlasDim *dim : {&plan.m, &plan.n, &plan.k})
    if (int64_t size = sizeOf(*dim); !isDynamic(size) && size > kMaxInteger)
      return refused("a dimension of " + Twine(size) + " elements is more than CBLAS's 32-bit integers can count");
  return true;
}

//===----------------------------------------------------------------------===//
// On memrefs, where every operand is a base with strides
//===----------------------------------------------------------------------===//

/// True if neighbours along the merged `dims` (outermost first) are equally far apart in `operand`.
bool Planner::areMergeable(ArrayRef<unsigned> dims, const BlasOperand &operand) {
  auto type = cast<MemRefType>(operand.value.getType());
  for (size_t index = 1; index < dims.size(); ++index) {
    unsigned outer = dims[index - 1], inner = dims[index];
    int64_t outerStride = operand.stride(outer), innerStride = operand.stride(inner);
    if (!isDynamic(outerStride) && !isDynamic(innerStride) && !isDynamic(sizes[inner]) &&
        outerStride == innerStride * sizes[inner])
      continue;
    unsigned place = *operand.position(outer);
    ReassociationIndices pair = {place, place + 1};
    SmallVector<ReassociationIndices> groups;
    for (int64_t dim = 0; dim < type.getRank(); ++dim) {
      if (dim == static_cast<int64_t>(place) + 1)
        groups.back().push_back(dim);
      else
        groups.push_back({dim});
    }
    if (operand.position(inner) != place + 1 || !memref::CollapseShapeOp::isGuaranteedCollapsible(type, groups))
      return false;
  }
  return true;
}

/// Makes one dimension of `dims`, all of which `first` and `second` have; what does not fit into one goes to `rest`.
BlasDim Planner::merge(ArrayRef<unsigned> dims, const BlasOperand &first, const BlasOperand &second,
                       SmallVectorImpl<unsigned> &rest) {
  BlasDim merged;
  for (unsigned dim : dims)
    if (sizes[dim] != 1)
      merged.push_back(dim);
  llvm::sort(merged, [&](unsigned a, unsigned b) { return *first.position(a) < *first.position(b); });
  if (merged.size() < 2 || (areMergeable(merged, first) && areMergeable(merged, second)))
    return merged;
  // One of them stays: the contiguous one, otherwise the largest.
  auto rank = [&](unsigned dim) {
    bool contiguous = first.stride(dim) == 1 || second.stride(dim) == 1;
    return std::make_pair(contiguous, isDynamic(sizes[dim]) ? INT64_MAX : sizes[dim]);
  };
  unsigned best =
      *std::max_element(merged.begin(), merged.end(), [&](unsigned a, unsigned b) { return rank(a) < rank(b); });
  for (unsigned dim : merged)
    if (dim != best)
      rest.push_back(dim);
  return {best};
}

bool Planner::planBuffers() {
  for (unsigned dim : contraction.batch)
    if (sizes[dim] != 1)
      plan.batch.push_back(dim);
  plan.m = merge(contraction.m, plan.lhs, plan.out, plan.batch);
  plan.n = merge(contraction.n, plan.rhs, plan.out, plan.batch);
  plan.k = merge(contraction.k, plan.lhs, plan.rhs, plan.loops);
  llvm::sort(plan.batch, [&](unsigned a, unsigned b) { return *plan.out.position(a) < *plan.out.position(b); });
  return chooseKind() && orient() && checkBatchStrides();
}

bool Planner::chooseKind() {
  bool isVector = plan.m.empty() || plan.n.empty();
  if (plan.m.empty() && plan.n.empty()) {
    if (!plan.batch.empty())
      return refused("a batch of inner products is no matrix product");
    if (plan.k.empty())
      return refused("one multiplication");
    plan.kind = BlasKind::Dot;
  } else if (!plan.batch.empty()) {
    plan.kind = BlasKind::BatchGemm;
  } else {
    plan.kind = isVector ? BlasKind::Gemv : BlasKind::Gemm;
  }
  if (plan.kind == BlasKind::Gemv && plan.m.empty())
    exchange();
  return true;
}

bool Planner::explain(const BlasOperand &operand, const Matrix &matrix) {
  std::string name = "operand #" + std::to_string(operand.number);
  bool rowMajor = innerFit(matrix) != Fit::No, columnMajor = innerFit(transposed(matrix)) != Fit::No;
  if (!rowMajor && !columnMajor)
    return refused("innermost stride of " + name + " is " +
                   Twine(std::min(std::abs(matrix.rowStride), std::abs(matrix.columnStride))) +
                   ", CBLAS needs 1 in one direction");
  const Matrix stored = rowMajor ? matrix : transposed(matrix);
  if (stored.rowStride <= 0)
    return refused("stride " + Twine(stored.rowStride) + " of " + name + " is not positive");
  if (stored.rowStride > kMaxInteger)
    return refused("leading dimension " + Twine(stored.rowStride) + " of " + name +
                   " is more than CBLAS's 32-bit integers can count");
  return refused("rows of " + name + " overlap: its leading dimension is " + Twine(stored.rowStride) + ", a row has " +
                 Twine(stored.columns) + " elements");
}

bool Planner::orientInput(const BlasOperand &operand, const BlasDim &rows, const BlasDim &columns, bool &transpose) {
  Matrix matrix = matrixOf(operand, rows, columns);
  transpose = suitsBetter(transposed(matrix), matrix);
  return fit(transpose ? transposed(matrix) : matrix) != Fit::No || explain(operand, matrix);
}

bool Planner::checkVector(const BlasOperand &operand, const BlasDim &dim) {
  int64_t stride = strideOf(operand, dim), size = sizeOf(dim);
  if (isDynamic(stride) || size == 0 || size == 1)
    return true;
  if (stride <= 0)
    return refused("stride " + Twine(stride) + " of operand #" + Twine(operand.number) + " is not positive");
  return stride <= kMaxInteger || refused("stride " + Twine(stride) + " of operand #" + Twine(operand.number) +
                                          " is more than CBLAS's 32-bit integers can count");
}

bool Planner::orient() {
  if (plan.kind == BlasKind::Dot)
    return checkVector(plan.lhs, plan.k) && checkVector(plan.rhs, plan.k);
  if (plan.kind == BlasKind::Gemv)
    return orientInput(plan.lhs, plan.m, plan.k, plan.transposeA) && checkVector(plan.rhs, plan.k) &&
           checkVector(plan.out, plan.m);
  Matrix out = matrixOf(plan.out, plan.m, plan.n);
  if (fit(out) == Fit::No && fit(transposed(out)) == Fit::No)
    return explain(plan.out, out);
  if (suitsBetter(transposed(out), out))
    exchange();
  return orientInput(plan.lhs, plan.m, plan.k, plan.transposeA) &&
         orientInput(plan.rhs, plan.k, plan.n, plan.transposeB);
}

bool Planner::checkBatchStrides() {
  for (const BlasOperand *operand : {&plan.lhs, &plan.rhs, &plan.out})
    for (unsigned dim : plan.batch) {
      int64_t stride = operand->stride(dim);
      bool isOut = operand == &plan.out;
      if (!isDynamic(stride) && (isOut ? stride <= 0 : stride < 0))
        return refused("stride " + Twine(stride) + " of operand #" + Twine(operand->number) + " is not positive");
    }
  // Matrices of a batch, and what a loop adds to, are computed as if they were apart.
  if (mayOverlapItself(cast<MemRefType>(plan.out.value.getType())))
    return refused("the output has one element at several indices");
  return true;
}

//===----------------------------------------------------------------------===//
// On tensors, which have an order of dimensions and nothing else
//===----------------------------------------------------------------------===//

bool Planner::orientTensor(const BlasOperand &operand, const BlasDim &rows, const BlasDim &columns, bool &transpose) {
  for (auto [place, dim] : llvm::enumerate(plan.batch))
    if (operand.position(dim) != static_cast<unsigned>(place))
      return refused("batch dimensions of operand #" + Twine(operand.number) +
                     " do not lead in the output's order; memrefs have strides for that");
  transpose = *operand.position(rows.front()) > *operand.position(columns.front());
  return true;
}

bool Planner::planTensors() {
  plan.batch = contraction.batch;
  plan.m.assign(contraction.m.begin(), contraction.m.end());
  plan.n.assign(contraction.n.begin(), contraction.n.end());
  plan.k.assign(contraction.k.begin(), contraction.k.end());
  bool isMatrix = plan.m.size() == 1 && plan.n.size() == 1;
  if (plan.m.size() > 1 || plan.n.size() > 1 || plan.k.size() > 1 || (!plan.batch.empty() && !isMatrix))
    return refused("no matrix product on tensors; memrefs have strides to make it one");
  if (!chooseKind())
    return false;
  llvm::sort(plan.batch, [&](unsigned a, unsigned b) { return *plan.out.position(a) < *plan.out.position(b); });
  if (plan.kind == BlasKind::Dot)
    return true;
  bool exchanged = false;
  if (plan.kind == BlasKind::Gemv)
    return orientTensor(plan.lhs, plan.m, plan.k, plan.transposeA);
  if (!orientTensor(plan.out, plan.m, plan.n, exchanged))
    return false;
  if (exchanged)
    exchange();
  return orientTensor(plan.lhs, plan.m, plan.k, plan.transposeA) &&
         orientTensor(plan.rhs, plan.k, plan.n, plan.transposeB);
}
} // namespace

std::optional<BlasPlan> lexon::planBlas(const Contraction &contraction, std::string &reason) {
  return Planner(contraction, reason).run();
}
