//===- Function.cpp - parameters and variables of a function --------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "FunctionImporter.h"

#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Transforms/RegionUtils.h"
#include "clang/AST/RecursiveASTVisitor.h"

using namespace mlir;
using namespace lexon::importc;

namespace {
/// Finds the variables whose address is taken by `&`, what is assigned to pointers, the labels whose address is taken
/// by
/// `&&`, and the scopes of labels.
class AddressTaken : public clang::RecursiveASTVisitor<AddressTaken> {
public:
  using Assigned = llvm::DenseMap<const clang::VarDecl *, SmallVector<const clang::Expr *, 1>>;
  AddressTaken(llvm::SmallPtrSetImpl<const clang::VarDecl *> &found, Assigned &assigned,
               llvm::SmallSetVector<const clang::LabelDecl *, 4> &labels,
               llvm::DenseMap<const clang::LabelDecl *, SmallVector<const clang::CompoundStmt *>> &labelScopes)
      : found(found), assigned(assigned), labels(labels), labelScopes(labelScopes) {}
  bool TraverseCompoundStmt(clang::CompoundStmt *statement, DataRecursionQueue * = nullptr) {
    scopes.push_back(statement);
    bool result = RecursiveASTVisitor::TraverseCompoundStmt(statement);
    scopes.pop_back();
    return result;
  }
  bool VisitLabelStmt(clang::LabelStmt *label) {
    labelScopes[label->getDecl()] = scopes;
    return true;
  }
  bool VisitAddrLabelExpr(clang::AddrLabelExpr *label) {
    labels.insert(label->getLabel());
    return true;
  }
  bool VisitUnaryOperator(clang::UnaryOperator *op) {
    const clang::VarDecl *variable = variableOf(op->getSubExpr());
    if (variable && op->getOpcode() == clang::UO_AddrOf)
      found.insert(variable);
    else if (variable && op->isIncrementDecrementOp())
      assigned[variable].push_back(nullptr);
    return true;
  }
  bool VisitBinaryOperator(clang::BinaryOperator *op) {
    if (const clang::VarDecl *variable = op->isAssignmentOp() ? variableOf(op->getLHS()) : nullptr)
      assigned[variable].push_back(op->getOpcode() == clang::BO_Assign ? op->getRHS() : nullptr);
    return true;
  }

private:
  static const clang::VarDecl *variableOf(const clang::Expr *expr) {
    const auto *reference = llvm::dyn_cast<clang::DeclRefExpr>(expr->IgnoreParens());
    return reference ? llvm::dyn_cast<clang::VarDecl>(reference->getDecl()) : nullptr;
  }

  llvm::SmallPtrSetImpl<const clang::VarDecl *> &found;
  Assigned &assigned;
  llvm::SmallSetVector<const clang::LabelDecl *, 4> &labels;
  llvm::DenseMap<const clang::LabelDecl *, SmallVector<const clang::CompoundStmt *>> &labelScopes;
  SmallVector<const clang::CompoundStmt *> scopes;
};
} // namespace

FunctionImporter::FunctionImporter(ModuleImporter &importer, FunctionOpInterface op,
                                   const clang::FunctionDecl *function)
    : importer(importer), ast(importer.ast), op(op), function(function), signature(importer.signatureOf(function)),
      b(importer.context()) {}

void FunctionImporter::import() {
  if (importer.debug.isEnabled()) {
    scope = importer.debug.function(function, op.getName());
    op->setLoc(FusedLoc::get(b.getContext(), {op.getLoc()}, scope));
  }
  AddressTaken(addressTaken, assigned, takenLabels, labelScopes).TraverseStmt(function->getBody());
  for (const clang::LabelDecl *label : takenLabels)
    importer.labelNumbers.try_emplace(label, importer.labelNumbers.size() + 1);
  Block *entry = b.createBlock(&op.getFunctionBody());
  for (Type type : llvm::cast<FunctionType>(signature.functionType(b.getContext())).getInputs())
    entry->addArgument(type, op.getLoc());
  // Variables stand in the entry block; the body follows, so that a label at its start can be jumped to.
  Block *body = new Block;
  op.getFunctionBody().push_back(body);
  b.setInsertionPointToEnd(entry);
  Operation *end = cf::BranchOp::create(b, op.getLoc(), body);
  b.setInsertionPoint(end);
  importParameters();
  b.setInsertionPointToEnd(body);
  emitStatement(function->getBody());
  finish();
}

