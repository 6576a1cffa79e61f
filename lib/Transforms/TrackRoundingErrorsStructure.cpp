//===- TrackRoundingErrorsStructure.cpp - copy a program, tracked ---------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// Copies functions with each floating-point type replaced by its tracked form. Operations that only move values about
// keep their name and attributes; scalar arithmetic goes through the rules; anything else is refused by name.
//
//===----------------------------------------------------------------------===//

#include "TrackRoundingErrors.h"

#include "lexon/Dialect/Lexon/IR/Lexon.h"

#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlow.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/UB/IR/UBOps.h"
#include "mlir/IR/RegionGraphTraits.h"

#include "llvm/ADT/PostOrderIterator.h"

using namespace mlir;
using namespace lexon::rounding;

//===----------------------------------------------------------------------===//
// Which operations are structure
//===----------------------------------------------------------------------===//

static bool touchesFloat(Operation *op) {
  return llvm::any_of(op->getOperandTypes(), holdsFloat) || llvm::any_of(op->getResultTypes(), holdsFloat);
}

/// Operations that move numbers as they are, whatever their type.
static bool movesOnly(Operation *op) {
  // Reinterpreting bytes, raw addresses and atomic arithmetic are not moving.
  if (isa<memref::ViewOp, memref::AtomicRMWOp, memref::ExtractAlignedPointerAsIndexOp, memref::DmaStartOp,
          tensor::BitcastOp>(op))
    return false;
  if (isa<linalg::GenericOp, linalg::YieldOp, linalg::IndexOp, linalg::PackOp, linalg::UnPackOp, ub::PoisonOp>(op))
    return true;
  if (isa<arith::SelectOp>(op)) // of whole tensors or buffers; scalars have a rule
    return isa<TensorType, BaseMemRefType>(op->getResult(0).getType());
  return isa<tensor::TensorDialect, memref::MemRefDialect, bufferization::BufferizationDialect, scf::SCFDialect,
             cf::ControlFlowDialect, func::FuncDialect>(op->getDialect());
}

static LogicalResult refuse(Operation *op) {
  InFlightDiagnostic diagnostic = op->emitOpError("has no rounding-error rule");
  diagnostic.attachNote() << "no error bound can follow the program past this operation";
  return diagnostic;
}

static LogicalResult refuseType(Operation *op, Type type) {
  return op->emitOpError("has no rounding-error rule for type ") << type;
}

//===----------------------------------------------------------------------===//
// Regions and operations
//===----------------------------------------------------------------------===//

LogicalResult Tracker::cloneRegion(Region &from, Region &to, IRMapping &mapping) {
  if (from.empty())
    return success();
  // In this order every value is defined before its uses; blocks that are never reached drop out.
  llvm::ReversePostOrderTraversal<Region *> order(&from);
  for (Block *block : order) {
    auto *copy = new Block();
    to.push_back(copy);
    mapping.map(block, copy);
    for (BlockArgument argument : block->getArguments()) {
      Type type = convertType(argument.getType());
      if (!type)
        return refuseType(from.getParentOp(), argument.getType());
      mapping.map(argument, copy->addArgument(type, argument.getLoc()));
    }
  }
  for (Block *block : order) {
    OpBuilder builder = OpBuilder::atBlockEnd(mapping.lookup(block));
    for (Operation &op : *block)
      if (failed(cloneOp(&op, builder, mapping)))
        return failure();
  }
  return success();
}

LogicalResult Tracker::cloneOp(Operation *op, OpBuilder &builder, IRMapping &mapping) {
  if (isa<memref::GetGlobalOp>(op) && touchesFloat(op))
    return cloneGetGlobal(op, builder, mapping);
  bool bringsNumbersIn =
      isa<lexon::core::WeightOp>(op) || (isa<arith::ConstantOp>(op) && isa<TensorType>(op->getResult(0).getType()));
  if (bringsNumbersIn && touchesFloat(op))
    return liftResult(op, builder, mapping);
  if (movesOnly(op) || (!touchesFloat(op) && op->getNumRegions() == 0))
    return cloneStructure(op, builder, mapping);
  return applyRule(op, builder, mapping);
}

