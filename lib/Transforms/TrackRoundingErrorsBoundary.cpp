//===- TrackRoundingErrorsBoundary.cpp - values in, bounds out ------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// The public face of a tracked function: arguments in the program's own types, each floating-point result as two of
// f64, value and bound. A floating-point memref argument may be written to, so its final contents count as a result:
// two more memrefs at the end of the argument list take them.
//
//===----------------------------------------------------------------------===//

#include "TrackRoundingErrors.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace lexon::rounding;

//===----------------------------------------------------------------------===//
// Element by element
//===----------------------------------------------------------------------===//

/// An elementwise linalg.generic.
static linalg::GenericOp mapElements(OpBuilder &builder, Location loc, Value input, ValueRange outputs,
                                     llvm::function_ref<SmallVector<Value>(ErrorBuilder &, Value)> body) {
  int64_t rank = cast<ShapedType>(input.getType()).getRank();
  SmallVector<AffineMap> maps(1 + outputs.size(), builder.getMultiDimIdentityMap(rank));
  SmallVector<utils::IteratorType> iterators(rank, utils::IteratorType::parallel);
  SmallVector<Type> results;
  if (isa<TensorType>(input.getType()))
    llvm::append_range(results, outputs.getTypes());
  return linalg::GenericOp::create(builder, loc, results, input, outputs, maps, iterators,
                                   [&](OpBuilder &nested, Location nestedLoc, ValueRange arguments) {
                                     ErrorBuilder errors(nested, nestedLoc);
                                     linalg::YieldOp::create(nested, nestedLoc, body(errors, arguments[0]));
                                   });
}

static SmallVector<Value> dynamicSizes(OpBuilder &builder, Location loc, Value shaped) {
  SmallVector<Value> sizes;
  auto type = cast<ShapedType>(shaped.getType());
  for (int64_t dim = 0; dim < type.getRank(); ++dim) {
    if (!type.isDynamicDim(dim))
      continue;
    if (isa<TensorType>(type))
      sizes.push_back(tensor::DimOp::create(builder, loc, shaped, dim));
    else
      sizes.push_back(memref::DimOp::create(builder, loc, shaped, dim));
  }
  return sizes;
}

static Value emptyLike(OpBuilder &builder, Location loc, Value tensor, Type element) {
  auto type = cast<RankedTensorType>(tensor.getType());
  return tensor::EmptyOp::create(builder, loc, type.clone(element), dynamicSizes(builder, loc, tensor));
}

static MemRefType contiguous(Type memref, Type element) {
  return MemRefType::get(cast<MemRefType>(memref).getShape(), element);
}

static Value allocateLike(OpBuilder &builder, Location loc, Value memref, Type element) {
  return memref::AllocOp::create(builder, loc, contiguous(memref.getType(), element),
                                 dynamicSizes(builder, loc, memref));
}

static SmallVector<Value> liftElement(ErrorBuilder &errors, Value element) { return {errors.lift(element)}; }

Value lexon::rounding::liftTensor(OpBuilder &builder, Location loc, Value tensor) {
  Value empty = emptyLike(builder, loc, tensor, getTrackedType(builder.getContext()));
  return mapElements(builder, loc, tensor, empty, liftElement).getResult(0);
}

void lexon::rounding::liftMemref(OpBuilder &builder, Location loc, Value from, Value to) {
  mapElements(builder, loc, from, to, liftElement);
}

/// Splits each tracked element into value and final bound.
static linalg::GenericOp finishElements(OpBuilder &builder, Location loc, Value tracked, ValueRange outputs,
                                        const FloatFormat &format) {
  return mapElements(builder, loc, tracked, outputs, [&](ErrorBuilder &errors, Value element) -> SmallVector<Value> {
    Closed result = errors.finish(element, format);
    return {result.value, result.error};
  });
}

//===----------------------------------------------------------------------===//
// The wrapper
//===----------------------------------------------------------------------===//

namespace {
class WrapperBuilder {
public:
  WrapperBuilder(func::FuncOp original, func::FuncOp inner)
      : original(original), inner(inner), loc(original.getLoc()), builder(original) {}

  FailureOr<func::FuncOp> build(ArrayRef<InitializedGlobal> globals);

private:
  LogicalResult checkTypes();
  FunctionType getWrapperType();
  void copyAttributes(func::FuncOp wrapper);
  FailureOr<Value> convertArgument(Value argument, Type innerType);
  void finishResult(Value result, Type type, SmallVectorImpl<Value> &results);
  void finishBuffers(func::FuncOp wrapper);

  func::FuncOp original, inner;
  const Location loc;
  OpBuilder builder;
  /// Tracked copies of the memref arguments, with the arguments' own element types.
  SmallVector<std::pair<Value, Type>> buffers;
};
} // namespace

/// Memref types whose elements become value and bound.
static bool isFloatMemref(Type type) { return isa<MemRefType>(type) && holdsFloat(type); }

LogicalResult WrapperBuilder::checkTypes() {
  auto check = [&](Type type) -> LogicalResult {
    if (!holdsFloat(type) || isa<FloatType, RankedTensorType, MemRefType>(type))
      return success();
    return original.emitOpError("has no rounding-error rule for type ")
           << type << " at the boundary of a public function";
  };
  for (Type type : llvm::concat<const Type>(original.getArgumentTypes(), original.getResultTypes()))
    if (failed(check(type)))
      return failure();
  return success();
}

