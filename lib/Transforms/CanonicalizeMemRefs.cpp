//===- CanonicalizeMemRefs.cpp - arrays of pointers as N-dimensional ones -===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// In C an N-dimensional array of dynamic size is often a pointer to pointers, each row an allocation. No loop
// optimization sees through that: every access loads pointers that any store may have changed. Here such arrays become
// one memref.
//
//===----------------------------------------------------------------------===//

#include "CanonicalizeMemRefs.h"

#include "lexon/Support/Debug.h"
#include "lexon/Transforms/Passes.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Affine/Transforms/Transforms.h"
#include "mlir/Dialect/Affine/Utils.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/MemRef/Transforms/Transforms.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "llvm/BinaryFormat/Dwarf.h"

namespace lexon {
#define GEN_PASS_DEF_CANONICALIZEMEMREFSPASS
#include "lexon/Transforms/Passes.h.inc"
} // namespace lexon

using namespace mlir;
using namespace lexon::arrays;

namespace {
constexpr auto kArray = remark::RemarkOpts::name("array").category("canonicalize-memrefs");
constexpr const char *kDebugType = "canonicalize-memrefs";

constexpr auto kShape = remark::RemarkOpts::name("shape").category("canonicalize-memrefs");

/// Indices are read from plain arithmetic.
struct ExpandAffineApply final : OpRewritePattern<affine::AffineApplyOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(affine::AffineApplyOp op, PatternRewriter &rewriter) const override {
    auto values = affine::expandAffineMap(rewriter, op.getLoc(), op.getAffineMap(), op.getMapOperands());
    if (!values)
      return failure();
    rewriter.replaceOp(op, *values);
    return success();
  }
};

/// FILE:LINE:COLUMN of the innermost place, or "" if it is not known.
std::string placeOf(Location loc) {
  std::string text;
  loc->walk([&](Location inner) {
    // Of an inlined operation its own place comes first.
    if (auto place = dyn_cast<FileLineColLoc>(inner)) {
      text = (place.getFilename().getValue().rsplit('/').second.empty()
                  ? place.getFilename().getValue()
                  : place.getFilename().getValue().rsplit('/').second)
                 .str() +
             ":" + std::to_string(place.getLine()) + ":" + std::to_string(place.getColumn());
      return WalkResult::interrupt();
    }
    return WalkResult::advance();
  });
  return text;
}

StringRef textOf(UseKind kind) {
  switch (kind) {
  case UseKind::Step:
    return "address";
  case UseKind::Hand:
    return "is handed on";
  case UseKind::ReadRow:
    return "reads a row's pointer";
  case UseKind::Fill:
    return "stores a new row";
  case UseKind::Clear:
    return "clears a slot";
  case UseKind::Element:
    return "accesses an element";
  case UseKind::Pointer:
    return "accesses a row through a pointer";
  case UseKind::Free:
    return "frees";
  case UseKind::NullCheck:
    return "compares with NULL";
  case UseKind::Size:
    return "asks for the size";
  case UseKind::Debug:
    return "tells the debugger";
  case UseKind::Bad:
    return "is not understood";
  }
  return "";
}

void narrate(const Array &array, Reader &reader) {
  LEXON_DEBUG(kDebugType, os << "'" << array.name << "': " << array.rank() << " level(s)");
  for (auto [i, level] : llvm::enumerate(array.levels))
    if (level.allocation)
      LEXON_DEBUG(kDebugType, os << "  level " << i << ": allocated at " << placeOf(level.allocation->getLoc())
                                 << " by '" << (array.isMemRef ? "memref.alloc" : calleeOf(level.allocation)) << "', "
                                 << reader.print(level.bytes) << (array.isMemRef ? " elements" : " bytes"));
  for (const Use &use : array.uses) {
    LEXON_DEBUG(kDebugType, {
      os << "  " << placeOf(use.op()->getLoc()) << " '" << use.op()->getName() << "' " << textOf(use.kind)
         << " of level " << use.place.level();
      for (const Polynomial &index : use.place.indices)
        os << " [" << reader.print(index) << "]";
      if (!use.place.bytes.terms.empty())
        os << " + " << reader.print(use.place.bytes);
      if (!use.why.empty())
        os << ": " << use.why;
    });
  }
}

