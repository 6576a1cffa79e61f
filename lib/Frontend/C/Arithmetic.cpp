//===- Arithmetic.cpp - operations on scalars -----------------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "FunctionImporter.h"

using namespace mlir;
using namespace lexon::importc;

//===----------------------------------------------------------------------===//
// Constants
//===----------------------------------------------------------------------===//

Value FunctionImporter::constantInt(int64_t value, Type type, Location loc) {
  // Wide types repeat the sign; narrow ones take the low bits.
  llvm::APInt bits(64, static_cast<uint64_t>(value));
  return arith::ConstantOp::create(b, loc, b.getIntegerAttr(type, bits.sextOrTrunc(type.getIntOrFloatBitWidth())));
}

Value FunctionImporter::integerConstant(const llvm::APSInt &value, clang::QualType type, Location loc) {
  auto integer = llvm::dyn_cast<IntegerType>(importer.scalarType(type));
  if (!integer) { // a pointer
    Value number = constantInt(value.getExtValue(), b.getI64Type(), loc);
    return LLVM::IntToPtrOp::create(b, loc, ptr(), number);
  }
  return arith::ConstantOp::create(b, loc, b.getIntegerAttr(integer, value.extOrTrunc(integer.getWidth())));
}

Value FunctionImporter::floatConstant(const llvm::APFloat &value, Type type, Location loc) {
  auto floatType = llvm::cast<FloatType>(type);
  llvm::APFloat converted = value;
  bool losesInfo;
  converted.convert(floatType.getFloatSemantics(), llvm::APFloat::rmNearestTiesToEven, &losesInfo);
  if (floatType.getWidth() > 64) {
    // MLIR's text has such numbers as doubles; where that is not exact, as their bits.
    llvm::APFloat narrow = converted;
    narrow.convert(llvm::APFloat::IEEEdouble(), llvm::APFloat::rmNearestTiesToEven, &losesInfo);
    if (losesInfo) {
      Type bits = b.getIntegerType(floatType.getWidth());
      Value pattern = arith::ConstantOp::create(b, loc, b.getIntegerAttr(bits, converted.bitcastToAPInt()));
      return LLVM::BitcastOp::create(b, loc, floatType, pattern);
    }
  }
  return arith::ConstantOp::create(b, loc, FloatAttr::get(floatType, converted));
}

Value FunctionImporter::zeroOf(clang::QualType type, Location loc) {
  Type scalar = importer.scalarType(type);
  if (llvm::isa<IntegerType>(scalar))
    return constantInt(0, scalar, loc);
  if (auto floatType = llvm::dyn_cast<FloatType>(scalar))
    return floatConstant(llvm::APFloat::getZero(floatType.getFloatSemantics()), scalar, loc);
  return LLVM::ZeroOp::create(b, loc, scalar);
}

//===----------------------------------------------------------------------===//
// Conversions
//===----------------------------------------------------------------------===//

Value FunctionImporter::isNonZero(Value value, clang::QualType type, Location loc) {
  if (llvm::isa<FloatType>(value.getType()))
    return arith::CmpFOp::create(b, loc, arith::CmpFPredicate::UNE, value, zeroOf(type, loc));
  if (llvm::isa<LLVM::LLVMPointerType>(value.getType()))
    return LLVM::ICmpOp::create(b, loc, LLVM::ICmpPredicate::ne, value, LLVM::ZeroOp::create(b, loc, ptr()));
  // What was a bit before it became an integer is one still.
  if (auto extended = value.getDefiningOp<arith::ExtUIOp>(); extended && extended.getIn().getType().isInteger(1))
    return extended.getIn();
  return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ne, value, constantInt(0, value.getType(), loc));
}

Value FunctionImporter::fromBit(Value bit, clang::QualType type, Location loc) {
  return arith::ExtUIOp::create(b, loc, importer.scalarType(type), bit);
}

