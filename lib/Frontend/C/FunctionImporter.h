//===- FunctionImporter.h - state of the import of a function ----*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_LIB_FRONTEND_C_FUNCTIONIMPORTER_H
#define LEXON_LIB_FRONTEND_C_FUNCTIONIMPORTER_H

#include "Importer.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "clang/AST/Stmt.h"

namespace lexon::importc {

/// A `for` statement that scf.for can say: a variable of integer type counts from `start` in steps of `step` as long as
/// it has not passed `end`; neither it nor the end changes in the body.
struct CountedLoop {
  const clang::Stmt *whole = nullptr, *init = nullptr, *body = nullptr;
  const clang::Expr *increment = nullptr; ///< of `for`, or the last statement of the body
  const clang::VarDecl *variable = nullptr;
  const clang::Expr *start = nullptr; ///< null: what the variable holds
  const clang::Expr *end = nullptr;
  bool includesEnd = false;
  int64_t step = 0; ///< negative: downwards
  bool outlivesLoop = false;
};

/// Imports the body of one function. Statements without jumps become scf; those with jumps (goto, break, continue,
/// return, switch) become blocks and branches, and so do the statements around them.
class FunctionImporter {
public:
  FunctionImporter(ModuleImporter &importer, mlir::FunctionOpInterface op, const clang::FunctionDecl *function);

  void import();

private:
  using Value = mlir::Value;
  using Type = mlir::Type;
  using Location = mlir::Location;

  // Function.cpp
  void importParameters();
  void finish();
  void declareLocal(const clang::VarDecl *variable);
  void declareStaticLocal(const clang::VarDecl *variable);
  void describe(const clang::VarDecl *variable, const Place &place, unsigned argument);
  Place allocate(clang::QualType type, const clang::VarDecl *variable, Location loc);
  Value allocateBytes(int64_t size, clang::CharUnits align, Location loc);
  Value temporary(clang::QualType type, Location loc);
  Value sizeOfVariableArray(const clang::VariableArrayType *type, Location loc); ///< in bytes, i64
  Value elementsOfVariableArray(clang::QualType type, Location loc);             ///< sizes multiplied, i64
  void evaluateSizes(clang::QualType type);
  bool needsAddress(const clang::VarDecl *variable) { return addressTaken.contains(variable); }

  // Statements.cpp
  void emitStatement(const clang::Stmt *statement);
  void emitCompound(const clang::CompoundStmt *statement);
  void emitDeclarations(const clang::DeclStmt *statement);
  void emitIf(const clang::IfStmt *statement);
  void emitCleanups(size_t depth, Location loc); ///< of the scopes that are left, the innermost first
  /// How many of `cleanups` a jump to `label` leaves as they are.
  size_t depthAt(const clang::LabelDecl *label);
  void emitAttributed(const clang::AttributedStmt *statement);
  void emitReturn(const clang::ReturnStmt *statement);
  void emitSwitch(const clang::SwitchStmt *statement);
  void emitLabel(const clang::LabelStmt *statement);
  void emitCase(const clang::SwitchCase *statement);
  void emitComputedGoto(const clang::IndirectGotoStmt *statement);
  void emitGoto(mlir::Block *target, Location loc);
  bool isStructured(const clang::Stmt *statement);
  mlir::Block *newBlock();
  void enter(mlir::Block *block); ///< falls through to `block` and continues there
  void startUnreachable();        ///< behind a jump
  bool isTerminated();

  // Loops.cpp
  void emitWhile(const clang::WhileStmt *statement);
  void emitDo(const clang::DoStmt *statement);
  void emitFor(const clang::ForStmt *statement);
  void emitForInScope(const clang::ForStmt *statement);
  void emitStructuredLoop(const clang::Expr *condition, llvm::function_ref<void()> body, bool bodyFirst, Location loc);
  void emitLoopOfBlocks(const clang::Expr *condition, const clang::Stmt *body, const clang::Expr *increment,
                        bool bodyFirst, Location loc);
  std::optional<CountedLoop> matchCountedLoop(const clang::Stmt *whole, const clang::Stmt *init,
                                              const clang::Expr *condition, const clang::Expr *increment,
                                              const clang::Stmt *body);
  void emitCountedLoop(const CountedLoop &loop);
  bool isUnchangedBy(const clang::Expr *expr, const clang::Stmt *statement);
  bool isUnchangedInMemory(const clang::Expr *expr, const clang::Stmt *statement);
  bool isFixedPlace(const clang::Expr *expr, const clang::Stmt *statement);
  bool isOwnScalar(const clang::VarDecl *variable);
  bool keepsType(const clang::Stmt *statement, clang::QualType read);

