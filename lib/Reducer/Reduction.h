//===- Reduction.h - a program that shrinks while it stays interesting -----===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// A step is one kind of simplification. It lists the places of a program where it could happen, in a fixed order, and
// changes some of them in a copy. Delta debugging (Zeller and Hildebrandt 2002) decides which: all, halves, quarters,
// down to single places.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_LIB_REDUCER_REDUCTION_H
#define LEXON_LIB_REDUCER_REDUCTION_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringSet.h"
#include <functional>
#include <optional>
#include <tuple>

namespace lexon {

/// Where a step could change something: an operation, and which of its operands, results, regions or attributes.
struct Place {
  mlir::Operation *op;
  unsigned index = 0;
};
using Places = llvm::SmallVector<Place>;

struct Step {
  llvm::StringRef name;
  /// Lists the places in a program, an operation before what is inside it.
  Places (*collect)(mlir::ModuleOp);
  /// Changes these places of a program, from the last to the first: what a change erases is then never a place still
  /// to come. A place where the change is impossible is left alone. The result may be invalid: it is verified.
  void (*apply)(llvm::ArrayRef<Place>);
};

class Reduction {
public:
  using Test = std::function<bool(mlir::ModuleOp)>;

  /// Starts from a copy of `program`, which must be interesting.
  Reduction(mlir::ModuleOp program, Test isInteresting);

  /// The smallest interesting program so far.
  mlir::ModuleOp program() { return *current; }

  /// Keeps what `change` makes of a copy of the program if that is valid, smaller, and interesting.
  bool attempt(llvm::function_ref<void(mlir::ModuleOp)> change);

  /// Applies `step` wherever the program stays interesting, or only to operations nested `depth` deep in functions.
  /// True if the program got smaller.
  bool run(const Step &step, std::optional<unsigned> depth = std::nullopt);

  /// How deep operations are nested in functions; 0 if there are none.
  unsigned depth();

  /// How often the test ran.
  unsigned tests() const { return testCount; }

private:
  /// Operations, then arguments and results of functions, then characters.
  using Size = std::tuple<size_t, size_t, size_t>;
  static Size measure(mlir::ModuleOp program, llvm::StringRef text);

  mlir::OwningOpRef<mlir::ModuleOp> current;
  Size size;
  const Test isInteresting;
  llvm::StringSet<> refused; // texts tested in vain
  unsigned testCount = 0;
};

/// Symbols, arguments and results of functions, attributes.
llvm::ArrayRef<Step> functionSteps();

/// What takes operations away with all that is in them; from the outermost operations inwards.
llvm::ArrayRef<Step> nestedSteps();

/// What makes operations simpler.
llvm::ArrayRef<Step> operationSteps();

/// Makes functions return what they compute earlier. True if the program got smaller.
bool returnEarlier(Reduction &reduction);

/// Erases the operations, those without uses.
void eraseUnused(llvm::ArrayRef<Place> places);

/// Removes what describes a function whose signature has changed: its attributes do not fit it any more.
void forgetDescription(mlir::Operation *function);

} // namespace lexon

#endif // LEXON_LIB_REDUCER_REDUCTION_H
