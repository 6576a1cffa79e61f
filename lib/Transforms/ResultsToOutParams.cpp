//===- ResultsToOutParams.cpp - buffers at every function boundary --------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// Why not upstream's buffer-results-to-out-params after bufferization: it refuses results of dynamic shape, and by
// then a result that was computed into its own allocation is copied into the out-argument. On tensors, materializing
// into the out-argument lets bufferization compute in place.
//
//===----------------------------------------------------------------------===//

#include "lexon/Transforms/Passes.h"

#include "lexon/Dialect/Lexon/IR/Lexon.h"
#include "lexon/Support/Debug.h"

#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"

namespace lexon {
#define GEN_PASS_DEF_RESULTSTOOUTPARAMSPASS
#include "lexon/Transforms/Passes.h.inc"
} // namespace lexon

using namespace mlir;

namespace {
constexpr auto kOutArgument = remark::RemarkOpts::name("out-argument").category("results-to-out-params");
constexpr auto kReturned = remark::RemarkOpts::name("returned").category("results-to-out-params");

MemRefType bufferTypeOf(RankedTensorType type) { return MemRefType::get(type.getShape(), type.getElementType()); }

bool isOutArgument(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor && tensor.hasStaticShape();
}

/// The type of a value that is not an out-argument, at the new boundary.
Type boundaryType(Type type) {
  if (auto tensor = dyn_cast<RankedTensorType>(type))
    return bufferTypeOf(tensor);
  return type;
}

FunctionType boundaryType(FunctionType type) {
  SmallVector<Type> inputs = llvm::to_vector(llvm::map_range(type.getInputs(), [](Type t) { return boundaryType(t); }));
  SmallVector<Type> results;
  for (Type result : type.getResults()) {
    if (isOutArgument(result))
      inputs.push_back(bufferTypeOf(cast<RankedTensorType>(result)));
    else
      results.push_back(boundaryType(result));
  }
  return FunctionType::get(type.getContext(), inputs, results);
}

bool usesTensors(FunctionType type) {
  auto isTensor = [](Type t) { return isa<TensorType>(t); };
  return llvm::any_of(type.getInputs(), isTensor) || llvm::any_of(type.getResults(), isTensor);
}

/// A contiguous buffer of a fresh allocation that holds `tensor`.
Value copyToFreshBuffer(OpBuilder &builder, Location loc, Value tensor) {
  auto type = cast<RankedTensorType>(tensor.getType());
  Value copy = bufferization::AllocTensorOp::create(builder, loc, type, /*dynamicSizes=*/ValueRange(), tensor,
                                                    /*size_hint=*/Value(), /*memory_space=*/Attribute());
  return bufferization::ToBufferOp::create(builder, loc, bufferTypeOf(type), copy);
}

struct Boundary {
  explicit Boundary(ModuleOp module) : module(module), builder(module.getContext()) {}

  LogicalResult run();

private:
  LogicalResult check(func::FuncOp function);
  void convertArguments(func::FuncOp function, FunctionType oldType);
  void convertReturn(func::ReturnOp op, ArrayRef<BlockArgument> outs);
  void convertCall(func::CallOp call);
  Value placeInAssembly(func::CallOp call, OpResult result);
  Value destinationFor(func::CallOp call, OpResult result);

