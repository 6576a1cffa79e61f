//===- PackWeights.cpp - weights in the layout the kernels read -----------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// All on tensors: `F` reads its constant arguments as packed by reshaping them (a reshape moves nothing), and
// `F_prepare` returns what `F` wants to read, reshaped to the type the argument always had. So F_prepare followed by F
// is F. A function that reads all its constants as they are, and hands none to one that does not, has no F_prepare.
//
// What a function of another module wants is not known here. For the case that it wants nothing, and has no F_prepare
// either, its callers bring a weak one that copies: the linker takes it only if there is no other.
//
//===----------------------------------------------------------------------===//

#include "lexon/Dialect/Lexon/Transforms/Passes.h"

#include "Panels.h"

#include "lexon/Support/Debug.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Remarks.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/SetVector.h"
#include <map>

namespace lexon::core {
#define GEN_PASS_DEF_PACKWEIGHTSPASS
#include "lexon/Dialect/Lexon/Transforms/Passes.h.inc"
} // namespace lexon::core

using namespace mlir;
using namespace lexon::core;

namespace {
constexpr auto kEvent = remark::RemarkOpts::name("packed").category("pack-weights");

/// A constant argument that becomes packed: the reshapes between it and the contraction, and the layout.
struct Packing {
  SmallVector<Operation *> reshapes;
  ContractOp contract;
  Panels panels;
};

/// By the number of the argument.
using PackingMap = std::map<unsigned, Packing>;

SmallVector<unsigned> constantArguments(func::FuncOp function) {
  SmallVector<unsigned> result;
  for (unsigned i = 0; i < function.getNumArguments(); ++i)
    if (function.getArgAttr(i, kConstantAttr))
      result.push_back(i);
  return result;
}

/// The tensor with all elements of `tensor` in one row.
Value flat(OpBuilder &builder, Location loc, Value tensor) {
  auto type = cast<RankedTensorType>(tensor.getType());
  if (type.getRank() == 1)
    return tensor;
  SmallVector<ReassociationIndices> all{llvm::to_vector<2>(llvm::seq<int64_t>(0, type.getRank()))};
  return tensor::CollapseShapeOp::create(builder, loc, tensor, all);
}

Value unflat(OpBuilder &builder, Location loc, Value row, ArrayRef<int64_t> shape) {
  if (shape.size() == 1)
    return row;
  SmallVector<ReassociationIndices> all{llvm::to_vector<2>(llvm::seq<int64_t>(0, shape.size()))};
  return tensor::ExpandShapeOp::create(builder, loc, cast<RankedTensorType>(row.getType()).clone(shape), row, all);
}

class Packer {
public:
  Packer(ModuleOp module, int64_t panel)
      : module(module), symbols(module), rewriter(module.getContext()), panel(panel) {}

  LogicalResult run();

private:
  std::optional<Packing> plan(BlockArgument argument);
  func::FuncOp takerOf(OpOperand &use);
  void findWanting(ArrayRef<func::FuncOp> functions);
  void usePacked(BlockArgument argument, Packing &packing);
  Value pack(OpBuilder &builder, Location loc, Value raw, const Packing &packing);

  LogicalResult makePrepare(func::FuncOp function, const PackingMap &packings);
  FailureOr<Value> prepared(Value constant, IRMapping &mapping, std::string &layout);
  FailureOr<Value> preparedByCall(func::CallOp call, unsigned operand, IRMapping &mapping, std::string &layout);
  FailureOr<Value> assemble(BlockArgument buffer, IRMapping &mapping, std::string &layout);
  func::FuncOp prepareOf(func::FuncOp function);

