//===- Intrinsics.cpp - builtins that are operations of LLVM --------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "FunctionImporter.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "clang/Basic/Builtins.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/IR/Intrinsics.h"
#include "llvm/TargetParser/X86TargetParser.h"

using namespace mlir;
using namespace lexon::importc;
namespace Builtin = clang::Builtin;

Value FunctionImporter::intrinsic(StringRef name, Type result, ValueRange operands, Location loc) {
  auto call = result ? LLVM::CallIntrinsicOp::create(b, loc, result, b.getStringAttr(name), operands)
                     : LLVM::CallIntrinsicOp::create(b, loc, b.getStringAttr(name), operands);
  return result ? call->getResult(0) : Value();
}

/// `__builtin_addc` and its like: a sum or difference with a carry (borrow) in and out. Null for others.
Value FunctionImporter::emitCarryBuiltin(const clang::CallExpr *call, unsigned id) {
  Location where = loc(static_cast<const clang::Expr *>(call));
  bool subtracts = false;
  switch (id) {
  case Builtin::BI__builtin_addcb:
  case Builtin::BI__builtin_addcs:
  case Builtin::BI__builtin_addc:
  case Builtin::BI__builtin_addcl:
  case Builtin::BI__builtin_addcll:
    break;
  case Builtin::BI__builtin_subcb:
  case Builtin::BI__builtin_subcs:
  case Builtin::BI__builtin_subc:
  case Builtin::BI__builtin_subcl:
  case Builtin::BI__builtin_subcll:
    subtracts = true;
    break;
  default:
    return {};
  }
  clang::QualType type = call->getType();
  Value x = emitScalar(call->getArg(0)), y = emitScalar(call->getArg(1)), carry = emitScalar(call->getArg(2)),
        address = emitScalar(call->getArg(3));
  auto apply = [&](Value lhs, Value rhs) -> Value {
    return subtracts ? arith::SubIOp::create(b, where, lhs, rhs).getResult()
                     : arith::AddIOp::create(b, where, lhs, rhs).getResult();
  };
  auto isCarry = [&](Value lhs, Value rhs, Value result) -> Value {
    return subtracts ? arith::CmpIOp::create(b, where, arith::CmpIPredicate::ult, lhs, rhs).getResult()
                     : arith::CmpIOp::create(b, where, arith::CmpIPredicate::ult, result, lhs).getResult();
  };
  Value first = apply(x, y), result = apply(first, carry);
  Value bit = arith::OrIOp::create(b, where, isCarry(x, y, first), isCarry(first, carry, result));
  store({Place::Kind::Address, address, type, ast.getTypeAlignInChars(type)}, fromBit(bit, type, where), where);
  return result;
}

/// Rounding up and down to a multiple of a power of two, of integers and pointers. Null for others.
Value FunctionImporter::emitAlignBuiltin(const clang::CallExpr *call, unsigned id) {
  if (id != Builtin::BI__builtin_align_up && id != Builtin::BI__builtin_align_down &&
      id != Builtin::BI__builtin_is_aligned)
    return {};
  Location where = loc(static_cast<const clang::Expr *>(call));
  Value source = emitScalar(call->getArg(0)), alignment = emitScalar(call->getArg(1));
  bool isPointer = llvm::isa<LLVM::LLVMPointerType>(source.getType());
  Type type = isPointer ? Type(b.getI64Type()) : source.getType();
  Value value = isPointer ? LLVM::PtrToIntOp::create(b, where, type, source).getResult() : source;
  unsigned width = llvm::cast<IntegerType>(type).getWidth(),
           given = llvm::cast<IntegerType>(alignment.getType()).getWidth();
  if (given > width)
    alignment = arith::TruncIOp::create(b, where, type, alignment);
  else if (given < width)
    alignment = arith::ExtUIOp::create(b, where, type, alignment);
  Value mask = arith::SubIOp::create(b, where, alignment, constantInt(1, type, where));
  if (id == Builtin::BI__builtin_is_aligned) {
    Value rest = arith::AndIOp::create(b, where, value, mask);
    return fromBit(
        arith::CmpIOp::create(b, where, arith::CmpIPredicate::eq, rest, constantInt(0, type, where)).getResult(),
        call->getType(), where);
  }
  Value start = value;
  if (id == Builtin::BI__builtin_align_up)
    start = arith::AddIOp::create(b, where, value, mask);
  Value keep = arith::XOrIOp::create(b, where, mask, constantInt(-1, type, where));
  Value result = arith::AndIOp::create(b, where, start, keep);
  if (!isPointer)
    return result;
  // The address stays one into the same object.
  Value distance = arith::SubIOp::create(b, where, result, value);
  return LLVM::GEPOp::create(b, where, ptr(), b.getI8Type(), source, ArrayRef<LLVM::GEPArg>{distance});
}