  ModuleOp module;
  OpBuilder builder;
};

LogicalResult Boundary::check(func::FuncOp function) {
  for (Type type : llvm::concat<const Type>(function.getArgumentTypes(), function.getResultTypes())) {
    if (isa<UnrankedTensorType>(type))
      return function.emitError("'func.func' op has an unranked tensor in its type; a compiled function needs ranks");
    if (auto tensor = dyn_cast<RankedTensorType>(type);
        tensor && !MemRefType::isValidElementType(tensor.getElementType()))
      return function.emitError("'func.func' op has elements of type ")
             << tensor.getElementType() << ", which no buffer holds";
  }
  return success();
}

void Boundary::convertArguments(func::FuncOp function, FunctionType oldType) {
  Block &entry = function.front();
  builder.setInsertionPointToStart(&entry);
  for (unsigned index = 0; index < oldType.getNumInputs(); ++index) {
    BlockArgument argument = entry.getArgument(index);
    auto tensor = dyn_cast<RankedTensorType>(argument.getType());
    if (!tensor)
      continue;
    argument.setType(bufferTypeOf(tensor));
    auto read = bufferization::ToTensorOp::create(builder, function.getLoc(), tensor, argument, /*restrict=*/true,
                                                  /*writable=*/false);
    argument.replaceAllUsesExcept(read.getResult(), read);
  }
}

/// Sees through reshapes of the result: `x` is materialized where `expand(x)` will be read, so that whatever computes
/// `x` can compute it there. Changes `tensor` and `buffer` together; the views stand where the builder is.
void skipReshapes(OpBuilder &builder, Value &tensor, Value &buffer) {
  while (Operation *op = tensor.getDefiningOp()) {
    Location loc = op->getLoc();
    if (auto expand = dyn_cast<tensor::ExpandShapeOp>(op)) {
      buffer = memref::CollapseShapeOp::create(builder, loc, buffer, expand.getReassociationIndices());
      tensor = expand.getSrc();
    } else if (auto collapse = dyn_cast<tensor::CollapseShapeOp>(op);
               collapse && collapse.getSrcType().hasStaticShape()) {
      buffer = memref::ExpandShapeOp::create(builder, loc, collapse.getSrcType().getShape(), buffer,
                                             collapse.getReassociationIndices());
      tensor = collapse.getSrc();
    } else {
      return;
    }
  }
}

/// Lets the chain of operations that ends in `result` begin in `buffer` instead of a `tensor.empty`. Every value of the
/// chain must have no other use: bufferization does not see that materializing into `buffer` overwrites what shares it.
/// (This is why upstream's eliminate-empty-tensors, which does not ask, runs before there are any out-arguments.)
void computeInPlace(OpBuilder &builder, Value result, Value buffer) {
  Value value = result;
  while (value.hasOneUse()) {
    auto op = value.getDefiningOp<DestinationStyleOpInterface>();
    if (!op)
      return;
    OpOperand *init = op.getTiedOpOperand(cast<OpResult>(value));
    if (init->get().getDefiningOp<tensor::EmptyOp>()) {
      init->set(bufferization::ToTensorOp::create(builder, op.getLoc(), init->get().getType(), buffer,
                                                  /*restrict=*/true, /*writable=*/true));
      return;
    }
    value = init->get();
  }
}

void Boundary::convertReturn(func::ReturnOp op, ArrayRef<BlockArgument> outs) {
  builder.setInsertionPoint(op);
  SmallVector<Value> returned;
  auto out = outs.begin();
  for (Value value : op.getOperands()) {
    if (isOutArgument(value.getType())) {
      Value destination = *out++;
      {
        OpBuilder::InsertionGuard guard(builder);
        builder.setInsertionPointToStart(outs.front().getOwner());
        Value beforeReshapes = value;
        skipReshapes(builder, value, destination);
        if (beforeReshapes.hasOneUse())
          computeInPlace(builder, value, destination);
      }
      auto materialized = bufferization::MaterializeInDestinationOp::create(builder, op.getLoc(), value, destination);
      materialized.setRestrict(true);
      materialized.setWritable(true);
    } else if (isa<RankedTensorType>(value.getType())) {
      returned.push_back(copyToFreshBuffer(builder, op.getLoc(), value));
    } else {
      returned.push_back(value);
    }
  }
  func::ReturnOp::create(builder, op.getLoc(), returned);
  op.erase();
}

/// The place of `result` in a weights buffer that the caller returns, if that is all the caller does with it; else
/// null. `result` is then no piece of the buffer any more: the call writes it.
Value Boundary::placeInAssembly(func::CallOp call, OpResult result) {
  auto assemble = result.hasOneUse() ? dyn_cast<lexon::core::AssembleOp>(*result.user_begin()) : nullptr;
  if (!assemble || !assemble.getResult().hasOneUse() || assemble->getBlock() != call->getBlock())
    return {};
  auto materialized = dyn_cast<bufferization::MaterializeInDestinationOp>(*assemble.getResult().user_begin());
  auto out = materialized ? dyn_cast<BlockArgument>(materialized.getDest()) : BlockArgument();
  unsigned index = result.use_begin()->getOperandNumber();
  if (!out || !isa<func::FuncOp>(out.getOwner()->getParentOp()) || index >= assemble.getPieces().size())
    return {};
  Value offset = arith::ConstantIndexOp::create(builder, call.getLoc(), assemble.getOffsets()[index]);
  SmallVector<int64_t> offsets(assemble.getOffsets());
  offsets.erase(offsets.begin() + index);
  assemble.getPiecesMutable().erase(index);
  assemble.setOffsets(offsets);
  return memref::ViewOp::create(builder, call.getLoc(), bufferTypeOf(cast<RankedTensorType>(result.getType())), out,
                                offset, ValueRange());
}

/// The caller's own out-argument (or a place in it) if all the caller does with `result` is to return it, else a fresh
/// buffer.
Value Boundary::destinationFor(func::CallOp call, OpResult result) {
  auto type = cast<RankedTensorType>(result.getType());
  if (Value place = placeInAssembly(call, result))
    return place;
  if (result.hasOneUse())
    if (auto materialized = dyn_cast<bufferization::MaterializeInDestinationOp>(*result.user_begin()))
      if (auto out = dyn_cast<BlockArgument>(materialized.getDest());
          out && isa<func::FuncOp>(out.getOwner()->getParentOp()) && call->getBlock() == materialized->getBlock()) {
        materialized.erase();
        return out;
      }
  return memref::AllocOp::create(builder, call.getLoc(), bufferTypeOf(type), builder.getI64IntegerAttr(64));
}

void Boundary::convertCall(func::CallOp call) {
  builder.setInsertionPoint(call);
  SmallVector<Value> operands;
  for (Value operand : call.getOperands()) {
    auto tensor = dyn_cast<RankedTensorType>(operand.getType());
    operands.push_back(tensor ? bufferization::ToBufferOp::create(builder, call.getLoc(), bufferTypeOf(tensor), operand,
                                                                  /*read_only=*/true)
                                    .getResult()
                              : operand);
  }
  SmallVector<Value> destinations;
  SmallVector<Type> resultTypes;
  for (OpResult result : call.getResults()) {
    if (isOutArgument(result.getType()))
      destinations.push_back(destinationFor(call, result));
    else
      resultTypes.push_back(boundaryType(result.getType()));
  }
  llvm::append_range(operands, destinations);
  auto newCall = func::CallOp::create(builder, call.getLoc(), call.getCallee(), resultTypes, operands);
  auto destination = destinations.begin();
  auto returned = newCall->result_begin();
  for (OpResult result : call.getResults()) {
    auto tensor = dyn_cast<RankedTensorType>(result.getType());
    if (!tensor) {
      result.replaceAllUsesWith(*returned++);
      continue;
    }
    Value buffer = isOutArgument(tensor) ? *destination++ : *returned++;
    if (result.use_empty())
      continue;
    result.replaceAllUsesWith(bufferization::ToTensorOp::create(builder, call.getLoc(), tensor, buffer,
                                                                /*restrict=*/true, /*writable=*/true));
  }
  call.erase();
}

LogicalResult Boundary::run() {
  SmallVector<func::FuncOp> functions;
  for (auto function : module.getOps<func::FuncOp>()) {
    if (!usesTensors(function.getFunctionType()))
      continue;
    if (failed(check(function)))
      return failure();
    functions.push_back(function);
  }
  // Returns before calls: a call can then see that its result goes to the caller's out-argument.
  for (func::FuncOp function : functions) {
    FunctionType oldType = function.getFunctionType();
    SmallVector<DictionaryAttr> argumentAttrs;
    function.getAllArgAttrs(argumentAttrs);
    FunctionType newType = boundaryType(oldType);
    // Which arguments are constant is said in the signature by now, and nothing after this pass asks.
    for (DictionaryAttr &attrs : argumentAttrs) {
      NamedAttrList list(attrs);
      list.erase(lexon::core::kConstantAttr);
      attrs = list.getDictionary(builder.getContext());
    }
    argumentAttrs.resize(newType.getNumInputs(), builder.getDictionaryAttr({}));
    function.setFunctionType(newType);
    function.setAllArgAttrs(argumentAttrs);
    function.setAllResultAttrs(SmallVector<DictionaryAttr>(newType.getNumResults(), builder.getDictionaryAttr({})));
    for (Type result : oldType.getResults())
      remark::passed(function.getLoc(), isOutArgument(result) ? kOutArgument : kReturned) << function.getSymName();
    LEXON_DEBUG("results-to-out-params", os << function.getSymName() << ": " << oldType << " becomes " << newType);
    if (function.isExternal())
      continue;
    SmallVector<BlockArgument> outs;
    for (Type type : newType.getInputs().drop_front(oldType.getNumInputs()))
      outs.push_back(function.front().addArgument(type, function.getLoc()));
    convertArguments(function, oldType);
    SmallVector<func::ReturnOp> returns(function.getOps<func::ReturnOp>());
    function.walk([&](func::ReturnOp op) {
      if (!llvm::is_contained(returns, op))
        returns.push_back(op);
    });
    for (func::ReturnOp op : returns)
      convertReturn(op, outs);
  }
  SmallVector<func::CallOp> calls;
  module.walk([&](func::CallOp call) {
    if (usesTensors(call.getCalleeType()))
      calls.push_back(call);
  });
  for (func::CallOp call : calls)
    convertCall(call);
  return success();
}

struct ResultsToOutParamsPass final : lexon::impl::ResultsToOutParamsPassBase<ResultsToOutParamsPass> {
  using ResultsToOutParamsPassBase::ResultsToOutParamsPassBase;
  void runOnOperation() override {
    if (failed(Boundary(getOperation()).run()))
      signalPassFailure();
  }
};
} // namespace
