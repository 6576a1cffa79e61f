//===- Complex.cpp - complex numbers --------------------------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "FunctionImporter.h"

#include "clang/Basic/Builtins.h"

using namespace mlir;
using namespace lexon::importc;

static clang::QualType elementOf(clang::QualType type) {
  const auto *complex = type->getAs<clang::ComplexType>();
  return complex ? complex->getElementType() : type;
}

ComplexValue FunctionImporter::loadComplex(const Place &place, Location loc) {
  clang::QualType element = elementOf(place.type);
  if (place.type.isVolatileQualified())
    element = element.withVolatile();
  clang::CharUnits size = ast.getTypeSizeInChars(element);
  Place real{Place::Kind::Address, place.base, element, place.align};
  Place imag{Place::Kind::Address, byteOffset(place.base, size.getQuantity(), loc), element,
             place.align.alignmentAtOffset(size)};
  Value first = load(real, loc);
  return {first, load(imag, loc)};
}

void FunctionImporter::storeComplex(const Place &place, ComplexValue value, Location loc) {
  clang::QualType element = elementOf(place.type);
  if (place.type.isVolatileQualified())
    element = element.withVolatile();
  clang::CharUnits size = ast.getTypeSizeInChars(element);
  store({Place::Kind::Address, place.base, element, place.align}, value.real, loc);
  store({Place::Kind::Address, byteOffset(place.base, size.getQuantity(), loc), element,
         place.align.alignmentAtOffset(size)},
        value.imag, loc);
}

ComplexValue FunctionImporter::convertComplex(ComplexValue value, clang::QualType from, clang::QualType to,
                                              Location loc) {
  clang::QualType source = elementOf(from), target = elementOf(to);
  return {convertScalar(value.real, source, target, loc), convertScalar(value.imag, source, target, loc)};
}

ComplexValue FunctionImporter::complexCast(const clang::CastExpr *expr) {
  const clang::Expr *operand = expr->getSubExpr();
  clang::QualType from = operand->getType(), to = expr->getType(), element = elementOf(to);
  Location where = loc(static_cast<const clang::Expr *>(expr));
  switch (expr->getCastKind()) {
  case clang::CK_LValueToRValue:
    return loadComplex(emitPlace(operand), where);
  case clang::CK_NoOp:
    return operand->isGLValue() ? loadComplex(emitPlace(operand), where) : emitComplex(operand);
  case clang::CK_FloatingRealToComplex:
  case clang::CK_IntegralRealToComplex:
  case clang::CK_IntegralToFloating: // an integer beside a complex number
    return {convertScalar(emitScalar(operand), from, element, where), zeroOf(element, where)};
  case clang::CK_FloatingComplexCast:
  case clang::CK_FloatingComplexToIntegralComplex:
  case clang::CK_IntegralComplexCast:
  case clang::CK_IntegralComplexToFloatingComplex:
    return convertComplex(emitComplex(operand), from, to, where);
  default:
    importer.unsupported(expr->getExprLoc(), llvm::Twine("cast ") + expr->getCastKindName());
    return {zeroOf(element, where), zeroOf(element, where)};
  }
}

//===----------------------------------------------------------------------===//
// Arithmetic
//===----------------------------------------------------------------------===//

/// An operand of a complex operation: a real one has no imaginary part, which the arithmetic makes use of.
ComplexValue FunctionImporter::complexOperand(const clang::Expr *expr, clang::QualType element, bool &isReal) {
  expr = expr->IgnoreParens();
  const auto *cast = llvm::dyn_cast<clang::ImplicitCastExpr>(expr);
  isReal = cast && (cast->getCastKind() == clang::CK_FloatingRealToComplex ||
                    cast->getCastKind() == clang::CK_IntegralToFloating);
  if (isReal) {
    const clang::Expr *operand = cast->getSubExpr();
    return {convertScalar(emitScalar(operand), operand->getType(), element, loc(expr)), Value()};
  }
  isReal = !expr->getType()->isAnyComplexType();
  if (isReal)
    return {convertScalar(emitScalar(expr), expr->getType(), element, loc(expr)), Value()};
  ComplexValue value = emitComplex(expr);
  return convertComplex(value, expr->getType(), element, loc(expr));
}

