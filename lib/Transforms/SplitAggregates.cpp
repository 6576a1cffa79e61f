//===- SplitAggregates.cpp - structures that hold pointers, as variables --===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// Imported structures are bytes in memory. LLVM's and MLIR's scalar replacement stop at operations with regions, and at
// structures on the heap and in globals.
//
//===----------------------------------------------------------------------===//

#include "CanonicalizeMemRefs.h"

#include "lexon/Support/Debug.h"
#include "lexon/Transforms/Passes.h"

#include "mlir/Analysis/CFGLoopInfo.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/Dominance.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Interfaces/DataLayoutInterfaces.h"
#include "llvm/BinaryFormat/Dwarf.h"

#include <map>

namespace lexon {
#define GEN_PASS_DEF_SPLITAGGREGATESPASS
#include "lexon/Transforms/Passes.h.inc"
} // namespace lexon

using namespace mlir;

namespace {
constexpr auto kAggregate = remark::RemarkOpts::name("aggregate").category("split-aggregates");

struct Piece {
  uint64_t size = 0;
  Type type;
  Value variable;
};

/// An object in memory whose every use is at a known offset.
struct Object {
  Operation *op; ///< alloca, allocation call or global
  SmallVector<Value> bases;
  uint64_t size = 0;
  std::map<uint64_t, Piece> pieces;
  std::string why; ///< it stays, if not empty
  bool hasPointer = false;
  bool isScalar = false;

  void refuse(const std::string &reason) {
    if (why.empty())
      why = reason;
  }
};

struct Use {
  Object *object;
  uint64_t offset;
  OpOperand *operand;
};

StringRef calleeOf(Operation *op) {
  auto call = dyn_cast<func::CallOp>(op);
  return call ? call.getCallee() : "";
}

/// The number of bytes, if the operation copies or sets a constant number that nobody watches.
std::optional<uint64_t> lengthOf(Operation *op) {
  Value length;
  if (auto copy = dyn_cast<LLVM::MemcpyOp>(op); copy && !copy.getIsVolatile())
    length = copy.getLen();
  else if (auto copy = dyn_cast<LLVM::MemmoveOp>(op); copy && !copy.getIsVolatile())
    length = copy.getLen();
  else if (auto set = dyn_cast<LLVM::MemsetOp>(op); set && !set.getIsVolatile())
    length = set.getLen();
  APInt constant;
  if (length && matchPattern(length, m_ConstantInt(&constant)))
    return constant.getZExtValue();
  return std::nullopt;
}

class Splitter {
public:
  Splitter(func::FuncOp function, ModuleOp module) : function(function), module(module), layout(module) {}

  void run(ArrayRef<LLVM::GlobalOp> globals) {
    findObjects(globals);
    if (objects.empty())
      return;
    for (auto &object : objects)
      for (Value base : object->bases)
        visit(*object, base, 0);
    settle();
    for (auto &object : objects)
      if (isArrayOfOneRow(*object))
        object->refuse("an array of one row");
    for (auto &object : objects) {
      if (object->why.empty() && object->hasPointer) {
        LEXON_DEBUG("split-aggregates", os << object->op->getName() << " of " << object->size
                                           << " bytes: " << object->pieces.size() << " variables");
        remark::passed(object->op->getLoc(), kAggregate)
            << std::to_string(object->pieces.size()) + " variables of " + std::to_string(object->size) + " bytes";
      } else if (object->hasPointer) {
        remark::missed(object->op->getLoc(), kAggregate) << remark::reason("{0}", object->why);
      }
    }
    rewrite();
  }

private:
  bool splits(const Object *object) const {
    return object && object->why.empty() && (object->hasPointer || object->isScalar);
  }

  //===--------------------------------------------------------------------===//
  // Which
  //===--------------------------------------------------------------------===//

