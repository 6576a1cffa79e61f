//===- Emit.cpp - plans as MLIR -------------------------------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "Emit.h"

#include "EmitViews.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Verifier.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace lexon::differential;

namespace {
class FunctionEmitter {
public:
  FunctionEmitter(const Function &function, ImplicitLocOpBuilder &b) : function(function), b(b) {}

  func::FuncOp run();

private:
  Type element(unsigned operand) { return elementType(function.operands[operand].element, b); }
  Value constant(Type type, double value);
  Value initialValue(ValueRange inputs);
  Value emptyTensor(ValueRange inputs);
  void overwriteFirst(Value &value);
  Value operation(ValueRange inputs, Value output);
  ArrayAttr maps();
  void body(OpBuilder &builder, Location loc, ValueRange arguments);
  Value transposedResult(Value result);

  const Function &function;
  ImplicitLocOpBuilder &b;
  ViewEmitter views{function, b};
};
} // namespace

Value FunctionEmitter::constant(Type type, double value) {
  if (isa<IntegerType>(type))
    return arith::ConstantOp::create(b, b.getIntegerAttr(type, static_cast<int64_t>(value)));
  return arith::ConstantOp::create(b, b.getFloatAttr(type, value));
}

/// A tensor for the result. Its sizes are passed, or those of the inputs.
Value FunctionEmitter::emptyTensor(ValueRange inputs) {
  SmallVector<OpFoldResult> sizes;
  std::vector<Extent> stated = sizesAlong(function, kC, false).back();
  for (auto [axis, loop] : llvm::enumerate(function.operands[kC].loops)) {
    if (stated[axis] || !function.sizesFromOperands) {
      sizes.push_back(stated[axis] ? OpFoldResult(b.getIndexAttr(*stated[axis])) : views.nextIndex());
      continue;
    }
    for (unsigned operand : {kB, kA}) {
      const std::vector<unsigned> &loops = function.operands[operand].loops;
      auto found = llvm::find(loops, loop);
      if (found == loops.end())
        continue;
      sizes.push_back(tensor::DimOp::create(b, inputs[operand], found - loops.begin()).getResult());
      break;
    }
  }
  return tensor::EmptyOp::create(b, sizes, element(kC));
}

void FunctionEmitter::overwriteFirst(Value &value) {
  SmallVector<Value> zeros(function.operands[kC].loops.size());
  for (Value &zero : zeros)
    zero = arith::ConstantIndexOp::create(b, 0);
  Value stored = constant(element(kC), function.storedValue);
  if (function.tensor)
    value = tensor::InsertOp::create(b, stored, value, zeros);
  else
    memref::StoreOp::create(b, stored, value, zeros);
}

/// The output operand's initial value: a tensor, or the filled buffer.
Value FunctionEmitter::initialValue(ValueRange inputs) {
  Value value;
  if (function.hasInput(kC)) {
    Value whole = views.base(kC);
    if (function.initial == Initial::ZeroWhole)
      linalg::FillOp::create(b, constant(element(kC), 0), whole);
    value = views.apply(kC, whole);
  } else {
    value = emptyTensor(inputs);
  }
  if (function.initial == Initial::Given || function.initial == Initial::ZeroWhole)
    return value;
  auto fill = linalg::FillOp::create(b, constant(element(kC), function.fillValue), value);
  if (function.tensor)
    value = fill.getResult(0);
  if (function.initial == Initial::ZeroThenStore)
    overwriteFirst(value);
  return value;
}

ArrayAttr FunctionEmitter::maps() {
  SmallVector<AffineMap> maps;
  for (const Operand &operand : function.operands) {
    SmallVector<AffineExpr> axes;
    for (unsigned loop : operand.loops)
      axes.push_back(b.getAffineDimExpr(loop));
    maps.push_back(AffineMap::get(function.loops.size(), 0, axes, b.getContext()));
  }
  return b.getAffineMapArrayAttr(maps);
}

void FunctionEmitter::body(OpBuilder &builder, Location loc, ValueRange arguments) {
  ImplicitLocOpBuilder at(loc, builder);
  Type type = element(kC);
  bool integer = isa<IntegerType>(type);
  auto extend = [&](Value value) -> Value {
    if (value.getType() == type)
      return value;
    return integer ? arith::ExtSIOp::create(at, type, value).getResult()
                   : arith::ExtFOp::create(at, type, value).getResult();
  };
  auto binary = [&](StringRef floating, StringRef whole, Value x, Value y) {
    OperationState state(loc, integer ? whole : floating);
    state.addOperands({x, y});
    state.addTypes(type);
    return at.create(state)->getResult(0);
  };
  auto multiply = [&](Value x, Value y) { return binary("arith.mulf", "arith.muli", x, y); };
  auto number = [&](double value) -> Value {
    TypedAttr attribute = integer ? TypedAttr(at.getIntegerAttr(type, static_cast<int64_t>(value)))
                                  : TypedAttr(at.getFloatAttr(type, value));
    return arith::ConstantOp::create(at, attribute);
  };
  Value a = extend(arguments[0]), second = extend(arguments[1]), c = arguments[2];
  Value product;
  switch (function.body) {
  case Body::Add:
  case Body::Subtract:
    product = multiply(a, second);
    break;
  case Body::AddSwapped:
    product = multiply(second, a);
    break;
  case Body::ScaledProduct:
  case Body::Negated:
    product = multiply(number(function.alpha), multiply(a, second));
    break;
  case Body::ScaledOperand:
    product = multiply(multiply(number(function.alpha), a), second);
    break;
  case Body::Square:
    product = multiply(a, a);
    break;
  }
  Value sum = function.body == Body::Subtract ? binary("arith.subf", "arith.subi", c, product)
                                              : binary("arith.addf", "arith.addi", c, product);
  linalg::YieldOp::create(at, sum);
}

