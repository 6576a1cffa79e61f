//===- Expressions.cpp - expressions with scalar values -------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "FunctionImporter.h"

#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/RecordLayout.h"

using namespace mlir;
using namespace lexon::importc;

//===----------------------------------------------------------------------===//
// Dispatch
//===----------------------------------------------------------------------===//

/// Evaluates `expr` for what it does alone.
void FunctionImporter::emitIgnored(const clang::Expr *expr) {
  expr = expr->IgnoreParens();
  if (const auto *whole = llvm::dyn_cast<clang::FullExpr>(expr))
    return emitIgnored(whole->getSubExpr());
  clang::QualType type = expr->getType();
  if (const auto *cast = llvm::dyn_cast<clang::CastExpr>(expr); cast && cast->getCastKind() == clang::CK_ToVoid)
    return emitIgnored(cast->getSubExpr());
  if (const auto *call = llvm::dyn_cast<clang::CallExpr>(expr); call && !type->isAnyComplexType()) {
    emitCall(call);
    return;
  }
  if (const auto *comma = llvm::dyn_cast<clang::BinaryOperator>(expr); comma && comma->isCommaOp()) {
    emitIgnored(comma->getLHS());
    return emitIgnored(comma->getRHS());
  }
  if (const auto *conditional = llvm::dyn_cast<clang::AbstractConditionalOperator>(expr);
      conditional && type->isVoidType())
    return emitBranches(conditional, [&](const clang::Expr *side) { emitIgnored(side); });
  if (const auto *choose = llvm::dyn_cast<clang::ChooseExpr>(expr))
    return emitIgnored(choose->getChosenSubExpr());
  if (const auto *selection = llvm::dyn_cast<clang::GenericSelectionExpr>(expr))
    return emitIgnored(selection->getResultExpr());
  if (const auto *unary = llvm::dyn_cast<clang::UnaryOperator>(expr);
      unary &&
      (unary->getOpcode() == clang::UO_Extension || (unary->getOpcode() == clang::UO_Deref && type->isVoidType())))
    return emitIgnored(unary->getSubExpr());
  if (const auto *statement = llvm::dyn_cast<clang::StmtExpr>(expr); statement && type->isVoidType())
    return emitCompound(statement->getSubStmt());
  if (expr->isGLValue()) {
    // An lvalue is read if it is volatile, and else only its subexpressions matter.
    Place place = emitPlace(expr);
    if (type.isVolatileQualified() && !type->isRecordType() && !type->isArrayType())
      load(place, loc(expr));
    return;
  }
  if (type->isAnyComplexType()) {
    emitComplex(expr);
    return;
  }
  if (type->isRecordType()) {
    emitAggregate(expr, temporary(type, loc(expr)), ast.getTypeAlignInChars(type));
    return;
  }
  emitScalar(expr);
}