LogicalResult Tracker::cloneStructure(Operation *op, OpBuilder &builder, IRMapping &mapping) {
  if (auto splat = dyn_cast<tensor::SplatOp>(op); splat && touchesFloat(op)) {
    // tensor.splat takes no vectors.
    auto type = cast<RankedTensorType>(convertType(splat.getType()));
    SmallVector<Value> sizes = llvm::map_to_vector(splat.getDynamicSizes(), [&](Value v) { return mapping.lookup(v); });
    auto generate = tensor::GenerateOp::create(builder, op->getLoc(), type, sizes,
                                               [&](OpBuilder &nested, Location loc, ValueRange) {
                                                 tensor::YieldOp::create(nested, loc, mapping.lookup(splat.getInput()));
                                               });
    mapping.map(splat.getResult(), generate.getResult());
    return success();
  }
  SmallVector<Type> types = llvm::map_to_vector(op->getResultTypes(), convertType);
  for (auto [from, to] : llvm::zip(op->getResultTypes(), types))
    if (!to)
      return refuseType(op, from);
  Operation *copy = builder.cloneWithoutRegions(*op, mapping);
  for (auto [result, type] : llvm::zip(copy->getResults(), types))
    result.setType(type);
  renameSymbols(copy);
  for (auto [from, to] : llvm::zip(op->getRegions(), copy->getRegions()))
    if (failed(cloneRegion(from, to, mapping)))
      return failure();
  return success();
}

void Tracker::renameSymbols(Operation *op) {
  auto rename = [&](FlatSymbolRefAttr symbol) {
    auto name = newNames.find(symbol.getAttr());
    return name == newNames.end() ? symbol : FlatSymbolRefAttr::get(name->second);
  };
  if (auto call = dyn_cast<func::CallOp>(op))
    call.setCalleeAttr(rename(call.getCalleeAttr()));
  else if (auto constant = dyn_cast<func::ConstantOp>(op))
    constant.setValueAttr(rename(constant.getValueAttr()));
}

/// Operations that bring numbers into the program: they stay, and their result is lifted.
LogicalResult Tracker::liftResult(Operation *op, OpBuilder &builder, IRMapping &mapping) {
  Type type = op->getResult(0).getType();
  if (!isa<RankedTensorType>(type) || !convertType(type))
    return refuseType(op, type);
  Operation *copy = builder.clone(*op, mapping);
  mapping.map(op->getResult(0), liftTensor(builder, op->getLoc(), copy->getResult(0)));
  return success();
}

LogicalResult Tracker::cloneGetGlobal(Operation *op, OpBuilder &builder, IRMapping &mapping) {
  auto get = cast<memref::GetGlobalOp>(op);
  auto type = dyn_cast_or_null<MemRefType>(convertType(get.getType()));
  if (!type)
    return refuseType(op, get.getType());
  if (auto name = newNames.find(get.getNameAttr().getAttr()); name != newNames.end()) {
    auto copy = memref::GetGlobalOp::create(builder, op->getLoc(), type, name->second);
    mapping.map(get.getResult(), copy.getResult());
    return success();
  }
  // A constant table is lifted once for each call of the function, not once for each use: uses may be in loops.
  auto function = builder.getInsertionBlock()->getParentOp()->getParentOfType<func::FuncOp>();
  if (auto parent = dyn_cast<func::FuncOp>(builder.getInsertionBlock()->getParentOp()))
    function = parent;
  Value &table = liftedTables[{function, get.getNameAttr().getAttr()}];
  if (!table) {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(&function.getBody().front());
    Value original = memref::GetGlobalOp::create(builder, op->getLoc(), get.getType(), get.getName());
    table = memref::AllocOp::create(builder, op->getLoc(), type);
    liftMemref(builder, op->getLoc(), original, table);
  }
  mapping.map(get.getResult(), table);
  return success();
}