/// Ends the function where its text does, and removes blocks that nothing reaches.
void FunctionImporter::finish() {
  Location end = loc(function->getBodyRBrace());
  if (!isTerminated()) {
    SmallVector<Value> results;
    for (Type type : signature.resultTypes()) {
      bool isMain = function->isMain() && type.isInteger(32);
      results.push_back(isMain ? constantInt(0, type, end) : LLVM::UndefOp::create(b, end, type).getResult());
    }
    if (llvm::isa<LLVM::LLVMFuncOp>(op.getOperation()))
      LLVM::ReturnOp::create(b, end, results);
    else
      func::ReturnOp::create(b, end, results);
  }
  // A label that is never defined was an error of Clang's.
  for (Block &block : op.getFunctionBody())
    if (block.empty() || !block.back().hasTrait<OpTrait::IsTerminator>()) {
      b.setInsertionPointToEnd(&block);
      LLVM::UnreachableOp::create(b, end);
    }
  IRRewriter rewriter(b.getContext());
  (void)eraseUnreachableBlocks(rewriter, op->getRegions());
  Region &region = op.getFunctionBody();
  // The entry block goes on into the body if nothing jumps there.
  Block *entry = &region.front();
  Block *body = entry->getNumSuccessors() == 1 ? entry->getSuccessor(0) : nullptr;
  if (body && body->getSinglePredecessor() == entry) {
    rewriter.eraseOp(entry->getTerminator());
    rewriter.mergeBlocks(body, entry);
  }
}

void FunctionImporter::importParameters() {
  Block *entry = b.getInsertionBlock();
  unsigned next = 0;
  if (signature.result.kind == PassedValue::Kind::Indirect)
    resultAddress = entry->getArgument(next++);
  for (auto [parameter, passed] : llvm::zip(function->parameters(), signature.parameters)) {
    // Without a place: a debugger stops behind what brings parameters to memory.
    Location where = b.getUnknownLoc();
    ValueRange values = entry->getArguments().slice(next, passed.types.size());
    next += passed.types.size();
    if (passed.kind == PassedValue::Kind::Indirect) {
      places[parameter] = {Place::Kind::Address, values.front(), parameter->getType(), ast.getDeclAlign(parameter)};
      continue;
    }
    Place place = allocate(parameter->getType(), parameter, where);
    places[parameter] = place;
    describe(parameter, place, parameter->getFunctionScopeIndex() + 1);
    if (passed.kind == PassedValue::Kind::Coerced)
      storeCoerced(place.base, passed, values, where);
    else if (passed.kind == PassedValue::Kind::Scalar)
      store(place, convertScalar(values.front(), passed.type, parameter->getType(), where), where);
  }
  // Sizes of arrays in the types of parameters are computed at the start.
  for (const clang::ParmVarDecl *parameter : function->parameters()) {
    clang::QualType original = parameter->getOriginalType();
    if (original->isVariablyModifiedType())
      evaluateSizes(original);
    else if (parameter->getType()->isVariablyModifiedType())
      evaluateSizes(parameter->getType());
  }
  for (const clang::ParmVarDecl *parameter : function->parameters())
    if (parameter->getType()->isPointerType() && isMemRef(parameter))
      memrefs[parameter] =
          viewAsMemRef(load(places[parameter], b.getUnknownLoc()), parameter->getType(), b.getUnknownLoc());
}

//===----------------------------------------------------------------------===//
// Variables
//===----------------------------------------------------------------------===//

