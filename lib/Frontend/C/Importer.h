//===- Importer.h - state of an import ---------------------------*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_LIB_FRONTEND_C_IMPORTER_H
#define LEXON_LIB_FRONTEND_C_IMPORTER_H

#include "DebugInfo.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Target/LLVMIR/TypeFromLLVM.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Attr.h"
#include "clang/AST/Decl.h"
#include "clang/AST/Expr.h"
#include "clang/AST/GlobalDecl.h"
#include "clang/Basic/CodeGenOptions.h"
#include "clang/Basic/TargetInfo.h"
#include "clang/CodeGen/CGFunctionInfo.h"
#include "clang/CodeGen/ModuleBuilder.h"

#include <deque>
#include <set>

namespace lexon::importc {

//===----------------------------------------------------------------------===//
// Calling convention
//===----------------------------------------------------------------------===//

/// How one C value crosses a call: as these MLIR values, or as the address of a copy.
struct PassedValue {
  enum class Kind { Ignored, Scalar, Coerced, Indirect } kind = Kind::Scalar;
  clang::QualType type;
  mlir::SmallVector<mlir::Type, 2> types; ///< none if ignored
  mlir::SmallVector<int64_t, 2> offsets;  ///< of the coerced pieces in the value's memory, in bytes
  mlir::DictionaryAttr attributes;        ///< of the (one) argument or result
};

/// A C function's type as the target's calling convention has it.
struct Signature {
  PassedValue result; ///< Indirect: the first argument is the address to write to
  mlir::SmallVector<PassedValue> parameters;
  bool isVariadic = false;

  mlir::FunctionType functionType(mlir::MLIRContext *context) const;
  mlir::LLVM::LLVMFunctionType llvmType(mlir::MLIRContext *context) const;
  mlir::SmallVector<mlir::Type> resultTypes() const;
  /// Attributes of all arguments, the address of the result first; null if there are none.
  mlir::ArrayAttr argumentAttributes(mlir::MLIRContext *context) const;
  mlir::ArrayAttr resultAttributes(mlir::MLIRContext *context) const;
};

//===----------------------------------------------------------------------===//
// Places
//===----------------------------------------------------------------------===//

/// What an lvalue designates.
struct Place {
  enum class Kind {
    Address,  ///< memory at `base`, an !llvm.ptr
    Variable, ///< a variable without an address: `base` is a memref of rank 0
    Element,  ///< an element of `base`, a memref, at `indices`
    BitField, ///< bits of memory at `base`
    Value     ///< a variable that keeps `base` as its value while it is in scope: a loop's induction variable
  } kind = Kind::Address;
  mlir::Value base;
  clang::QualType type;
  clang::CharUnits align = clang::CharUnits::One();
  unsigned bitOffset = 0, bitWidth = 0; ///< of a bit-field, from `base`
  bool mayAlias = false;                ///< part of a union: may also be read as another type
  mlir::SmallVector<mlir::Value, 2> indices = {};
};

/// The two parts of a complex number.
struct ComplexValue {
  mlir::Value real, imag;
};

//===----------------------------------------------------------------------===//
// Translation unit
//===----------------------------------------------------------------------===//

class GlobalInitializer;

/// Imports the declarations of one translation unit.
class ModuleImporter {
public:
  ModuleImporter(mlir::ModuleOp module, clang::ASTContext &ast, clang::CodeGenerator &abi,
                 const clang::CodeGenOptions &options);
  bool optimizes() const { return options.OptimizationLevel > 0; }

  /// Imports all that must exist outside of the file, and what it uses.
  void importAll();

  // Types.
  mlir::Type scalarType(clang::QualType type); ///< never null; types that have none are errors
  mlir::Type memoryType(clang::QualType type); ///< what an object of `type` is to allocations and address arithmetic
  mlir::Type convert(llvm::Type *type) { return fromLLVM.translateType(type); }
  int64_t sizeOf(clang::QualType type) { return ast.getTypeSizeInChars(type).getQuantity(); }

  /// Which accesses may touch the same memory, by type: the tag of one of `type`; null where any may.
  mlir::ArrayAttr aliasTags(clang::QualType type);
  bool mayAlias(clang::QualType a, clang::QualType b);

  // Calling convention.
  Signature signatureOf(const clang::FunctionType *type, llvm::ArrayRef<clang::QualType> arguments);
  Signature signatureOf(const clang::FunctionDecl *function);