/// C's conversion between scalar types; `from` is what the value is of.
Value FunctionImporter::convertScalar(Value value, clang::QualType from, clang::QualType to, Location loc) {
  if (to->isVoidType())
    return {};
  Type target = importer.scalarType(to), source = value.getType();
  if (to->isBooleanType())
    return from->isBooleanType() ? value : fromBit(isNonZero(value, from, loc), to, loc);
  bool fromSigned = from->isSignedIntegerOrEnumerationType(), toSigned = to->isSignedIntegerOrEnumerationType();
  auto sourceInt = llvm::dyn_cast<IntegerType>(source), targetInt = llvm::dyn_cast<IntegerType>(target);
  bool sourceFloat = llvm::isa<FloatType>(source), targetFloat = llvm::isa<FloatType>(target);
  bool sourcePointer = llvm::isa<LLVM::LLVMPointerType>(source),
       targetPointer = llvm::isa<LLVM::LLVMPointerType>(target);
  if (source == target)
    return value;
  if (sourceInt && targetInt) {
    if (sourceInt.getWidth() > targetInt.getWidth())
      return arith::TruncIOp::create(b, loc, target, value);
    return fromSigned ? arith::ExtSIOp::create(b, loc, target, value).getResult()
                      : arith::ExtUIOp::create(b, loc, target, value).getResult();
  }
  if (sourceInt && targetFloat)
    return fromSigned ? arith::SIToFPOp::create(b, loc, target, value).getResult()
                      : arith::UIToFPOp::create(b, loc, target, value).getResult();
  if (sourceFloat && targetInt)
    return toSigned ? arith::FPToSIOp::create(b, loc, target, value).getResult()
                    : arith::FPToUIOp::create(b, loc, target, value).getResult();
  if (sourceFloat && targetFloat) {
    if (source.getIntOrFloatBitWidth() < target.getIntOrFloatBitWidth())
      return arith::ExtFOp::create(b, loc, target, value);
    return arith::TruncFOp::create(b, loc, target, value);
  }
  if (sourcePointer && targetInt)
    return LLVM::PtrToIntOp::create(b, loc, target, value);
  if (sourceInt && targetPointer) {
    Value wide = value;
    if (sourceInt.getWidth() < 64)
      wide = fromSigned ? arith::ExtSIOp::create(b, loc, b.getI64Type(), value).getResult()
                        : arith::ExtUIOp::create(b, loc, b.getI64Type(), value).getResult();
    else if (sourceInt.getWidth() > 64)
      wide = arith::TruncIOp::create(b, loc, b.getI64Type(), value);
    return LLVM::IntToPtrOp::create(b, loc, target, wide);
  }
  importer.unsupported(function->getLocation(),
                       "a conversion from '" + from.getAsString() + "' to '" + to.getAsString() + "'");
  return poison(target, loc);
}

//===----------------------------------------------------------------------===//
// Operators
//===----------------------------------------------------------------------===//

/// `lhs + rhs` or `lhs - rhs` in one step where one of them is a product of the same expression that nothing else
/// uses: what C's contraction of expressions allows, and Clang does at the same places.
Value FunctionImporter::fusedMultiplyAdd(Value lhs, Value rhs, bool subtracts, Location loc) {
  auto productOf = [&](Value value, bool &isNegated) -> arith::MulFOp {
    isNegated = false;
    if (auto negation = value.getDefiningOp<arith::NegFOp>(); negation && negation->use_empty()) {
      isNegated = true;
      value = negation.getOperand();
    }
    auto product = value.getDefiningOp<arith::MulFOp>();
    bool isFree = product && (isNegated ? product->hasOneUse() : product->use_empty());
    return isFree ? product : arith::MulFOp();
  };
  auto fuse = [&](arith::MulFOp product, Value original, Value addend, bool negatesProduct,
                  bool negatesAddend) -> Value {
    Value factor = product.getLhs(), other = product.getRhs();
    if (negatesProduct)
      factor = arith::NegFOp::create(b, loc, factor);
    if (negatesAddend)
      addend = arith::NegFOp::create(b, loc, addend);
    Value result = LLVM::FMulAddOp::create(b, loc, factor, other, addend);
    if (original != product.getResult())
      original.getDefiningOp()->erase();
    product->erase();
    return result;
  };
  bool isNegated;
  if (arith::MulFOp product = productOf(lhs, isNegated))
    return fuse(product, lhs, rhs, isNegated, subtracts);
  if (arith::MulFOp product = productOf(rhs, isNegated))
    return fuse(product, rhs, lhs, subtracts != isNegated, false);
  return {};
}