/// `__builtin_elementwise_*` of scalars. Null for others.
Value FunctionImporter::emitElementwiseBuiltin(const clang::CallExpr *call, StringRef name) {
  if (!name.consume_front("__builtin_elementwise_") || !call->getType()->isArithmeticType())
    return {};
  Location where = loc(static_cast<const clang::Expr *>(call));
  clang::QualType type = call->getType();
  bool isFloat = type->isRealFloatingType(), isSigned = type->isSignedIntegerOrEnumerationType();
  StringRef suffix =
      name == "popcount"     ? "ctpop"
      : name == "bitreverse" ? "bitreverse"
      : name == "add_sat"    ? (isSigned ? "sadd.sat" : "uadd.sat")
      : name == "sub_sat"    ? (isSigned ? "ssub.sat" : "usub.sat")
      : name == "max"        ? (isFloat    ? "maxnum"
                                : isSigned ? "smax"
                                           : "umax")
      : name == "min"        ? (isFloat    ? "minnum"
                                : isSigned ? "smin"
                                           : "umin")
      : name == "abs"        ? (isFloat ? "fabs" : "abs")
      : llvm::is_contained({"acos",      "asin",    "atan",    "ceil",         "cos",        "cosh",      "exp",
                            "exp2",      "exp10",   "floor",   "log",          "log2",       "log10",     "pow",
                            "roundeven", "round",   "rint",    "nearbyint",    "sin",        "sinh",      "sqrt",
                            "tan",       "tanh",    "trunc",   "canonicalize", "copysign",   "fma",       "maxnum",
                            "minnum",    "maximum", "minimum", "atan2",        "maximumnum", "minimumnum"},
                           name)
          ? name
          : "";
  if (suffix.empty())
    return {};
  SmallVector<Value> operands;
  for (const clang::Expr *argument : call->arguments())
    operands.push_back(emitScalar(argument));
  if (suffix == "abs")
    operands.push_back(constantInt(0, b.getI1Type(), where)); // the smallest number is its own magnitude
  return intrinsic(("llvm." + suffix).str(), operands.front().getType(), operands, where);
}