/// Memory on the stack, allocated once for each call of the function.
Value FunctionImporter::allocateBytes(int64_t size, clang::CharUnits align, Location loc) {
  Type bytes = LLVM::LLVMArrayType::get(b.getI8Type(), size);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPoint(&op.getFunctionBody().front(), op.getFunctionBody().front().begin());
  Value one = LLVM::ConstantOp::create(b, loc, b.getI64Type(), b.getI64IntegerAttr(1));
  return LLVM::AllocaOp::create(b, loc, ptr(), bytes, one, static_cast<unsigned>(align.getQuantity()));
}

Place FunctionImporter::allocate(clang::QualType type, const clang::VarDecl *variable, Location loc) {
  clang::CharUnits align = variable ? ast.getDeclAlign(variable) : ast.getTypeAlignInChars(type);
  // Memrefs hold numbers only.
  bool isMemory = !type->isArithmeticType() && !type->isEnumeralType();
  isMemory |= variable && variable->hasAttr<clang::CleanupAttr>();
  isMemory |= type->isAnyComplexType() || type.isVolatileQualified();
  if (!isMemory && variable && !needsAddress(variable) && !importer.debug.keepsVariables()) {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPoint(&op.getFunctionBody().front(), op.getFunctionBody().front().begin());
    Value cell = memref::AllocaOp::create(b, loc, MemRefType::get({}, importer.scalarType(type)));
    return {Place::Kind::Variable, cell, type, align};
  }
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPoint(&op.getFunctionBody().front(), op.getFunctionBody().front().begin());
  Value one = LLVM::ConstantOp::create(b, loc, b.getI64Type(), b.getI64IntegerAttr(1));
  Value address =
      LLVM::AllocaOp::create(b, loc, ptr(), importer.memoryType(type), one, static_cast<unsigned>(align.getQuantity()));
  return {Place::Kind::Address, address, type, align};
}

Value FunctionImporter::temporary(clang::QualType type, Location loc) {
  return allocateBytes(importer.sizeOf(type), ast.getTypeAlignInChars(type), loc);
}

/// Tells a debugger where `variable` is.
void FunctionImporter::describe(const clang::VarDecl *variable, const Place &place, unsigned argument) {
  if (!scope || place.kind != Place::Kind::Address || variable->getName().empty())
    return;
  LLVM::DbgDeclareOp::create(b, loc(variable->getLocation()), place.base,
                             importer.debug.variable(variable, argument, scope),
                             LLVM::DIExpressionAttr::get(b.getContext()));
}

void FunctionImporter::declareStaticLocal(const clang::VarDecl *variable) {
  importer.staticLocal(variable, op.getName(), scope);
}

/// True if the command line gives a value to variables that the program gives none.
static bool startsAsZero(const clang::VarDecl *variable) {
  return variable->getASTContext().getLangOpts().getTrivialAutoVarInit() ==
             clang::LangOptions::TrivialAutoVarInitKind::Zero &&
         !variable->hasAttr<clang::UninitializedAttr>();
}

void FunctionImporter::declareLocal(const clang::VarDecl *variable) {
  if (variable->isStaticLocal())
    return declareStaticLocal(variable);
  if (variable->hasExternalStorage())
    return;
  Location where = loc(variable->getLocation());
  clang::QualType type = variable->getType();
  if (type->isVariablyModifiedType())
    evaluateSizes(type);
  if (type->isVariableArrayType()) {
    Value bytes = sizeOfVariableArray(ast.getAsVariableArrayType(type), where);
    clang::CharUnits align = std::max(ast.getDeclAlign(variable), clang::CharUnits::fromQuantity(16));
    Value address =
        LLVM::AllocaOp::create(b, where, ptr(), b.getI8Type(), bytes, static_cast<unsigned>(align.getQuantity()));
    places[variable] = {Place::Kind::Address, address, type, align};
    memrefs.erase(variable);
    if (startsAsZero(variable))
      clear(address, bytes, where);
    return describe(variable, places[variable], 0);
  }
  auto known = places.find(variable);
  Place place = known != places.end() ? known->second : allocate(type, variable, where);
  places[variable] = place;
  describe(variable, place, 0);
  if (const clang::Expr *init = variable->getInit())
    initialize(place, init);
  else if (startsAsZero(variable))
    initialize(place, new (ast) clang::ImplicitValueInitExpr(type.getUnqualifiedType()));
  else if (importer.optimizes() && currentScope != function->getBody() && isOwnScalar(variable) &&
           !type.isVolatileQualified())
    // What it held when its block was left is lost (C11 6.2.4p6): no loop around need carry it on.
    store(place, LLVM::UndefOp::create(b, where, importer.scalarType(type)), where);
  if (variable->hasAttr<clang::CleanupAttr>())
    cleanups.push_back({currentScope, variable, Value()});
}