  void findObjects(ArrayRef<LLVM::GlobalOp> globals) {
    auto add = [&](Operation *op, uint64_t size) {
      objects.push_back(std::make_unique<Object>());
      objects.back()->op = op;
      objects.back()->isScalar = size <= 8;
      objects.back()->size = size;
      return objects.back().get();
    };
    Region &body = function.getBody();
    std::unique_ptr<DominanceInfo> dominance;
    std::unique_ptr<CFGLoopInfo> loops;
    for (Block &block : body)
      for (Operation &op : block) {
        APInt count;
        if (auto alloca = dyn_cast<LLVM::AllocaOp>(op)) {
          // A variable that was passed by its address is kept from becoming a value by what a debugger knows of it.
          bool isAggregate = isa<LLVM::LLVMArrayType, LLVM::LLVMStructType>(alloca.getElemType());
          bool isWatched =
              llvm::any_of(alloca->getUsers(), [](Operation *user) { return isa<LLVM::DbgValueOp>(user); });
          if ((isAggregate || isWatched) && matchPattern(alloca.getArraySize(), m_One()))
            add(&op, layout.getTypeSize(alloca.getElemType()))->bases.push_back(alloca);
          continue;
        }
        bool isCleared = calleeOf(&op) == "calloc" && op.getNumOperands() == 2;
        if (!isCleared && !(calleeOf(&op) == "malloc" && op.getNumOperands() == 1))
          continue;
        uint64_t size = 1;
        bool isConstant = llvm::all_of(op.getOperands(), [&](Value operand) {
          bool matches = matchPattern(operand, m_ConstantInt(&count));
          size *= matches ? count.getZExtValue() : 1;
          return matches && count.ult(kMostBytes);
        });
        if (!isConstant || size == 0 || size > kMostBytes)
          continue;
        // On the stack there would be only one for all iterations.
        if (!body.hasOneBlock() && !loops) {
          dominance = std::make_unique<DominanceInfo>(function);
          loops = std::make_unique<CFGLoopInfo>(dominance->getDomTree(&body));
        }
        if (!loops || !loops->getLoopFor(&block))
          add(&op, size)->bases.push_back(op.getResult(0));
      }
    for (LLVM::GlobalOp global : globals) {
      Object *object = nullptr;
      function->walk([&](LLVM::AddressOfOp address) {
        if (address.getGlobalName() != global.getSymName())
          return;
        if (!object)
          object = add(global, layout.getTypeSize(global.getType()));
        object->bases.push_back(address);
      });
    }
  }

  /// Reads the uses of an address that is `offset` bytes into `object`.
  void visit(Object &object, Value address, uint64_t offset) {
    for (OpOperand &use : address.getUses()) {
      Operation *op = use.getOwner();
      uses.push_back({&object, offset, &use});
      if (auto step = dyn_cast<LLVM::GEPOp>(op)) {
        if (!step.getDynamicIndices().empty() || step.getRawConstantIndices().size() != 1) {
          object.refuse("an element of it is chosen at run time");
          continue;
        }
        int64_t index = step.getRawConstantIndices().front();
        visit(object, step.getResult(), offset + index * static_cast<int64_t>(layout.getTypeSize(step.getElemType())));
      } else if (auto load = dyn_cast<LLVM::LoadOp>(op)) {
        if (load.getVolatile_() || load.getOrdering() != LLVM::AtomicOrdering::not_atomic)
          object.refuse("volatile or atomic");
        access(object, offset, load.getType());
      } else if (auto store = dyn_cast<LLVM::StoreOp>(op)) {
        if (store.getVolatile_() || store.getOrdering() != LLVM::AtomicOrdering::not_atomic)
          object.refuse("volatile or atomic");
        if (store.getValue() == use.get())
          object.refuse("its address is stored");
        else
          access(object, offset, store.getValue().getType());
      } else if (auto set = dyn_cast<LLVM::MemsetOp>(op)) {
        APInt value;
        if (!lengthOf(op) || use.getOperandNumber() != 0 || !matchPattern(set.getVal(), m_ConstantInt(&value)) ||
            !value.isZero())
          object.refuse("set to what is not zero");
      } else if (isa<LLVM::MemcpyOp, LLVM::MemmoveOp>(op)) {
        if (!lengthOf(op))
          object.refuse("copied in part");
      } else if (auto compare = dyn_cast<LLVM::ICmpOp>(op)) {
        if (!isNullCheck(compare))
          object.refuse("its address is compared");
      } else if (calleeOf(op) == "free") {
        if (!isa<func::CallOp>(object.op) || offset != 0)
          object.refuse("freed");
      } else if (!isa<LLVM::DbgDeclareOp, LLVM::DbgValueOp, LLVM::LifetimeStartOp, LLVM::LifetimeEndOp>(op)) {
        object.refuse("its address is used by '" + op->getName().getStringRef().str() + "'" +
                      (calleeOf(op).empty() ? "" : " of '" + calleeOf(op).str() + "'"));
      }
    }
  }

