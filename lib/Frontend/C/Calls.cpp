//===- Calls.cpp - calls and variable arguments ---------------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "FunctionImporter.h"

using namespace mlir;
using namespace lexon::importc;

//===----------------------------------------------------------------------===//
// Values in pieces
//===----------------------------------------------------------------------===//

void FunctionImporter::storeCoerced(Value address, const PassedValue &passed, ValueRange pieces, Location loc) {
  // The pieces may be wider than what is left of the object: they then pass through memory of their own.
  int64_t size = importer.sizeOf(passed.type), end = 0;
  for (auto [type, offset] : llvm::zip(passed.types, passed.offsets))
    end = std::max<int64_t>(end, offset + DataLayout::closest(op).getTypeSize(type));
  Value memory = end > size ? allocateBytes(end, clang::CharUnits::fromQuantity(16), loc) : address;
  for (auto [piece, offset] : llvm::zip(pieces, passed.offsets))
    LLVM::StoreOp::create(b, loc, piece, byteOffset(memory, offset, loc), 1);
  if (memory != address)
    copyBytes(address, memory, size, loc);
}

SmallVector<Value> FunctionImporter::loadCoerced(Value address, const PassedValue &passed, Location loc) {
  int64_t size = importer.sizeOf(passed.type), end = 0;
  for (auto [type, offset] : llvm::zip(passed.types, passed.offsets))
    end = std::max<int64_t>(end, offset + DataLayout::closest(op).getTypeSize(type));
  Value memory = address;
  if (end > size) {
    memory = allocateBytes(end, clang::CharUnits::fromQuantity(16), loc);
    copyBytes(memory, address, size, loc);
  }
  SmallVector<Value> pieces;
  for (auto [type, offset] : llvm::zip(passed.types, passed.offsets))
    pieces.push_back(LLVM::LoadOp::create(b, loc, type, byteOffset(memory, offset, loc), 1));
  return pieces;
}