struct CanonicalizeMemRefsPass final : lexon::impl::CanonicalizeMemRefsPassBase<CanonicalizeMemRefsPass> {
  using CanonicalizeMemRefsPassBase::CanonicalizeMemRefsPassBase;

  void runOnOperation() override {
    // Who brings an own allocator knows why.
    if (bringsAllocator(getOperation()))
      return;
    for (auto function : getOperation().getOps<FunctionOpInterface>())
      if (!function.isExternal())
        runOn(function);
  }

private:
  void runOn(FunctionOpInterface function) {
    if (failed(foldViews(function)))
      return signalPassFailure();
    normalize(function); // of memrefs that there are: an array of pointers has a dimension for each of its levels
    turnArrays(function);
  }

  /// Accesses of a view, or of a memref as another type, become those of what it is a view of.
  static LogicalResult foldViews(Operation *function) {
    bool hasViews =
        function
            ->walk([](Operation *op) {
              return isa<memref::CastOp, memref::SubViewOp, memref::ExpandShapeOp, memref::CollapseShapeOp>(op)
                         ? WalkResult::interrupt()
                         : WalkResult::advance();
            })
            .wasInterrupted();
    if (!hasViews)
      return success();
    MLIRContext *context = function->getContext();
    RewritePatternSet patterns(context);
    memref::populateFoldMemRefAliasOpPatterns(patterns);
    affine::populateAffineExpandIndexOpsPatterns(patterns);
    memref::CastOp::getCanonicalizationPatterns(patterns, context);
    patterns.add<ExpandAffineApply>(context);
    auto config = GreedyRewriteConfig().setRegionSimplificationLevel(GreedySimplifyRegionLevel::Disabled);
    return applyPatternsGreedily(function, std::move(patterns), config);
  }

  static void normalize(Operation *function) {
    Reader reader;
    Structure structure(function, reader);
    SmallVector<Operation *> copies, allocations;
    function->walk([&](memref::CopyOp op) { copies.push_back(op); });
    for (Operation *copy : copies) {
      Location loc = copy->getLoc();
      if (eraseCopy(copy, structure))
        remark::passed(loc, kShape) << "a copy that is only read is its source";
    }
    function->walk([&](Operation *op) {
      if (isa<memref::AllocOp, memref::AllocaOp>(op))
        allocations.push_back(op);
    });
    for (Operation *allocation : allocations) {
      Location loc = allocation->getLoc();
      std::string text;
      llvm::raw_string_ostream os(text);
      os << allocation->getResult(0).getType();
      if (MemRefType type = normalizeShape(allocation, structure)) {
        os << " is accessed as " << type;
        remark::passed(loc, kShape) << text;
      }
    }
  }

  void turnArrays(FunctionOpInterface function) {
    SmallVector<Operation *> roots;
    function->walk([&](Operation *op) {
      if (isAllocation(op) && isCandidate(op))
        roots.push_back(op);
    });
    llvm::SmallPtrSet<Operation *, 8> done; // rows of an array that was turned or spoken of
    for (Operation *root : roots) {
      if (done.contains(root) || isRow(root))
        continue;
      runOnRoot(function, root, done);
    }
    for (Operation *root : roots)
      if (!done.contains(root))
        leave(root, {root, "its pointer stored, where it cannot be followed"}, /*isNested=*/false);
  }

  /// Plain memrefs of scalars are what they should be.
  static bool isCandidate(Operation *op) {
    auto alloc = dyn_cast<memref::AllocOp>(op);
    return !alloc || (isa<MemRefType>(alloc.getType().getElementType()) && alloc.getType().getRank() == 1);
  }