  static bool isNullCheck(LLVM::ICmpOp compare) {
    bool isEquality =
        compare.getPredicate() == LLVM::ICmpPredicate::eq || compare.getPredicate() == LLVM::ICmpPredicate::ne;
    return isEquality &&
           (compare.getLhs().getDefiningOp<LLVM::ZeroOp>() || compare.getRhs().getDefiningOp<LLVM::ZeroOp>());
  }

  bool access(Object &object, uint64_t offset, Type type) {
    bool isScalar = isa<LLVM::LLVMPointerType>(type) || (type.isIntOrFloat() && type.getIntOrFloatBitWidth() % 8 == 0);
    if (!isScalar) {
      object.refuse("accessed as a vector, or as part of a byte");
      return false;
    }
    return add(object, offset, {layout.getTypeSize(type), type, {}});
  }

  /// True if the pieces changed.
  bool add(Object &object, uint64_t offset, const Piece &piece) {
    if (offset + piece.size > object.size || offset > object.size) {
      object.refuse("accessed outside of its bounds");
      return false;
    }
    object.hasPointer |= isa<LLVM::LLVMPointerType>(piece.type);
    auto next = object.pieces.lower_bound(offset);
    if (next != object.pieces.end() && next->first == offset && next->second.size == piece.size) {
      if (isa<LLVM::LLVMPointerType>(piece.type) && !isa<LLVM::LLVMPointerType>(next->second.type)) {
        next->second.type = piece.type;
        return true;
      }
      return false;
    }
    bool overlaps = (next != object.pieces.end() && next->first < offset + piece.size) ||
                    (next != object.pieces.begin() && std::prev(next)->first + std::prev(next)->second.size > offset);
    if (overlaps) {
      object.refuse("the same bytes are accessed as different members");
      return false;
    }
    object.pieces[offset] = piece;
    return true;
  }

  /// Hands pieces on along copies, until nothing changes.
  void settle() {
    DenseMap<Operation *, SmallVector<Use *, 2>> sides;
    for (Use &use : uses)
      if (isa<LLVM::MemcpyOp, LLVM::MemmoveOp>(use.operand->getOwner()))
        sides[use.operand->getOwner()].push_back(&use);
    for (bool changes = true; changes;) {
      changes = false;
      for (Use &use : uses) {
        Operation *op = use.operand->getOwner();
        std::optional<uint64_t> length = lengthOf(op);
        if (!length || !use.object->why.empty())
          continue;
        // Pieces are copied whole.
        for (auto &[offset, piece] : use.object->pieces) {
          bool begins = offset >= use.offset && offset < use.offset + *length;
          bool ends = offset + piece.size > use.offset && offset + piece.size <= use.offset + *length;
          if (begins != ends) {
            use.object->refuse("part of a member is copied");
            changes = true;
            break;
          }
        }
        auto found = sides.find(op);
        if (found == sides.end() || !use.object->why.empty())
          continue;
        Use *other = nullptr;
        for (Use *side : found->second)
          if (side->operand != use.operand)
            other = side;
        bool isSource = use.operand->getOperandNumber() == 1;
        if (isSource && (!other || !other->object->why.empty())) {
          // All of its bytes are needed, also those that nobody reads here.
          use.object->refuse("copied to memory that stays");
          changes = true;
          continue;
        }
        if (!other || !other->object->why.empty() || other->object == use.object) {
          if (other && other->object == use.object)
            use.object->refuse("copied onto itself"), changes = true;
          continue;
        }
        auto pieces = use.object->pieces;
        for (auto &[offset, piece] : pieces)
          if (offset >= use.offset && offset + piece.size <= use.offset + *length)
            changes |= add(*other->object, offset - use.offset + other->offset, {piece.size, piece.type, {}});
        if (use.object->hasPointer != other->object->hasPointer) {
          use.object->hasPointer = other->object->hasPointer = true;
          changes = true;
        }
        if (!other->object->why.empty())
          changes = true;
      }
    }
  }