Value FunctionImporter::emitScalar(const clang::Expr *expr) {
  expr = expr->IgnoreParens();
  Location where = loc(expr);
  clang::QualType type = expr->getType();
  switch (expr->getStmtClass()) {
  case clang::Stmt::IntegerLiteralClass:
    return integerConstant(llvm::APSInt(llvm::cast<clang::IntegerLiteral>(expr)->getValue()), type, where);
  case clang::Stmt::CharacterLiteralClass:
    return constantInt(static_cast<int32_t>(llvm::cast<clang::CharacterLiteral>(expr)->getValue()),
                       importer.scalarType(type), where);
  case clang::Stmt::FloatingLiteralClass:
    return keptForRunTime(
        floatConstant(llvm::cast<clang::FloatingLiteral>(expr)->getValue(), importer.scalarType(type), where), type);
  case clang::Stmt::ConstantExprClass:
  case clang::Stmt::ExprWithCleanupsClass:
    return emitScalar(llvm::cast<clang::FullExpr>(expr)->getSubExpr());
  case clang::Stmt::ImplicitCastExprClass:
  case clang::Stmt::CStyleCastExprClass:
  case clang::Stmt::BuiltinBitCastExprClass:
    return emitCast(llvm::cast<clang::CastExpr>(expr));
  case clang::Stmt::UnaryOperatorClass:
    return emitUnary(llvm::cast<clang::UnaryOperator>(expr));
  case clang::Stmt::CompoundAssignOperatorClass:
    return emitCompoundAssignment(llvm::cast<clang::CompoundAssignOperator>(expr));
  case clang::Stmt::BinaryOperatorClass:
    return emitBinary(llvm::cast<clang::BinaryOperator>(expr));
  case clang::Stmt::ConditionalOperatorClass:
  case clang::Stmt::BinaryConditionalOperatorClass:
    return emitConditional(llvm::cast<clang::AbstractConditionalOperator>(expr));
  case clang::Stmt::CallExprClass:
    return emitCall(llvm::cast<clang::CallExpr>(expr));
  case clang::Stmt::DeclRefExprClass:
    // As a value: an enumerator.
    if (const auto *enumerator =
            llvm::dyn_cast<clang::EnumConstantDecl>(llvm::cast<clang::DeclRefExpr>(expr)->getDecl()))
      return integerConstant(enumerator->getInitVal(), type, where);
    return load(emitPlace(expr), where);
  case clang::Stmt::UnaryExprOrTypeTraitExprClass:
    return emitSizeOf(llvm::cast<clang::UnaryExprOrTypeTraitExpr>(expr));
  case clang::Stmt::OffsetOfExprClass:
    return emitOffsetOf(llvm::cast<clang::OffsetOfExpr>(expr));
  case clang::Stmt::StmtExprClass: {
    Value result;
    emitStatementExpr(llvm::cast<clang::StmtExpr>(expr), [&](const clang::Expr *last) {
      result = last->isGLValue() ? load(emitPlace(last), loc(last)) : emitScalar(last);
    });
    return result || type->isVoidType() ? result : poison(importer.scalarType(type), where);
  }
  case clang::Stmt::ChooseExprClass:
    return emitScalar(llvm::cast<clang::ChooseExpr>(expr)->getChosenSubExpr());
  case clang::Stmt::GenericSelectionExprClass:
    return emitScalar(llvm::cast<clang::GenericSelectionExpr>(expr)->getResultExpr());
  case clang::Stmt::ImplicitValueInitExprClass:
  case clang::Stmt::GNUNullExprClass:
    return zeroOf(type, where);
  case clang::Stmt::AtomicExprClass:
    return emitAtomic(llvm::cast<clang::AtomicExpr>(expr));
  case clang::Stmt::VAArgExprClass:
    return emitVaArg(llvm::cast<clang::VAArgExpr>(expr), nullptr);
  case clang::Stmt::CXXBoolLiteralExprClass:
    return constantInt(llvm::cast<clang::CXXBoolLiteralExpr>(expr)->getValue(), importer.scalarType(type), where);
  case clang::Stmt::CXXNullPtrLiteralExprClass:
    return LLVM::ZeroOp::create(b, where, ptr());
  case clang::Stmt::SourceLocExprClass: { // __builtin_LINE and the like
    clang::APValue value = llvm::cast<clang::SourceLocExpr>(expr)->EvaluateInContext(ast, /*DefaultExpr=*/nullptr);
    if (value.isInt())
      return integerConstant(value.getInt(), type, where);
    return emitAddress(value.getLValueBase().get<const clang::Expr *>());
  }
  case clang::Stmt::OpaqueValueExprClass:
    if (Value known = opaqueScalars.lookup(llvm::cast<clang::OpaqueValueExpr>(expr)))
      return known;
    break;
  case clang::Stmt::InitListExprClass: {
    const auto *list = llvm::cast<clang::InitListExpr>(expr);
    return list->getNumInits() == 0 ? zeroOf(type, where) : emitScalar(list->getInit(0));
  }
  case clang::Stmt::TypeTraitExprClass: // __builtin_types_compatible_p
    return constantInt(llvm::cast<clang::TypeTraitExpr>(expr)->getBoolValue(), importer.scalarType(type), where);
  case clang::Stmt::MemberExprClass: // of a record that is a value
    return load(emitPlace(expr), where);
  case clang::Stmt::AddrLabelExprClass:
    return LLVM::IntToPtrOp::create(
        b, where, ptr(),
        constantInt(importer.labelNumbers.lookup(llvm::cast<clang::AddrLabelExpr>(expr)->getLabel()), b.getI64Type(),
                    where));
  default:
    break;
  }
  importer.unsupported(expr->getExprLoc(), llvm::Twine("expression of kind ") + expr->getStmtClassName());
  return poison(type->isVoidType() ? Type(b.getI32Type()) : importer.scalarType(type), where);
}