void FunctionImporter::passArgument(const PassedValue &parameter, const clang::Expr *argument,
                                    SmallVectorImpl<Value> &values) {
  Location where = loc(argument);
  clang::QualType type = argument->getType();
  switch (parameter.kind) {
  case PassedValue::Kind::Ignored:
    return emitIgnored(argument);
  case PassedValue::Kind::Scalar:
    values.push_back(emitScalar(argument));
    return;
  case PassedValue::Kind::Coerced:
  case PassedValue::Kind::Indirect: {
    clang::CharUnits align = ast.getTypeAlignInChars(type);
    Value memory = temporary(type, where);
    emitAny(argument, {Place::Kind::Address, memory, type.getUnqualifiedType(), align});
    if (parameter.kind == PassedValue::Kind::Indirect)
      values.push_back(memory);
    else
      llvm::append_range(values, loadCoerced(memory, parameter, where));
  }
  }
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

/// Calls `callee`, or what `pointer` points to, with the arguments as the convention has them. Returns a scalar result;
/// other results go to `destination`.
Value FunctionImporter::emitCallTo(const Signature &signature, FunctionOpInterface callee, Value pointer,
                                   ArrayRef<Value> arguments, const Place *destination, Location loc) {
  SmallVector<Value> operands;
  const PassedValue &result = signature.result;
  Value memory;
  if (result.kind == PassedValue::Kind::Indirect || result.kind == PassedValue::Kind::Coerced)
    memory = destination ? destination->base : temporary(result.type, loc);
  if (result.kind == PassedValue::Kind::Indirect)
    operands.push_back(memory);
  llvm::append_range(operands, arguments);
  ArrayAttr argumentAttributes = signature.argumentAttributes(b.getContext());
  ArrayAttr resultAttributes = signature.resultAttributes(b.getContext());
  LLVM::LLVMFunctionType type = signature.llvmType(b.getContext());
  Operation *call;
  auto function = llvm::dyn_cast_or_null<func::FuncOp>(callee ? callee.getOperation() : nullptr);
  auto external = llvm::dyn_cast_or_null<LLVM::LLVMFuncOp>(callee ? callee.getOperation() : nullptr);
  if (function && !signature.isVariadic && function.getFunctionType() == signature.functionType(b.getContext())) {
    auto created = func::CallOp::create(b, loc, function, operands);
    created.setArgAttrsAttr(argumentAttributes);
    created.setResAttrsAttr(resultAttributes);
    call = created;
  } else {
    bool isDirect = external && external.getFunctionType() == type;
    if (callee && !isDirect) // declared otherwise than it is called
      pointer = importer.addressOf(b, loc, callee);
    LLVM::CallOp created;
    if (isDirect || (external && external.getFunctionType().isVarArg() &&
                     external.getFunctionType().getReturnType() == type.getReturnType() && signature.isVariadic)) {
      created = LLVM::CallOp::create(b, loc, external, operands);
    } else {
      if (!pointer)
        pointer = importer.addressOf(b, loc, callee);
      SmallVector<Value> all = {pointer};
      llvm::append_range(all, operands);
      created = LLVM::CallOp::create(b, loc, type, all);
    }
    created.setArgAttrsAttr(argumentAttributes);
    created.setResAttrsAttr(resultAttributes);
    call = created;
  }
  if (result.kind == PassedValue::Kind::Scalar && call->getNumResults() == 1)
    return call->getResult(0);
  if (result.kind == PassedValue::Kind::Coerced && call->getNumResults() == 1) {
    SmallVector<Value> pieces;
    if (result.types.size() == 1)
      pieces.push_back(call->getResult(0));
    else
      for (int64_t i = 0; i < static_cast<int64_t>(result.types.size()); ++i)
        pieces.push_back(LLVM::ExtractValueOp::create(b, loc, call->getResult(0), ArrayRef<int64_t>{i}));
    storeCoerced(memory, result, pieces, loc);
  }
  return {};
}

Value FunctionImporter::emitCall(const clang::CallExpr *call, const Place *destination) {
  Location where = loc(static_cast<const clang::Expr *>(call));
  const clang::FunctionDecl *callee = call->getDirectCallee();
  if (callee && callee->getBuiltinID() != 0) {
    bool handled = false;
    Value value = emitBuiltin(call, callee->getBuiltinID(), handled);
    if (value || handled) {
      if (destination && value)
        store(*destination, value, where);
      return value;
    }
  }
  return emitPlainCall(call, "", destination);
}

Value FunctionImporter::emitPlainCall(const clang::CallExpr *call, StringRef symbol, const Place *destination) {
  Location where = loc(static_cast<const clang::Expr *>(call));
  const clang::FunctionDecl *callee = call->getDirectCallee();
  if (callee && callee->hasAttr<clang::ReturnsTwiceAttr>())
    importer.unsupported(call->getExprLoc(), "a function that returns twice ('" + callee->getName() + "')");
  const auto *type = call->getCallee()->getType()->getPointeeType()->castAs<clang::FunctionType>();
  Value pointer;
  FunctionOpInterface op;
  if (callee)
    op = importer.functionFor(callee, symbol);
  else
    pointer = emitScalar(call->getCallee());
  SmallVector<clang::QualType> types;
  const auto *prototype = llvm::dyn_cast<clang::FunctionProtoType>(type);
  for (auto [i, argument] : llvm::enumerate(call->arguments()))
    types.push_back(prototype && i < prototype->getNumParams() ? prototype->getParamType(i) : argument->getType());
  Signature signature = importer.signatureOf(type, types);
  // Without a prototype, the function may be defined as variadic or not: only the definition knows.
  if (!prototype && callee)
    if (auto external = llvm::dyn_cast<LLVM::LLVMFuncOp>(op.getOperation()))
      signature.isVariadic = external.getFunctionType().isVarArg();
  SmallVector<Value> values;
  for (auto [parameter, argument] : llvm::zip(signature.parameters, call->arguments()))
    passArgument(parameter, argument, values);
  return emitCallTo(signature, op, pointer, values, destination, where);
}

//===----------------------------------------------------------------------===//
// va_arg
//===----------------------------------------------------------------------===//

/// The next variable argument, as the System V convention of x86-64 lays it out: in the saved registers while they
/// last, then on the stack.
Value FunctionImporter::emitVaArg(const clang::VAArgExpr *expr, const Place *destination) {
  Location where = loc(static_cast<const clang::Expr *>(expr));
  clang::QualType type = expr->getType();
  const clang::Expr *list = expr->getSubExpr();
  Value tag = list->getType()->isArrayType() ? emitAddress(list) : emitScalar(list);
  if (ast.getTargetInfo().getBuiltinVaListKind() != clang::TargetInfo::X86_64ABIBuiltinVaList)
    importer.unsupported(expr->getExprLoc(), "variable arguments on this target");
  clang::QualType probe = ast.getFunctionType(ast.VoidTy, {type}, {});
  PassedValue passed = importer.signatureOf(probe->castAs<clang::FunctionType>(), {type}).parameters.front();
  if (passed.kind == PassedValue::Kind::Scalar)
    passed.offsets = {0};
  int64_t integers = 0, floats = 0, size = importer.sizeOf(type);
  bool inMemory = passed.kind == PassedValue::Kind::Indirect || passed.types.empty();
  for (Type piece : passed.types) {
    bool isInteger = llvm::isa<IntegerType, LLVM::LLVMPointerType>(piece);
    inMemory |= piece.isF80();
    (isInteger ? integers : floats) += piece.isInteger(128) ? 2 : 1;
  }
  Type i32 = b.getI32Type(), i64 = b.getI64Type();
  Value result = destination ? destination->base : temporary(type, where);
  int64_t align = std::max<int64_t>(8, ast.getTypeAlignInChars(type).getQuantity());
  auto fromStack = [&] {
    Value area = byteOffset(tag, 8, where);
    Value position = LLVM::LoadOp::create(b, where, ptr(), area, 8);
    if (align > 8) {
      Value number = LLVM::PtrToIntOp::create(b, where, i64, position);
      number = arith::AddIOp::create(b, where, number, constantInt(align - 1, i64, where));
      number = arith::AndIOp::create(b, where, number, constantInt(-align, i64, where));
      position = LLVM::IntToPtrOp::create(b, where, ptr(), number);
    }
    copyBytes(result, position, size, where);
    LLVM::StoreOp::create(b, where, byteOffset(position, llvm::alignTo(size, 8), where), area, 8);
  };
  if (inMemory) {
    fromStack();
  } else {
    constexpr int64_t kIntegerEnd = 48, kFloatEnd = 176;
    Value integerOffset = LLVM::LoadOp::create(b, where, i32, tag, 8);
    Value floatPlace = byteOffset(tag, 4, where);
    Value floatOffset = LLVM::LoadOp::create(b, where, i32, floatPlace, 4);
    auto fits = [&](Value offset, int64_t last) -> Value {
      return arith::CmpIOp::create(b, where, arith::CmpIPredicate::ule, offset, constantInt(last, i32, where));
    };
    Value inRegisters = fits(integerOffset, kIntegerEnd - 8 * integers);
    Value floatsFit = fits(floatOffset, kFloatEnd - 16 * floats);
    if (integers == 0)
      inRegisters = floatsFit;
    else if (floats > 0)
      inRegisters = arith::AndIOp::create(b, where, inRegisters, floatsFit);
    auto branch = scf::IfOp::create(b, where, inRegisters, /*withElseRegion=*/true);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPoint(branch.thenBlock()->getTerminator());
    Value saved = LLVM::LoadOp::create(b, where, ptr(), byteOffset(tag, 16, where), 8);
    auto at = [&](Value offset) -> Value {
      Value wide = arith::ExtUIOp::create(b, where, i64, offset);
      return LLVM::GEPOp::create(b, where, ptr(), b.getI8Type(), saved, ArrayRef<LLVM::GEPArg>{wide});
    };
    SmallVector<Value> pieces;
    for (Type piece : passed.types) {
      bool isInteger = llvm::isa<IntegerType, LLVM::LLVMPointerType>(piece);
      Value &offset = isInteger ? integerOffset : floatOffset;
      pieces.push_back(LLVM::LoadOp::create(b, where, piece, at(offset), 8));
      offset =
          arith::AddIOp::create(b, where, offset, constantInt(isInteger && !piece.isInteger(128) ? 8 : 16, i32, where));
    }
    storeCoerced(result, passed, pieces, where);
    if (integers > 0)
      LLVM::StoreOp::create(b, where, integerOffset, tag, 8);
    if (floats > 0)
      LLVM::StoreOp::create(b, where, floatOffset, floatPlace, 4);
    b.setInsertionPoint(branch.elseBlock()->getTerminator());
    fromStack();
  }
  if (destination || type->isRecordType() || type->isAnyComplexType())
    return {};
  return load({Place::Kind::Address, result, type.getUnqualifiedType(), ast.getTypeAlignInChars(type)}, where);
}