Value FunctionEmitter::operation(ValueRange inputs, Value output) {
  SmallVector<Type> results;
  if (function.tensor)
    results.push_back(output.getType());
  auto named = [&](auto op) { return function.tensor ? op->getResult(0) : Value(); };
  SmallVector<NamedAttribute> mapped{b.getNamedAttr("indexing_maps", maps())};
  switch (function.form) {
  case Form::Matmul:
    return named(linalg::MatmulOp::create(b, results, inputs, output, mapped));
  case Form::BatchMatmul:
    return named(linalg::BatchMatmulOp::create(b, results, inputs, output, mapped));
  case Form::Matvec:
    return named(linalg::MatvecOp::create(b, results, inputs, output));
  case Form::Vecmat:
    return named(linalg::VecmatOp::create(b, results, inputs, output));
  case Form::BatchMatvec:
    return named(linalg::BatchMatvecOp::create(b, results, inputs, output));
  case Form::BatchVecmat:
    return named(linalg::BatchVecmatOp::create(b, results, inputs, output));
  case Form::Dot:
    return named(linalg::DotOp::create(b, results, inputs, output));
  case Form::Contract:
    return named(linalg::ContractOp::create(b, results, inputs, output, maps()));
  case Form::Generic:
    break;
  }
  const std::vector<unsigned> &kept = function.operands[kC].loops;
  SmallVector<utils::IteratorType> iterators;
  for (unsigned loop = 0; loop < function.loops.size(); ++loop)
    iterators.push_back(llvm::is_contained(kept, loop) ? utils::IteratorType::parallel
                                                       : utils::IteratorType::reduction);
  SmallVector<AffineMap> generic;
  for (auto map : maps().getAsValueRange<AffineMapAttr>())
    generic.push_back(map);
  return named(linalg::GenericOp::create(
      b, results, inputs, output, generic, iterators,
      [&](OpBuilder &builder, Location loc, ValueRange arguments) { body(builder, loc, arguments); }));
}

Value FunctionEmitter::transposedResult(Value result) {
  if (function.resultPermutation.empty())
    return result;
  return views.transposed(result, function.resultPermutation);
}

func::FuncOp FunctionEmitter::run() {
  SmallVector<Type> arguments;
  for (unsigned operand : {kA, kB, kC})
    if (function.hasInput(operand))
      arguments.push_back(views.baseType(operand));
  arguments.append(indexArguments(function, function).size(), b.getIndexType());
  auto func = func::FuncOp::create(b, "f" + std::to_string(function.id), b.getFunctionType(arguments, {}));
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(func.addEntryBlock());
  views.setArguments(func.getArguments());
  SmallVector<Value> inputs;
  for (unsigned operand : {kA, kB})
    inputs.push_back(views.apply(operand, views.base(operand)));
  Value output = initialValue(inputs);
  Value result = operation(inputs, output);
  if (function.tensor) {
    result = transposedResult(result);
    func.setType(b.getFunctionType(arguments, result.getType()));
    func::ReturnOp::create(b, result);
  } else {
    func::ReturnOp::create(b);
  }
  return func;
}

std::string lexon::differential::emitModule(const std::vector<Function> &functions) {
  MLIRContext context;
  context.loadDialect<arith::ArithDialect, func::FuncDialect, linalg::LinalgDialect, memref::MemRefDialect,
                      tensor::TensorDialect>();
  ImplicitLocOpBuilder b(UnknownLoc::get(&context), &context);
  std::string text;
  llvm::raw_string_ostream os(text);
  for (const Function &function : functions) {
    OwningOpRef<ModuleOp> module = ModuleOp::create(b.getLoc());
    b.setInsertionPointToStart(module->getBody());
    func::FuncOp func = FunctionEmitter(function, b).run();
    if (failed(verify(*module))) {
      func->print(llvm::errs(), OpPrintingFlags().useLocalScope().assumeVerified());
      llvm::report_fatal_error("the generator made an invalid function");
    }
    os << "// f" << function.id << ": " << name(function.form) << ", " << name(function.body) << ", "
       << name(function.initial) << "\n";
    func->print(os, OpPrintingFlags().useLocalScope());
    os << "\n";
  }
  return text;
}
