//===- Statements.cpp - statements and jumps ------------------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "FunctionImporter.h"

#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "clang/Basic/SourceManager.h"

using namespace mlir;
using namespace lexon::importc;

//===----------------------------------------------------------------------===//
// Blocks
//===----------------------------------------------------------------------===//

/// True if control enters `statement` at its start and leaves it at its end.
bool FunctionImporter::isStructured(const clang::Stmt *statement) {
  if (!statement)
    return true;
  auto known = structured.find(statement);
  if (known != structured.end())
    return known->second;
  bool result = true;
  switch (statement->getStmtClass()) {
  case clang::Stmt::LabelStmtClass:
  case clang::Stmt::GotoStmtClass:
  case clang::Stmt::IndirectGotoStmtClass:
  case clang::Stmt::BreakStmtClass:
  case clang::Stmt::ContinueStmtClass:
  case clang::Stmt::ReturnStmtClass:
  case clang::Stmt::SwitchStmtClass:
  case clang::Stmt::CaseStmtClass:
  case clang::Stmt::DefaultStmtClass:
    result = false;
    break;
  default:
    for (const clang::Stmt *child : statement->children())
      result &= isStructured(child);
  }
  structured[statement] = result;
  return result;
}

Block *FunctionImporter::newBlock() {
  OpBuilder::InsertionGuard guard(b);
  Block *block = b.createBlock(&op.getFunctionBody(), op.getFunctionBody().end());
  return block;
}

bool FunctionImporter::isTerminated() {
  Block *block = b.getInsertionBlock();
  return !block->empty() && b.getInsertionPoint() == block->end() && block->back().hasTrait<OpTrait::IsTerminator>();
}

void FunctionImporter::emitGoto(Block *target, Location loc) {
  if (!isTerminated())
    cf::BranchOp::create(b, loc, target);
}

void FunctionImporter::enter(Block *block) {
  emitGoto(block, op.getLoc());
  // Blocks stand in the order of the text.
  Block *current = b.getInsertionBlock();
  if (block != current)
    block->moveBefore(current->getParent(), std::next(current->getIterator()));
  b.setInsertionPointToEnd(block);
}

void FunctionImporter::startUnreachable() {
  Block *block = newBlock();
  Block *current = b.getInsertionBlock();
  block->moveBefore(current->getParent(), std::next(current->getIterator()));
  b.setInsertionPointToEnd(block);
}

//===----------------------------------------------------------------------===//
// Statements
//===----------------------------------------------------------------------===//

/// The body of the loop or switch that a named break or continue is for; null for a plain one.
static const clang::Stmt *bodyOf(const clang::Stmt *statement) {
  if (const auto *loop = llvm::dyn_cast_or_null<clang::ForStmt>(statement))
    return loop->getBody();
  if (const auto *loop = llvm::dyn_cast_or_null<clang::WhileStmt>(statement))
    return loop->getBody();
  if (const auto *loop = llvm::dyn_cast_or_null<clang::DoStmt>(statement))
    return loop->getBody();
  if (const auto *choice = llvm::dyn_cast_or_null<clang::SwitchStmt>(statement))
    return choice->getBody();
  return nullptr;
}