FunctionType WrapperBuilder::getWrapperType() {
  Type f64 = builder.getF64Type();
  SmallVector<Type> inputs(original.getArgumentTypes()), results;
  for (Type type : original.getArgumentTypes())
    if (isFloatMemref(type))
      inputs.append(2, contiguous(type, f64));
  for (Type type : original.getResultTypes()) {
    if (!holdsFloat(type))
      results.push_back(type);
    else if (isa<FloatType>(type))
      results.append(2, f64);
    else if (auto tensor = dyn_cast<RankedTensorType>(type))
      results.append(2, tensor.clone(f64));
    else
      results.append(2, contiguous(type, f64));
  }
  return builder.getFunctionType(inputs, results);
}

/// Arguments keep their attributes; results are others now.
void WrapperBuilder::copyAttributes(func::FuncOp wrapper) {
  for (NamedAttribute attr : original->getDiscardableAttrs())
    // These describe other types; constants must come prepared, by the program as it was.
    if (!llvm::is_contained({"lexon.signature", "lexon.prepare", "lexon.prepared_layout"}, attr.getName().strref()))
      wrapper->setDiscardableAttr(attr.getName(), attr.getValue());
  for (unsigned index = 0; index < original.getNumArguments(); ++index)
    if (DictionaryAttr attrs = original.getArgAttrDict(index))
      wrapper.setArgAttrs(index, attrs);
}

FailureOr<Value> WrapperBuilder::convertArgument(Value argument, Type innerType) {
  if (!holdsFloat(argument.getType()))
    return argument;
  if (isa<FloatType>(argument.getType()))
    return ErrorBuilder(builder, loc).lift(argument);
  if (isa<RankedTensorType>(argument.getType()))
    return liftTensor(builder, loc, argument);
  Value buffer = allocateLike(builder, loc, argument, getTrackedType(builder.getContext()));
  liftMemref(builder, loc, argument, buffer);
  buffers.push_back({buffer, getElementTypeOrSelf(argument.getType())});
  if (buffer.getType() == innerType)
    return buffer;
  if (memref::CastOp::areCastCompatible(buffer.getType(), innerType))
    return memref::CastOp::create(builder, loc, innerType, buffer).getResult();
  return original.emitOpError("has no rounding-error rule for type ")
         << argument.getType() << ": a contiguous buffer cannot take its place";
}

void WrapperBuilder::finishResult(Value result, Type type, SmallVectorImpl<Value> &results) {
  if (!holdsFloat(type)) {
    results.push_back(result);
    return;
  }
  Type f64 = builder.getF64Type();
  FloatFormat format = *getFloatFormat(getElementTypeOrSelf(type));
  if (isa<FloatType>(type)) {
    Closed closed = ErrorBuilder(builder, loc).finish(result, format);
    results.append({closed.value, closed.error});
  } else if (isa<RankedTensorType>(type)) {
    Value outputs[] = {emptyLike(builder, loc, result, f64), emptyLike(builder, loc, result, f64)};
    llvm::append_range(results, finishElements(builder, loc, result, outputs, format).getResults());
  } else {
    Value outputs[] = {allocateLike(builder, loc, result, f64), allocateLike(builder, loc, result, f64)};
    finishElements(builder, loc, result, outputs, format);
    llvm::append_range(results, outputs);
  }
}

void WrapperBuilder::finishBuffers(func::FuncOp wrapper) {
  unsigned next = original.getNumArguments();
  for (auto [buffer, element] : buffers) {
    Value outputs[] = {wrapper.getArgument(next), wrapper.getArgument(next + 1)};
    finishElements(builder, loc, buffer, outputs, *getFloatFormat(element));
    next += 2;
  }
  // A returned memref may be one of them; then they are left to the process, which ends soon.
  if (llvm::none_of(original.getResultTypes(), isFloatMemref))
    for (auto [buffer, element] : buffers)
      memref::DeallocOp::create(builder, loc, buffer);
}

FailureOr<func::FuncOp> WrapperBuilder::build(ArrayRef<InitializedGlobal> globals) {
  if (failed(checkTypes()))
    return failure();
  auto wrapper = func::FuncOp::create(builder, loc, original.getSymName(), getWrapperType());
  copyAttributes(wrapper);
  Block *block = wrapper.addEntryBlock();
  builder.setInsertionPointToStart(block);
  for (const InitializedGlobal &global : globals) {
    memref::GlobalOp from = global.original, to = global.tracked;
    liftMemref(builder, loc, memref::GetGlobalOp::create(builder, loc, from.getType(), from.getSymName()),
               memref::GetGlobalOp::create(builder, loc, to.getType(), to.getSymName()));
  }
  SmallVector<Value> operands;
  for (auto [argument, type] : llvm::zip(block->getArguments(), inner.getArgumentTypes())) {
    FailureOr<Value> converted = convertArgument(argument, type);
    if (failed(converted)) {
      wrapper.erase();
      return failure();
    }
    operands.push_back(*converted);
  }
  auto call = func::CallOp::create(builder, loc, inner, operands);
  SmallVector<Value> results;
  for (auto [result, type] : llvm::zip(call.getResults(), original.getResultTypes()))
    finishResult(result, type, results);
  finishBuffers(wrapper);
  func::ReturnOp::create(builder, loc, results);
  return wrapper;
}

FailureOr<func::FuncOp> lexon::rounding::buildPublicWrapper(func::FuncOp original, func::FuncOp inner,
                                                            ArrayRef<InitializedGlobal> globals) {
  return WrapperBuilder(original, inner).build(globals);
}