  /// True if the object is a pointer that is given one allocation: nothing but `a[0] = malloc(...)` where `a` has that
  /// one slot. Split, the array would lose a dimension, depending on whether the loop over its slots is known to run
  /// once; canonicalize-memrefs takes it whole.
  bool isArrayOfOneRow(const Object &object) {
    if (!isa<func::CallOp>(object.op) || object.pieces.size() != 1 ||
        object.pieces.begin()->second.size != object.size ||
        !isa<LLVM::LLVMPointerType>(object.pieces.begin()->second.type))
      return false;
    unsigned rows = 0;
    for (const Use &use : uses) {
      if (use.object != &object)
        continue;
      if (isa<LLVM::MemcpyOp, LLVM::MemmoveOp, LLVM::MemsetOp>(use.operand->getOwner()))
        return false;
      auto store = dyn_cast<LLVM::StoreOp>(use.operand->getOwner());
      if (!store || store.getValue().getDefiningOp<LLVM::ZeroOp>())
        continue;
      Operation *origin = lexon::arrays::originOf(store.getValue()).getDefiningOp();
      if (!origin || !lexon::arrays::isAllocation(origin))
        return false;
      ++rows;
    }
    return rows == 1;
  }

  //===--------------------------------------------------------------------===//
  // Rewrite
  //===--------------------------------------------------------------------===//

  void rewrite() {
    OpBuilder builder(function.getContext());
    for (auto &object : objects)
      if (splits(object.get()))
        createVariables(*object, builder);
    llvm::SetVector<Operation *> erased;
    for (Use &use : uses)
      if (splits(use.object) && !erased.contains(use.operand->getOwner()))
        replace(use, builder, erased);
    for (auto &object : objects)
      if (splits(object.get()))
        for (Value base : object->bases)
          erased.insert(base.getDefiningOp());
    for (Operation *op : erased)
      op->dropAllReferences();
    for (Operation *op : erased)
      op->dropAllUses();
    for (Operation *op : erased)
      op->erase();
  }

  void createVariables(Object &object, OpBuilder &builder) {
    Block &entry = function.getBody().front();
    auto global = dyn_cast<LLVM::GlobalOp>(object.op);
    Location loc = object.op->getLoc();
    if (global)
      loc = function.getLoc();
    for (auto &[offset, piece] : object.pieces) {
      builder.setInsertionPointToStart(&entry);
      Value one = LLVM::ConstantOp::create(builder, loc, builder.getI64Type(), builder.getI64IntegerAttr(1));
      Type pointer = LLVM::LLVMPointerType::get(builder.getContext());
      auto alloca =
          LLVM::AllocaOp::create(builder, loc, pointer, piece.type, one, layout.getTypeABIAlignment(piece.type));
      piece.variable = alloca;
      bool isCleared = global || calleeOf(object.op) == "calloc";
      if (!isCleared)
        continue;
      builder.setInsertionPointAfter(global ? alloca.getOperation() : object.op);
      store(builder, loc, piece, initialValue(builder, loc, global, piece.type));
    }
  }