void FunctionImporter::emitStatement(const clang::Stmt *statement) {
  if (!statement)
    return;
  if (const auto *expr = llvm::dyn_cast<clang::Expr>(statement))
    return countedBy.contains(expr) ? void() : emitIgnored(expr);
  switch (statement->getStmtClass()) {
  case clang::Stmt::NullStmtClass:
    return;
  case clang::Stmt::CompoundStmtClass:
    return emitCompound(llvm::cast<clang::CompoundStmt>(statement));
  case clang::Stmt::DeclStmtClass:
    return emitDeclarations(llvm::cast<clang::DeclStmt>(statement));
  case clang::Stmt::AttributedStmtClass:
    return emitAttributed(llvm::cast<clang::AttributedStmt>(statement));
  case clang::Stmt::IfStmtClass:
    return emitIf(llvm::cast<clang::IfStmt>(statement));
  case clang::Stmt::WhileStmtClass:
    return emitWhile(llvm::cast<clang::WhileStmt>(statement));
  case clang::Stmt::DoStmtClass:
    return emitDo(llvm::cast<clang::DoStmt>(statement));
  case clang::Stmt::ForStmtClass:
    return emitFor(llvm::cast<clang::ForStmt>(statement));
  case clang::Stmt::ReturnStmtClass:
    return emitReturn(llvm::cast<clang::ReturnStmt>(statement));
  case clang::Stmt::SwitchStmtClass:
    return emitSwitch(llvm::cast<clang::SwitchStmt>(statement));
  case clang::Stmt::CaseStmtClass:
  case clang::Stmt::DefaultStmtClass:
    return emitCase(llvm::cast<clang::SwitchCase>(statement));
  case clang::Stmt::LabelStmtClass:
    return emitLabel(llvm::cast<clang::LabelStmt>(statement));
  case clang::Stmt::GotoStmtClass: {
    const clang::LabelDecl *label = llvm::cast<clang::GotoStmt>(statement)->getLabel();
    emitCleanups(depthAt(label), loc(statement));
    Block *&target = labels[label];
    if (!target)
      target = newBlock();
    emitGoto(target, loc(statement));
    return startUnreachable();
  }
  case clang::Stmt::BreakStmtClass:
  case clang::Stmt::ContinueStmtClass: {
    bool isBreak = statement->getStmtClass() == clang::Stmt::BreakStmtClass;
    // A switch has no place to continue at: the loop around it has.
    const clang::Stmt *named = bodyOf(llvm::cast<clang::LoopControlStmt>(statement)->getNamedLoopOrSwitch());
    auto targets = llvm::find_if(llvm::reverse(jumpTargets), [&](const JumpTargets &each) {
      return named ? each.body == named : isBreak || each.onContinue;
    });
    if (targets == llvm::reverse(jumpTargets).end())
      return importer.unsupported(statement->getBeginLoc(), "a jump out of a statement expression");
    emitCleanups(targets->depth, loc(statement));
    emitGoto(isBreak ? targets->onBreak : targets->onContinue, loc(statement));
    return startUnreachable();
  }
  case clang::Stmt::IndirectGotoStmtClass:
    return emitComputedGoto(llvm::cast<clang::IndirectGotoStmt>(statement));
  case clang::Stmt::GCCAsmStmtClass:
  case clang::Stmt::MSAsmStmtClass:
    return importer.unsupported(statement->getBeginLoc(), "inline assembly");
  default:
    return importer.unsupported(statement->getBeginLoc(),
                                llvm::Twine("statement of kind ") + statement->getStmtClassName());
  }
}

/// The first variable-length array that the statement itself declares, or null.
static const clang::VarDecl *variableArrayOf(const clang::CompoundStmt *statement) {
  for (const clang::Stmt *child : statement->body())
    if (const auto *declarations = llvm::dyn_cast<clang::DeclStmt>(child))
      for (const clang::Decl *decl : declarations->decls())
        if (const auto *variable = llvm::dyn_cast<clang::VarDecl>(decl))
          if (variable->getType()->isVariableArrayType() && variable->hasLocalStorage())
            return variable;
  return nullptr;
}

void FunctionImporter::emitCompound(const clang::CompoundStmt *statement) {
  size_t depth = cleanups.size();
  const clang::CompoundStmt *outerScope = currentScope;
  currentScope = statement;
  // In the function's own body too: a jump backwards passes the declaration again.
  if (const clang::VarDecl *array = variableArrayOf(statement))
    cleanups.push_back({statement, array, LLVM::StackSaveOp::create(b, loc(statement), ptr())});
  LLVM::DIScopeAttr outer = scope;
  if (scope && statement != function->getBody())
    scope = importer.debug.block(scope, statement->getLBracLoc());
  for (const clang::Stmt *child : statement->body())
    emitStatement(child);
  scope = outer;
  if (!isTerminated())
    emitCleanups(depth, loc(statement->getRBracLoc()));
  cleanups.truncate(depth);
  currentScope = outerScope;
}

void FunctionImporter::emitDeclarations(const clang::DeclStmt *statement) {
  for (const clang::Decl *decl : statement->decls()) {
    if (const auto *variable = llvm::dyn_cast<clang::VarDecl>(decl))
      declareLocal(variable);
    else if (const auto *type = llvm::dyn_cast<clang::TypedefNameDecl>(decl);
             type && type->getUnderlyingType()->isVariablyModifiedType())
      evaluateSizes(type->getUnderlyingType());
  }
}

void FunctionImporter::emitIf(const clang::IfStmt *statement) {
  Location where = loc(statement);
  // A condition that is constant keeps only the branch it takes, unless something jumps into the other.
  Value condition = emitCondition(statement->getCond());
  const clang::Stmt *thenStatement = statement->getThen(), *elseStatement = statement->getElse();
  if (isStructured(thenStatement) && isStructured(elseStatement)) {
    auto branch = scf::IfOp::create(b, where, condition, elseStatement != nullptr);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPoint(branch.thenBlock()->getTerminator());
    emitStatement(thenStatement);
    if (elseStatement) {
      b.setInsertionPoint(branch.elseBlock()->getTerminator());
      emitStatement(elseStatement);
    }
    return;
  }
  Block *thenBlock = newBlock(), *end = newBlock(), *elseBlock = elseStatement ? newBlock() : end;
  cf::CondBranchOp::create(b, where, condition, thenBlock, elseBlock);
  enter(thenBlock);
  emitStatement(thenStatement);
  emitGoto(end, where);
  if (elseStatement) {
    enter(elseBlock);
    emitStatement(elseStatement);
  }
  enter(end);
}

