//===- Builtins.cpp - functions the compiler knows ------------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "FunctionImporter.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "clang/Basic/Builtins.h"

using namespace mlir;
using namespace lexon::importc;
namespace Builtin = clang::Builtin;

/// Counts, swaps and rotations of bits. Null for other builtins.
Value FunctionImporter::emitBitBuiltin(const clang::CallExpr *call, unsigned id) {
  Location where = loc(static_cast<const clang::Expr *>(call));
  if (!call->getType()->isIntegerType())
    return {};
  Type result = importer.scalarType(call->getType());
  auto operand = [&] { return emitScalar(call->getArg(0)); };
  auto toResult = [&](Value value) -> Value {
    unsigned from = llvm::cast<IntegerType>(value.getType()).getWidth(),
             to = llvm::cast<IntegerType>(result).getWidth();
    if (from > to)
      return arith::TruncIOp::create(b, where, result, value);
    return from < to ? arith::ExtUIOp::create(b, where, result, value).getResult() : value;
  };
  switch (id) {
  case Builtin::BI__builtin_clz:
  case Builtin::BI__builtin_clzl:
  case Builtin::BI__builtin_clzll:
  case Builtin::BI__builtin_clzs:
    return toResult(math::CountLeadingZerosOp::create(b, where, operand()));
  case Builtin::BI__builtin_ctz:
  case Builtin::BI__builtin_ctzl:
  case Builtin::BI__builtin_ctzll:
  case Builtin::BI__builtin_ctzs:
    return toResult(math::CountTrailingZerosOp::create(b, where, operand()));
  case Builtin::BI__builtin_popcount:
  case Builtin::BI__builtin_popcountl:
  case Builtin::BI__builtin_popcountll:
    return toResult(math::CtPopOp::create(b, where, operand()));
  case Builtin::BI__builtin_parity:
  case Builtin::BI__builtin_parityl:
  case Builtin::BI__builtin_parityll: {
    Value count = toResult(math::CtPopOp::create(b, where, operand()));
    return arith::AndIOp::create(b, where, count, constantInt(1, result, where));
  }
  case Builtin::BI__builtin_ffs:
  case Builtin::BI__builtin_ffsl:
  case Builtin::BI__builtin_ffsll: {
    Value value = operand();
    Value place = toResult(math::CountTrailingZerosOp::create(b, where, value));
    place = arith::AddIOp::create(b, where, place, constantInt(1, result, where));
    Value isZero =
        arith::CmpIOp::create(b, where, arith::CmpIPredicate::eq, value, constantInt(0, value.getType(), where));
    return arith::SelectOp::create(b, where, isZero, constantInt(0, result, where), place);
  }
  case Builtin::BI__builtin_clrsb:
  case Builtin::BI__builtin_clrsbl:
  case Builtin::BI__builtin_clrsbll: {
    Value value = operand();
    Type type = value.getType();
    unsigned width = llvm::cast<IntegerType>(type).getWidth();
    Value sign = arith::ShRSIOp::create(b, where, value, constantInt(width - 1, type, where));
    Value leading = math::CountLeadingZerosOp::create(b, where, arith::XOrIOp::create(b, where, value, sign));
    return toResult(arith::SubIOp::create(b, where, leading, constantInt(1, type, where)));
  }
  case Builtin::BI__builtin_bswap16:
  case Builtin::BI__builtin_bswap32:
  case Builtin::BI__builtin_bswap64: {
    Value value = operand();
    return LLVM::ByteSwapOp::create(b, where, value.getType(), value);
  }
  case Builtin::BI__builtin_rotateleft8:
  case Builtin::BI__builtin_rotateleft16:
  case Builtin::BI__builtin_rotateleft32:
  case Builtin::BI__builtin_rotateleft64: {
    Value value = operand(), amount = emitScalar(call->getArg(1));
    return LLVM::FshlOp::create(b, where, value.getType(), value, value, amount);
  }
  case Builtin::BI__builtin_rotateright8:
  case Builtin::BI__builtin_rotateright16:
  case Builtin::BI__builtin_rotateright32:
  case Builtin::BI__builtin_rotateright64: {
    Value value = operand(), amount = emitScalar(call->getArg(1));
    return LLVM::FshrOp::create(b, where, value.getType(), value, value, amount);
  }
  case Builtin::BIabs:
  case Builtin::BIlabs:
  case Builtin::BIllabs:
  case Builtin::BI__builtin_abs:
  case Builtin::BI__builtin_labs:
  case Builtin::BI__builtin_llabs: {
    Value value = operand(), zero = constantInt(0, value.getType(), where);
    auto flags = ast.getLangOpts().isSignedOverflowDefined() ? arith::IntegerOverflowFlags::none
                                                             : arith::IntegerOverflowFlags::nsw;
    Value negated = arith::SubIOp::create(b, where, zero, value, flags);
    Value isNegative = arith::CmpIOp::create(b, where, arith::CmpIPredicate::slt, value, zero);
    return arith::SelectOp::create(b, where, isNegative, negated, value);
  }
  default:
    return {};
  }
}

