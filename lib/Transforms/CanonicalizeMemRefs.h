//===- CanonicalizeMemRefs.h - arrays of pointers, as they are found -*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// What canonicalize-memrefs knows of one array: the allocations of its levels, the loops that fill and free them, and
// every use. Nothing is changed here but in the rewrite.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_LIB_TRANSFORMS_CANONICALIZEMEMREFS_H
#define LEXON_LIB_TRANSFORMS_CANONICALIZEMEMREFS_H

#include "lexon/Support/LLVM.h"

#include "mlir/Analysis/CFGLoopInfo.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Dominance.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallPtrSet.h"

#include <map>

namespace lexon::arrays {

/// A sum of products of integers, exact modulo 2^64: `terms` maps products (numbers of atoms, sorted) to coefficients.
struct Polynomial {
  std::map<llvm::SmallVector<unsigned, 2>, uint64_t> terms;

  static Polynomial constant(int64_t value);
  bool operator==(const Polynomial &other) const { return terms == other.terms; }
  bool operator!=(const Polynomial &other) const { return terms != other.terms; }
  std::optional<int64_t> asConstant() const;
  /// The coefficient of the product that is `atom` alone.
  int64_t coefficient(unsigned atom) const;
  bool uses(unsigned atom) const;
  Polynomial plus(const Polynomial &other, int64_t factor = 1) const;
  Polynomial times(const Polynomial &other) const;
  /// Nothing if a coefficient is not a multiple.
  std::optional<Polynomial> dividedBy(int64_t divisor) const;
  /// Quotient and remainder. Constants are rounded towards zero, coefficients of products divide evenly or not at all.
  std::pair<Polynomial, Polynomial> dividedBy(const Polynomial &divisor) const;
  /// The term with the most factors; not of 0.
  std::map<llvm::SmallVector<unsigned, 2>, uint64_t>::const_iterator leading() const;
};

/// Reads integers as polynomials. An atom is a value that is not computed by what polynomials express, widened to 64
/// bits with its sign or with zeros.
class Reader {
public:
  /// `value` has 64 bits or is an index.
  Polynomial read(mlir::Value value) { return readWide(value, 0); }
  /// A narrower `value`, widened.
  Polynomial read(mlir::Value value, bool isSigned);
  unsigned atom(mlir::Value value, bool isSigned);
  mlir::Value valueOf(unsigned atom) const { return atoms[atom].first; }
  /// True if the atoms of `polynomial` are defined before `op`.
  bool isAvailable(const Polynomial &polynomial, mlir::Operation *op, const mlir::DominanceInfo &dominance) const;
  /// The polynomial as an index, computed where `builder` stands.
  mlir::Value materialize(const Polynomial &polynomial, mlir::OpBuilder &builder, mlir::Location loc) const;
  /// The same, if possible from a value that the program computes before `op`.
  mlir::Value materializeExtent(const Polynomial &polynomial, mlir::OpBuilder &builder, mlir::Operation *op,
                                const mlir::DominanceInfo &dominance) const;
  /// The polynomial with `to` in the place of `from`.
  Polynomial substitute(const Polynomial &polynomial, mlir::ValueRange from, mlir::ValueRange to);
  std::string print(const Polynomial &polynomial) const;
  /// True if the polynomial is a constant, or one value of at most 32 bits.
  bool isNarrow(const Polynomial &polynomial) const;

private:
  Polynomial readWide(mlir::Value value, unsigned depth);
  Polynomial readNarrow(mlir::Value value, bool isSigned, unsigned depth);
  /// True if `index` truncated to `bits` bits and widened again is `index`.
  bool fits(mlir::Value index, unsigned bits, bool isSigned);
  std::optional<int64_t> bitsOf(mlir::Value bound, bool &isSigned);