void FunctionImporter::emitAttributed(const clang::AttributedStmt *statement) {
  const clang::Stmt *inner = statement->getSubStmt();
  const auto *back = llvm::dyn_cast<clang::ReturnStmt>(inner);
  if (!back || !clang::hasSpecificAttr<clang::MustTailAttr>(statement->getAttrs()))
    return emitStatement(inner);
  emitReturn(back);
  // The call keeps no frame if nothing stands between it and the return.
  Operation *call = b.getInsertionBlock()->getPrevNode()->back().getPrevNode();
  auto kind = LLVM::TailCallKindAttr::get(b.getContext(), LLVM::tailcallkind::TailCallKind::MustTail);
  if (auto external = dyn_cast_or_null<LLVM::CallOp>(call))
    external.setTailCallKindAttr(kind);
  else if (isa_and_nonnull<func::CallOp>(call))
    call->setAttr("TailCallKind", kind); // what convert-func-to-llvm hands on
  else
    importer.unsupported(back->getBeginLoc(), "a tail call whose result is not returned as it is");
}

void FunctionImporter::emitReturn(const clang::ReturnStmt *statement) {
  Location where = loc(statement);
  const clang::Expr *value = statement->getRetValue();
  SmallVector<Value> results;
  const PassedValue &result = signature.result;
  if (value && (result.kind == PassedValue::Kind::Ignored || value->getType()->isVoidType())) {
    emitIgnored(value);
  } else if (value && result.kind == PassedValue::Kind::Indirect) {
    emitAny(value, {Place::Kind::Address, resultAddress, result.type, ast.getTypeAlignInChars(result.type)});
  } else if (value && result.kind == PassedValue::Kind::Coerced) {
    Value memory = temporary(result.type, where);
    emitAny(value, {Place::Kind::Address, memory, result.type, ast.getTypeAlignInChars(result.type)});
    results = loadCoerced(memory, result, where);
    if (results.size() > 1) {
      Type type = signature.resultTypes().front();
      Value all = LLVM::UndefOp::create(b, where, type);
      for (auto [i, piece] : llvm::enumerate(results))
        all = LLVM::InsertValueOp::create(b, where, all, piece, ArrayRef<int64_t>{static_cast<int64_t>(i)});
      results = {all};
    }
  } else if (value) {
    results.push_back(emitScalar(value));
  } else {
    for (Type type : signature.resultTypes())
      results.push_back(LLVM::UndefOp::create(b, where, type));
  }
  // The stack is cut back by the return itself.
  if (llvm::any_of(cleanups, [](const Cleanup &cleanup) { return !cleanup.savedStack; }))
    emitCleanups(0, where);
  if (llvm::isa<LLVM::LLVMFuncOp>(op.getOperation()))
    LLVM::ReturnOp::create(b, where, results);
  else
    func::ReturnOp::create(b, where, results);
  startUnreachable();
}

void FunctionImporter::emitCleanups(size_t depth, Location loc) {
  for (size_t i = cleanups.size(); i > depth; --i) {
    const Cleanup &cleanup = cleanups[i - 1];
    if (cleanup.savedStack) {
      LLVM::StackRestoreOp::create(b, loc, cleanup.savedStack);
      continue;
    }
    const clang::FunctionDecl *callee = cleanup.variable->getAttr<clang::CleanupAttr>()->getFunctionDecl();
    emitCallTo(importer.signatureOf(callee), importer.functionFor(callee), Value(),
               {places.lookup(cleanup.variable).base}, nullptr, loc);
  }
}

size_t FunctionImporter::depthAt(const clang::LabelDecl *label) {
  ArrayRef<const clang::CompoundStmt *> scopes = labelScopes[label];
  const clang::SourceManager &sources = ast.getSourceManager();
  size_t depth = 0;
  for (; depth < cleanups.size(); ++depth) {
    const Cleanup &cleanup = cleanups[depth];
    // Jumping back over the declaration ends the variable, too.
    bool stays = llvm::is_contained(scopes, cleanup.scope) &&
                 sources.isBeforeInTranslationUnit(cleanup.variable->getLocation(), label->getLocation());
    if (!stays)
      break;
  }
  return depth;
}

void FunctionImporter::emitLabel(const clang::LabelStmt *statement) {
  Block *&target = labels[statement->getDecl()];
  if (!target)
    target = newBlock();
  enter(target);
  emitStatement(statement->getSubStmt());
}