  static Value initialValue(OpBuilder &builder, Location loc, LLVM::GlobalOp global, Type type) {
    if (isa<LLVM::LLVMPointerType>(type))
      return LLVM::ZeroOp::create(builder, loc, type);
    TypedAttr value = builder.getZeroAttr(type);
    if (global && global.getValueOrNull())
      if (auto typed = dyn_cast<TypedAttr>(global.getValueOrNull()); typed && typed.getType() == type)
        value = typed;
    return arith::ConstantOp::create(builder, loc, value);
  }

  static void store(OpBuilder &builder, Location loc, const Piece &piece, Value value) {
    LLVM::StoreOp::create(builder, loc, convert(builder, loc, value, piece.type), piece.variable);
  }

  static Value convert(OpBuilder &builder, Location loc, Value value, Type type) {
    Type from = value.getType();
    if (from == type)
      return value;
    Type integer = builder.getIntegerType(64);
    if (isa<LLVM::LLVMPointerType>(from)) {
      Value number = LLVM::PtrToIntOp::create(builder, loc, integer, value);
      return convert(builder, loc, number, type);
    }
    if (isa<LLVM::LLVMPointerType>(type)) {
      // A pointer that a calling convention had as an integer.
      if (auto cast = value.getDefiningOp<LLVM::PtrToIntOp>())
        return cast.getArg();
      return LLVM::IntToPtrOp::create(builder, loc, type, convert(builder, loc, value, integer));
    }
    return LLVM::BitcastOp::create(builder, loc, type, value);
  }

  Value addressAt(OpBuilder &builder, Location loc, Value base, uint64_t offset) {
    if (offset == 0)
      return base;
    return LLVM::GEPOp::create(builder, loc, base.getType(), builder.getI8Type(), base,
                               ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(offset)});
  }

  void replace(Use &use, OpBuilder &builder, llvm::SetVector<Operation *> &erased) {
    Operation *op = use.operand->getOwner();
    Location loc = op->getLoc();
    builder.setInsertionPoint(op);
    if (auto load = dyn_cast<LLVM::LoadOp>(op)) {
      const Piece &piece = use.object->pieces.at(use.offset);
      Value value = LLVM::LoadOp::create(builder, loc, piece.type, piece.variable);
      load.getResult().replaceAllUsesWith(convert(builder, loc, value, load.getType()));
    } else if (auto write = dyn_cast<LLVM::StoreOp>(op)) {
      store(builder, loc, use.object->pieces.at(use.offset), write.getValue());
    } else if (isa<LLVM::MemsetOp>(op)) {
      for (auto &[offset, piece] : use.object->pieces)
        if (offset >= use.offset && offset < use.offset + *lengthOf(op))
          store(builder, loc, piece, initialValue(builder, loc, {}, piece.type));
    } else if (isa<LLVM::MemcpyOp, LLVM::MemmoveOp>(op)) {
      copy(op, builder);
    } else if (auto compare = dyn_cast<LLVM::ICmpOp>(op)) {
      bool isEqual = compare.getPredicate() == LLVM::ICmpPredicate::eq;
      compare.getResult().replaceAllUsesWith(
          arith::ConstantIntOp::create(builder, loc, isEqual ? 0 : 1, 1).getResult());
    } else if (auto declaration = dyn_cast<LLVM::DbgDeclareOp>(op)) {
      declare(declaration, use, builder);
    } else if (isa<LLVM::DbgValueOp>(op)) {
      use.operand->set(LLVM::UndefOp::create(builder, loc, use.operand->get().getType()));
      return;
    }
    erased.insert(op);
  }

