//===- Atomics.cpp - atomic objects and operations ------------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// All operations are sequentially consistent: what a program asks for may be weaker, never stronger.
//
//===----------------------------------------------------------------------===//

#include "FunctionImporter.h"

using namespace mlir;
using namespace lexon::importc;

static clang::QualType valueTypeOf(clang::QualType type) {
  const auto *atomic = type->getAs<clang::AtomicType>();
  return atomic ? atomic->getValueType() : type.getUnqualifiedType();
}

/// Replaces what `place` holds by what `compute` makes of it, in one step; returns the old and the new value.
std::pair<Value, Value> FunctionImporter::updateAtomic(const Place &place, llvm::function_ref<Value(Value)> compute,
                                                       Location loc) {
  Type type = importer.scalarType(place.type);
  bool isInteger = llvm::isa<IntegerType, LLVM::LLVMPointerType>(type);
  Type bits = isInteger ? type : b.getIntegerType(type.getIntOrFloatBitWidth());
  auto toBits = [&](Value value) -> Value {
    return isInteger ? value : LLVM::BitcastOp::create(b, loc, bits, value).getResult();
  };
  Value first = load({Place::Kind::Address, place.base, place.type, place.align}, loc);
  auto loop = scf::WhileOp::create(b, loc, TypeRange{bits, type, type}, toBits(first));
  OpBuilder::InsertionGuard guard(b);
  Block *before = b.createBlock(&loop.getBefore(), {}, {bits}, {loc});
  Value expected = before->getArgument(0);
  Value old = isInteger ? expected : LLVM::BitcastOp::create(b, loc, type, expected).getResult();
  Value changed = compute(old);
  auto exchanged = LLVM::AtomicCmpXchgOp::create(b, loc, place.base, expected, toBits(changed),
                                                 LLVM::AtomicOrdering::seq_cst, LLVM::AtomicOrdering::seq_cst);
  Value found = LLVM::ExtractValueOp::create(b, loc, exchanged, ArrayRef<int64_t>{0});
  Value isDone = LLVM::ExtractValueOp::create(b, loc, exchanged, ArrayRef<int64_t>{1});
  Value again = arith::XOrIOp::create(b, loc, isDone, constantInt(1, b.getI1Type(), loc));
  scf::ConditionOp::create(b, loc, again, ValueRange{found, old, changed});
  Block *after = b.createBlock(&loop.getAfter(), {}, {bits, type, type}, {loc, loc, loc});
  scf::YieldOp::create(b, loc, after->getArgument(0));
  return {loop.getResult(1), loop.getResult(2)};
}

/// `compare_exchange`: stores `desired` if the object holds what `expected` points to, and tells; else writes there
/// what it holds.
Value FunctionImporter::compareExchange(const Place &object, const Place &expected, Value desired, Location loc) {
  Type type = importer.scalarType(object.type);
  bool isInteger = llvm::isa<IntegerType, LLVM::LLVMPointerType>(type);
  Type bits = isInteger ? type : b.getIntegerType(type.getIntOrFloatBitWidth());
  auto toBits = [&](Value value) -> Value {
    return isInteger ? value : LLVM::BitcastOp::create(b, loc, bits, value).getResult();
  };
  auto exchanged = LLVM::AtomicCmpXchgOp::create(b, loc, object.base, toBits(load(expected, loc)), toBits(desired),
                                                 LLVM::AtomicOrdering::seq_cst, LLVM::AtomicOrdering::seq_cst);
  Value found = LLVM::ExtractValueOp::create(b, loc, exchanged, ArrayRef<int64_t>{0});
  Value isDone = LLVM::ExtractValueOp::create(b, loc, exchanged, ArrayRef<int64_t>{1});
  Value failed = arith::XOrIOp::create(b, loc, isDone, constantInt(1, b.getI1Type(), loc));
  auto branch = scf::IfOp::create(b, loc, failed, /*withElseRegion=*/false);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPoint(branch.thenBlock()->getTerminator());
  store(expected, isInteger ? found : LLVM::BitcastOp::create(b, loc, type, found).getResult(), loc);
  return isDone;
}