Value FunctionImporter::emitCondition(const clang::Expr *expr) {
  expr = expr->IgnoreParens();
  if (expr->getType()->isAnyComplexType()) {
    ComplexValue value = emitComplex(expr);
    clang::QualType element = expr->getType()->castAs<clang::ComplexType>()->getElementType();
    return arith::OrIOp::create(b, loc(expr), isNonZero(value.real, element, loc(expr)),
                                isNonZero(value.imag, element, loc(expr)));
  }
  Value value = emitScalar(expr);
  Operation *extension = value.getDefiningOp<arith::ExtUIOp>();
  Value bit = isNonZero(value, expr->getType(), loc(expr));
  if (extension && extension->use_empty())
    extension->erase();
  return bit;
}

//===----------------------------------------------------------------------===//
// Casts and unary operators
//===----------------------------------------------------------------------===//

Value FunctionImporter::emitCast(const clang::CastExpr *expr) {
  const clang::Expr *operand = expr->getSubExpr();
  Location where = loc(static_cast<const clang::Expr *>(expr));
  clang::QualType from = operand->getType(), to = expr->getType();
  switch (expr->getCastKind()) {
  case clang::CK_LValueToRValue: {
    return load(emitObject(operand), loc(operand));
  }
  case clang::CK_NoOp:
  case clang::CK_AtomicToNonAtomic:
  case clang::CK_NonAtomicToAtomic:
    return operand->isGLValue() ? load(emitObject(operand), loc(operand)) : emitScalar(operand);
  case clang::CK_LValueToRValueBitCast: {
    Place place = emitInMemory(operand);
    return load({Place::Kind::Address, place.base, to, place.align}, where);
  }
  case clang::CK_BitCast:
  case clang::CK_CPointerToObjCPointerCast:
    return emitScalar(operand);
  case clang::CK_ArrayToPointerDecay:
  case clang::CK_FunctionToPointerDecay:
    return emitAddress(operand);
  case clang::CK_BuiltinFnToFnPtr:
    importer.unsupported(expr->getExprLoc(), "the address of a builtin");
    return poison(ptr(), where);
  case clang::CK_NullToPointer:
    emitIgnored(operand);
    return LLVM::ZeroOp::create(b, where, ptr());
  case clang::CK_ToVoid:
    emitIgnored(operand);
    return {};
  case clang::CK_IntegralCast:
  case clang::CK_IntegralToBoolean:
  case clang::CK_IntegralToFloating:
  case clang::CK_FloatingToIntegral:
  case clang::CK_FloatingToBoolean:
  case clang::CK_FloatingCast:
  case clang::CK_PointerToIntegral:
  case clang::CK_PointerToBoolean:
  case clang::CK_IntegralToPointer:
  case clang::CK_BooleanToSignedIntegral:
    return convertScalar(emitScalar(operand), from, to, where);
  case clang::CK_FloatingComplexToReal:
  case clang::CK_IntegralComplexToReal:
    return emitComplex(operand).real;
  case clang::CK_FloatingComplexToBoolean:
  case clang::CK_IntegralComplexToBoolean:
    return fromBit(emitCondition(operand), to, where);
  default:
    importer.unsupported(expr->getExprLoc(), llvm::Twine("cast ") + expr->getCastKindName());
    return poison(to->isVoidType() ? Type(b.getI32Type()) : importer.scalarType(to), where);
  }
}

Value FunctionImporter::emitIncrement(const clang::UnaryOperator *expr) {
  Location where = loc(static_cast<const clang::Expr *>(expr));
  Place place = emitObject(expr->getSubExpr());
  clang::QualType type = expr->getSubExpr()->getType();
  bool up = expr->isIncrementOp();
  if (const auto *atomic = type->getAs<clang::AtomicType>()) {
    auto [before, after] =
        updateAtomic(place, [&](Value value) { return oneMore(value, atomic->getValueType(), up, where); }, where);
    return expr->isPostfix() ? before : after;
  }
  Value old = load(place, where);
  Value stored = storeAndReload(place, oneMore(old, type, up, where), where);
  return expr->isPostfix() ? old : stored;
}