/// What the running CPU is and can: questions to the compiler's run-time library. Null for others.
Value FunctionImporter::emitCPUBuiltin(const clang::CallExpr *call, unsigned id, bool &handled) {
  Location where = loc(static_cast<const clang::Expr *>(call));
  if (id == Builtin::BI__builtin_cpu_init) {
    handled = true;
    auto init = importer.libraryFunction("__cpu_indicator_init", LLVM::LLVMVoidType::get(b.getContext()), {});
    LLVM::CallOp::create(b, where, TypeRange{}, init.getName(), ValueRange{});
    return {};
  }
  if (id != Builtin::BI__builtin_cpu_supports && id != Builtin::BI__builtin_cpu_is)
    return {};
  StringRef asked = llvm::cast<clang::StringLiteral>(call->getArg(0)->IgnoreParenCasts())->getString();
  auto word = [&](StringRef symbol, unsigned words, unsigned index) -> Value {
    Value base = importer.libraryVariable(b, where, symbol, LLVM::LLVMArrayType::get(b.getI32Type(), words));
    return LLVM::LoadOp::create(b, where, b.getI32Type(), byteOffset(base, 4 * index, where), 4);
  };
  // `__cpu_model` is the vendor, the type, the subtype and the first 32 features.
  if (id == Builtin::BI__builtin_cpu_is) {
    auto [index, value] = llvm::StringSwitch<std::pair<unsigned, unsigned>>(asked)
#define X86_VENDOR(ENUM, STRING) .Case(STRING, {0u, static_cast<unsigned>(llvm::X86::ENUM)})
#define X86_CPU_TYPE_ALIAS(ENUM, ALIAS) .Case(ALIAS, {1u, static_cast<unsigned>(llvm::X86::ENUM)})
#define X86_CPU_TYPE(ENUM, STR) .Case(STR, {1u, static_cast<unsigned>(llvm::X86::ENUM)})
#define X86_CPU_SUBTYPE_ALIAS(ENUM, ALIAS) .Case(ALIAS, {2u, static_cast<unsigned>(llvm::X86::ENUM)})
#define X86_CPU_SUBTYPE(ENUM, STR) .Case(STR, {2u, static_cast<unsigned>(llvm::X86::ENUM)})
#include "llvm/TargetParser/X86TargetParser.def"
                              .Default({0u, 0u});
    Value found = word("__cpu_model", 4, index);
    return fromBit(arith::CmpIOp::create(b, where, arith::CmpIPredicate::eq, found,
                                         constantInt(static_cast<int32_t>(value), b.getI32Type(), where))
                       .getResult(),
                   call->getType(), where);
  }
  Value all;
  std::array<uint32_t, 4> masks = llvm::X86::getCpuSupportsMask({asked});
  for (auto [i, mask] : llvm::enumerate(masks)) {
    if (mask == 0)
      continue;
    Value features = i == 0 ? word("__cpu_model", 4, 3) : word("__cpu_features2", 3, i - 1);
    Value wanted = constantInt(static_cast<int32_t>(mask), b.getI32Type(), where);
    Value there = arith::CmpIOp::create(b, where, arith::CmpIPredicate::eq,
                                        arith::AndIOp::create(b, where, features, wanted), wanted);
    all = all ? arith::AndIOp::create(b, where, all, there).getResult() : there;
  }
  return fromBit(all ? all : constantInt(1, b.getI1Type(), where), call->getType(), where);
}