ComplexValue FunctionImporter::complexArithmetic(clang::BinaryOperatorKind op, ComplexValue lhs, ComplexValue rhs,
                                                 bool lhsReal, bool rhsReal, clang::QualType type, Location loc) {
  clang::QualType element = elementOf(type);
  Type scalar = importer.scalarType(element);
  bool isFloat = llvm::isa<FloatType>(scalar);
  auto add = [&](Value x, Value y) -> Value {
    return isFloat ? arith::AddFOp::create(b, loc, x, y).getResult() : arith::AddIOp::create(b, loc, x, y).getResult();
  };
  auto subtract = [&](Value x, Value y) -> Value {
    return isFloat ? arith::SubFOp::create(b, loc, x, y).getResult() : arith::SubIOp::create(b, loc, x, y).getResult();
  };
  auto multiply = [&](Value x, Value y) -> Value {
    return isFloat ? arith::MulFOp::create(b, loc, x, y).getResult() : arith::MulIOp::create(b, loc, x, y).getResult();
  };
  auto divide = [&](Value x, Value y) -> Value {
    if (isFloat)
      return arith::DivFOp::create(b, loc, x, y);
    return element->isSignedIntegerType() ? arith::DivSIOp::create(b, loc, x, y).getResult()
                                          : arith::DivUIOp::create(b, loc, x, y).getResult();
  };
  // The functions of the compiler's library that care for infinities.
  auto callLibrary = [&](StringRef operation) -> ComplexValue {
    StringRef suffix = scalar.isF32() ? "sc3" : scalar.isF64() ? "dc3" : scalar.isF80() ? "xc3" : "tc3";
    clang::QualType complexType = ast.getComplexType(element);
    clang::QualType signatureType = ast.getFunctionType(complexType, {element, element, element, element}, {});
    Signature callee =
        importer.signatureOf(signatureType->castAs<clang::FunctionType>(), {element, element, element, element});
    LLVM::LLVMFunctionType llvmType = callee.llvmType(b.getContext());
    FunctionOpInterface function =
        importer.libraryFunction(("__" + operation + suffix).str(), llvmType.getReturnType(), llvmType.getParams());
    Place result{Place::Kind::Address, temporary(complexType, loc), complexType, ast.getTypeAlignInChars(complexType)};
    Value zero = zeroOf(element, loc);
    emitCallTo(callee, function, Value(), {lhs.real, lhs.imag ? lhs.imag : zero, rhs.real, rhs.imag ? rhs.imag : zero},
               &result, loc);
    return loadComplex(result, loc);
  };
  auto negate = [&](Value x) -> Value {
    return isFloat ? arith::NegFOp::create(b, loc, x).getResult()
                   : arith::SubIOp::create(b, loc, zeroOf(element, loc), x).getResult();
  };
  Value zero = zeroOf(element, loc);
  switch (op) {
  case clang::BO_Add:
    return {add(lhs.real, rhs.real), lhsReal && rhsReal ? zero
                                     : lhsReal          ? rhs.imag
                                     : rhsReal          ? lhs.imag
                                                        : add(lhs.imag, rhs.imag)};
  case clang::BO_Sub:
    return {subtract(lhs.real, rhs.real), lhsReal && rhsReal ? zero
                                          : lhsReal          ? negate(rhs.imag)
                                          : rhsReal          ? lhs.imag
                                                             : subtract(lhs.imag, rhs.imag)};
  case clang::BO_Mul: {
    if (lhsReal || rhsReal) {
      if (lhsReal)
        std::swap(lhs, rhs);
      return {multiply(lhs.real, rhs.real), lhs.imag ? multiply(lhs.imag, rhs.real) : zero};
    }
    Value ac = multiply(lhs.real, rhs.real), bd = multiply(lhs.imag, rhs.imag);
    Value ad = multiply(lhs.real, rhs.imag), bc = multiply(lhs.imag, rhs.real);
    Value real = subtract(ac, bd), imag = add(ad, bc);
    if (!isFloat || ast.getLangOpts().getComplexRange() == clang::LangOptions::CX_Basic)
      return {real, imag};
    // Both parts not numbers: one of the factors may have been infinite.
    Value realNan = arith::CmpFOp::create(b, loc, arith::CmpFPredicate::UNO, real, real);
    auto branch = scf::IfOp::create(b, loc, TypeRange{scalar, scalar}, realNan, true, true);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToEnd(branch.thenBlock());
    Value imagNan = arith::CmpFOp::create(b, loc, arith::CmpFPredicate::UNO, imag, imag);
    auto inner = scf::IfOp::create(b, loc, TypeRange{scalar, scalar}, imagNan, true, true);
    scf::YieldOp::create(b, loc, inner.getResults());
    b.setInsertionPointToEnd(inner.thenBlock());
    ComplexValue careful = callLibrary("mul");
    scf::YieldOp::create(b, loc, ValueRange{careful.real, careful.imag});
    b.setInsertionPointToEnd(inner.elseBlock());
    scf::YieldOp::create(b, loc, ValueRange{real, imag});
    b.setInsertionPointToEnd(branch.elseBlock());
    scf::YieldOp::create(b, loc, ValueRange{real, imag});
    return {branch.getResult(0), branch.getResult(1)};
  }
  case clang::BO_Div: {
    if (rhsReal)
      return {divide(lhs.real, rhs.real), lhs.imag ? divide(lhs.imag, rhs.real) : zero};
    if (isFloat)
      return callLibrary("div");
    Value norm = add(multiply(rhs.real, rhs.real), multiply(rhs.imag, rhs.imag));
    Value left = lhs.imag ? lhs.imag : zero;
    return {divide(add(multiply(lhs.real, rhs.real), multiply(left, rhs.imag)), norm),
            divide(subtract(multiply(left, rhs.real), multiply(lhs.real, rhs.imag)), norm)};
  }
  default:
    importer.unsupported(function->getLocation(), "this operator on complex numbers");
    return lhs;
  }
}