/// `old` and one, or less one if not `up`.
Value FunctionImporter::oneMore(Value old, clang::QualType type, bool up, Location where) {
  Value changed;
  if (type->isPointerType()) {
    changed = movePointer(old, constantInt(up ? 1 : -1, b.getI64Type(), where), type->getPointeeType(),
                          /*isSigned=*/true, /*backwards=*/false, where);
  } else if (type->isBooleanType()) {
    Value one = constantInt(1, old.getType(), where);
    changed = up ? one : arith::XOrIOp::create(b, where, old, one).getResult();
  } else if (llvm::isa<FloatType>(old.getType())) {
    Value one = floatConstant(llvm::APFloat(up ? 1.0 : -1.0), old.getType(), where);
    changed = arith::AddFOp::create(b, where, old, one);
  } else {
    // Types narrower than int are computed in int, where one more is no overflow.
    bool overflows = type->isSignedIntegerOrEnumerationType() && ast.getIntWidth(type) >= ast.getIntWidth(ast.IntTy) &&
                     !ast.getLangOpts().isSignedOverflowDefined();
    auto flags = overflows ? arith::IntegerOverflowFlags::nsw : arith::IntegerOverflowFlags::none;
    changed = arith::AddIOp::create(b, where, old, constantInt(up ? 1 : -1, old.getType(), where), flags);
  }
  return changed;
}

Value FunctionImporter::emitUnary(const clang::UnaryOperator *expr) {
  const clang::Expr *operand = expr->getSubExpr();
  Location where = loc(static_cast<const clang::Expr *>(expr));
  clang::QualType type = expr->getType();
  switch (expr->getOpcode()) {
  case clang::UO_PostInc:
  case clang::UO_PostDec:
  case clang::UO_PreInc:
  case clang::UO_PreDec:
    return emitIncrement(expr);
  case clang::UO_AddrOf:
    return emitAddress(operand);
  case clang::UO_Deref:
    return load(emitPlace(expr), where);
  case clang::UO_Plus:
  case clang::UO_Extension:
    return emitScalar(operand);
  case clang::UO_Minus: {
    Value value = emitScalar(operand);
    if (llvm::isa<FloatType>(value.getType()))
      return arith::NegFOp::create(b, where, value);
    return arithmetic(clang::BO_Sub, zeroOf(type, where), value, type, expr);
  }
  case clang::UO_Not: {
    Value value = emitScalar(operand);
    return arith::XOrIOp::create(b, where, value, constantInt(-1, value.getType(), where));
  }
  case clang::UO_LNot: {
    Value isTrue = emitCondition(operand);
    return fromBit(arith::XOrIOp::create(b, where, isTrue, constantInt(1, b.getI1Type(), where)), type, where);
  }
  case clang::UO_Real:
    return operand->getType()->isAnyComplexType() ? emitComplex(operand).real : emitScalar(operand);
  case clang::UO_Imag:
    if (operand->getType()->isAnyComplexType())
      return emitComplex(operand).imag;
    emitIgnored(operand);
    return zeroOf(type, where);
  default:
    importer.unsupported(expr->getExprLoc(), "this operator");
    return poison(importer.scalarType(type), where);
  }
}

//===----------------------------------------------------------------------===//
// Binary operators
//===----------------------------------------------------------------------===//

