//===- CblasCall.cpp - one CBLAS call and what it needs -------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// Function names, argument order and enumerators are those of the C interface to the BLAS ("Basic Linear Algebra
// Subprograms Technical Forum Standard", 2001, appendix B), with 32-bit integers.
//
//===----------------------------------------------------------------------===//

#include "CblasCall.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace lexon;
using arith::CmpIPredicate;

namespace {
constexpr int64_t kRowMajor = 101, kNoTrans = 111, kTrans = 112;

MemRefType typeOf(Value memref) { return cast<MemRefType>(memref.getType()); }

bool isConstant(Value value, double expected) {
  FloatAttr attribute;
  return matchPattern(value, m_Constant(&attribute)) && attribute.getValueAsDouble() == expected;
}

/// True if `dim` is known to have one element or none.
bool isUnit(MemRefType type, unsigned dim) { return !type.isDynamicDim(dim) && type.getDimSize(dim) <= 1; }
} // namespace

std::string CblasCall::name() const {
  StringRef suffix = isa<blas::GemmOp>(product.op) ? "gemm" : isa<blas::GemvOp>(product.op) ? "gemv" : "dot";
  bool isDouble = typeOf(product.out()).getElementType().isF64();
  return ("cblas_" + Twine(isDouble ? "d" : "s") + suffix).str();
}

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

Value CblasCall::index(int64_t value) { return arith::ConstantIndexOp::create(b, loc, value); }
Value CblasCall::constant(int64_t value) { return arith::ConstantIntOp::create(b, loc, b.getI32Type(), value); }
Value CblasCall::integer(Value index) { return b.createOrFold<arith::IndexCastOp>(loc, b.getI32Type(), index); }

Value CblasCall::size(Value memref, unsigned dim) {
  MemRefType type = typeOf(memref);
  return type.isDynamicDim(dim) ? memref::DimOp::create(b, loc, memref, dim) : index(type.getDimSize(dim));
}

Value CblasCall::stride(Value memref, unsigned dim) {
  int64_t known = typeOf(memref).getStridesAndOffset().first[dim];
  if (!ShapedType::isDynamic(known))
    return index(known);
  return memref::ExtractStridedMetadataOp::create(b, loc, memref).getStrides()[dim];
}

Value CblasCall::compare(CmpIPredicate predicate, Value x, Value y) {
  return b.createOrFold<arith::CmpIOp>(loc, predicate, x, y);
}

Value CblasCall::either(Value x, Value y) { return b.createOrFold<arith::OrIOp>(loc, x, y); }

/// The address of the first element, in bytes.
Value CblasCall::address(Value memref) {
  Value base = memref::ExtractAlignedPointerAsIndexOp::create(b, loc, memref);
  int64_t known = typeOf(memref).getStridesAndOffset().second;
  if (known == 0)
    return base;
  Value offset = ShapedType::isDynamic(known) ? memref::ExtractStridedMetadataOp::create(b, loc, memref).getOffset()
                                              : index(known);
  Value bytes = index(typeOf(memref).getElementTypeBitWidth() / 8);
  return arith::AddIOp::create(b, loc, base, b.createOrFold<arith::MulIOp>(loc, offset, bytes));
}

Value CblasCall::pointer(Value memref) {
  Value bits = arith::IndexCastOp::create(b, loc, b.getI64Type(), address(memref));
  return LLVM::IntToPtrOp::create(b, loc, LLVM::LLVMPointerType::get(b.getContext()), bits);
}

/// The leading dimension as CBLAS wants it: never less than a row, also where one row makes the stride meaningless.
Value CblasCall::leadingDimension(Value matrix) {
  MemRefType type = typeOf(matrix);
  Value columns = size(matrix, 1);
  if (isUnit(type, 0) || type.getLayout().isIdentity())
    return integer(b.createOrFold<arith::MaxSIOp>(loc, columns, index(1)));
  Value leading = stride(matrix, 0);
  if (type.isDynamicDim(0)) {
    Value hasRows = compare(CmpIPredicate::sgt, size(matrix, 0), index(1));
    leading = arith::SelectOp::create(b, loc, hasRows, leading, columns);
  }
  return integer(b.createOrFold<arith::MaxSIOp>(loc, leading, index(1)));
}