ComplexValue FunctionImporter::complexBinary(const clang::BinaryOperator *expr) {
  Location where = loc(static_cast<const clang::Expr *>(expr));
  if (expr->isCommaOp()) {
    emitIgnored(expr->getLHS());
    return emitComplex(expr->getRHS());
  }
  if (expr->isAssignmentOp())
    return complexAssignment(expr);
  clang::QualType element = elementOf(expr->getType());
  bool lhsReal, rhsReal;
  ComplexValue lhs = complexOperand(expr->getLHS(), element, lhsReal);
  ComplexValue rhs = complexOperand(expr->getRHS(), element, rhsReal);
  return complexArithmetic(expr->getOpcode(), lhs, rhs, lhsReal, rhsReal, expr->getType(), where);
}

/// `a = b` and `a op= b` where one of them is complex. The value is that of the left side.
ComplexValue FunctionImporter::complexAssignment(const clang::BinaryOperator *expr) {
  Location where = loc(static_cast<const clang::Expr *>(expr));
  clang::QualType type = expr->getLHS()->getType();
  const auto *compound = llvm::dyn_cast<clang::CompoundAssignOperator>(expr);
  if (!compound) {
    ComplexValue value = emitComplex(expr->getRHS());
    storeComplex(emitPlace(expr->getLHS()), value, where);
    return value;
  }
  clang::QualType computed = compound->getComputationResultType(), element = elementOf(computed);
  bool rhsReal, lhsReal = !type->isAnyComplexType();
  ComplexValue rhs = complexOperand(expr->getRHS(), element, rhsReal);
  Place place = emitPlace(expr->getLHS());
  ComplexValue lhs;
  if (lhsReal)
    lhs = {convertScalar(load(place, where), type, element, where), Value()};
  else
    lhs = convertComplex(loadComplex(place, where), type, computed, where);
  clang::BinaryOperatorKind op = clang::BinaryOperator::getOpForCompoundAssignment(expr->getOpcode());
  ComplexValue value = complexArithmetic(op, lhs, rhs, lhsReal, rhsReal, computed, where);
  if (lhsReal) {
    Value real = storeAndReload(place, convertScalar(value.real, element, type, where), where);
    return {real, zeroOf(type, where)};
  }
  value = convertComplex(value, computed, type, where);
  storeComplex(place, value, where);
  return value;
}