LogicalResult Tracker::applyRule(Operation *op, OpBuilder &builder, IRMapping &mapping) {
  bool isScalar = llvm::all_of(
      llvm::concat<const Type>(llvm::to_vector(op->getOperandTypes()), llvm::to_vector(op->getResultTypes())),
      [](Type type) { return !holdsFloat(type) || getFloatFormat(type); });
  if (!isScalar || op->getNumRegions() != 0 || op->getNumResults() != 1)
    return refuse(op);
  ErrorBuilder errors(builder, op->getLoc());
  RuleContext context{op, llvm::map_to_vector(op->getOperands(), [&](Value v) { return mapping.lookup(v); }), mapping,
                      errors};
  Value result;
  if (isa<arith::ArithDialect>(op->getDialect()))
    result = applyArithRule(context);
  else if (isa<math::MathDialect>(op->getDialect()))
    result = applyMathRule(context);
  if (!result)
    return refuse(op);
  mapping.map(op->getResult(0), result);
  return success();
}

//===----------------------------------------------------------------------===//
// Module level
//===----------------------------------------------------------------------===//

/// A mutable global becomes a tracked one without initial value; the public wrappers fill it. Constants stay.
LogicalResult Tracker::trackGlobals() {
  for (auto global : llvm::to_vector(module.getOps<memref::GlobalOp>())) {
    if (!holdsFloat(global.getType()) || global.getConstant())
      continue;
    auto type = dyn_cast_or_null<MemRefType>(convertType(global.getType()));
    if (!type || global.isExternal())
      return global.emitOpError("has no rounding-error rule: its numbers come from elsewhere");
    OpBuilder builder(global);
    auto copy =
        memref::GlobalOp::create(builder, global.getLoc(), global.getSymName(), builder.getStringAttr("private"), type,
                                 builder.getUnitAttr(), /*constant=*/false, /*alignment=*/IntegerAttr());
    copy->moveAfter(global);
    newNames[global.getSymNameAttr()] = symbols.insert(copy);
    created.push_back(copy);
    if (global.isUninitialized())
      originals.push_back(global);
    else
      initializedGlobals.push_back({global, copy});
  }
  return success();
}

LogicalResult Tracker::declareFunction(func::FuncOp function) {
  if (function.isExternal()) {
    if (holdsFloat(function.getFunctionType()))
      return function.emitOpError(
          "has no rounding-error rule: it takes or returns floating-point numbers and has no body");
    return success();
  }
  auto type = dyn_cast_or_null<FunctionType>(convertType(function.getFunctionType()));
  if (!type)
    return refuseType(function, function.getFunctionType());
  originals.push_back(function);
  OpBuilder builder(function);
  auto copy = func::FuncOp::create(builder, function.getLoc(), (function.getSymName() + "_tracked").str(), type);
  copy.setPrivate();
  copy->moveAfter(function);
  newNames[function.getSymNameAttr()] = symbols.insert(copy);
  created.push_back(copy);
  tracked.insert({function, copy});
  return success();
}

LogicalResult Tracker::run() {
  if (failed(trackGlobals()))
    return failure();
  for (auto function : llvm::to_vector(module.getOps<func::FuncOp>()))
    if (failed(declareFunction(function)))
      return failure();
  for (auto [function, copy] : tracked) {
    IRMapping mapping;
    if (failed(cloneRegion(function.getBody(), copy.getBody(), mapping)))
      return failure();
  }
  for (auto [function, copy] : tracked) {
    if (!function.isPublic())
      continue;
    FailureOr<func::FuncOp> wrapper = buildPublicWrapper(function, copy, initializedGlobals);
    if (failed(wrapper))
      return failure();
    created.push_back(*wrapper);
  }
  return success();
}

void Tracker::commit() {
  for (Operation *original : originals)
    original->erase();
  for (InitializedGlobal &global : initializedGlobals)
    global.original.setConstant(true);
}

void Tracker::rollBack() {
  for (Operation *op : created)
    op->erase();
}