  /// True if the allocation is put into a slot of something else.
  static bool isRow(Operation *op) {
    return llvm::any_of(op->getResult(0).getUsers(), [&](Operation *user) {
      if (auto store = dyn_cast<LLVM::StoreOp>(user))
        return store.getValue() == op->getResult(0);
      auto store = dyn_cast<memref::StoreOp>(user);
      return store && store.getValue() == op->getResult(0);
    });
  }

  void leave(Operation *root, const Refusal &refusal, bool isNested, StringRef name = "") {
    std::string at = placeOf(refusal.op->getLoc());
    std::string text = refusal.why + (at.empty() ? "" : " at " + at);
    std::string title = name.empty() ? nameOf(root) : name.str();
    StringRef stays = isNested ? "' stays an array of pointers: " : "' stays a pointer: ";
    LEXON_DEBUG(kDebugType, os << "'" << title << stays << text);
    remark::missed(refusal.op->getLoc(), kArray) << remark::reason("{0}", "'" + title + stays.str() + text);
  }

  void runOnRoot(Operation *function, Operation *root, llvm::SmallPtrSet<Operation *, 8> &done) {
    Reader reader;
    Structure structure(function, reader);
    Array array;
    array.name = nameOf(root);
    std::optional<Refusal> refusal = analyze(root, reader, structure, array);
    narrate(array, reader);
    for (const Level &level : array.levels)
      if (level.allocation)
        done.insert(level.allocation);
    done.insert(root);
    bool isNested =
        array.rank() > 1 || llvm::any_of(array.uses, [](const Use &use) { return use.kind == UseKind::ReadRow; });
    if (refusal)
      return leave(root, *refusal, isNested, array.name);
    Location loc = root->getLoc();
    MemRefType type = rewrite(array, reader, structure.getDominance());
    LEXON_DEBUG(kDebugType, os << "'" << array.name << "' becomes one " << type);
    std::string text;
    llvm::raw_string_ostream(text) << "'" << array.name << "' is " << type;
    remark::passed(loc, kArray) << text;
  }
};
} // namespace

/// The member of `type` that starts `bits` behind its start, if it has a name.
static StringRef memberAt(LLVM::DITypeAttr type, uint64_t bits) {
  while (auto derived = dyn_cast_or_null<LLVM::DIDerivedTypeAttr>(type))
    type = derived.getBaseType();
  auto record = dyn_cast_or_null<LLVM::DICompositeTypeAttr>(type);
  if (record)
    for (LLVM::DINodeAttr element : record.getElements())
      if (auto member = dyn_cast_or_null<LLVM::DIDerivedTypeAttr>(element); member && member.getOffsetInBits() == bits)
        return member.getName() ? member.getName().getValue() : "";
  return "";
}

std::string lexon::arrays::nameOf(Operation *allocation) {
  // The variable of the function itself, or else the last of those that inlined functions had.
  std::string name;
  bool isOwn = false;
  SmallVector<Operation *> users(allocation->getResult(0).getUsers());
  for (Operation *user : llvm::reverse(users)) {
    auto value = dyn_cast<LLVM::DbgValueOp>(user);
    if (!value || isOwn)
      continue;
    auto variable = value.getVarInfo();
    name = variable.getName() ? variable.getName().str() : "";
    auto expression = value.getLocationExpr();
    for (auto operation : expression ? expression.getOperations() : ArrayRef<LLVM::DIExpressionElemAttr>())
      if (operation.getOpcode() == llvm::dwarf::DW_OP_LLVM_fragment && !operation.getArguments().empty())
        if (StringRef member = memberAt(variable.getType(), operation.getArguments().front()); !member.empty())
          name += "." + member.str();
    isOwn = !isa<CallSiteLoc>(value.getLoc());
  }
  if (!name.empty())
    return name;
  std::string place = placeOf(allocation->getLoc());
  return place.empty() ? "an array" : "the array of " + place;
}