/// The sign, of a NaN too.
Value FunctionImporter::emitSignBit(const clang::CallExpr *call) {
  Location where = loc(static_cast<const clang::Expr *>(call));
  Value value = emitScalar(call->getArg(0));
  Type bits = b.getIntegerType(value.getType().getIntOrFloatBitWidth());
  Value pattern = LLVM::BitcastOp::create(b, where, bits, value);
  Value isNegative = arith::CmpIOp::create(b, where, arith::CmpIPredicate::slt, pattern, constantInt(0, bits, where));
  return fromBit(isNegative, call->getType(), where);
}

/// Classification and comparison of floating-point numbers, and functions that are one instruction. Null for others.
Value FunctionImporter::emitFloatBuiltin(const clang::CallExpr *call, unsigned id) {
  Location where = loc(static_cast<const clang::Expr *>(call));
  auto operand = [&](unsigned i = 0) { return emitScalar(call->getArg(i)); };
  auto isClass = [&](uint32_t mask) -> Value {
    Value bit = LLVM::IsFPClass::create(b, where, b.getI1Type(), operand(), b.getI32IntegerAttr(mask));
    return fromBit(bit, call->getType(), where);
  };
  auto comparison = [&](arith::CmpFPredicate predicate) -> Value {
    Value lhs = operand(0), rhs = operand(1);
    return fromBit(arith::CmpFOp::create(b, where, predicate, lhs, rhs), call->getType(), where);
  };
  switch (id) {
  case Builtin::BI__builtin_isnan:
    return isClass(llvm::fcNan);
  case Builtin::BI__builtin_isinf:
    return isClass(llvm::fcInf);
  case Builtin::BI__builtin_isfinite:
  case Builtin::BIfinite:
    return isClass(llvm::fcFinite);
  case Builtin::BI__builtin_isnormal:
    return isClass(llvm::fcNormal);
  case Builtin::BI__builtin_issubnormal:
    return isClass(llvm::fcSubnormal);
  case Builtin::BI__builtin_iszero:
    return isClass(llvm::fcZero);
  case Builtin::BI__builtin_signbit:
  case Builtin::BI__builtin_signbitf:
  case Builtin::BI__builtin_signbitl:
    return emitSignBit(call);
  case Builtin::BI__builtin_isinf_sign: {
    Value value = operand();
    auto is = [&](uint32_t mask) {
      return fromBit(LLVM::IsFPClass::create(b, where, b.getI1Type(), value, b.getI32IntegerAttr(mask)),
                     call->getType(), where);
    };
    return arith::SubIOp::create(b, where, is(llvm::fcPosInf), is(llvm::fcNegInf));
  }
  case Builtin::BI__builtin_fpclassify: {
    SmallVector<Value> kinds; // nan, infinite, normal, subnormal, zero
    for (unsigned i = 0; i < 5; ++i)
      kinds.push_back(operand(i));
    Value value = operand(5), result = kinds[4];
    const uint32_t masks[] = {llvm::fcNan, llvm::fcInf, llvm::fcNormal, llvm::fcSubnormal};
    for (unsigned i = 0; i < 4; ++i) {
      Value is = LLVM::IsFPClass::create(b, where, b.getI1Type(), value, b.getI32IntegerAttr(masks[i]));
      result = arith::SelectOp::create(b, where, is, kinds[i], result);
    }
    return result;
  }
  case Builtin::BI__builtin_isgreater:
    return comparison(arith::CmpFPredicate::OGT);
  case Builtin::BI__builtin_isgreaterequal:
    return comparison(arith::CmpFPredicate::OGE);
  case Builtin::BI__builtin_isless:
    return comparison(arith::CmpFPredicate::OLT);
  case Builtin::BI__builtin_islessequal:
    return comparison(arith::CmpFPredicate::OLE);
  case Builtin::BI__builtin_islessgreater:
    return comparison(arith::CmpFPredicate::ONE);
  case Builtin::BI__builtin_isunordered:
    return comparison(arith::CmpFPredicate::UNO);
  case Builtin::BI__builtin_fabs:
  case Builtin::BI__builtin_fabsf:
  case Builtin::BI__builtin_fabsl:
  case Builtin::BIfabs:
  case Builtin::BIfabsf:
  case Builtin::BIfabsl: {
    Value value = operand();
    return LLVM::FAbsOp::create(b, where, value.getType(), value);
  }
  case Builtin::BI__builtin_copysign:
  case Builtin::BI__builtin_copysignf:
  case Builtin::BI__builtin_copysignl:
  case Builtin::BIcopysign:
  case Builtin::BIcopysignf:
  case Builtin::BIcopysignl: {
    Value value = operand(0), sign = operand(1);
    return LLVM::CopySignOp::create(b, where, value.getType(), value, sign);
  }
  default:
    return {};
  }
}