ComplexValue FunctionImporter::emitComplex(const clang::Expr *expr) {
  expr = expr->IgnoreParens();
  Location where = loc(expr);
  clang::QualType type = expr->getType(), element = elementOf(type);
  if (expr->isGLValue())
    return loadComplex(emitPlace(expr), where);
  if (const auto *whole = llvm::dyn_cast<clang::FullExpr>(expr))
    return emitComplex(whole->getSubExpr());
  if (const auto *cast = llvm::dyn_cast<clang::CastExpr>(expr))
    return complexCast(cast);
  if (const auto *binary = llvm::dyn_cast<clang::BinaryOperator>(expr))
    return complexBinary(binary);
  if (const auto *literal = llvm::dyn_cast<clang::ImaginaryLiteral>(expr))
    return {zeroOf(element, where), emitScalar(literal->getSubExpr())};
  if (const auto *unary = llvm::dyn_cast<clang::UnaryOperator>(expr)) {
    const clang::Expr *operand = unary->getSubExpr();
    bool isFloat = element->isRealFloatingType();
    auto negate = [&](Value value) -> Value {
      if (isFloat)
        return arith::NegFOp::create(b, where, value);
      return arith::SubIOp::create(b, where, zeroOf(element, where), value);
    };
    switch (unary->getOpcode()) {
    case clang::UO_Minus: {
      ComplexValue value = emitComplex(operand);
      return {negate(value.real), negate(value.imag)};
    }
    case clang::UO_Not: { // the conjugate
      ComplexValue value = emitComplex(operand);
      return {value.real, negate(value.imag)};
    }
    case clang::UO_Plus:
    case clang::UO_Extension:
      return emitComplex(operand);
    case clang::UO_PreInc:
    case clang::UO_PreDec:
    case clang::UO_PostInc:
    case clang::UO_PostDec: {
      Place place = emitPlace(operand);
      ComplexValue old = loadComplex(place, where);
      Value one = isFloat ? floatConstant(llvm::APFloat(1.0), importer.scalarType(element), where)
                          : constantInt(1, importer.scalarType(element), where);
      ComplexValue changed = complexArithmetic(unary->isIncrementOp() ? clang::BO_Add : clang::BO_Sub, old,
                                               {one, Value()}, false, true, type, where);
      storeComplex(place, changed, where);
      return unary->isPostfix() ? old : changed;
    }
    default:
      break;
    }
  }
  if (const auto *choose = llvm::dyn_cast<clang::ChooseExpr>(expr))
    return emitComplex(choose->getChosenSubExpr());
  if (const auto *selection = llvm::dyn_cast<clang::GenericSelectionExpr>(expr))
    return emitComplex(selection->getResultExpr());
  if (const auto *list = llvm::dyn_cast<clang::InitListExpr>(expr)) {
    if (list->getNumInits() == 2)
      return {emitScalar(list->getInit(0)), emitScalar(list->getInit(1))};
    if (list->getNumInits() == 1)
      return emitComplex(list->getInit(0));
    return {zeroOf(element, where), zeroOf(element, where)};
  }
  if (llvm::isa<clang::ImplicitValueInitExpr>(expr))
    return {zeroOf(element, where), zeroOf(element, where)};
  if (const auto *call = llvm::dyn_cast<clang::CallExpr>(expr))
    if (const clang::FunctionDecl *callee = call->getDirectCallee();
        callee && callee->getBuiltinID() == clang::Builtin::BI__builtin_complex) {
      Value real = emitScalar(call->getArg(0));
      return {real, emitScalar(call->getArg(1))};
    }
  // What remains computes its value into memory.
  Place place{Place::Kind::Address, temporary(type, where), type, ast.getTypeAlignInChars(type)};
  if (const auto *call = llvm::dyn_cast<clang::CallExpr>(expr)) {
    emitCall(call, &place);
  } else if (const auto *conditional = llvm::dyn_cast<clang::AbstractConditionalOperator>(expr)) {
    emitBranches(conditional, [&](const clang::Expr *side) { storeComplex(place, emitComplex(side), where); });
  } else if (const auto *argument = llvm::dyn_cast<clang::VAArgExpr>(expr)) {
    emitVaArg(argument, &place);
  } else if (const auto *statement = llvm::dyn_cast<clang::StmtExpr>(expr)) {
    emitStatementExpr(statement, [&](const clang::Expr *last) { storeComplex(place, emitComplex(last), where); });
  } else {
    importer.unsupported(expr->getExprLoc(), llvm::Twine("complex expression of kind ") + expr->getStmtClassName());
  }
  return loadComplex(place, where);
}