/// Builtins that are one operation of LLVM, or nothing at all in generated code. Null for others, unless `handled`.
Value FunctionImporter::emitIntrinsicBuiltin(const clang::CallExpr *call, unsigned id, bool &handled) {
  Location where = loc(static_cast<const clang::Expr *>(call));
  clang::QualType type = call->getType();
  if (Value value = emitCarryBuiltin(call, id))
    return value;
  if (Value value = emitAlignBuiltin(call, id))
    return value;
  if (Value value = emitCPUBuiltin(call, id, handled); value || handled)
    return value;
  auto operand = [&](unsigned i) { return emitScalar(call->getArg(i)); };
  auto toResult = [&](Value value) -> Value {
    unsigned from = llvm::cast<IntegerType>(value.getType()).getWidth();
    unsigned to = llvm::cast<IntegerType>(importer.scalarType(type)).getWidth();
    if (from == to)
      return value;
    return from > to ? arith::TruncIOp::create(b, where, importer.scalarType(type), value).getResult()
                     : arith::ExtUIOp::create(b, where, importer.scalarType(type), value).getResult();
  };
  switch (id) {
  case Builtin::BI__builtin_bitreverse8:
  case Builtin::BI__builtin_bitreverse16:
  case Builtin::BI__builtin_bitreverse32:
  case Builtin::BI__builtin_bitreverse64: {
    Value value = operand(0);
    return LLVM::BitReverseOp::create(b, where, value.getType(), value);
  }
  case Builtin::BI__builtin_bswapg: {
    Value value = operand(0);
    if (llvm::cast<IntegerType>(value.getType()).getWidth() <= 8)
      return value;
    return LLVM::ByteSwapOp::create(b, where, value.getType(), value);
  }
  case Builtin::BI__builtin_popcountg:
    return toResult(math::CtPopOp::create(b, where, operand(0)));
  case Builtin::BI__builtin_clzg:
  case Builtin::BI__builtin_ctzg: {
    Value value = operand(0);
    Value count = id == Builtin::BI__builtin_clzg ? math::CountLeadingZerosOp::create(b, where, value).getResult()
                                                  : math::CountTrailingZerosOp::create(b, where, value).getResult();
    count = toResult(count);
    if (call->getNumArgs() < 2)
      return count;
    Value isZero =
        arith::CmpIOp::create(b, where, arith::CmpIPredicate::eq, value, constantInt(0, value.getType(), where));
    return arith::SelectOp::create(b, where, isZero, operand(1), count);
  }
  case Builtin::BI__builtin_powi:
  case Builtin::BI__builtin_powif:
  case Builtin::BI__builtin_powil: {
    Value base = operand(0), exponent = operand(1);
    return LLVM::PowIOp::create(b, where, base.getType(), base, exponent);
  }
  case Builtin::BI__builtin_isfpclass: {
    Value value = operand(0);
    int64_t mask = call->getArg(1)->EvaluateKnownConstInt(ast).getExtValue();
    Value bit = LLVM::IsFPClass::create(b, where, b.getI1Type(), value, b.getI32IntegerAttr(mask));
    return fromBit(bit, type, where);
  }
  case Builtin::BI__builtin_frame_address:
  case Builtin::BI__builtin_return_address: {
    Value level = constantInt(call->getArg(0)->EvaluateKnownConstInt(ast).getExtValue(), b.getI32Type(), where);
    return intrinsic(id == Builtin::BI__builtin_frame_address ? "llvm.frameaddress" : "llvm.returnaddress", ptr(),
                     level, where);
  }
  case Builtin::BI__builtin_extract_return_addr:
  case Builtin::BI__builtin_frob_return_addr:
  case Builtin::BI__builtin_launder:
  case Builtin::BI__builtin_unpredictable:
    return operand(0);
  case Builtin::BI__builtin_thread_pointer:
    return intrinsic("llvm.thread.pointer", ptr(), {}, where);
  case Builtin::BI__builtin_readcyclecounter:
    return intrinsic("llvm.readcyclecounter", b.getI64Type(), {}, where);
  case Builtin::BI__builtin_flt_rounds:
    return intrinsic("llvm.get.rounding", b.getI32Type(), {}, where);
  case Builtin::BI__builtin_set_flt_rounds:
    handled = true;
    return intrinsic("llvm.set.rounding", {}, operand(0), where);
  case Builtin::BI__builtin_debugtrap:
    handled = true;
    return intrinsic("llvm.debugtrap", {}, {}, where);
  case Builtin::BI__builtin_assume_separate_storage:
  case Builtin::BI__builtin_assume_dereferenceable:
    handled = true; // nothing is done with what they promise
    for (const clang::Expr *argument : call->arguments())
      emitIgnored(argument);
    return {};
  case Builtin::BI__builtin___clear_cache: {
    handled = true;
    Value first = operand(0), end = operand(1);
    return intrinsic("llvm.clear_cache", {}, {first, end}, where);
  }
  case Builtin::BI__builtin_memcpy_inline: {
    handled = true;
    Value target = operand(0), source = operand(1), size = operand(2);
    LLVM::MemcpyOp::create(b, where, target, source, size, /*isVolatile=*/false);
    return {};
  }
  case Builtin::BI__builtin_memset_inline: {
    handled = true;
    Value target = operand(0), byte = operand(1), size = operand(2);
    byte = arith::TruncIOp::create(b, where, b.getI8Type(), byte);
    LLVM::MemsetOp::create(b, where, target, byte, size, /*isVolatile=*/false);
    return {};
  }
  case Builtin::BI__builtin_alloca_with_align:
  case Builtin::BI__builtin_alloca_with_align_uninitialized: {
    int64_t bits = call->getArg(1)->EvaluateKnownConstInt(ast).getExtValue();
    return LLVM::AllocaOp::create(b, where, ptr(), b.getI8Type(), operand(0), static_cast<unsigned>(bits / 8));
  }
  case Builtin::BI__builtin_nontemporal_load:
  case Builtin::BI__builtin_nontemporal_store: {
    bool isStore = id == Builtin::BI__builtin_nontemporal_store;
    const clang::Expr *pointer = call->getArg(isStore ? 1 : 0);
    clang::QualType object = pointer->getType()->getPointeeType();
    if (!object->isScalarType())
      return {};
    handled = true;
    Value value = isStore ? operand(0) : Value();
    Place place{Place::Kind::Address, emitScalar(pointer), object, ast.getTypeAlignInChars(object)};
    if (!isStore)
      return load(place, where);
    store(place, value, where);
    return {};
  }
  case Builtin::BI__builtin_object_size:
  case Builtin::BI__builtin_dynamic_object_size: {
    clang::Expr::EvalResult known;
    if (call->EvaluateAsRValue(known, ast) && known.Val.isInt() && !known.HasSideEffects)
      return {};
    int64_t kind = call->getArg(1)->EvaluateKnownConstInt(ast).getExtValue();
    // Of what a pointer points into, the optimizer knows the whole, not the member.
    if (kind == 3 || call->getArg(0)->HasSideEffects(ast))
      return constantInt(kind >= 2 ? 0 : -1, importer.scalarType(type), where);
    Value pointer = operand(0);
    auto flag = [&](bool value) { return constantInt(value, b.getI1Type(), where); };
    Value operands[] = {pointer, flag(kind >= 2), flag(true), flag(id == Builtin::BI__builtin_dynamic_object_size)};
    return intrinsic("llvm.objectsize", importer.scalarType(type), operands, where);
  }
  case Builtin::BI__builtin_constant_p: {
    clang::Expr::EvalResult known;
    const clang::Expr *argument = call->getArg(0);
    if ((call->EvaluateAsRValue(known, ast) && known.Val.isInt() && known.Val.getInt() != 0) ||
        !(argument->getType()->isIntegralOrEnumerationType() || argument->getType()->isRealFloatingType()) ||
        argument->HasSideEffects(ast))
      return {};
    Value value = operand(0);
    return fromBit(intrinsic("llvm.is.constant", b.getI1Type(), value, where), type, where);
  }
  default:
    break;
  }
  std::string name = ast.BuiltinInfo.getName(id);
  if (Value value = emitElementwiseBuiltin(call, name))
    return value;
  // Instructions of the CPU by the names that LLVM knows.
  if (StringRef(name).starts_with("_mm_"))
    name = "__builtin_ia32_" + name.substr(strlen("_mm_"));
  llvm::Intrinsic::ID target = llvm::Intrinsic::getIntrinsicForClangBuiltin(
      ast.getTargetInfo().getTriple().getArchTypePrefix(ast.getTargetInfo().getTriple().getArch()), name);
  auto isPlain = [&](clang::QualType part) { return part->isIntegerType() || part->isPointerType(); };
  if (target == llvm::Intrinsic::not_intrinsic || !(type->isVoidType() || isPlain(type)) ||
      !llvm::all_of(call->arguments(), [&](const clang::Expr *argument) { return isPlain(argument->getType()); }))
    return {};
  handled = true;
  SmallVector<Value> operands;
  for (const clang::Expr *argument : call->arguments())
    operands.push_back(emitScalar(argument));
  return intrinsic(llvm::Intrinsic::getBaseName(target), type->isVoidType() ? Type() : importer.scalarType(type),
                   operands, where);
}
