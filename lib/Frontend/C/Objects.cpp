//===- Objects.cpp - arrays and pointers that are memrefs -----------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// Memory stays where C has it, and laid out as C says: a memref is a view of it, by an unrealized_conversion_cast of
// its address and sizes. Passes may take memrefs to be apart, so that only objects that C keeps apart have one.
//
//===----------------------------------------------------------------------===//

#include "FunctionImporter.h"

#include "mlir/IR/Remarks.h"
#include "clang/Basic/Builtins.h"

#include <limits>

using namespace mlir;
using namespace lexon::importc;

namespace {
constexpr auto kEvent = remark::RemarkOpts::name("object").category("import-c");

/// Why a memref cannot have elements of `type`; empty if it can.
StringRef whyNoElement(const clang::ASTContext &ast, clang::QualType type) {
  if (type.isVolatileQualified())
    return "its elements are volatile";
  if (type->isAtomicType())
    return "its elements are atomic";
  if (type->isAnyPointerType())
    return "its elements are pointers";
  bool isNumber = type->isArithmeticType() || type->isEnumeralType();
  if (!isNumber || type->isAnyComplexType() || type->isBitIntType())
    return "its elements are no numbers";
  if (ast.getTypeAlignInChars(type) != ast.getTypeAlignInChars(type.getCanonicalType().getUnqualifiedType()))
    return "its elements are not aligned as others of their type";
  return "";
}

/// True for a call that returns memory which nothing else points to.
bool isAllocation(const clang::Expr *expr) {
  const auto *call = expr ? llvm::dyn_cast<clang::CallExpr>(expr->IgnoreParenCasts()) : nullptr;
  const clang::FunctionDecl *callee = call ? call->getDirectCallee() : nullptr;
  if (!callee)
    return false;
  unsigned id = callee->getBuiltinID();
  return callee->hasAttr<clang::RestrictAttr>() || id == clang::Builtin::BImalloc || id == clang::Builtin::BIcalloc ||
         id == clang::Builtin::BIaligned_alloc;
}

/// What `expr`, an array or a pointer, is the value of; null if it is no variable.
const clang::VarDecl *variableOf(const clang::Expr *expr) {
  expr = expr->IgnoreParens();
  if (const auto *cast = llvm::dyn_cast<clang::ImplicitCastExpr>(expr))
    if (cast->getCastKind() == clang::CK_LValueToRValue || cast->getCastKind() == clang::CK_ArrayToPointerDecay)
      expr = cast->getSubExpr()->IgnoreParens();
  const auto *reference = llvm::dyn_cast<clang::DeclRefExpr>(expr);
  return reference ? llvm::dyn_cast<clang::VarDecl>(reference->getDecl()) : nullptr;
}

/// The pointer and the index of `p[i]`, `*p` (index null) and `*(p + i)`; nulls for other expressions.
std::pair<const clang::Expr *, const clang::Expr *> pointerAndIndex(const clang::Expr *expr) {
  if (const auto *subscript = llvm::dyn_cast<clang::ArraySubscriptExpr>(expr))
    // The operands are evaluated in the order of the text.
    return subscript->getLHS() == subscript->getIdx() ? std::pair<const clang::Expr *, const clang::Expr *>()
                                                      : std::pair(subscript->getBase(), subscript->getIdx());
  const auto *unary = llvm::dyn_cast<clang::UnaryOperator>(expr);
  if (!unary || unary->getOpcode() != clang::UO_Deref)
    return {};
  const clang::Expr *pointer = unary->getSubExpr()->IgnoreParens();
  if (const auto *sum = llvm::dyn_cast<clang::BinaryOperator>(pointer);
      sum && sum->getOpcode() == clang::BO_Add && sum->getLHS()->getType()->isPointerType())
    return {sum->getLHS(), sum->getRHS()};
  return {pointer, nullptr};
}
} // namespace

/// Why `variable`, an array or a pointer, is no memref; empty if it is one.
StringRef FunctionImporter::whyNoMemRef(const clang::VarDecl *variable) {
  clang::QualType type = variable->getType();
  bool isPointer = type->isPointerType();
  clang::QualType element = ast.getBaseElementType(isPointer ? type->getPointeeType() : type);
  if (StringRef reason = whyNoElement(ast, element); !reason.empty())
    return reason;
  if (ast.getLangOpts().PointerOverflowDefined)
    return "addresses may wrap around";
  for (clang::QualType inner = isPointer ? type->getPointeeType() : type; const auto *array = ast.getAsArrayType(inner);
       inner = array->getElementType())
    if (const auto *constant = llvm::dyn_cast<clang::ConstantArrayType>(array); constant && constant->isZeroSize())
      return "it has no elements";
  if (!isPointer)
    return "";
  if (type.isVolatileQualified())
    return "it is volatile";
  if (variable->hasGlobalStorage())
    return "other functions may set it";
  if (needsAddress(variable))
    return "its address is taken";
  ArrayRef<const clang::Expr *> values = assigned[variable];
  if (llvm::isa<clang::ParmVarDecl>(variable)) {
    if (!type.isRestrictQualified())
      return "it may point to what others point to (restrict says that it does not)";
    return values.empty() ? "" : "it is set again";
  }
  const clang::Expr *init = variable->getInit();
  if (values.size() + (init != nullptr) != 1)
    return "it is set more than once";
  return isAllocation(init ? init : values.front()) ? "" : "it may point to what others point to";
}