  /// Copies member by member; a side that stays in memory is accessed there.
  void copy(Operation *op, OpBuilder &builder) {
    const Use *target = nullptr, *source = nullptr;
    for (Use &use : uses)
      if (use.operand->getOwner() == op && splits(use.object))
        (use.operand->getOperandNumber() == 0 ? target : source) = &use;
    if (!target)
      return;
    SmallVector<std::pair<const Piece *, Value>> values; // all are read before one is written
    for (auto &[offset, piece] : target->object->pieces) {
      if (offset < target->offset || offset >= target->offset + *lengthOf(op))
        continue;
      uint64_t by = offset - target->offset;
      Value from;
      if (source) {
        auto found = source->object->pieces.find(source->offset + by);
        if (found == source->object->pieces.end())
          continue;
        from = LLVM::LoadOp::create(builder, op->getLoc(), found->second.type, found->second.variable);
      } else {
        from = LLVM::LoadOp::create(builder, op->getLoc(), piece.type,
                                    addressAt(builder, op->getLoc(), op->getOperand(1), by), /*alignment=*/1);
      }
      values.push_back({&piece, from});
    }
    for (auto &[piece, value] : values)
      store(builder, op->getLoc(), *piece, value);
  }

  /// What a debugger knows of the aggregate, of each of its parts.
  void declare(LLVM::DbgDeclareOp declaration, const Use &use, OpBuilder &builder) {
    if (use.offset != 0 || !declaration.getLocationExpr().getOperations().empty())
      return;
    for (auto &[offset, piece] : use.object->pieces) {
      auto fragment = LLVM::DIExpressionElemAttr::get(builder.getContext(), llvm::dwarf::DW_OP_LLVM_fragment,
                                                      {offset * 8, piece.size * 8});
      bool isWhole = piece.size == use.object->size;
      LLVM::DbgDeclareOp::create(
          builder, declaration.getLoc(), piece.variable, declaration.getVarInfo(),
          LLVM::DIExpressionAttr::get(builder.getContext(),
                                      isWhole ? ArrayRef<LLVM::DIExpressionElemAttr>() : fragment));
    }
  }

  static constexpr uint64_t kMostBytes = 4096;
  func::FuncOp function;
  ModuleOp module;
  DataLayout layout;
  std::vector<std::unique_ptr<Object>> objects;
  SmallVector<Use, 0> uses;
};

struct SplitAggregatesPass final : lexon::impl::SplitAggregatesPassBase<SplitAggregatesPass> {
  using SplitAggregatesPassBase::SplitAggregatesPassBase;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    SymbolTableCollection tables;
    SymbolUserMap users(tables, module);
    for (auto function : module.getOps<func::FuncOp>())
      if (!function.isExternal() && allocates(function))
        Splitter(function, module).run(ownGlobals(function, module, users));
  }

private:
  /// Others have no arrays.
  static bool allocates(func::FuncOp function) {
    return function
        ->walk([](func::CallOp call) {
          bool isAllocation = llvm::is_contained({"malloc", "calloc", "aligned_alloc"}, call.getCallee());
          return isAllocation ? WalkResult::interrupt() : WalkResult::advance();
        })
        .wasInterrupted();
  }

  /// Variables of this file that nobody but `main` uses: they live as long as the one call of it.
  static SmallVector<LLVM::GlobalOp> ownGlobals(func::FuncOp function, ModuleOp module, SymbolUserMap &users) {
    SmallVector<LLVM::GlobalOp> result;
    if (function.getSymName() != "main" || !users.getUsers(function).empty())
      return result;
    for (auto global : module.getOps<LLVM::GlobalOp>()) {
      bool isOwn = global.getLinkage() == LLVM::Linkage::Internal && !global.getThreadLocal_() && !global.getConstant();
      for (Operation *user : users.getUsers(global))
        isOwn &= isa<LLVM::AddressOfOp>(user) && function->isAncestor(user);
      bool isZero = !global.getValueOrNull();
      if (Block *initializer = global.getInitializerBlock())
        isZero &= isa_and_nonnull<LLVM::ZeroOp>(initializer->getTerminator()->getOperand(0).getDefiningOp());
      else if (auto number = dyn_cast_or_null<TypedAttr>(global.getValueOrNull()))
        isZero = number.getType().isIntOrFloat() && number.getType() == global.getType();
      if (isOwn && isZero)
        result.push_back(global);
    }
    return result;
  }
};
} // namespace