/// `__builtin_add_overflow` and its like: computed in a type that holds every result, then compared.
Value FunctionImporter::emitOverflowBuiltin(const clang::CallExpr *call, unsigned id) {
  Location where = loc(static_cast<const clang::Expr *>(call));
  clang::BinaryOperatorKind op;
  switch (id) {
  case Builtin::BI__builtin_add_overflow:
  case Builtin::BI__builtin_sadd_overflow:
  case Builtin::BI__builtin_saddl_overflow:
  case Builtin::BI__builtin_saddll_overflow:
  case Builtin::BI__builtin_uadd_overflow:
  case Builtin::BI__builtin_uaddl_overflow:
  case Builtin::BI__builtin_uaddll_overflow:
    op = clang::BO_Add;
    break;
  case Builtin::BI__builtin_sub_overflow:
  case Builtin::BI__builtin_ssub_overflow:
  case Builtin::BI__builtin_ssubl_overflow:
  case Builtin::BI__builtin_ssubll_overflow:
  case Builtin::BI__builtin_usub_overflow:
  case Builtin::BI__builtin_usubl_overflow:
  case Builtin::BI__builtin_usubll_overflow:
    op = clang::BO_Sub;
    break;
  case Builtin::BI__builtin_mul_overflow:
  case Builtin::BI__builtin_smul_overflow:
  case Builtin::BI__builtin_smull_overflow:
  case Builtin::BI__builtin_smulll_overflow:
  case Builtin::BI__builtin_umul_overflow:
  case Builtin::BI__builtin_umull_overflow:
  case Builtin::BI__builtin_umulll_overflow:
    op = clang::BO_Mul;
    break;
  default:
    return {};
  }
  clang::QualType target = call->getArg(2)->getType()->getPointeeType();
  Value lhs = emitScalar(call->getArg(0)), rhs = emitScalar(call->getArg(1)), address = emitScalar(call->getArg(2));
  unsigned widest = 0;
  for (clang::QualType type : {call->getArg(0)->getType(), call->getArg(1)->getType(), target})
    widest = std::max<unsigned>(widest, ast.getIntWidth(type));
  Type wide = b.getIntegerType(2 * widest + 2);
  auto widen = [&](Value value, clang::QualType type) -> Value {
    return type->isSignedIntegerOrEnumerationType() ? arith::ExtSIOp::create(b, where, wide, value).getResult()
                                                    : arith::ExtUIOp::create(b, where, wide, value).getResult();
  };
  Value x = widen(lhs, call->getArg(0)->getType()), y = widen(rhs, call->getArg(1)->getType());
  Value exact = op == clang::BO_Add   ? arith::AddIOp::create(b, where, x, y).getResult()
                : op == clang::BO_Sub ? arith::SubIOp::create(b, where, x, y).getResult()
                                      : arith::MulIOp::create(b, where, x, y).getResult();
  Value kept = arith::TruncIOp::create(b, where, importer.scalarType(target), exact);
  store({Place::Kind::Address, address, target, ast.getTypeAlignInChars(target)}, kept, where);
  Value isOther = arith::CmpIOp::create(b, where, arith::CmpIPredicate::ne, widen(kept, target), exact);
  return fromBit(isOther, call->getType(), where);
}