Value CblasCall::increment(Value vector) {
  MemRefType type = typeOf(vector);
  if (isUnit(type, 0))
    return constant(1);
  Value known = stride(vector, 0);
  if (!type.isDynamicDim(0) || matchPattern(known, m_One()))
    return integer(known);
  Value hasMany = compare(CmpIPredicate::sgt, size(vector, 0), index(1));
  return integer(arith::SelectOp::create(b, loc, hasMany, known, index(1)));
}

Value CblasCall::reductionSize() {
  return isa<blas::DotOp>(product.op) ? size(product.lhs(), 0) : size(product.lhs(), product.transposeA() ? 0 : 1);
}

//===----------------------------------------------------------------------===//
// What must hold before the call
//===----------------------------------------------------------------------===//

void CblasCall::checkSize(Value memref, unsigned dim) {
  MemRefType type = typeOf(memref);
  // Without signs, so that a negative size, which a broken descriptor may have, is too large as well.
  if (type.isDynamicDim(dim))
    checks.push_back(compare(CmpIPredicate::ule, size(memref, dim), index(blas::kMaxInteger)));
  else if (type.getDimSize(dim) > blas::kMaxInteger)
    why = "a dimension of " + std::to_string(type.getDimSize(dim)) +
          " elements is more than CBLAS's 32-bit integers can count";
}

void CblasCall::checkMatrix(Value matrix) {
  MemRefType type = typeOf(matrix);
  auto strides = type.getStridesAndOffset().first;
  checkSize(matrix, 0);
  checkSize(matrix, 1);
  if (type.getLayout().isIdentity())
    return;
  if (strides[1] != 1 && !isUnit(type, 1)) {
    Value isOne = compare(CmpIPredicate::eq, stride(matrix, 1), index(1));
    checks.push_back(either(isOne, compare(CmpIPredicate::sle, size(matrix, 1), index(1))));
  }
  if (isUnit(type, 0))
    return;
  if (!ShapedType::isDynamic(strides[0]) && strides[0] > blas::kMaxInteger)
    why = "leading dimension " + std::to_string(strides[0]) + " is more than CBLAS's 32-bit integers can count";
  if (!ShapedType::isDynamic(strides[0]) && !type.isDynamicDim(1))
    return; // the verifier has compared them
  Value oneRow = compare(CmpIPredicate::sle, size(matrix, 0), index(1)), leading = stride(matrix, 0);
  checks.push_back(either(oneRow, compare(CmpIPredicate::sge, leading, size(matrix, 1))));
  if (ShapedType::isDynamic(strides[0])) {
    checks.push_back(either(oneRow, compare(CmpIPredicate::sgt, leading, index(0))));
    checks.push_back(either(oneRow, compare(CmpIPredicate::sle, leading, index(blas::kMaxInteger))));
  }
}

void CblasCall::checkVector(Value vector) {
  MemRefType type = typeOf(vector);
  checkSize(vector, 0);
  int64_t known = type.getStridesAndOffset().first[0];
  if (isUnit(type, 0))
    return;
  if (!ShapedType::isDynamic(known)) {
    if (known > blas::kMaxInteger)
      why = "stride " + std::to_string(known) + " is more than CBLAS's 32-bit integers can count";
    return;
  }
  Value few = compare(CmpIPredicate::sle, size(vector, 0), index(1)), step = stride(vector, 0);
  checks.push_back(either(few, compare(CmpIPredicate::sgt, step, index(0))));
  checks.push_back(either(few, compare(CmpIPredicate::sle, step, index(blas::kMaxInteger))));
}