Value FunctionImporter::emitBinary(const clang::BinaryOperator *expr) {
  Location where = loc(static_cast<const clang::Expr *>(expr));
  clang::BinaryOperatorKind op = expr->getOpcode();
  if (expr->isCommaOp()) {
    emitIgnored(expr->getLHS());
    return emitScalar(expr->getRHS());
  }
  if (op == clang::BO_Assign)
    return emitAssignment(expr);
  if (expr->isLogicalOp())
    return emitLogical(expr);
  clang::QualType lhsType = expr->getLHS()->getType(), rhsType = expr->getRHS()->getType();
  if (expr->isComparisonOp() && lhsType->isAnyComplexType()) {
    ComplexValue lhs = emitComplex(expr->getLHS()), rhs = emitComplex(expr->getRHS());
    clang::QualType element = lhsType->castAs<clang::ComplexType>()->getElementType();
    Value real = compare(op, lhs.real, rhs.real, element, where),
          imag = compare(op, lhs.imag, rhs.imag, element, where);
    Value both = op == clang::BO_EQ ? arith::AndIOp::create(b, where, real, imag).getResult()
                                    : arith::OrIOp::create(b, where, real, imag).getResult();
    return fromBit(both, expr->getType(), where);
  }
  Value lhs = emitScalar(expr->getLHS()), rhs = emitScalar(expr->getRHS());
  if (expr->isComparisonOp())
    return fromBit(compare(op, lhs, rhs, lhsType, where), expr->getType(), where);
  if (expr->isAdditiveOp() && (lhsType->isPointerType() || rhsType->isPointerType())) {
    if (lhsType->isPointerType() && rhsType->isPointerType())
      return pointerDifference(expr, lhs, rhs);
    if (rhsType->isPointerType())
      return movePointer(rhs, lhs, rhsType->getPointeeType(), lhsType->isSignedIntegerOrEnumerationType(), false,
                         where);
    return movePointer(lhs, rhs, lhsType->getPointeeType(), rhsType->isSignedIntegerOrEnumerationType(),
                       op == clang::BO_Sub, where);
  }
  return arithmetic(op, lhs, rhs, expr->getType(), expr);
}

/// `&&` and `||`: the right side only where it decides.
Value FunctionImporter::emitLogical(const clang::BinaryOperator *expr) {
  Location where = loc(static_cast<const clang::Expr *>(expr));
  bool isAnd = expr->getOpcode() == clang::BO_LAnd;
  Value lhs = emitCondition(expr->getLHS());
  if (!isStructured(expr->getRHS())) {
    // A jump in the right side: blocks, and the result in a variable.
    Place cell{Place::Kind::Address, allocateBytes(1, clang::CharUnits::One(), where), ast.BoolTy};
    store(cell, fromBit(lhs, ast.BoolTy, where), where);
    Block *right = newBlock(), *end = newBlock();
    cf::CondBranchOp::create(b, where, lhs, isAnd ? right : end, isAnd ? end : right);
    enter(right);
    store(cell, fromBit(emitCondition(expr->getRHS()), ast.BoolTy, where), where);
    enter(end);
    return convertScalar(load(cell, where), ast.BoolTy, expr->getType(), where);
  }
  auto branch = scf::IfOp::create(b, where, TypeRange(b.getI1Type()), lhs, /*addThenBlock=*/true,
                                  /*addElseBlock=*/true);
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToEnd(isAnd ? branch.thenBlock() : branch.elseBlock());
    scf::YieldOp::create(b, where, emitCondition(expr->getRHS()));
    b.setInsertionPointToEnd(isAnd ? branch.elseBlock() : branch.thenBlock());
    scf::YieldOp::create(b, where, constantInt(isAnd ? 0 : 1, b.getI1Type(), where));
  }
  return fromBit(branch.getResult(0), expr->getType(), where);
}

/// `c ? a : b` or `a ?: b`, with `emit` for the side that is taken; nothing comes out of it.
void FunctionImporter::emitBranches(const clang::AbstractConditionalOperator *expr,
                                    llvm::function_ref<void(const clang::Expr *)> emit) {
  Location where = loc(static_cast<const clang::Expr *>(expr));
  if (const auto *binary = llvm::dyn_cast<clang::BinaryConditionalOperator>(expr)) {
    const clang::OpaqueValueExpr *opaque = binary->getOpaqueValue();
    if (opaque->isGLValue())
      opaquePlaces[opaque] = emitPlace(binary->getCommon());
    else if (!opaque->getType()->isAnyComplexType() && !opaque->getType()->isRecordType())
      opaqueScalars[opaque] = emitScalar(binary->getCommon());
    else
      opaquePlaces[opaque] = emitPlace(binary->getCommon());
  }
  Value condition = emitCondition(expr->getCond());
  if (isStructured(expr->getTrueExpr()) && isStructured(expr->getFalseExpr())) {
    auto branch = scf::IfOp::create(b, where, condition, /*withElseRegion=*/true);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPoint(branch.thenBlock()->getTerminator());
    emit(expr->getTrueExpr());
    b.setInsertionPoint(branch.elseBlock()->getTerminator());
    emit(expr->getFalseExpr());
    return;
  }
  Block *whenTrue = newBlock(), *whenFalse = newBlock(), *end = newBlock();
  cf::CondBranchOp::create(b, where, condition, whenTrue, whenFalse);
  enter(whenTrue);
  emit(expr->getTrueExpr());
  emitGoto(end, where);
  enter(whenFalse);
  emit(expr->getFalseExpr());
  enter(end);
}

