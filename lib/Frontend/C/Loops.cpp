//===- Loops.cpp - while, do and for --------------------------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "FunctionImporter.h"

#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"

using namespace mlir;
using namespace lexon::importc;

//===----------------------------------------------------------------------===//
// Loops of any kind
//===----------------------------------------------------------------------===//

/// `body` and the condition in turns, as scf.while. Without a condition, for ever.
void FunctionImporter::emitStructuredLoop(const clang::Expr *condition, llvm::function_ref<void()> body, bool bodyFirst,
                                          Location loc) {
  auto loop = scf::WhileOp::create(b, loc, TypeRange(), ValueRange());
  OpBuilder::InsertionGuard guard(b);
  b.createBlock(&loop.getBefore());
  if (bodyFirst)
    body();
  Value goesOn = condition ? emitCondition(condition) : constantInt(1, b.getI1Type(), loc);
  scf::ConditionOp::create(b, loc, goesOn, ValueRange());
  b.createBlock(&loop.getAfter());
  if (!bodyFirst)
    body();
  scf::YieldOp::create(b, loc);
}

void FunctionImporter::emitLoopOfBlocks(const clang::Expr *condition, const clang::Stmt *body,
                                        const clang::Expr *increment, bool bodyFirst, Location loc) {
  Block *check = newBlock(), *begin = newBlock(), *next = increment ? newBlock() : check, *end = newBlock();
  if (bodyFirst)
    emitGoto(begin, loc);
  auto emitCheck = [&] {
    enter(check);
    if (condition)
      cf::CondBranchOp::create(b, loc, emitCondition(condition), begin, end);
    else
      cf::BranchOp::create(b, loc, begin);
  };
  if (!bodyFirst)
    emitCheck();
  enter(begin);
  jumpTargets.push_back({end, next, cleanups.size(), body});
  emitStatement(body);
  jumpTargets.pop_back();
  if (increment) {
    enter(next);
    emitIgnored(increment);
  }
  emitGoto(check, loc);
  if (bodyFirst)
    emitCheck();
  enter(end);
}

void FunctionImporter::emitWhile(const clang::WhileStmt *statement) {
  if (!isStructured(statement))
    return emitLoopOfBlocks(statement->getCond(), statement->getBody(), nullptr, /*bodyFirst=*/false, loc(statement));
  if (!statement->getConditionVariable())
    if (std::optional<CountedLoop> loop =
            matchCountedLoop(statement, nullptr, statement->getCond(), nullptr, statement->getBody()))
      return emitCountedLoop(*loop);
  emitStructuredLoop(
      statement->getCond(), [&] { emitStatement(statement->getBody()); }, /*bodyFirst=*/false, loc(statement));
}

void FunctionImporter::emitDo(const clang::DoStmt *statement) {
  if (!isStructured(statement))
    return emitLoopOfBlocks(statement->getCond(), statement->getBody(), nullptr, /*bodyFirst=*/true, loc(statement));
  emitStructuredLoop(
      statement->getCond(), [&] { emitStatement(statement->getBody()); }, /*bodyFirst=*/true, loc(statement));
}

void FunctionImporter::emitFor(const clang::ForStmt *statement) {
  LLVM::DIScopeAttr outer = scope;
  if (scope) // of the variable that the loop declares
    scope = importer.debug.block(scope, statement->getBeginLoc());
  emitForInScope(statement);
  scope = outer;
}

void FunctionImporter::emitForInScope(const clang::ForStmt *statement) {
  if (isStructured(statement) && !statement->getConditionVariable())
    if (std::optional<CountedLoop> loop = matchCountedLoop(statement, statement->getInit(), statement->getCond(),
                                                           statement->getInc(), statement->getBody()))
      return emitCountedLoop(*loop);
  emitStatement(statement->getInit());
  if (!isStructured(statement))
    return emitLoopOfBlocks(statement->getCond(), statement->getBody(), statement->getInc(), /*bodyFirst=*/false,
                            loc(statement));
  auto body = [&] {
    emitStatement(statement->getBody());
    emitStatement(statement->getInc());
  };
  emitStructuredLoop(statement->getCond(), body, /*bodyFirst=*/false, loc(statement));
}