/// `goto *p`: a switch over the labels of the function whose address is taken.
void FunctionImporter::emitComputedGoto(const clang::IndirectGotoStmt *statement) {
  Location where = loc(statement);
  Value number = LLVM::PtrToIntOp::create(b, where, b.getI64Type(), emitScalar(statement->getTarget()));
  SmallVector<llvm::APInt> values;
  SmallVector<Block *> targets;
  for (const clang::LabelDecl *label : takenLabels) {
    Block *&target = labels[label];
    if (!target)
      target = newBlock();
    values.push_back(llvm::APInt(64, importer.labelNumbers.lookup(label)));
    targets.push_back(target);
  }
  if (targets.empty()) {
    LLVM::UnreachableOp::create(b, where);
    return startUnreachable();
  }
  // The last one needs no test: anything else would be undefined.
  Block *otherwise = targets.pop_back_val();
  values.pop_back();
  if (targets.empty()) {
    cf::BranchOp::create(b, where, otherwise);
  } else {
    auto flags = VectorType::get({static_cast<int64_t>(values.size())}, b.getI64Type());
    SmallVector<ValueRange> operands(values.size());
    cf::SwitchOp::create(b, where, number, otherwise, ValueRange(), DenseIntElementsAttr::get(flags, values), targets,
                         operands);
  }
  startUnreachable();
}

//===----------------------------------------------------------------------===//
// Switch
//===----------------------------------------------------------------------===//

void FunctionImporter::emitSwitch(const clang::SwitchStmt *statement) {
  constexpr int64_t kMostValuesOfRange = 64;
  Location where = loc(statement);
  emitStatement(statement->getInit());
  Value condition = emitScalar(statement->getCond());
  clang::QualType type = statement->getCond()->getType();
  bool isSigned = type->isSignedIntegerOrEnumerationType();
  unsigned width = llvm::cast<IntegerType>(condition.getType()).getWidth();
  Block *end = newBlock(), *otherwise = end;
  SmallVector<llvm::APInt> values;
  SmallVector<Block *> targets;
  struct Range {
    llvm::APInt first, last;
    Block *target;
  };
  SmallVector<Range> ranges;
  for (const clang::SwitchCase *each = statement->getSwitchCaseList(); each; each = each->getNextSwitchCase()) {
    Block *target = newBlock();
    cases[each] = target;
    const auto *label = llvm::dyn_cast<clang::CaseStmt>(each);
    if (!label) {
      otherwise = target;
      continue;
    }
    llvm::APInt first = label->getLHS()->EvaluateKnownConstInt(ast).extOrTrunc(width);
    llvm::APInt last = label->getRHS() ? label->getRHS()->EvaluateKnownConstInt(ast).extOrTrunc(width) : first;
    if (isSigned ? first.sgt(last) : first.ugt(last))
      continue; // an empty range
    // MLIR's text has no case of more than 63 bits.
    bool canBeCase = first.getActiveBits() < 64 && last.getActiveBits() < 64;
    if (canBeCase && (last - first).ult(kMostValuesOfRange)) {
      for (llvm::APInt value = first;; ++value) {
        values.push_back(value);
        targets.push_back(target);
        if (value == last)
          break;
      }
    } else {
      ranges.push_back({first, last, target});
    }
  }
  Block *rest = otherwise;
  Block *rangeChecks = ranges.empty() ? nullptr : newBlock();
  if (rangeChecks)
    rest = rangeChecks;
  SmallVector<ValueRange> operands(values.size());
  if (values.empty()) {
    cf::BranchOp::create(b, where, rest);
  } else {
    auto flags = VectorType::get({static_cast<int64_t>(values.size())}, condition.getType());
    cf::SwitchOp::create(b, where, condition, rest, ValueRange(), DenseIntElementsAttr::get(flags, values), targets,
                         operands);
  }
  if (rangeChecks) {
    enter(rangeChecks);
    for (const Range &range : ranges) {
      Value distance = arith::SubIOp::create(
          b, where, condition, arith::ConstantOp::create(b, where, b.getIntegerAttr(condition.getType(), range.first)));
      Value length =
          arith::ConstantOp::create(b, where, b.getIntegerAttr(condition.getType(), range.last - range.first));
      Value isInside = arith::CmpIOp::create(b, where, arith::CmpIPredicate::ule, distance, length);
      Block *next = newBlock();
      cf::CondBranchOp::create(b, where, isInside, range.target, next);
      enter(next);
    }
    emitGoto(otherwise, where);
  }
  startUnreachable(); // what stands before the first label
  jumpTargets.push_back({end, nullptr, cleanups.size(), statement->getBody()});
  emitStatement(statement->getBody());
  jumpTargets.pop_back();
  enter(end);
}

void FunctionImporter::emitCase(const clang::SwitchCase *statement) {
  // Labels in a row need no recursion, of which large tables would make too much.
  const clang::Stmt *inner = statement;
  while (const auto *label = llvm::dyn_cast<clang::SwitchCase>(inner)) {
    enter(cases.lookup(label));
    inner = label->getSubStmt();
  }
  emitStatement(inner);
}