Value FunctionImporter::emitConditional(const clang::AbstractConditionalOperator *expr) {
  Location where = loc(static_cast<const clang::Expr *>(expr));
  clang::QualType type = expr->getType();
  if (type->isVoidType()) {
    emitBranches(expr, [&](const clang::Expr *side) { emitIgnored(side); });
    return {};
  }
  Type scalar = importer.scalarType(type);
  if (!isStructured(expr->getTrueExpr()) || !isStructured(expr->getFalseExpr()) ||
      llvm::isa<clang::BinaryConditionalOperator>(expr)) {
    Place cell{Place::Kind::Address, allocateBytes(importer.sizeOf(type), ast.getTypeAlignInChars(type), where),
               type.getUnqualifiedType(), ast.getTypeAlignInChars(type)};
    emitBranches(expr, [&](const clang::Expr *side) {
      // `c ? throw() : x` of C++ has no like in C, but a side may be of no value after an error.
      if (Value value = emitScalar(side))
        store(cell, value, where);
    });
    return load(cell, where);
  }
  Value condition = emitCondition(expr->getCond());
  auto branch = scf::IfOp::create(b, where, TypeRange(scalar), condition, /*addThenBlock=*/true,
                                  /*addElseBlock=*/true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToEnd(branch.thenBlock());
  scf::YieldOp::create(b, where, emitScalar(expr->getTrueExpr()));
  b.setInsertionPointToEnd(branch.elseBlock());
  scf::YieldOp::create(b, where, emitScalar(expr->getFalseExpr()));
  return branch.getResult(0);
}

//===----------------------------------------------------------------------===//
// Assignments
//===----------------------------------------------------------------------===//

Value FunctionImporter::emitAssignment(const clang::BinaryOperator *expr) {
  Location where = loc(static_cast<const clang::Expr *>(expr));
  clang::QualType type = expr->getLHS()->getType();
  if (type->isRecordType() || type->isAnyComplexType()) {
    emitIgnored(expr);
    return {};
  }
  // Clang evaluates the right side first.
  Value value = emitScalar(expr->getRHS());
  return storeAndReload(emitObject(expr->getLHS()), value, where);
}

Value FunctionImporter::emitCompoundAssignment(const clang::CompoundAssignOperator *expr) {
  Location where = loc(static_cast<const clang::Expr *>(expr));
  clang::QualType type = expr->getLHS()->getType(), computed = expr->getComputationResultType();
  clang::QualType operandType = expr->getComputationLHSType();
  clang::BinaryOperatorKind op = clang::BinaryOperator::getOpForCompoundAssignment(expr->getOpcode());
  if (computed->isAnyComplexType() || expr->getRHS()->getType()->isAnyComplexType())
    return complexAssignment(expr).real;
  Value rhs = emitScalar(expr->getRHS());
  Place place = emitObject(expr->getLHS());
  if (const auto *atomic = type->getAs<clang::AtomicType>()) {
    clang::QualType valueType = atomic->getValueType();
    auto compute = [&](Value old) -> Value {
      if (valueType->isPointerType())
        return movePointer(old, rhs, valueType->getPointeeType(),
                           expr->getRHS()->getType()->isSignedIntegerOrEnumerationType(), op == clang::BO_Sub, where);
      Value value = arithmetic(op, convertScalar(old, valueType, operandType, where), rhs, computed, expr);
      return convertScalar(value, computed, valueType, where);
    };
    return updateAtomic(place, compute, where).second;
  }
  Value old = load(place, where);
  if (type->isPointerType())
    return storeAndReload(place,
                          movePointer(old, rhs, type->getPointeeType(),
                                      expr->getRHS()->getType()->isSignedIntegerOrEnumerationType(),
                                      op == clang::BO_Sub, where),
                          where);
  Value lhs = convertScalar(old, type, operandType, where);
  Value value = arithmetic(op, lhs, rhs, computed, expr);
  return storeAndReload(place, convertScalar(value, computed, type, where), where);
}

//===----------------------------------------------------------------------===//
// Others
//===----------------------------------------------------------------------===//

/// `({ ... })`: its statements in a scope of their own; `emitValue` takes the last one, if that is its value.
void FunctionImporter::emitStatementExpr(const clang::StmtExpr *expr,
                                         llvm::function_ref<void(const clang::Expr *)> emitValue) {
  const clang::CompoundStmt *body = expr->getSubStmt(), *outerScope = currentScope;
  size_t depth = cleanups.size();
  currentScope = body;
  for (const clang::Stmt *child : body->body()) {
    const clang::Stmt *statement = child;
    if (child == body->body_back() && !expr->getType()->isVoidType())
      while (const auto *label = llvm::dyn_cast<clang::LabelStmt>(statement)) {
        Block *&target = labels[label->getDecl()];
        if (!target)
          target = newBlock();
        enter(target);
        statement = label->getSubStmt();
      }
    const auto *last = llvm::dyn_cast<clang::Expr>(statement);
    if (child == body->body_back() && last && !last->getType()->isVoidType())
      emitValue(last);
    else
      emitStatement(statement);
  }
  if (!isTerminated())
    emitCleanups(depth, loc(body->getRBracLoc()));
  cleanups.truncate(depth);
  currentScope = outerScope;
}

Value FunctionImporter::emitSizeOf(const clang::UnaryExprOrTypeTraitExpr *expr) {
  Location where = loc(static_cast<const clang::Expr *>(expr));
  clang::QualType type = expr->getTypeOfArgument();
  if (expr->getKind() == clang::UETT_SizeOf && type->isVariableArrayType()) {
    if (!expr->isArgumentType())
      emitIgnored(expr->getArgumentExpr());
    evaluateSizes(type);
    return sizeOfVariableArray(ast.getAsVariableArrayType(type), where);
  }
  if (expr->getKind() == clang::UETT_CountOf && type->isVariableArrayType()) {
    if (!expr->isArgumentType())
      emitIgnored(expr->getArgumentExpr());
    evaluateSizes(type);
    return sizes.lookup(ast.getAsVariableArrayType(type)->getSizeExpr());
  }
  return integerConstant(expr->EvaluateKnownConstInt(ast), expr->getType(), where);
}

Value FunctionImporter::emitOffsetOf(const clang::OffsetOfExpr *expr) {
  Location where = loc(static_cast<const clang::Expr *>(expr));
  clang::Expr::EvalResult result;
  if (expr->EvaluateAsInt(result, ast))
    return integerConstant(result.Val.getInt(), expr->getType(), where);
  // An index is not constant.
  clang::QualType type = expr->getTypeSourceInfo()->getType();
  Type word = importer.scalarType(expr->getType());
  Value offset = constantInt(0, word, where);
  auto add = [&](Value more) { offset = arith::AddIOp::create(b, where, offset, more); };
  for (unsigned i = 0; i < expr->getNumComponents(); ++i) {
    clang::OffsetOfNode node = expr->getComponent(i);
    if (node.getKind() == clang::OffsetOfNode::Array) {
      const clang::Expr *indexExpr = expr->getIndexExpr(node.getArrayExprIndex());
      type = ast.getAsArrayType(type)->getElementType();
      Value index = convertScalar(emitScalar(indexExpr), indexExpr->getType(), expr->getType(), where);
      add(arith::MulIOp::create(b, where, index, constantInt(importer.sizeOf(type), word, where)));
      continue;
    }
    const clang::FieldDecl *field = node.getField();
    const clang::ASTRecordLayout &layout = ast.getASTRecordLayout(field->getParent());
    add(constantInt(ast.toCharUnitsFromBits(layout.getFieldOffset(field->getFieldIndex())).getQuantity(), word, where));
    type = field->getType();
  }
  return offset;
}