Value FunctionImporter::shift(clang::BinaryOperatorKind op, Value lhs, Value rhs, bool isSigned, Location loc) {
  unsigned width = llvm::cast<IntegerType>(lhs.getType()).getWidth();
  unsigned amountWidth = llvm::cast<IntegerType>(rhs.getType()).getWidth();
  if (amountWidth < width)
    rhs = arith::ExtUIOp::create(b, loc, lhs.getType(), rhs);
  else if (amountWidth > width)
    rhs = arith::TruncIOp::create(b, loc, lhs.getType(), rhs);
  if (op == clang::BO_Shl)
    return arith::ShLIOp::create(b, loc, lhs, rhs);
  return isSigned ? arith::ShRSIOp::create(b, loc, lhs, rhs).getResult()
                  : arith::ShRUIOp::create(b, loc, lhs, rhs).getResult();
}

Value FunctionImporter::arithmetic(clang::BinaryOperatorKind op, Value lhs, Value rhs, clang::QualType type,
                                   const clang::Expr *expr) {
  Location where = loc(expr);
  if (llvm::isa<FloatType>(lhs.getType())) {
    bool mayFuse = false;
    if (const auto *binary = llvm::dyn_cast<clang::BinaryOperator>(expr))
      mayFuse = binary->getFPFeaturesInEffect(ast.getLangOpts()).allowFPContractWithinStatement();
    bool isSum = op == clang::BO_Add || op == clang::BO_Sub;
    if (isSum && mayFuse)
      if (Value fused = fusedMultiplyAdd(lhs, rhs, op == clang::BO_Sub, where))
        return fused;
    switch (op) {
    case clang::BO_Mul:
      return arith::MulFOp::create(b, where, lhs, rhs);
    case clang::BO_Div:
      return arith::DivFOp::create(b, where, lhs, rhs);
    case clang::BO_Add:
      return arith::AddFOp::create(b, where, lhs, rhs);
    case clang::BO_Sub:
      return arith::SubFOp::create(b, where, lhs, rhs);
    default:
      break;
    }
    importer.unsupported(expr->getExprLoc(), "this operator on floating-point numbers");
    return lhs;
  }
  bool isSigned = type->isSignedIntegerOrEnumerationType();
  bool wraps = !isSigned || ast.getLangOpts().isSignedOverflowDefined();
  auto flags = wraps ? arith::IntegerOverflowFlags::none : arith::IntegerOverflowFlags::nsw;
  switch (op) {
  case clang::BO_Mul:
    return arith::MulIOp::create(b, where, lhs, rhs, flags);
  case clang::BO_Add:
    return arith::AddIOp::create(b, where, lhs, rhs, flags);
  case clang::BO_Sub:
    return arith::SubIOp::create(b, where, lhs, rhs, flags);
  case clang::BO_Div:
    return isSigned ? arith::DivSIOp::create(b, where, lhs, rhs).getResult()
                    : arith::DivUIOp::create(b, where, lhs, rhs).getResult();
  case clang::BO_Rem:
    return isSigned ? arith::RemSIOp::create(b, where, lhs, rhs).getResult()
                    : arith::RemUIOp::create(b, where, lhs, rhs).getResult();
  case clang::BO_Shl:
  case clang::BO_Shr:
    return shift(op, lhs, rhs, isSigned, where);
  case clang::BO_And:
    return arith::AndIOp::create(b, where, lhs, rhs);
  case clang::BO_Or:
    return arith::OrIOp::create(b, where, lhs, rhs);
  case clang::BO_Xor:
    return arith::XOrIOp::create(b, where, lhs, rhs);
  default:
    importer.unsupported(expr->getExprLoc(), "this operator");
    return lhs;
  }
}