  // Expressions.cpp
  Value emitScalar(const clang::Expr *expr);
  void emitIgnored(const clang::Expr *expr);
  Value emitCondition(const clang::Expr *expr); ///< i1
  Value emitCast(const clang::CastExpr *expr);
  Value emitUnary(const clang::UnaryOperator *expr);
  Value emitIncrement(const clang::UnaryOperator *expr);
  Value oneMore(Value old, clang::QualType type, bool up, Location loc);
  Value emitBinary(const clang::BinaryOperator *expr);
  Value emitLogical(const clang::BinaryOperator *expr);
  Value emitConditional(const clang::AbstractConditionalOperator *expr);
  void emitBranches(const clang::AbstractConditionalOperator *expr, llvm::function_ref<void(const clang::Expr *)> emit);
  Value emitAssignment(const clang::BinaryOperator *expr);
  Value emitCompoundAssignment(const clang::CompoundAssignOperator *expr);
  void emitStatementExpr(const clang::StmtExpr *expr, llvm::function_ref<void(const clang::Expr *)> emitValue);
  Value emitSizeOf(const clang::UnaryExprOrTypeTraitExpr *expr);
  Value emitOffsetOf(const clang::OffsetOfExpr *expr);

  // Arithmetic.cpp
  Value arithmetic(clang::BinaryOperatorKind op, Value lhs, Value rhs, clang::QualType type, const clang::Expr *expr);
  Value shift(clang::BinaryOperatorKind op, Value lhs, Value rhs, bool isSigned, Location loc);
  Value fusedMultiplyAdd(Value lhs, Value rhs, bool subtracts, Location loc);
  Value compare(clang::BinaryOperatorKind op, Value lhs, Value rhs, clang::QualType type, Location loc); ///< i1
  Value pointerDifference(const clang::BinaryOperator *expr, Value lhs, Value rhs);
  Value asOffset(Value index, bool isSigned, Location loc); ///< i64
  Value movePointer(Value pointer, Value index, clang::QualType pointee, bool isSigned, bool backwards, Location loc);
  Value convertScalar(Value value, clang::QualType from, clang::QualType to, Location loc);
  Value isNonZero(Value value, clang::QualType type, Location loc); ///< i1
  Value fromBit(Value bit, clang::QualType type, Location loc);
  Value integerConstant(const llvm::APSInt &value, clang::QualType type, Location loc);
  Value constantInt(int64_t value, Type type, Location loc);
  Value floatConstant(const llvm::APFloat &value, Type type, Location loc);
  Value zeroOf(clang::QualType type, Location loc);
  Value keptForRunTime(Value constant, clang::QualType type);

  // Places.cpp
  Place emitPlace(const clang::Expr *expr);
  Place emitInMemory(const clang::Expr *expr);
  Place placeOfReference(const clang::DeclRefExpr *expr);
  Place placeOfVariable(const clang::VarDecl *variable, Location loc);
  Place placeOfMember(const clang::MemberExpr *expr);
  Place fieldOf(const Place &record, const clang::FieldDecl *field, Location loc);
  Place pointee(const clang::Expr *pointer, clang::QualType type);
  Value emitAddress(const clang::Expr *expr) { return addressOf(emitPlace(expr), expr->getExprLoc()); }
  Value addressOf(const Place &place, clang::SourceLocation at);
  Value load(const Place &place, Location loc);
  void store(const Place &place, Value value, Location loc);
  Value loadBitField(const Place &place, Location loc);
  Value storeBitField(const Place &place, Value value, Location loc); ///< returns what is stored, converted back
  Value storeAndReload(const Place &place, Value value, Location loc);
  Value byteOffset(Value base, int64_t offset, Location loc);