//===----------------------------------------------------------------------===//
// Variable-length arrays
//===----------------------------------------------------------------------===//

/// Computes the sizes in `type` where it is declared, once.
void FunctionImporter::evaluateSizes(clang::QualType type) {
  while (type->isVariablyModifiedType()) {
    if (const auto *pointer = type->getAs<clang::PointerType>()) {
      type = pointer->getPointeeType();
      continue;
    }
    if (const auto *decayed = llvm::dyn_cast<clang::DecayedType>(type.getTypePtr())) {
      type = decayed->getOriginalType();
      continue;
    }
    if (const auto *functionType = type->getAs<clang::FunctionType>()) {
      type = functionType->getReturnType();
      continue;
    }
    const clang::ArrayType *array = ast.getAsArrayType(type);
    if (!array)
      return;
    if (const auto *variable = llvm::dyn_cast<clang::VariableArrayType>(array)) {
      const clang::Expr *size = variable->getSizeExpr();
      if (size && !sizes.contains(size)) {
        Value count = emitScalar(size);
        bool isSigned = size->getType()->isSignedIntegerOrEnumerationType();
        if (count.getType() != b.getI64Type())
          count = isSigned ? arith::ExtSIOp::create(b, loc(size), b.getI64Type(), count).getResult()
                           : arith::ExtUIOp::create(b, loc(size), b.getI64Type(), count).getResult();
        sizes[size] = count;
      }
    }
    type = array->getElementType();
  }
}

Value FunctionImporter::elementsOfVariableArray(clang::QualType type, Location loc) {
  Value count;
  auto multiply = [&](Value factor) {
    count = count ? arith::MulIOp::create(b, loc, count, factor, arith::IntegerOverflowFlags::nuw).getResult() : factor;
  };
  while (const clang::ArrayType *array = ast.getAsArrayType(type)) {
    if (const auto *variable = llvm::dyn_cast<clang::VariableArrayType>(array)) {
      Value known = sizes.lookup(variable->getSizeExpr());
      if (!known) {
        evaluateSizes(type);
        known = sizes.lookup(variable->getSizeExpr());
      }
      if (!known) {
        importer.unsupported(function->getLocation(), "an array of unspecified size here");
        known = constantInt(0, b.getI64Type(), loc);
      }
      multiply(known);
    } else if (const auto *constant = llvm::dyn_cast<clang::ConstantArrayType>(array)) {
      multiply(constantInt(constant->getSize().getZExtValue(), b.getI64Type(), loc));
    } else {
      break;
    }
    type = array->getElementType();
  }
  return count ? count : constantInt(1, b.getI64Type(), loc);
}

Value FunctionImporter::sizeOfVariableArray(const clang::VariableArrayType *type, Location loc) {
  clang::QualType element(type, 0);
  Value count = elementsOfVariableArray(element, loc);
  int64_t size = importer.sizeOf(ast.getBaseElementType(element));
  return arith::MulIOp::create(b, loc, count, constantInt(size, b.getI64Type(), loc), arith::IntegerOverflowFlags::nuw);
}