//===----------------------------------------------------------------------===//
// Loops that count
//===----------------------------------------------------------------------===//

/// The variable `expr` names, or null.
static const clang::VarDecl *variableOf(const clang::Expr *expr) {
  const auto *reference = llvm::dyn_cast<clang::DeclRefExpr>(expr->IgnoreParens());
  return reference ? llvm::dyn_cast<clang::VarDecl>(reference->getDecl()) : nullptr;
}

/// True if `statement` assigns `variable`, whose address nobody takes, elsewhere than in `but`.
static bool assigns(const clang::Stmt *statement, const clang::VarDecl *variable, const clang::Stmt *but = nullptr) {
  if (!statement || statement == but)
    return false;
  if (const auto *binary = llvm::dyn_cast<clang::BinaryOperator>(statement))
    if (binary->isAssignmentOp() && variableOf(binary->getLHS()) == variable)
      return true;
  if (const auto *unary = llvm::dyn_cast<clang::UnaryOperator>(statement))
    if (unary->isIncrementDecrementOp() && variableOf(unary->getSubExpr()) == variable)
      return true;
  return llvm::any_of(statement->children(), [&](const clang::Stmt *child) { return assigns(child, variable, but); });
}

/// True for a variable that is only written to by its name.
bool FunctionImporter::isOwnScalar(const clang::VarDecl *variable) {
  return variable && variable->hasLocalStorage() && !needsAddress(variable) && variable->getType()->isScalarType();
}

/// True if nothing in `statement` may write to an object of type `read`, by the language's rules on types.
bool FunctionImporter::keepsType(const clang::Stmt *statement, clang::QualType read) {
  if (!statement)
    return true;
  if (llvm::isa<clang::AsmStmt, clang::AtomicExpr, clang::VAArgExpr>(statement))
    return false;
  if (const auto *call = llvm::dyn_cast<clang::CallExpr>(statement)) {
    const clang::FunctionDecl *callee = call->getDirectCallee();
    unsigned id = callee ? callee->getBuiltinID() : 0;
    // Mathematical functions write to errno at most.
    if (id == 0 || !(ast.BuiltinInfo.isConst(id) || ast.BuiltinInfo.isConstWithoutErrnoAndExceptions(id)))
      return false;
  }
  const clang::Expr *written = nullptr;
  if (const auto *binary = llvm::dyn_cast<clang::BinaryOperator>(statement); binary && binary->isAssignmentOp())
    written = binary->getLHS();
  if (const auto *unary = llvm::dyn_cast<clang::UnaryOperator>(statement); unary && unary->isIncrementDecrementOp())
    written = unary->getSubExpr();
  if (written && !isOwnScalar(variableOf(written))) {
    const auto *member = llvm::dyn_cast<clang::MemberExpr>(written->IgnoreParens());
    bool inUnion = member && llvm::cast<clang::FieldDecl>(member->getMemberDecl())->getParent()->isUnion();
    if (inUnion || !written->getType()->isScalarType() || importer.mayAlias(written->getType(), read))
      return false;
  }
  return llvm::all_of(statement->children(), [&](const clang::Stmt *child) { return keepsType(child, read); });
}

/// True for an object that `expr` designates each time: a variable, or a member of a structure.
bool FunctionImporter::isFixedPlace(const clang::Expr *expr, const clang::Stmt *statement) {
  expr = expr->IgnoreParens();
  if (variableOf(expr))
    return true;
  const auto *member = llvm::dyn_cast<clang::MemberExpr>(expr);
  const auto *field = member ? llvm::dyn_cast<clang::FieldDecl>(member->getMemberDecl()) : nullptr;
  if (!field || field->getParent()->isUnion() || field->isBitField() ||
      field->getParent()->hasAttr<clang::PackedAttr>())
    return false;
  return member->isArrow() ? isUnchangedBy(member->getBase(), statement) : isFixedPlace(member->getBase(), statement);
}