  // Objects.cpp
  Place emitObject(const clang::Expr *expr);
  std::optional<Place> memrefElement(const clang::Expr *expr); ///< of a memref; evaluates nothing where it is none
  llvm::StringRef whyNoMemRef(const clang::VarDecl *variable);
  bool isMemRef(const clang::VarDecl *variable);
  mlir::MemRefType memrefType(clang::QualType type);
  Value memrefOf(const clang::VarDecl *variable, Location loc);
  Value viewAsMemRef(Value address, clang::QualType type, Location loc);

  // Aggregates.cpp
  void emitAggregate(const clang::Expr *expr, Value destination, clang::CharUnits align);
  void emitAny(const clang::Expr *expr, const Place &destination);
  void initialize(const Place &destination, const clang::Expr *init);
  void initializeList(const clang::InitListExpr *list, const Place &destination, bool isUpdate = false);
  void initializeString(const clang::StringLiteral *literal, const Place &destination);
  void copy(Value destination, clang::CharUnits destinationAlign, Value source, clang::CharUnits sourceAlign,
            clang::QualType type, Location loc);
  void copyBytes(Value destination, Value source, int64_t size, Location loc);
  void clear(Value destination, Value size, Location loc);

  // Complex.cpp
  ComplexValue emitComplex(const clang::Expr *expr);
  ComplexValue complexCast(const clang::CastExpr *expr);
  ComplexValue complexArithmetic(clang::BinaryOperatorKind op, ComplexValue lhs, ComplexValue rhs, bool lhsReal,
                                 bool rhsReal, clang::QualType type, Location loc);
  ComplexValue complexBinary(const clang::BinaryOperator *expr);
  ComplexValue complexAssignment(const clang::BinaryOperator *expr);
  ComplexValue complexOperand(const clang::Expr *expr, clang::QualType element, bool &isReal);
  ComplexValue loadComplex(const Place &place, Location loc);
  void storeComplex(const Place &place, ComplexValue value, Location loc);
  ComplexValue convertComplex(ComplexValue value, clang::QualType from, clang::QualType to, Location loc);

  // Calls.cpp
  Value emitCall(const clang::CallExpr *call, const Place *destination = nullptr);
  /// Calls the function that `call` names, by its own name or as `symbol`, or what it points to.
  Value emitPlainCall(const clang::CallExpr *call, llvm::StringRef symbol, const Place *destination);
  Value emitCallTo(const Signature &signature, mlir::FunctionOpInterface callee, Value pointer,
                   mlir::ArrayRef<Value> arguments, const Place *destination, Location loc);
  void passArgument(const PassedValue &parameter, const clang::Expr *argument, mlir::SmallVectorImpl<Value> &values);
  void storeCoerced(Value address, const PassedValue &passed, mlir::ValueRange pieces, Location loc);
  mlir::SmallVector<Value> loadCoerced(Value address, const PassedValue &passed, Location loc);
  Value emitVaArg(const clang::VAArgExpr *expr, const Place *destination);

  // Atomics.cpp
  Value emitAtomic(const clang::AtomicExpr *expr);
  Value emitSync(const clang::CallExpr *call, llvm::StringRef name, bool &handled);
  std::pair<Value, Value> updateAtomic(const Place &place, llvm::function_ref<Value(Value)> compute, Location loc);
  Value compareExchange(const Place &object, const Place &expected, Value desired, Location loc);

  // Builtins.cpp
  /// Null if it is a function of the library after all; `handled` tells of builtins without a value.
  Value emitBuiltin(const clang::CallExpr *call, unsigned id, bool &handled);
  Value emitBitBuiltin(const clang::CallExpr *call, unsigned id);
  Value emitSignBit(const clang::CallExpr *call);
  Value emitFloatBuiltin(const clang::CallExpr *call, unsigned id);
  Value emitOverflowBuiltin(const clang::CallExpr *call, unsigned id);