Value FunctionImporter::compare(clang::BinaryOperatorKind op, Value lhs, Value rhs, clang::QualType type,
                                Location loc) {
  auto pick = [&](auto lt, auto gt, auto le, auto ge, auto eq, auto ne) {
    switch (op) {
    case clang::BO_LT:
      return lt;
    case clang::BO_GT:
      return gt;
    case clang::BO_LE:
      return le;
    case clang::BO_GE:
      return ge;
    case clang::BO_EQ:
      return eq;
    default:
      return ne;
    }
  };
  if (llvm::isa<FloatType>(lhs.getType())) {
    using P = arith::CmpFPredicate;
    return arith::CmpFOp::create(b, loc, pick(P::OLT, P::OGT, P::OLE, P::OGE, P::OEQ, P::UNE), lhs, rhs);
  }
  if (llvm::isa<LLVM::LLVMPointerType>(lhs.getType())) {
    using P = LLVM::ICmpPredicate;
    return LLVM::ICmpOp::create(b, loc, pick(P::ult, P::ugt, P::ule, P::uge, P::eq, P::ne), lhs, rhs);
  }
  using P = arith::CmpIPredicate;
  bool isSigned = type->isSignedIntegerOrEnumerationType();
  return arith::CmpIOp::create(b, loc,
                               isSigned ? pick(P::slt, P::sgt, P::sle, P::sge, P::eq, P::ne)
                                        : pick(P::ult, P::ugt, P::ule, P::uge, P::eq, P::ne),
                               lhs, rhs);
}

//===----------------------------------------------------------------------===//
// Pointers
//===----------------------------------------------------------------------===//

/// `pointer + index`, or `pointer - index` if `backwards`, counted in objects of type `pointee`.
/// In a function that sets rounding modes or reads exceptions: `constant`, such that nobody computes with it before the
/// program runs.
Value FunctionImporter::keptForRunTime(Value constant, clang::QualType type) {
  if (!function->UsesFPIntrin())
    return constant;
  Location where = constant.getLoc();
  Value memory = temporary(type, where);
  LLVM::StoreOp::create(b, where, constant, memory, 0, /*isVolatile=*/true);
  return LLVM::LoadOp::create(b, where, constant.getType(), memory, 0, /*isVolatile=*/true);
}

Value FunctionImporter::asOffset(Value index, bool isSigned, Location loc) {
  Type i64 = b.getI64Type();
  unsigned width = llvm::cast<IntegerType>(index.getType()).getWidth();
  if (width < 64)
    return isSigned ? arith::ExtSIOp::create(b, loc, i64, index).getResult()
                    : arith::ExtUIOp::create(b, loc, i64, index).getResult();
  return width > 64 ? arith::TruncIOp::create(b, loc, i64, index).getResult() : index;
}

Value FunctionImporter::movePointer(Value pointer, Value index, clang::QualType pointee, bool isSigned, bool backwards,
                                    Location loc) {
  Type i64 = b.getI64Type();
  index = asOffset(index, isSigned, loc);
  if (backwards)
    index = arith::SubIOp::create(b, loc, constantInt(0, i64, loc), index);
  Type element;
  if (pointee->isVoidType() || pointee->isFunctionType()) {
    element = b.getI8Type();
  } else if (pointee->isVariableArrayType()) {
    index =
        arith::MulIOp::create(b, loc, index, elementsOfVariableArray(pointee, loc), arith::IntegerOverflowFlags::nsw);
    element = importer.memoryType(ast.getBaseElementType(pointee));
  } else {
    element = importer.memoryType(pointee);
  }
  auto flags = ast.getLangOpts().PointerOverflowDefined ? LLVM::GEPNoWrapFlags::none : LLVM::GEPNoWrapFlags::inbounds;
  return LLVM::GEPOp::create(b, loc, ptr(), element, pointer, ArrayRef<LLVM::GEPArg>{index}, flags);
}

Value FunctionImporter::pointerDifference(const clang::BinaryOperator *expr, Value lhs, Value rhs) {
  Location where = loc(static_cast<const clang::Expr *>(expr));
  Type i64 = b.getI64Type();
  Value bytes = arith::SubIOp::create(b, where, LLVM::PtrToIntOp::create(b, where, i64, lhs),
                                      LLVM::PtrToIntOp::create(b, where, i64, rhs));
  clang::QualType pointee = expr->getLHS()->getType()->getPointeeType();
  if (pointee->isVoidType() || pointee->isFunctionType())
    return bytes;
  Value size;
  if (const clang::VariableArrayType *array = ast.getAsVariableArrayType(pointee))
    size = sizeOfVariableArray(array, where);
  else if (int64_t known = importer.sizeOf(pointee); known > 1)
    size = constantInt(known, i64, where);
  if (!size)
    return bytes;
  auto quotient = LLVM::SDivOp::create(b, where, bytes, size);
  quotient.setIsExact(true);
  return quotient;
}