/// As isUnchangedBy, for what is in memory.
bool FunctionImporter::isUnchangedInMemory(const clang::Expr *expr, const clang::Stmt *statement) {
  clang::QualType type = expr->getType();
  return type->isScalarType() && !type.isVolatileQualified() && !type->isAtomicType() &&
         isFixedPlace(expr, statement) && keepsType(statement, type);
}

/// True if `expr` is the same each time, though `statement` runs in between.
bool FunctionImporter::isUnchangedBy(const clang::Expr *expr, const clang::Stmt *statement) {
  if (expr->isIntegerConstantExpr(ast))
    return true;
  expr = expr->IgnoreParens();
  if (const auto *cast = llvm::dyn_cast<clang::CastExpr>(expr))
    return isUnchangedBy(cast->getSubExpr(), statement);
  const clang::VarDecl *variable = variableOf(expr);
  if (isOwnScalar(variable))
    return !variable->getType().isVolatileQualified() && !assigns(statement, variable);
  if (variable || llvm::isa<clang::MemberExpr>(expr))
    return isUnchangedInMemory(expr, statement);
  if (const auto *unary = llvm::dyn_cast<clang::UnaryOperator>(expr))
    return (unary->getOpcode() == clang::UO_Minus || unary->getOpcode() == clang::UO_Plus ||
            unary->getOpcode() == clang::UO_Not) &&
           isUnchangedBy(unary->getSubExpr(), statement);
  if (const auto *binary = llvm::dyn_cast<clang::BinaryOperator>(expr))
    return !binary->isAssignmentOp() && !binary->isLogicalOp() && !binary->isCommaOp() &&
           isUnchangedBy(binary->getLHS(), statement) && isUnchangedBy(binary->getRHS(), statement);
  return llvm::isa<clang::IntegerLiteral>(expr);
}

/// What `increment` adds to `variable`, or 0.
static int64_t stepOf(const clang::Expr *increment, const clang::VarDecl *variable, clang::ASTContext &ast) {
  increment = increment->IgnoreParens();
  if (const auto *unary = llvm::dyn_cast<clang::UnaryOperator>(increment))
    return unary->isIncrementDecrementOp() && variableOf(unary->getSubExpr()) == variable
               ? (unary->isIncrementOp() ? 1 : -1)
               : 0;
  const auto *binary = llvm::dyn_cast<clang::BinaryOperator>(increment);
  if (!binary || variableOf(binary->getLHS()) != variable)
    return 0;
  auto constant = [&](const clang::Expr *expr) -> int64_t {
    std::optional<llvm::APSInt> value = expr->getIntegerConstantExpr(ast);
    return value && value->isRepresentableByInt64() && llvm::isInt<31>(value->getExtValue()) ? value->getExtValue() : 0;
  };
  auto readsVariable = [&](const clang::Expr *expr) { return variableOf(expr->IgnoreParenImpCasts()) == variable; };
  switch (binary->getOpcode()) {
  case clang::BO_AddAssign:
    return constant(binary->getRHS());
  case clang::BO_SubAssign:
    return -constant(binary->getRHS());
  case clang::BO_Assign: {
    const auto *sum = llvm::dyn_cast<clang::BinaryOperator>(binary->getRHS()->IgnoreParenImpCasts());
    if (sum && sum->getOpcode() == clang::BO_Add)
      return readsVariable(sum->getLHS()) ? constant(sum->getRHS())
                                          : (readsVariable(sum->getRHS()) ? constant(sum->getLHS()) : 0);
    if (sum && sum->getOpcode() == clang::BO_Sub && readsVariable(sum->getLHS()))
      return -constant(sum->getRHS());
    return 0;
  }
  default:
    return 0;
  }
}