  // Intrinsics.cpp
  Value emitIntrinsicBuiltin(const clang::CallExpr *call, unsigned id, bool &handled);
  Value emitCarryBuiltin(const clang::CallExpr *call, unsigned id);
  Value emitAlignBuiltin(const clang::CallExpr *call, unsigned id);
  Value emitElementwiseBuiltin(const clang::CallExpr *call, llvm::StringRef name);
  Value emitCPUBuiltin(const clang::CallExpr *call, unsigned id, bool &handled);
  /// Calls LLVM's intrinsic `name`; null if `result` is.
  Value intrinsic(llvm::StringRef name, Type result, mlir::ValueRange operands, Location loc);

  Location loc(const clang::Stmt *statement) { return loc(statement->getBeginLoc()); }
  Location loc(const clang::Expr *expr) { return loc(expr->getExprLoc()); }
  Location loc(clang::SourceLocation at) {
    Location place = importer.location(at);
    return llvm::isa_and_present<mlir::LLVM::DILexicalBlockAttr>(scope)
               ? mlir::FusedLoc::get(b.getContext(), {place}, scope)
               : place;
  }
  Value poison(Type type, Location loc) { return mlir::LLVM::PoisonOp::create(b, loc, type); }
  Type ptr() { return mlir::LLVM::LLVMPointerType::get(b.getContext()); }

  ModuleImporter &importer;
  clang::ASTContext &ast;
  mlir::FunctionOpInterface op;
  const clang::FunctionDecl *function;
  Signature signature;
  mlir::OpBuilder b;

  llvm::DenseMap<const clang::ValueDecl *, Place> places;
  llvm::DenseMap<const clang::Expr *, Value> sizes; ///< of variable-length arrays, in elements, i64
  llvm::DenseMap<const clang::OpaqueValueExpr *, Value> opaqueScalars;
  llvm::DenseMap<const clang::OpaqueValueExpr *, Place> opaquePlaces;
  llvm::DenseMap<const clang::Stmt *, bool> structured;
  llvm::SmallPtrSet<const clang::VarDecl *, 16> addressTaken;
  /// What is assigned to a variable after its declaration; null for a value that no expression gives (`p++`).
  llvm::DenseMap<const clang::VarDecl *, mlir::SmallVector<const clang::Expr *, 1>> assigned;
  llvm::DenseMap<const clang::VarDecl *, bool> memrefVariables;
  llvm::DenseMap<const clang::VarDecl *, Value> memrefs; ///< of variables that have one throughout
  llvm::DenseMap<const clang::LabelDecl *, mlir::Block *> labels;
  llvm::SmallSetVector<const clang::LabelDecl *, 4> takenLabels; ///< whose address is used
  llvm::DenseMap<const clang::LabelDecl *, mlir::SmallVector<const clang::CompoundStmt *>> labelScopes;
  llvm::SmallPtrSet<const clang::Expr *, 4> countedBy; ///< what a counted loop does itself
  const clang::CompoundStmt *currentScope = nullptr;
  llvm::DenseMap<const clang::SwitchCase *, mlir::Block *> cases;
  /// Where break and continue go, and the stack to restore there (null: as it is).
  struct JumpTargets {
    mlir::Block *onBreak, *onContinue;
    size_t depth; ///< of `cleanups`
    const clang::Stmt *body;
  };
  mlir::SmallVector<JumpTargets> jumpTargets;
  /// What happens when control leaves a scope: the stack is cut back to where it was, or a function is called with the
  /// address of a variable (attribute 'cleanup').
  struct Cleanup {
    const clang::CompoundStmt *scope;
    const clang::VarDecl *variable; ///< with the attribute, or the first variable-length array of the scope
    Value savedStack;               ///< null for the attribute
  };
  mlir::SmallVector<Cleanup> cleanups;
  Value resultAddress;           ///< where a result that is returned in memory goes
  mlir::LLVM::DIScopeAttr scope; ///< for a debugger: the function or the block; null without -g
};

} // namespace lexon::importc

#endif // LEXON_LIB_FRONTEND_C_FUNCTIONIMPORTER_H