SmallVector<Value> CblasCall::createChecks(std::string &impossible) {
  for (Value operand : {product.lhs(), product.rhs(), product.out()})
    if (typeOf(operand).getMemorySpace())
      why = "an operand is in another memory space";
  bool isGemm = isa<blas::GemmOp>(product.op), isDot = isa<blas::DotOp>(product.op);
  if (isDot)
    checkVector(product.lhs());
  else
    checkMatrix(product.lhs());
  if (isGemm)
    checkMatrix(product.rhs());
  else
    checkVector(product.rhs());
  if (isGemm)
    checkMatrix(product.out());
  else if (!isDot)
    checkVector(product.out());
  // BLAS skips the product if alpha is 0; NaN and infinity would be lost.
  if (FloatAttr attribute; !matchPattern(product.alpha(), m_Constant(&attribute))) {
    Value zero = arith::ConstantOp::create(b, loc, b.getFloatAttr(product.alpha().getType(), 0));
    checks.push_back(arith::CmpFOp::create(b, loc, arith::CmpFPredicate::UNE, product.alpha(), zero));
  } else if (attribute.getValue().isZero()) {
    why = "alpha is 0, with which BLAS does not read its operands";
  }
  // Without columns, gemv returns before it applies beta.
  if (isa<blas::GemvOp>(product.op) && !isConstant(product.beta(), 1))
    checks.push_back(compare(CmpIPredicate::sgt, reductionSize(), index(0)));
  impossible = why;
  llvm::erase_if(checks, [](Value check) { return matchPattern(check, m_One()); });
  if (llvm::any_of(checks, [](Value check) { return matchPattern(check, m_Zero()); }) && impossible.empty())
    impossible = "its static sizes and strides do not suit CBLAS";
  return checks;
}

//===----------------------------------------------------------------------===//
// The call
//===----------------------------------------------------------------------===//

FunctionType CblasCall::functionType() {
  Type integer = b.getI32Type(), number = typeOf(product.out()).getElementType();
  Type pointer = LLVM::LLVMPointerType::get(b.getContext());
  if (isa<blas::DotOp>(product.op))
    return b.getFunctionType({integer, pointer, integer, pointer, integer}, {number});
  if (isa<blas::GemvOp>(product.op))
    return b.getFunctionType(
        {integer, integer, integer, integer, number, pointer, integer, pointer, integer, number, pointer, integer}, {});
  return b.getFunctionType({integer, integer, integer, integer, integer, integer, number, pointer, integer, pointer,
                            integer, number, pointer, integer},
                           {});
}

void CblasCall::addMatrixArguments(SmallVectorImpl<Value> &arguments, Value matrix) {
  arguments.append({pointer(matrix), leadingDimension(matrix)});
}

/// beta * old, where a beta of 0 hides a NaN.
Value CblasCall::scaled(Value old) {
  Value zero = arith::ConstantOp::create(b, loc, b.getFloatAttr(old.getType(), 0));
  Value isZero = arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OEQ, product.beta(), zero);
  Value multiplied = arith::MulFOp::create(b, loc, product.beta(), old);
  return arith::SelectOp::create(b, loc, isZero, zero, multiplied);
}

func::CallOp CblasCall::createCall(func::FuncOp function) {
  Value lhs = product.lhs(), rhs = product.rhs(), out = product.out();
  if (isa<blas::DotOp>(product.op)) {
    auto call = func::CallOp::create(
        b, loc, function,
        ValueRange{integer(reductionSize()), pointer(lhs), increment(lhs), pointer(rhs), increment(rhs)});
    Value sum = call.getResult(0);
    if (!isConstant(product.alpha(), 1))
      sum = arith::MulFOp::create(b, loc, product.alpha(), sum);
    if (!product.overwrites()) {
      Value old = memref::LoadOp::create(b, loc, out);
      if (!isConstant(product.beta(), 1))
        old = scaled(old);
      sum = arith::AddFOp::create(b, loc, old, sum);
    }
    memref::StoreOp::create(b, loc, sum, out);
    return call;
  }
  Value transA = constant(product.transposeA() ? kTrans : kNoTrans);
  SmallVector<Value> arguments = {constant(kRowMajor), transA};
  if (isa<blas::GemvOp>(product.op)) {
    // gemv counts rows and columns of the matrix as it is stored.
    arguments.append({integer(size(lhs, 0)), integer(size(lhs, 1)), product.alpha()});
    addMatrixArguments(arguments, lhs);
    arguments.append({pointer(rhs), increment(rhs), product.beta(), pointer(out), increment(out)});
  } else {
    arguments.append({constant(product.transposeB() ? kTrans : kNoTrans), integer(size(out, 0)), integer(size(out, 1)),
                      integer(reductionSize()), product.alpha()});
    addMatrixArguments(arguments, lhs);
    addMatrixArguments(arguments, rhs);
    arguments.push_back(product.beta());
    addMatrixArguments(arguments, out);
  }
  return func::CallOp::create(b, loc, function, arguments);
}