/// `while (i < n) { ...; i++; }` is `for (; i < n; i++) { ... }`, where nothing jumps.
static const clang::Expr *lastExpression(const clang::Stmt *body) {
  const auto *compound = llvm::dyn_cast<clang::CompoundStmt>(body);
  return compound && !compound->body_empty() ? llvm::dyn_cast<clang::Expr>(compound->body_back()) : nullptr;
}

std::optional<CountedLoop> FunctionImporter::matchCountedLoop(const clang::Stmt *whole, const clang::Stmt *init,
                                                              const clang::Expr *expr, const clang::Expr *increment,
                                                              const clang::Stmt *body) {
  const auto *condition = expr ? llvm::dyn_cast<clang::BinaryOperator>(expr->IgnoreParenImpCasts()) : nullptr;
  if (!increment)
    increment = lastExpression(body);
  if (!condition || !condition->isRelationalOp() || !increment)
    return std::nullopt;
  CountedLoop loop{whole, init, body, increment};
  clang::BinaryOperatorKind opcode = condition->getOpcode();
  const clang::Expr *left = condition->getLHS(), *right = condition->getRHS();
  loop.variable = variableOf(left->IgnoreParenImpCasts());
  loop.step = loop.variable ? stepOf(increment, loop.variable, ast) : 0;
  if (loop.step == 0) {
    std::swap(left, right);
    opcode = clang::BinaryOperator::reverseComparisonOp(opcode);
    loop.variable = variableOf(left->IgnoreParenImpCasts());
    loop.step = loop.variable ? stepOf(increment, loop.variable, ast) : 0;
  }
  loop.end = right;
  if (loop.step == 0 || !loop.variable->hasLocalStorage() || needsAddress(loop.variable))
    return std::nullopt;
  clang::QualType type = loop.variable->getType();
  unsigned width = type->isIntegerType() ? ast.getIntWidth(type) : 0;
  if (type.isVolatileQualified() || type->isBooleanType() || (width != 32 && width != 64))
    return std::nullopt;
  bool isSigned = type->isSignedIntegerOrEnumerationType();
  bool upwards = opcode == clang::BO_LT || opcode == clang::BO_LE;
  loop.includesEnd = opcode == clang::BO_LE || opcode == clang::BO_GE;
  if (upwards != (loop.step > 0))
    return std::nullopt;
  // The comparison must see the variable's own value: of its type, or of a wider signed one.
  clang::QualType compared = left->getType();
  if (compared->isSignedIntegerOrEnumerationType() != isSigned || ast.getIntWidth(compared) < width)
    return std::nullopt;
  // Unsigned variables wrap around: loops that may do so are not counted ones.
  if (!isSigned) {
    std::optional<llvm::APSInt> end = right->getIntegerConstantExpr(ast);
    bool endsBelow = end && end->getActiveBits() < width;
    // An end of a wider type may be one that the variable never reaches.
    if (!endsBelow && ast.getIntWidth(compared) != width)
      return std::nullopt;
    if (upwards ? !endsBelow && (loop.includesEnd || loop.step != 1)
                : loop.includesEnd || loop.step != -1 || width == 64)
      return std::nullopt;
  }
  if (assigns(body, loop.variable, increment) || !isUnchangedBy(right, whole) || assigns(right, loop.variable) ||
      assigns(left, loop.variable))
    return std::nullopt;
  loop.outlivesLoop = true;
  if (const auto *declarations = llvm::dyn_cast_or_null<clang::DeclStmt>(init)) {
    loop.outlivesLoop = !llvm::is_contained(declarations->decls(), loop.variable);
    if (declarations->isSingleDecl() && !loop.outlivesLoop)
      loop.start = loop.variable->getInit();
  } else if (const auto *assignment = llvm::dyn_cast_or_null<clang::BinaryOperator>(init)) {
    if (assignment->getOpcode() == clang::BO_Assign && variableOf(assignment->getLHS()) == loop.variable)
      loop.start = assignment->getRHS();
  }
  return loop;
}