/// `<stdatomic.h>` and GNU's `__atomic` builtins.
Value FunctionImporter::emitAtomic(const clang::AtomicExpr *expr) {
  Location where = loc(static_cast<const clang::Expr *>(expr));
  StringRef name = expr->getOpAsString();
  clang::QualType type = expr->getType();
  bool isC11 = name.consume_front("__c11_atomic_");
  if (!isC11 && !name.consume_front("__atomic_")) {
    importer.unsupported(expr->getExprLoc(), "'" + name + "'");
    return type->isVoidType() ? Value() : poison(importer.scalarType(type), where);
  }
  bool byValue = name.consume_back("_n") || isC11 || name.contains("fetch") || name.starts_with("test");
  clang::QualType objectType = expr->getPtr()->getType()->getPointeeType(), valueType = valueTypeOf(objectType);
  Place object{Place::Kind::Address, emitScalar(expr->getPtr()), ast.getAtomicType(valueType),
               ast.getTypeAlignInChars(ast.getAtomicType(valueType))};
  auto operand = [&](const clang::Expr *argument) -> Value {
    if (byValue)
      return convertScalar(emitScalar(argument), argument->getType(), valueType, where);
    return load({Place::Kind::Address, emitScalar(argument), valueType, ast.getTypeAlignInChars(valueType)}, where);
  };
  auto out = [&](const clang::Expr *argument) {
    return Place{Place::Kind::Address, emitScalar(argument), valueType, ast.getTypeAlignInChars(valueType)};
  };
  if (name == "init") {
    store({Place::Kind::Address, object.base, valueType, object.align}, operand(expr->getVal1()), where);
    return {};
  }
  if (name == "load") {
    if (byValue)
      return load(object, where);
    Place target = out(expr->getVal1());
    store(target, load(object, where), where);
    return {};
  }
  if (name == "store") {
    store(object, operand(expr->getVal1()), where);
    return {};
  }
  if (name == "exchange") {
    Value value = operand(expr->getVal1());
    Value old = updateAtomic(object, [&](Value) { return value; }, where).first;
    if (byValue)
      return old;
    store(out(expr->getVal2()), old, where);
    return {};
  }
  if (name == "test_and_set" || name == "clear") { // of one byte, whatever is pointed to
    clang::QualType byte = ast.UnsignedCharTy;
    Place flag{Place::Kind::Address, object.base, ast.getAtomicType(byte), clang::CharUnits::One()};
    if (name == "clear") {
      store(flag, zeroOf(byte, where), where);
      return {};
    }
    Value set = constantInt(1, b.getI8Type(), where);
    Value old = updateAtomic(flag, [&](Value) { return set; }, where).first;
    return fromBit(isNonZero(old, byte, where), type, where);
  }
  if (name.starts_with("compare_exchange")) {
    Place expected = out(expr->getVal1());
    Value desired = operand(expr->getVal2());
    return fromBit(compareExchange(object, expected, desired, where), type, where);
  }
  bool returnsOld = name.consume_front("fetch_");
  if (!returnsOld)
    name.consume_back("_fetch");
  std::optional<clang::BinaryOperatorKind> op = llvm::StringSwitch<std::optional<clang::BinaryOperatorKind>>(name)
                                                    .Case("add", clang::BO_Add)
                                                    .Case("sub", clang::BO_Sub)
                                                    .Case("and", clang::BO_And)
                                                    .Case("or", clang::BO_Or)
                                                    .Case("xor", clang::BO_Xor)
                                                    .Case("nand", clang::BO_And)
                                                    .Default(std::nullopt);
  bool isMin = name == "min", isMax = name == "max";
  if (!op && !isMin && !isMax) {
    importer.unsupported(expr->getExprLoc(), "'" + llvm::Twine(expr->getOpAsString()) + "'");
    return poison(importer.scalarType(type), where);
  }
  const clang::Expr *argument = expr->getVal1();
  Value value = valueType->isPointerType() ? emitScalar(argument) : operand(argument);
  auto compute = [&](Value old) -> Value {
    if (valueType->isPointerType()) // C11 counts objects, GNU bytes
      return movePointer(old, value, isC11 ? valueType->getPointeeType() : ast.CharTy, /*isSigned=*/true,
                         op == clang::BO_Sub, where);
    if (isMin || isMax) {
      Value isLess = compare(clang::BO_LT, old, value, valueType, where);
      return arith::SelectOp::create(b, where, isLess, isMin ? old : value, isMin ? value : old);
    }
    // Atomic arithmetic wraps around.
    clang::QualType computed =
        valueType->isIntegerType()
            ? ast.getCorrespondingUnsignedType(valueType->isBooleanType() ? ast.IntTy : valueType)
            : valueType;
    Value result = arithmetic(*op, old, value, computed, expr);
    if (name == "nand")
      result = arith::XOrIOp::create(b, where, result, constantInt(-1, result.getType(), where));
    return result;
  };
  auto [old, changed] = updateAtomic(object, compute, where);
  return returnsOld ? old : changed;
}