  // Symbols.
  /// The operation that declares or defines `function`, by its own name or as `symbol`: func.func or llvm.func.
  mlir::FunctionOpInterface functionFor(const clang::FunctionDecl *function, llvm::StringRef symbol = "");
  mlir::LLVM::GlobalOp globalFor(const clang::VarDecl *variable);
  mlir::LLVM::GlobalOp stringFor(const clang::StringLiteral *literal);
  mlir::LLVM::GlobalOp constantFor(clang::QualType type, const clang::APValue &value, clang::SourceLocation at);
  /// Static variables of `function`, which have names of their own.
  mlir::LLVM::GlobalOp staticLocal(const clang::VarDecl *variable, llvm::StringRef function,
                                   mlir::LLVM::DIScopeAttr scope);
  /// The type that a caller without a prototype passes for `parameter`.
  clang::QualType passedType(const clang::ParmVarDecl *parameter);
  /// A library function that the program need not have declared.
  mlir::FunctionOpInterface libraryFunction(llvm::StringRef name, mlir::Type result,
                                            mlir::ArrayRef<mlir::Type> arguments);
  /// The address of a variable of the compiler's own run-time library.
  mlir::Value libraryVariable(mlir::OpBuilder &b, mlir::Location loc, llvm::StringRef name, mlir::Type type);
  /// The address of a function, as an !llvm.ptr.
  mlir::Value addressOf(mlir::OpBuilder &b, mlir::Location loc, mlir::FunctionOpInterface function);

  // Errors and places in the source.
  /// Reports what cannot be imported; the import goes on to find all of it.
  void unsupported(clang::SourceLocation at, const llvm::Twine &what);
  mlir::Location location(clang::SourceLocation at);

  mlir::MLIRContext *context() { return module->getContext(); }

  mlir::ModuleOp module;
  clang::ASTContext &ast;
  clang::CodeGenerator &abi;
  const clang::CodeGenOptions &options;
  DebugInfo debug;
  /// What `&&label` is: a number that `goto *` branches by.
  llvm::DenseMap<const clang::LabelDecl *, int64_t> labelNumbers;
  /// Set by functions under `#pragma STDC FENV_ACCESS ON`, -frounding-math and the like.
  bool usesFloatEnvironment = false;
  /// Of these a remark said whether they are memrefs.
  llvm::SmallPtrSet<const clang::VarDecl *, 16> explained;

private:
  void importDeclaration(const clang::Decl *decl);
  void listUsed();
  void define(const clang::FunctionDecl *function);
  void defineGlobal(mlir::LLVM::GlobalOp global, const clang::VarDecl *variable);
  void initialize(mlir::LLVM::GlobalOp global, clang::QualType type, const clang::APValue &value,
                  clang::SourceLocation at);
  void setInitialValue(mlir::LLVM::GlobalOp global, const GlobalInitializer &layout);
  void setLinkage(mlir::LLVM::GlobalOp global, const clang::VarDecl *variable);
  mlir::LLVM::GlobalOp createGlobal(mlir::Location loc, llvm::StringRef name, clang::QualType type, bool isConstant,
                                    mlir::LLVM::Linkage linkage);
  std::string uniqueName(llvm::StringRef base);
  /// Reports that `name` is a function's and a variable's; returns another one to go on with.
  std::string clashing(clang::SourceLocation at, llvm::StringRef name);
  PassedValue passed(clang::QualType type, const clang::CodeGen::ABIArgInfo &info, bool isResult);
  std::string symbolOf(const clang::NamedDecl *decl);
  void addStructors(const clang::FunctionDecl *function);

  mlir::LLVM::TypeFromLLVMIRTranslator fromLLVM;
  llvm::StringMap<mlir::Operation *> symbols;
  std::set<std::string> used; ///< symbols with the attribute 'used', in an order of their own
  llvm::DenseMap<const clang::VarDecl *, mlir::LLVM::GlobalOp> staticLocals;
  llvm::DenseMap<const clang::StringLiteral *, mlir::LLVM::GlobalOp> strings;
  llvm::StringMap<mlir::LLVM::GlobalOp> stringsByContent;
  llvm::DenseMap<const clang::Expr *, mlir::LLVM::GlobalOp> literals; ///< compound literals of the file scope
  std::deque<const clang::FunctionDecl *> pending;                    ///< used, not yet imported
  llvm::SmallPtrSet<const clang::FunctionDecl *, 16> defined;
  unsigned customError;
  llvm::SmallPtrSet<const clang::Type *, 4> refusedTypes;
  clang::SourceLocation lastLocation; ///< what was imported last, for errors of types

  friend class GlobalInitializer;
};

} // namespace lexon::importc

#endif // LEXON_LIB_FRONTEND_C_IMPORTER_H