void FunctionImporter::emitCountedLoop(const CountedLoop &loop) {
  Location where = loc(loop.whole);
  clang::QualType type = loop.variable->getType();
  bool isSigned = type->isSignedIntegerOrEnumerationType();
  Type scalar = importer.scalarType(type), index = b.getIndexType();
  auto toIndex = [&](Value value, bool isSigned) -> Value {
    if (isSigned)
      return arith::IndexCastOp::create(b, where, index, value);
    return arith::IndexCastUIOp::create(b, where, index, value);
  };
  auto number = [&](int64_t value) -> Value { return arith::ConstantIndexOp::create(b, where, value); };
  Value first;
  if (loop.start) {
    first = emitScalar(loop.start);
  } else {
    emitStatement(loop.init);
    first = load(places.lookup(loop.variable), where);
  }
  auto known = places.find(loop.variable);
  std::optional<Place> outer;
  if (known != places.end())
    outer = known->second;
  Value start = toIndex(first, isSigned), end;
  // What is the largest 64-bit count in C is none in MLIR, where an index has a sign; it would never be reached.
  Value last = emitScalar(loop.end);
  if (!isSigned && last.getType().isInteger(64) && !loop.end->isIntegerConstantExpr(ast))
    last = arith::MinUIOp::create(b, where, last, constantInt(INT64_MAX, last.getType(), where));
  end = toIndex(last, isSigned);
  int64_t step = loop.step > 0 ? loop.step : -loop.step;
  Value lower = start, upper = end, stride = number(step);
  if (loop.step > 0) {
    if (loop.includesEnd)
      upper = arith::AddIOp::create(b, where, upper, number(1));
  } else {
    // Downwards: the trips are counted.
    Value distance = arith::SubIOp::create(b, where, start, end);
    if (loop.includesEnd)
      distance = arith::AddIOp::create(b, where, distance, number(1));
    lower = number(0);
    upper = step == 1 ? distance : arith::CeilDivSIOp::create(b, where, distance, stride).getResult();
    stride = number(1);
  }
  auto counted = scf::ForOp::create(b, where, lower, upper, stride);
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(counted.getBody());
    Value position = counted.getInductionVar();
    if (loop.step < 0) {
      Value moved = step == 1 ? position : arith::MulIOp::create(b, where, position, number(step)).getResult();
      position = arith::SubIOp::create(b, where, start, moved);
    }
    // In its type the counter loses nothing: addresses made of it need no second look at its high bits.
    Value value =
        arith::IndexCastOp::create(b, where, scalar.getIntOrFloatBitWidth() < 64 ? b.getI64Type() : scalar, position);
    if (scalar.getIntOrFloatBitWidth() < 64) {
      auto flag = type->isSignedIntegerOrEnumerationType() ? arith::IntegerOverflowFlags::nsw
                                                           : arith::IntegerOverflowFlags::nuw;
      value = arith::TruncIOp::create(b, where, scalar, value, flag);
    }
    places[loop.variable] = {Place::Kind::Value, value, type, clang::CharUnits::One()};
    if (importer.debug.keepsVariables()) { // a debugger shows it, too
      Place shown = outer ? *outer : allocate(type, loop.variable, where);
      if (!outer)
        describe(loop.variable, shown, 0);
      store(shown, value, where);
    }
    countedBy.insert(loop.increment);
    emitStatement(loop.body);
    countedBy.erase(loop.increment);
  }
  if (!outer) {
    places.erase(loop.variable);
    return;
  }
  places[loop.variable] = *outer;
  if (!loop.outlivesLoop)
    return;
  Value zero = number(0), past;
  if (loop.step == 1) {
    past = arith::MaxSIOp::create(b, where, lower, upper);
  } else {
    Value trips = upper;
    if (loop.step > 0)
      trips = arith::CeilDivSIOp::create(b, where, arith::SubIOp::create(b, where, upper, lower), stride);
    trips = arith::MaxSIOp::create(b, where, trips, zero);
    past = arith::AddIOp::create(b, where, start, arith::MulIOp::create(b, where, trips, number(loop.step)));
  }
  store(*outer, arith::IndexCastOp::create(b, where, scalar, past), where);
}