/// Fences, and GNU's `__sync` builtins, whose names end with the size of the object. Null for others.
Value FunctionImporter::emitSync(const clang::CallExpr *call, StringRef name, bool &handled) {
  Location where = loc(static_cast<const clang::Expr *>(call));
  if (!name.consume_front("__sync_") && !name.consume_front("__c11_atomic_") && !name.consume_front("__atomic_"))
    return {};
  handled = true;
  if (name == "synchronize" || name == "thread_fence" || name == "signal_fence") {
    LLVM::FenceOp::create(b, where, LLVM::AtomicOrdering::seq_cst);
    return {};
  }
  name = name.rtrim("0123456789").rtrim('_');
  if (call->getNumArgs() == 0 || !call->getArg(0)->getType()->isPointerType()) {
    handled = false;
    return {};
  }
  clang::QualType valueType = valueTypeOf(call->getArg(0)->IgnoreParenImpCasts()->getType()->getPointeeType());
  if (valueType->isVoidType() || !valueType->isScalarType())
    valueType = call->getArg(0)->getType()->getPointeeType().getUnqualifiedType();
  Place object{Place::Kind::Address, emitScalar(call->getArg(0)), ast.getAtomicType(valueType),
               ast.getTypeAlignInChars(ast.getAtomicType(valueType))};
  auto operand = [&](unsigned i) {
    return convertScalar(emitScalar(call->getArg(i)), call->getArg(i)->getType(), valueType, where);
  };
  auto result = [&](Value value) {
    return call->getType()->isVoidType() ? Value() : convertScalar(value, valueType, call->getType(), where);
  };
  if (name == "lock_release") {
    store(object, zeroOf(valueType, where), where);
    return {};
  }
  if (name == "lock_test_and_set" || name == "swap") {
    Value value = operand(1);
    return result(updateAtomic(object, [&](Value) { return value; }, where).first);
  }
  if (name == "bool_compare_and_swap" || name == "val_compare_and_swap") {
    Place expected{Place::Kind::Address, temporary(valueType, where), valueType, ast.getTypeAlignInChars(valueType)};
    store(expected, operand(1), where);
    Value desired = operand(2);
    Value isDone = compareExchange(object, expected, desired, where);
    return name.starts_with("bool") ? fromBit(isDone, call->getType(), where) : result(load(expected, where));
  }
  bool returnsOld = name.consume_front("fetch_and_");
  if (!returnsOld && !name.consume_back("_and_fetch")) {
    handled = false;
    return {};
  }
  auto op = llvm::StringSwitch<std::optional<clang::BinaryOperatorKind>>(name)
                .Case("add", clang::BO_Add)
                .Case("sub", clang::BO_Sub)
                .Cases({"and", "nand"}, clang::BO_And)
                .Case("or", clang::BO_Or)
                .Case("xor", clang::BO_Xor)
                .Default(std::nullopt);
  if (!op) {
    handled = false;
    return {};
  }
  Value value = operand(1);
  auto compute = [&](Value old) -> Value {
    Value changed = arithmetic(*op, old, value, ast.UnsignedLongLongTy, call);
    return name == "nand"
               ? arith::XOrIOp::create(b, where, changed, constantInt(-1, changed.getType(), where)).getResult()
               : changed;
  };
  auto [old, changed] = updateAtomic(object, compute, where);
  return result(returnsOld ? old : changed);
}