/// Whether `variable` is a memref; says so, once.
bool FunctionImporter::isMemRef(const clang::VarDecl *variable) {
  clang::QualType type = variable->getType();
  if (!type->isPointerType() && !type->isArrayType())
    return false;
  auto [known, isNew] = memrefVariables.try_emplace(variable, false);
  if (!isNew)
    return known->second;
  clang::QualType pointee = type->isPointerType() ? type->getPointeeType() : type;
  if (pointee->isVoidType() || pointee->isFunctionType())
    return false;
  StringRef reason = whyNoMemRef(variable);
  bool isFirst = importer.explained.insert(variable).second;
  Location where = importer.location(variable->getLocation());
  if (isFirst && reason.empty())
    remark::passed(where, kEvent) << llvm::formatv("'{0}' is {1}", variable->getName(), memrefType(type)).str();
  else if (isFirst)
    remark::missed(where, kEvent) << llvm::formatv("'{0}' stays a pointer: {1}", variable->getName(), reason).str();
  return known->second = reason.empty();
}

/// The memref that an array of `type` is, or what a pointer of `type` points to.
MemRefType FunctionImporter::memrefType(clang::QualType type) {
  SmallVector<int64_t> shape;
  if (type->isPointerType()) {
    shape.push_back(ShapedType::kDynamic);
    type = type->getPointeeType();
  }
  while (const clang::ArrayType *array = ast.getAsArrayType(type)) {
    const auto *constant = llvm::dyn_cast<clang::ConstantArrayType>(array);
    shape.push_back(constant ? constant->getSize().getSExtValue() : ShapedType::kDynamic);
    type = array->getElementType();
  }
  return MemRefType::get(shape, importer.scalarType(type));
}

/// The memory of an array of `type`, or what a pointer of `type` points to, at `address`.
Value FunctionImporter::viewAsMemRef(Value address, clang::QualType type, Location loc) {
  SmallVector<Value> operands{address};
  Type index = b.getIndexType();
  MemRefType result = memrefType(type);
  auto addUnknown = [&] { // C does not say how many there are
    operands.push_back(arith::ConstantIndexOp::create(b, loc, std::numeric_limits<int64_t>::max()));
  };
  if (type->isPointerType()) {
    addUnknown();
    type = type->getPointeeType();
  }
  while (const clang::ArrayType *array = ast.getAsArrayType(type)) {
    if (const auto *variable = llvm::dyn_cast<clang::VariableArrayType>(array)) {
      if (!sizes.contains(variable->getSizeExpr()))
        evaluateSizes(type);
      operands.push_back(arith::IndexCastOp::create(b, loc, index, sizes.lookup(variable->getSizeExpr())));
    } else if (!llvm::isa<clang::ConstantArrayType>(array)) {
      addUnknown();
    }
    type = array->getElementType();
  }
  return UnrealizedConversionCastOp::create(b, loc, result, operands).getResult(0);
}

/// The memref of `variable`, which isMemRef.
Value FunctionImporter::memrefOf(const clang::VarDecl *variable, Location loc) {
  if (Value known = memrefs.lookup(variable))
    return known;
  Place place = placeOfVariable(variable, loc);
  if (variable->getType()->isPointerType())
    return viewAsMemRef(load(place, loc), variable->getType(), loc);
  OpBuilder::InsertionGuard guard(b);
  if (variable->hasGlobalStorage())
    return viewAsMemRef(place.base, variable->getType(), loc);
  b.setInsertionPointAfterValue(place.base);
  return memrefs[variable] = viewAsMemRef(place.base, variable->getType(), loc);
}

std::optional<Place> FunctionImporter::memrefElement(const clang::Expr *expr) {
  SmallVector<const clang::Expr *> indices; // innermost first
  const clang::Expr *base = expr;
  const clang::VarDecl *variable = nullptr;
  while (!variable) {
    auto [pointer, index] = pointerAndIndex(base->IgnoreParens());
    if (!pointer)
      return std::nullopt;
    indices.push_back(index);
    if ((variable = variableOf(pointer)))
      break;
    // A row, which is an array inside.
    const auto *decay = llvm::dyn_cast<clang::ImplicitCastExpr>(pointer->IgnoreParens());
    if (!decay || decay->getCastKind() != clang::CK_ArrayToPointerDecay)
      return std::nullopt;
    base = decay->getSubExpr();
  }
  if (!isMemRef(variable) || memrefType(variable->getType()).getRank() != static_cast<int64_t>(indices.size()))
    return std::nullopt;
  Location where = loc(expr);
  Place place{Place::Kind::Element, memrefOf(variable, where), expr->getType(),
              ast.getTypeAlignInChars(expr->getType())};
  for (const clang::Expr *index : llvm::reverse(indices)) {
    Value number =
        index ? asOffset(emitScalar(index), index->getType()->isSignedIntegerOrEnumerationType(), where) : Value();
    place.indices.push_back(number ? arith::IndexCastOp::create(b, where, b.getIndexType(), number).getResult()
                                   : arith::ConstantIndexOp::create(b, where, 0).getResult());
  }
  return place;
}

/// The object that `expr` designates, to be loaded or stored.
Place FunctionImporter::emitObject(const clang::Expr *expr) {
  if (std::optional<Place> element = memrefElement(expr->IgnoreParens()))
    return *element;
  return emitPlace(expr);
}