  llvm::SmallVector<std::pair<mlir::Value, bool>> atoms;
  /// Narrow values that are sums or products: an extent is better that value than computed once more.
  std::map<std::map<llvm::SmallVector<unsigned, 2>, uint64_t>, llvm::SmallVector<std::pair<mlir::Value, bool>, 1>>
      wholes;
  llvm::DenseMap<std::pair<mlir::Value, unsigned>, unsigned> numbers;
};

/// Where an address points: into an object of level `indices.size()`, `bytes` behind its start.
struct Place {
  llvm::SmallVector<Polynomial, 4> indices;
  Polynomial bytes;
  unsigned level() const { return indices.size(); }
};

/// One dimension that is indexed as several: their extents, outermost first, and for each access its indices in them.
struct Split {
  llvm::SmallVector<Polynomial, 4> extents;
  llvm::SmallVector<llvm::SmallVector<Polynomial, 4>, 0> indices;
};

/// An access of a dimension.
struct IndexedBy {
  Polynomial index;
  mlir::Operation *op;
};

/// What an operation does with an address.
enum class UseKind { Step, Hand, ReadRow, Fill, Clear, Element, Pointer, Free, NullCheck, Size, Debug, Bad };

struct Use {
  mlir::OpOperand *operand;
  UseKind kind;
  Place place;
  llvm::SmallVector<Polynomial, 4> indices; ///< of Element, where the array's dimensions are not its levels
  std::string why;                          ///< of Bad: what it does
  bool isDead = false;                      ///< never runs but where an allocation failed
  mlir::Operation *op() const { return operand->getOwner(); }
};

/// One dimension: an allocation, and the loop that gives each of its slots an object of the next level.
struct Level {
  mlir::Operation *allocation = nullptr;
  Polynomial bytes; ///< of memrefs: elements
  Polynomial extent;
  uint64_t alignment = 0;
  bool zeroed = false;
  mlir::Operation *fill = nullptr; ///< the store
  mlir::Operation *loop = nullptr; ///< the loop around it, or what ends the head of one that is made of blocks
};

struct Array {
  llvm::SmallVector<Level, 4> levels;
  mlir::Type element;
  bool isMemRef = false;                       ///< made of memrefs of memrefs
  bool checksRoot = false, checksRows = false; ///< whether the program asks if an allocation failed
  llvm::SmallVector<Polynomial, 4> extents;    ///< where the dimensions are not the levels: a matrix in one allocation
  llvm::SmallVector<Use, 0> uses;
  llvm::SmallVector<mlir::Operation *> roots; ///< what frees the outermost level
  llvm::SmallVector<mlir::Operation *> loops; ///< all loops that fill or free, the inner ones first
  std::string name;
  unsigned rank() const { return levels.size(); }
};

/// Why an array stays as it is.
struct Refusal {
  mlir::Operation *op;
  std::string why;
};

/// Conditions that are known once no part of an array is null, and the loops of a function.
class Structure {
public:
  Structure(mlir::Operation *function, Reader &reader) : function(function), reader(reader), dominance(function) {}
  void assume(mlir::Value condition, bool value) { known[condition] = value; }
  void clear() { known.clear(); }
  /// What `condition` is under the assumptions.
  std::optional<bool> evaluate(mlir::Value condition, unsigned depth = 0) const;
  /// True if control never goes from `from` to its successor `number` under the assumptions.
  bool isDeadEdge(mlir::Block *from, unsigned number);
  /// True if `op` never runs under the assumptions.
  bool isDead(mlir::Operation *op);
  /// True if `op` is in the loop that `countingLoop` gave.
  bool isIn(mlir::Operation *op, mlir::Operation *loop);
  /// `op`, or the outermost branch around it of those that are taken if nothing is null.
  mlir::Operation *climb(mlir::Operation *op) const;
  /// True if `op` runs once whenever control passes `anchor` (before or behind it), or the program ends.
  bool isBeside(mlir::Operation *op, mlir::Operation *anchor);
  /// True if control comes to `op` only past `first`, if nothing is null.
  bool isAlwaysBefore(mlir::Operation *first, mlir::Operation *op);
  /// True if control may go on from `first` to `op`, which is not in it, without passing `allocation`, which comes
  /// before both.
  static bool mayFollow(mlir::Operation *op, mlir::Operation *first, mlir::Operation *allocation);
  /// The loop that holds `op` and counts `index` from 0 to `extent`, one by one or backwards, running `op` each time.
  mlir::Operation *countingLoop(mlir::Operation *op, const Polynomial &index, const Polynomial &extent,
                                std::string &why);
  mlir::DominanceInfo &getDominance() { return dominance; }
  /// Call after assumptions changed.
  void findReachable();

private:
  bool countsFor(mlir::scf::ForOp loop, const Polynomial &index, const Polynomial &extent, std::string &why);
  /// What a loop carries from one iteration to the next. Of scf.while `handed` is what its condition gives to its body.
  struct Carried {
    llvm::SmallVector<mlir::Value> values, inits, next, inside, handed;
    mlir::Value condition;
    bool continuesIf;
  };
  static std::optional<int64_t> stepOf(const Carried &carried, unsigned number, mlir::arith::CmpIOp compare);
  bool countsCarried(const Carried &carried, Polynomial index, const Polynomial &extent, std::string &why);
  mlir::CFGLoop *blockLoopOf(mlir::Block *block);
  std::optional<bool> isRunEachTime(mlir::Block *block, mlir::CFGLoop *loop);

  mlir::Operation *function;
  Reader &reader;
  mlir::DominanceInfo dominance;
  llvm::DenseMap<mlir::Value, bool> known;
  llvm::SmallPtrSet<mlir::Block *, 16> reachable;
  std::unique_ptr<mlir::CFGLoopInfo> loops;
};

/// The name of the function an operation calls, if it is known.
llvm::StringRef calleeOf(mlir::Operation *op);
/// How many bytes a pointer, a number or an array of those has in memory.
std::optional<int64_t> sizeOf(mlir::Type type);
/// True if the program defines an allocator of its own.
bool bringsAllocator(mlir::ModuleOp module);
/// True if `op` allocates: malloc, calloc, aligned_alloc, or memref.alloc.
bool isAllocation(mlir::Operation *op);
/// The value that a branch hands on as `value` unless it hands on NULL: where an allocation failed, a function returns
/// NULL instead.
mlir::Value originOf(mlir::Value value);
/// What the program calls the variable that holds `allocation`, or where it is allocated.
std::string nameOf(mlir::Operation *allocation);

/// Finds the dimensions of `extent`, which `root` allocates and `accesses` index; nothing if there is only one.
std::optional<Split> splitDimension(const Polynomial &extent, llvm::ArrayRef<IndexedBy> accesses, mlir::Operation *root,
                                    Reader &reader, const mlir::DominanceInfo &dominance);

/// Finds the array whose outermost level `root` allocates.
std::optional<Refusal> analyze(mlir::Operation *root, Reader &reader, Structure &structure, Array &array);
/// Makes it one memref.
mlir::MemRefType rewrite(Array &array, Reader &reader, const mlir::DominanceInfo &dominance);
/// Gives `allocation`, a memref.alloc or memref.alloca of numbers, the dimensions that its accesses have, without those
/// of size 1 and without a layout. Nothing if it has them already, or a use is in the way.
mlir::MemRefType normalizeShape(mlir::Operation *allocation, Structure &structure);
/// Reads the source of `copy` instead of its target, if nothing can tell the difference, and erases the target.
bool eraseCopy(mlir::Operation *copy, Structure &structure);

} // namespace lexon::arrays

#endif // LEXON_LIB_TRANSFORMS_CANONICALIZEMEMREFS_H