Value FunctionImporter::emitBuiltin(const clang::CallExpr *call, unsigned id, bool &handled) {
  Location where = loc(static_cast<const clang::Expr *>(call));
  clang::QualType type = call->getType();
  if (Value value = emitBitBuiltin(call, id))
    return value;
  if (Value value = emitFloatBuiltin(call, id))
    return value;
  if (Value value = emitOverflowBuiltin(call, id))
    return value;
  if (Value value = emitIntrinsicBuiltin(call, id, handled); value || handled)
    return value;
  handled = true;
  switch (id) {
  case Builtin::BI__builtin_va_start:
  case Builtin::BI__builtin_c23_va_start:
  case Builtin::BI__builtin_va_end:
  case Builtin::BI__va_start: {
    const clang::Expr *list = call->getArg(0);
    Value tag = list->getType()->isArrayType() ? emitAddress(list) : emitScalar(list);
    if (id == Builtin::BI__builtin_va_end)
      LLVM::VaEndOp::create(b, where, tag);
    else
      LLVM::VaStartOp::create(b, where, tag);
    return {};
  }
  case Builtin::BI__builtin_va_copy:
    LLVM::VaCopyOp::create(b, where, emitScalar(call->getArg(0)), emitScalar(call->getArg(1)));
    return {};
  case Builtin::BI__builtin_expect:
  case Builtin::BI__builtin_expect_with_probability: {
    Value value = emitScalar(call->getArg(0));
    emitIgnored(call->getArg(1));
    return value;
  }
  case Builtin::BI__builtin_assume:
  case Builtin::BI__builtin_prefetch:
    // Hints: an assumption with side effects is not evaluated; a prefetch evaluates its address.
    if (id == Builtin::BI__builtin_prefetch)
      emitIgnored(call->getArg(0));
    return {};
  case Builtin::BI__builtin_assume_aligned: {
    Value value = emitScalar(call->getArg(0));
    for (unsigned i = 1; i < call->getNumArgs(); ++i)
      emitIgnored(call->getArg(i));
    return value;
  }
  case Builtin::BI__builtin_unreachable:
    return {};
  case Builtin::BI__builtin_trap:
  case Builtin::BI__builtin_verbose_trap:
    LLVM::Trap::create(b, where);
    return {};
  case Builtin::BI__builtin_alloca:
  case Builtin::BI__builtin_alloca_uninitialized:
  case Builtin::BIalloca: {
    Value size = emitScalar(call->getArg(0));
    return LLVM::AllocaOp::create(b, where, ptr(), b.getI8Type(), size, 16U);
  }
  case Builtin::BI__builtin_constant_p: {
    clang::Expr::EvalResult result;
    bool isConstant = call->getArg(0)->EvaluateAsRValue(result, ast) && !result.HasSideEffects;
    return constantInt(isConstant, importer.scalarType(type), where);
  }
  case Builtin::BI__builtin_setjmp:
  case Builtin::BI__builtin_longjmp:
  case Builtin::BIlongjmp:
  case Builtin::BI_longjmp:
  case Builtin::BIsiglongjmp:
  case Builtin::BIsetjmp:
  case Builtin::BI_setjmp:
  case Builtin::BIsigsetjmp:
  case Builtin::BI__sigsetjmp:
    importer.unsupported(call->getExprLoc(), "setjmp");
    return type->isVoidType() ? Value() : poison(importer.scalarType(type), where);
  default:
    break;
  }
  // What the front end can compute: sizes of objects, infinities, NaNs.
  std::string name = ast.BuiltinInfo.getName(id);
  bool isCompilersOwn = StringRef(name).starts_with("__builtin_") || StringRef(name).starts_with("__sync_") ||
                        StringRef(name).starts_with("__atomic_") || StringRef(name).starts_with("__c11_");
  handled = false;
  if (Value value = emitSync(call, name, handled))
    return value;
  if (handled)
    return {};
  clang::Expr::EvalResult result;
  if (isCompilersOwn && call->EvaluateAsRValue(result, ast) && !result.HasSideEffects) {
    if (result.Val.isInt())
      return integerConstant(result.Val.getInt(), type, where);
    if (result.Val.isFloat())
      return floatConstant(result.Val.getFloat(), importer.scalarType(type), where);
  }
  if (!isCompilersOwn)
    return {};
  // The library's function of the same name without the prefix.
  StringRef library = StringRef(name);
  if (library.consume_front("__builtin_") && ast.BuiltinInfo.isLibFunction(id)) {
    handled = true;
    return emitPlainCall(call, library, nullptr);
  }
  handled = true;
  importer.unsupported(call->getExprLoc(), "builtin '" + name + "'");
  if (type->isVoidType())
    return {};
  return poison(importer.scalarType(type), where);
}
