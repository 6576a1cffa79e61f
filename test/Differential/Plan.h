//===- Plan.h - what a random matrix multiplication looks like --*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// A plan describes one function: its loops, how each operand reaches them through views, and what it computes. It is
// written twice from here, and the two must agree: as MLIR (Emit.cpp) and as plain address arithmetic (View.cpp).
// Nothing in this file knows MLIR.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_TEST_DIFFERENTIAL_PLAN_H
#define LEXON_TEST_DIFFERENTIAL_PLAN_H

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace lexon::differential {

enum class Element { F32, F64, F16, BF16, I32, I8 };
enum class Form { Matmul, BatchMatmul, Matvec, Vecmat, BatchMatvec, BatchVecmat, Dot, Contract, Generic };
enum class Body { Add, AddSwapped, Subtract, ScaledProduct, ScaledOperand, Negated, Square };
enum class Initial { Given, Zero, Other, ZeroThenStore, ZeroWhole };
enum class LoopKind { Batch, Row, Column, Reduction };

/// A number that the program states, or one that each call passes.
struct Slot {
  int64_t value = 0;
  bool dynamic = false;
};

/// A size or stride; nothing if the program does not state it.
using Extent = std::optional<int64_t>;

struct Loop {
  LoopKind kind;
  Slot size;
  int64_t multiple = 1; // a collapsed axis needs it
  int64_t minimum = 0;  // a padded axis needs it
};

/// One view, from source to result.
struct Step {
  enum Kind { Transpose, Slice, Collapse, Expand, Pad } kind;
  explicit Step(Kind kind) : kind(kind) {}
  std::vector<unsigned> permutation;       // Transpose: axis i of the result is axis permutation[i] of the source
  std::vector<Slot> offsets, steps, slack; // Slice, for each source axis; slack: elements left over behind
  std::vector<bool> dropped;               // Slice: source axes of which one element stays, without an axis for it
  unsigned axis = 0;                       // Collapse: (axis, axis + 1) become one; Expand: one becomes these two
  int64_t factor = 1;                      // Collapse: size of source axis axis + 1
  std::vector<int64_t> low, high;          // Pad, for each axis
};

/// Strides of the buffer a function is given. stride[order[i]] = stride[order[i+1]] * size + gap.
struct Layout {
  bool identity = true;
  std::vector<unsigned> order; // axes from the outermost to the innermost
  Slot inner{1, false};
  std::vector<Slot> gaps;     // for each axis
  std::vector<bool> hidden;   // the type does not state this axis' stride
  std::vector<bool> reversed; // negative stride
  int overlapAxis = -1;       // this axis' stride is `overlap` instead: elements share memory
  Slot overlap, offset;
};

struct Operand {
  Element element = Element::F32;
  std::vector<unsigned> loops; // for each axis of the last view
  Layout layout;
  std::vector<Step> steps;
};

enum : unsigned { kA = 0, kB = 1, kC = 2 };

struct Function {
  unsigned id = 0, dataCases = 0;
  Form form = Form::Generic;
  Body body = Body::Add;
  Initial initial = Initial::Given;
  bool tensor = false;
  bool sizesFromOperands = false; // an empty tensor's sizes: from A and B, or passed
  double alpha = 1, fillValue = 0, storedValue = 0;
  std::vector<Loop> loops;
  Operand operands[3];
  std::vector<unsigned> resultPermutation; // tensors: the result is transposed before it is returned
  uint64_t dataSeed = 0;                   // of one data case

  bool hasInput(unsigned operand) const { return operand != kC || !tensor || initial == Initial::Given; }
};

/// SplitMix64: the same numbers on every machine.
class Random {
public:
  explicit Random(uint64_t seed) : state(seed) {}
  uint64_t next();
  int64_t below(int64_t bound) { return static_cast<int64_t>(next() % static_cast<uint64_t>(bound)); }
  int64_t between(int64_t low, int64_t high) { return low + below(high - low + 1); }
  bool chance(double probability) { return static_cast<double>(next() >> 11) * 0x1p-53 < probability; }
  /// In [-1, 1), 24 random bits.
  double unit() { return static_cast<double>(next() >> 40) * 0x1p-23 - 1; }
  template <typename T> T pick(std::initializer_list<T> values) { return values.begin()[below(values.size())]; }
  template <typename T> void shuffle(std::vector<T> &values) {
    for (size_t i = values.size(); i > 1; --i)
      std::swap(values[i - 1], values[below(i)]);
  }

private:
  uint64_t state;
};

/// One seed for each (seed, function, data case).
uint64_t mixSeeds(uint64_t seed, uint64_t function, uint64_t dataCase);

/// The function of this number. It depends on `seed` and `id` alone.
Function generateFunction(uint64_t seed, unsigned id);
/// The layout and the views of each operand; the other half of generateFunction.
void generateViews(Function &function, Random &random);
/// The function with every dynamic slot given a value.
Function generateCase(const Function &function, uint64_t seed, unsigned dataCase);

bool isInteger(Element element);
unsigned elementBytes(Element element);
const char *name(Element element);
const char *name(Form form);
const char *name(Body body);
const char *name(Initial initial);
/// Whether B or A is read with rows and columns exchanged, by a map, a view or a layout.
bool isTransposed(const Function &function, unsigned operand);
/// Whether this case is certainly within what BLAS can do: with matmul=blas it must be a call.
bool isExpressible(const Function &function, const Function &concrete);
/// Whether any size, stride or offset is not stated in the program.
bool isDynamic(const Function &function);

} // namespace lexon::differential

#endif // LEXON_TEST_DIFFERENTIAL_PLAN_H