  ModuleOp module;
  SymbolTable symbols;
  IRRewriter rewriter;
  const int64_t panel;
  /// Functions that want other constants than there are: they pack some, hand some on to such a function, have their
  /// F_prepare already, or are in another module.
  SetVector<func::FuncOp> wanting;
  /// Calls of other functions' prepare in the function that is being made.
  DenseMap<Operation *, func::CallOp> calls;
};

/// The packing of a constant argument, or nothing, with a remark where a contraction uses it.
std::optional<Packing> Packer::plan(BlockArgument argument) {
  auto type = dyn_cast<RankedTensorType>(argument.getType());
  if (!type || !type.hasStaticShape())
    return std::nullopt;
  Packing packing;
  Value value = argument;
  while (value.hasOneUse() && isa<tensor::ExpandShapeOp, tensor::CollapseShapeOp>(*value.user_begin())) {
    packing.reshapes.push_back(*value.user_begin());
    value = packing.reshapes.back()->getResult(0);
  }
  ContractOp contract;
  for (Operation *user : value.getUsers())
    if (auto op = dyn_cast<ContractOp>(user))
      contract = op;
  if (!contract)
    return std::nullopt;
  auto missed = [&](StringRef reason) {
    remark::missed(contract.getLoc(), kEvent) << remark::reason("argument {0}: {1}", argument.getArgNumber(), reason);
    return std::nullopt;
  };
  if (!value.hasOneUse() || contract.getRhs() != value)
    return missed("it is not the right-hand side of one contraction alone");
  std::string reason;
  std::optional<Panels> panels = planPanels(contract, panel, reason);
  if (!panels)
    return missed(reason);
  packing.contract = contract;
  packing.panels = *panels;
  return packing;
}

/// The function that takes what is used here as a constant of its own, or null.
func::FuncOp Packer::takerOf(OpOperand &use) {
  auto call = dyn_cast<func::CallOp>(use.getOwner());
  auto callee = call ? symbols.lookup<func::FuncOp>(call.getCallee()) : func::FuncOp();
  return callee && callee.getArgAttr(use.getOperandNumber(), kConstantAttr) ? callee : func::FuncOp();
}

/// Adds to `wanting` those of `functions` that hand constants on to one that is in it.
void Packer::findWanting(ArrayRef<func::FuncOp> functions) {
  DenseMap<func::FuncOp, SmallVector<func::FuncOp>> givers;
  for (func::FuncOp function : functions)
    for (unsigned index : constantArguments(function)) {
      SmallVector<Value> constants{function.getArgument(index)};
      for (Operation *user : function.getArgument(index).getUsers())
        if (auto weight = dyn_cast<WeightOp>(user))
          constants.push_back(weight.getResult());
      for (Value constant : constants)
        for (OpOperand &use : constant.getUses())
          if (func::FuncOp taker = takerOf(use))
            givers[taker].push_back(function);
    }
  for (unsigned i = 0; i < wanting.size(); ++i)
    for (func::FuncOp giver : givers.lookup(wanting[i]))
      wanting.insert(giver);
}

/// Reads `argument` as packed.
void Packer::usePacked(BlockArgument argument, Packing &packing) {
  Location loc = packing.contract.getLoc();
  const Panels &panels = packing.panels;
  rewriter.setInsertionPointToStart(argument.getOwner());
  Value row = flat(rewriter, loc, argument);
  int64_t whole = ShapedType::getNumElements(panels.packedShape());
  int64_t all = cast<ShapedType>(row.getType()).getDimSize(0);
  Value packed = unflat(rewriter, loc, sliceOf(rewriter, loc, row, 0, 0, whole), panels.packedShape());
  Value rest;
  if (panels.hasRest())
    rest = unflat(rewriter, loc, sliceOf(rewriter, loc, row, 0, whole, all), panels.restShape());
  contractPanels(rewriter, packing.contract, panels, packed, rest);
  for (Operation *reshape : llvm::reverse(packing.reshapes))
    rewriter.eraseOp(reshape);
}

/// The packed form of `raw`, in its type.
Value Packer::pack(OpBuilder &builder, Location loc, Value raw, const Packing &packing) {
  auto type = cast<RankedTensorType>(raw.getType());
  const Panels &panels = packing.panels;
  IRMapping mapping;
  Value rhs = raw;
  for (Operation *reshape : packing.reshapes) {
    mapping.map(reshape->getOperand(0), rhs);
    rhs = builder.clone(*reshape, mapping)->getResult(0);
  }
  int64_t whole = ShapedType::getNumElements(panels.packedShape()), all = type.getNumElements();
  if (!panels.hasRest()) {
    Value packed = tensor::EmptyOp::create(builder, loc, panels.packedShape(), type.getElementType());
    return unflat(builder, loc, flat(builder, loc, packInto(builder, loc, rhs, panels, packed)), type.getShape());
  }
  Value row = tensor::EmptyOp::create(builder, loc, ArrayRef<int64_t>{all}, type.getElementType());
  auto place = [&](Value part, int64_t begin, int64_t size) {
    row = tensor::InsertSliceOp::create(
        builder, loc, flat(builder, loc, part), row, ArrayRef<OpFoldResult>{builder.getIndexAttr(begin)},
        ArrayRef<OpFoldResult>{builder.getIndexAttr(size)}, ArrayRef<OpFoldResult>{builder.getIndexAttr(1)});
  };
  Value destination = unflat(builder, loc, sliceOf(builder, loc, row, 0, 0, whole), panels.packedShape());
  place(packInto(builder, loc, rhs, panels, destination), 0, whole);
  auto restDestination = [&](ArrayRef<int64_t> shape) {
    return unflat(builder, loc, sliceOf(builder, loc, row, 0, whole, all), shape);
  };
  place(restOf(builder, loc, rhs, panels, restDestination), whole, all - whole);
  return unflat(builder, loc, row, type.getShape());
}

//===----------------------------------------------------------------------===//
// F_prepare
//===----------------------------------------------------------------------===//

/// The function that prepares the constant arguments of `function`: found, declared, or, for one of another module, the
/// weak one.
func::FuncOp Packer::prepareOf(func::FuncOp function) {
  std::string name = (function.getSymName() + "_prepare").str();
  if (auto found = symbols.lookup<func::FuncOp>(name))
    return found;
  SmallVector<Type> types;
  for (unsigned i : constantArguments(function))
    types.push_back(function.getArgumentTypes()[i]);
  OpBuilder builder(module.getContext());
  auto created = func::FuncOp::create(builder, function.getLoc(), name, builder.getFunctionType(types, types));
  created.setVisibility(SymbolTable::Visibility::Private);
  symbols.insert(created, function->getIterator());
  if (function.isExternal()) {
    Block *body = created.addEntryBlock();
    builder.setInsertionPointToStart(body);
    func::ReturnOp::create(builder, function.getLoc(), body->getArguments());
    created->setAttr("llvm.linkage", LLVM::LinkageAttr::get(module.getContext(), LLVM::Linkage::Weak));
    // LLVM 22's function specialization copies weak functions, too, for calls with many constant arguments; not these.
    created->setAttr("passthrough", builder.getStrArrayAttr({"noduplicate", "noinline", "optnone"}));
  }
  return created;
}

/// What a call of a function with constant parameters wants in place of its operand number `operand`.
FailureOr<Value> Packer::preparedByCall(func::CallOp call, unsigned operand, IRMapping &mapping, std::string &layout) {
  auto callee = symbols.lookup<func::FuncOp>(call.getCallee());
  SmallVector<unsigned> constants = constantArguments(callee);
  unsigned index = llvm::find(constants, operand) - constants.begin();
  func::CallOp &made = calls[call];
  if (!made) {
    SmallVector<Value> operands;
    for (unsigned i : constants) {
      Value value = call.getOperand(i);
      if (auto weight = value.getDefiningOp<WeightOp>(); weight && !mapping.contains(value))
        mapping.map(value, rewriter.clone(*weight, mapping)->getResult(0));
      if (!mapping.contains(value))
        return call.emitError("passes a value that is not constant as constant argument ")
               << i << " of '" << call.getCallee() << "'";
      operands.push_back(mapping.lookup(value));
    }
    made = func::CallOp::create(rewriter, call.getLoc(), prepareOf(callee), operands);
  }
  layout = ("@" + call.getCallee() + "[" + Twine(index) + "]").str();
  return made.getResult(index);
}

/// The prepared form of `constant`, by how its users read it: the constant itself, or what one other function wants.
FailureOr<Value> Packer::prepared(Value constant, IRMapping &mapping, std::string &layout) {
  func::CallOp passed;
  unsigned position = 0;
  for (OpOperand &use : constant.getUses()) {
    func::FuncOp taker = takerOf(use);
    if (!taker || !wanting.contains(taker))
      continue;
    auto call = cast<func::CallOp>(use.getOwner());
    if (!constant.hasOneUse())
      return call.emitError("passes a constant that has other uses to '")
             << call.getCallee() << "', which may want it in another layout; compile with weights=raw";
    passed = call;
    position = use.getOperandNumber();
  }
  if (passed)
    return preparedByCall(passed, position, mapping, layout);
  layout = "raw";
  return mapping.lookup(constant);
}

/// A prepared weights buffer: each weight that is cut from `buffer` in its place.
FailureOr<Value> Packer::assemble(BlockArgument buffer, IRMapping &mapping, std::string &layout) {
  SmallVector<Value> pieces;
  SmallVector<int64_t> offsets;
  llvm::raw_string_ostream stream(layout);
  for (Operation *user : buffer.getUsers()) {
    auto weight = dyn_cast<WeightOp>(user);
    if (!weight)
      return user->emitError("'") << user->getName() << "' op reads a constant buffer otherwise than by lexon.weight; "
                                  << "compile with weights=raw";
    if (!mapping.contains(weight.getResult()))
      mapping.map(weight.getResult(), rewriter.clone(*weight, mapping)->getResult(0));
  }
  for (Operation *user : buffer.getUsers()) {
    auto weight = cast<WeightOp>(user);
    std::string own;
    FailureOr<Value> piece = prepared(weight.getResult(), mapping, own);
    if (failed(piece))
      return failure();
    pieces.push_back(*piece);
    offsets.push_back(weight.getOffset());
    stream << (pieces.size() == 1 ? "" : " ") << weight.getOffset() << ":" << own;
  }
  auto type = cast<RankedTensorType>(buffer.getType());
  Value empty = tensor::EmptyOp::create(rewriter, buffer.getLoc(), type.getShape(), type.getElementType());
  return AssembleOp::create(rewriter, buffer.getLoc(), pieces, offsets, empty).getResult();
}

LogicalResult Packer::makePrepare(func::FuncOp function, const PackingMap &packings) {
  func::FuncOp prepare = prepareOf(function);
  if (!prepare.isExternal())
    return prepare.emitError("has the name of a function that '") << function.getSymName() << "' needs";
  prepare.setVisibility(function.getVisibility());
  Block *body = prepare.addEntryBlock();
  rewriter.setInsertionPointToStart(body);
  calls.clear();
  IRMapping mapping;
  SmallVector<unsigned> constants = constantArguments(function);
  for (auto [argument, index] : llvm::zip(body->getArguments(), constants))
    mapping.map(function.getArgument(index), argument);
  SmallVector<Value> results;
  std::string layout = "lexon-1";
  for (unsigned index : constants) {
    BlockArgument argument = function.getArgument(index);
    Location loc = argument.getLoc();
    std::string own;
    auto packing = packings.find(index);
    auto type = dyn_cast<RankedTensorType>(argument.getType());
    bool isBuffer = type && type.getRank() == 1 && type.hasStaticShape() && type.getElementType().isInteger(8) &&
                    llvm::any_of(argument.getUsers(), [](Operation *user) { return isa<WeightOp>(user); });
    FailureOr<Value> result;
    if (packing != packings.end()) {
      result = pack(rewriter, loc, mapping.lookup(argument), packing->second);
      own = packing->second.panels.text();
    } else if (isBuffer) {
      result = assemble(argument, mapping, own);
    } else {
      result = prepared(argument, mapping, own);
    }
    if (failed(result))
      return failure();
    results.push_back(*result);
    layout += "; " + own;
  }
  func::ReturnOp::create(rewriter, function.getLoc(), results);
  function->setAttr("lexon.prepare", rewriter.getStringAttr(prepare.getSymName()));
  function->setAttr("lexon.prepared_layout", rewriter.getStringAttr(layout));
  return success();
}

LogicalResult Packer::run() {
  SmallVector<func::FuncOp> functions(module.getOps<func::FuncOp>());
  SmallVector<std::pair<func::FuncOp, PackingMap>> planned;
  SmallVector<func::FuncOp> defined;
  for (func::FuncOp function : functions) {
    if (constantArguments(function).empty())
      continue;
    if (function.isExternal() || function->hasAttr("lexon.prepare")) {
      wanting.insert(function);
      continue;
    }
    PackingMap packings;
    for (unsigned index : constantArguments(function))
      if (std::optional<Packing> packing = plan(function.getArgument(index)))
        packings[index] = *packing;
    if (!packings.empty())
      wanting.insert(function);
    planned.push_back({function, packings});
    defined.push_back(function);
  }
  findWanting(defined);
  // Prepare first: packing takes the reshapes away that it copies.
  for (auto &[function, packings] : planned)
    if (wanting.contains(function) && failed(makePrepare(function, packings)))
      return failure();
  for (auto &[function, packings] : planned)
    for (auto &[index, packing] : packings) {
      remark::passed(packing.contract.getLoc(), kEvent)
          << "argument " + std::to_string(index) + ": " + packing.panels.text();
      usePacked(function.getArgument(index), packing);
    }
  return success();
}

struct PackWeightsPass final : lexon::core::impl::PackWeightsPassBase<PackWeightsPass> {
  using PackWeightsPassBase::PackWeightsPassBase;

  void runOnOperation() override {
    if (panel < 1)
      getOperation().emitError("pack-weights needs a panel of at least one column"), signalPassFailure();
    else if (failed(Packer(getOperation(), panel).run()))
      signalPassFailure();
  }
};
} // namespace
